"""Long scalars of a Compose file, such as commands: their text, and where in the file each part of it stands.

Folding, block indentation and variables move what is written; the way back goes word by word.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from compolint.load.commands import Stretch
from compolint.load.compose.service import Service
from compolint.pattern import pattern
from compolint.syntax import interpolate
from compolint.syntax.yaml import Scalar
from compolint.text import Span

_WORD = pattern(r"\S+")
_FARTHEST = 2000  # how much indentation and how many comments may lie between two words of one scalar


class Text:
    """A scalar's text with its variables filled in.

    A variable that no file gives stands in it as it is written, and its stretch is in `open`; `given` has
    the stretches that come from variables with a value. A default in the text itself counts as literal.
    """

    __slots__ = ("_node", "_pieces", "_source", "_words", "given", "open", "text")

    def __init__(self, service: Service, node: Scalar) -> None:
        service.values.text(node)  # notes which variables are asked for, and what Compose refuses
        self._node = node
        self._source: str | None = None
        self._words: tuple[list[int], list[int]] | None = None
        self._pieces: list[tuple[int, int, int, bool]] = []  # in the text, in the value, is literal
        self.open: list[Stretch] = []
        self.given: list[Stretch] = []
        self.text = node.value
        if service.values.is_exhausted:
            self.open.append((0, len(node.value), ()))
        elif "$" in node.value:
            self._fill(service, node.value)
        if not self._is_verbatim():
            source = service.project.tree.read(node.path)
            self._source = source.text if source else ""

    def place(self, start: int, end: int) -> Span:
        """Where a stretch of the text stands; the whole scalar where that cannot be told."""
        first, last = self._in_value(start, 0), self._in_value(max(end - 1, start), 1)
        if self._source is None:
            quote = 1 if self._node.style else 0
            begin = self._node.start + quote
            return Span(self._node.path, begin + first, begin + last)
        one, two = self._in_source(first), self._in_source(max(last - 1, first))
        if one is None or two is None or two < one:
            return self._node.span
        return Span(self._node.path, one, two + (last > first))

    def open_in(self, start: int, end: int) -> list[Stretch]:
        """The stretches that no file gives, as far as they lie in this one of the text."""
        return list(_within(self.open, start, end))

    def is_given(self, start: int, end: int) -> bool:
        """Whether a variable gave a part of a stretch of the text."""
        return any(True for _ in _within(self.given, start, end))

    def _fill(self, service: Service, value: str) -> None:
        environment = service.values.environments.get(self._node.path, {})
        try:
            pieces = interpolate.pieces(
                value, lambda name: environment[name][0] if name in environment else None
            )
        except interpolate.Invalid:
            self.open.append((0, len(value), ()))
            return
        texts: list[str] = []
        at = 0
        for piece in pieces:
            text = value[piece.start : piece.end] if piece.text is None else piece.text
            if piece.text is None:
                self.open.append((at, at + len(text), piece.names))
            elif piece.names and not piece.defaulted:
                self.given.append((at, at + len(text), piece.names))
            is_literal = not piece.names and len(text) == piece.end - piece.start
            self._pieces.append((at, piece.start, piece.end, is_literal))
            texts.append(text)
            at += len(text)
        self.text = "".join(texts)

    def _is_verbatim(self) -> bool:
        node = self._node
        quotes = 2 if node.style in ("'", '"') else 0
        return node.style not in ("|", ">") and node.end - node.start - quotes == len(node.value)

    def _in_value(self, at: int, behind: int) -> int:
        """The character of the unfilled value that a character of the text comes from."""
        if not self._pieces:
            return at + behind
        number = max(bisect_right(self._pieces, at, key=lambda piece: piece[0]) - 1, 0)
        start, first, last, is_literal = self._pieces[number]
        if is_literal:
            return first + at - start + behind
        return last if behind else first

    def _in_source(self, at: int) -> int | None:
        if self._words is None:
            self._words = self._aligned()
        starts, places = self._words
        number = bisect_right(starts, at) - 1
        return places[number] + at - starts[number] if number >= 0 else None

    def _aligned(self) -> tuple[list[int], list[int]]:
        """Where the words of the value begin, in it and in the source, as far as they are the same."""
        starts: list[int] = []
        places: list[int] = []
        source, cursor = self._source or "", self._node.start
        if self._node.style in ("|", ">"):
            cursor = source.find("\n", cursor) + 1  # behind the header
        for match in _WORD.finditer(self._node.value):
            word = match[0]
            limit = min(cursor + len(word) + _FARTHEST, self._node.end)
            found = source.find(word, cursor, limit)
            if found < 0:  # it holds an escape: it begins where its first letters do
                found = source.find(word[:1], cursor, limit)
                if found < 0:
                    continue
                cursor = found + 1
            else:
                cursor = found + len(word)
            starts.append(match.start())
            places.append(found)
        return starts, places


def _within(stretches: list[Stretch], start: int, end: int) -> Iterator[Stretch]:
    """Those of the sorted stretches that share a character with this one."""
    for number in range(bisect_left(stretches, start + 1, key=lambda stretch: stretch[1]), len(stretches)):
        if stretches[number][0] >= end:
            return
        yield stretches[number]
