"""Long scalars of a Compose file, such as commands: their text with variables filled in, and its places."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from compolint.load.commands import Stretch
from compolint.load.compose.service import Service
from compolint.load.compose.values import as_read
from compolint.load.scalars import Places, is_verbatim
from compolint.syntax import interpolate
from compolint.syntax.yaml import Scalar
from compolint.text import Span


class Text:
    """A scalar's text with its variables filled in.

    A variable that no file gives stands in it as it is written, and its stretch is in `open`; `given` has
    the stretches that come from variables with a value. A default in the text itself counts as literal.
    """

    __slots__ = ("_node", "_pieces", "_places", "given", "open", "text")

    def __init__(self, service: Service, node: Scalar) -> None:
        service.values.text(node)  # notes which variables are asked for, and what Compose refuses
        self._node = node
        self._pieces: list[tuple[int, int, int, bool]] = []  # in the text, in the value, is literal
        self.open: list[Stretch] = []
        self.given: list[Stretch] = []
        self.text = node.value
        if service.values.is_exhausted:
            self.open.append((0, len(node.value), ()))
        elif "$" in node.value:
            self._fill(service, node.value)
        source = None if is_verbatim(node) else service.project.tree.read(node.path)
        self._places = Places(node, source.text if source else "")

    def place(self, start: int, end: int) -> Span:
        """Where a stretch of the text stands; the whole scalar where that cannot be told."""
        return self._places.of(self._in_value(start, 0), self._in_value(max(end - 1, start), 1))

    def open_in(self, start: int, end: int) -> list[Stretch]:
        """The stretches that no file gives, as far as they lie in this one of the text."""
        return list(_within(self.open, start, end))

    def is_given(self, start: int, end: int) -> bool:
        """Whether a variable gave a part of a stretch of the text."""
        return any(True for _ in _within(self.given, start, end))

    def _fill(self, service: Service, value: str) -> None:
        environment = as_read(self._node.path).environment
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

    def _in_value(self, at: int, behind: int) -> int:
        """The character of the unfilled value that a character of the text comes from."""
        if not self._pieces:
            return at + behind
        number = max(bisect_right(self._pieces, at, key=lambda piece: piece[0]) - 1, 0)
        start, first, last, is_literal = self._pieces[number]
        if is_literal:
            return first + at - start + behind
        return last if behind else first


def _within(stretches: list[Stretch], start: int, end: int) -> Iterator[Stretch]:
    """Those of the sorted stretches that share a character with this one."""
    for number in range(bisect_left(stretches, start + 1, key=lambda stretch: stretch[1]), len(stretches)):
        if stretches[number][0] >= end:
            return
        yield stretches[number]
