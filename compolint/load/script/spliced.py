"""A text made of pieces of a file: what a shell gets of it, and where each part stands."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from compolint.load.commands import Said, Stretch
from compolint.text import Span


class Spliced:
    """Gathers the pieces; those that another program fills in first are open."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._texts: list[str] = []
        self._starts: list[int] = []  # of the pieces, in the text
        self._places: list[tuple[int, int]] = []  # and in the file
        self._open: list[Stretch] = []
        self._length = 0

    def add(self, text: str, start: int, end: int) -> None:
        """A piece; it is as long as its place, or its place counts as a whole."""
        if text:
            self._starts.append(self._length)
            self._places.append((start, end))
            self._texts.append(text)
            self._length += len(text)

    def add_open(self, name: str, start: int, end: int) -> None:
        """A piece that is not known; in its place stands a name that a shell takes for a plain word."""
        self._open.append((self._length, self._length + 1, (name,)))
        self.add("_", start, end)

    def said(self) -> Said:
        return Said("".join(self._texts), self._place, self._open_in if self._open else None)

    def _place(self, start: int, end: int) -> Span:
        first, last = self._at(start)[0], self._at(max(end - 1, start))[1]
        return Span(self._path, first, max(first, last))

    def _at(self, offset: int) -> tuple[int, int]:
        """The place of one character."""
        if not self._starts:
            return 0, 0
        number = max(bisect_right(self._starts, offset) - 1, 0)
        start, end = self._places[number]
        if end - start != len(self._texts[number]):
            return start, end
        at = start + offset - self._starts[number]
        return at, at + 1

    def _open_in(self, start: int, end: int) -> Sequence[Stretch]:
        return overlapping(self._open, start, end)


def overlapping(stretches: Sequence[Stretch], start: int, end: int) -> Sequence[Stretch]:
    """Those of the sorted stretches that share a character with this one."""
    first = bisect_right(stretches, start, key=lambda stretch: stretch[1])
    last = bisect_left(stretches, end, lo=first, key=lambda stretch: stretch[0])
    return stretches[first:last]
