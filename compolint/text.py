"""Places in files: the one vocabulary that every layer shares."""

from bisect import bisect_right
from collections.abc import Iterable

from compolint.tuples import NamedTuple


class Span(NamedTuple):
    """A stretch of one file, in characters: from `start` up to but not including `end`."""

    path: str
    start: int
    end: int


class Note(NamedTuple):
    """Words about another place that belongs to the matter."""

    text: str
    at: Span
    is_value: bool = False  # the place of a value, which is a secret where the finding is about one


class Edit(NamedTuple):
    """Replace what is at `span` by `text`; an empty span inserts, an empty text deletes."""

    span: Span
    text: str


class Source:
    """The text of one file. A line ends with LF, CRLF or a lone CR, as editors count."""

    __slots__ = ("_starts", "path", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text = path, text
        self._starts: list[int] | None = None

    def position(self, offset: int) -> tuple[int, int]:
        """The line and the column of a character, both counted from 1."""
        starts = self._line_starts()
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line(self, number: int) -> str:
        """A line without its end; lines are counted from 1."""
        starts = self._line_starts()
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    def line_count(self) -> int:
        return len(self._line_starts())

    def offset(self, line: int, column: int = 1) -> int:
        """The inverse of `position`; a place behind the end of the text is its end."""
        starts = self._line_starts()
        return min(starts[line - 1] + column - 1, len(self.text)) if line <= len(starts) else len(self.text)

    def apply(self, edits: Iterable[Edit]) -> "Source":
        """The source with the edits made; they must not overlap."""
        text, before = self.text, len(self.text)
        for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
            if edit.span.end > before:
                raise ValueError(f"edits overlap at {self.path}:{self.position(edit.span.start)[0]}")
            text = text[: edit.span.start] + edit.text + text[edit.span.end :]
            before = edit.span.start
        return Source(self.path, text)

    def _line_starts(self) -> list[int]:
        if self._starts is None:
            text, starts, at = self.text, [0], -1
            if "\r" in text:
                text = text.replace("\r\n", " \n").replace("\r", "\n")
            while (at := text.find("\n", at + 1)) >= 0:
                starts.append(at + 1)
            self._starts = starts
        return self._starts
