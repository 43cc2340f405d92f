"""Where in its file each part of a long scalar of YAML stands.

Folding, block indentation and escapes move what is written; the way back goes word by word.
"""

from bisect import bisect_right

from compolint.pattern import pattern
from compolint.syntax.yaml import Scalar
from compolint.text import Span

_WORD = pattern(r"\S+")
_FARTHEST = 2000  # how much indentation and how many comments may lie between two words of one scalar


class Places:
    """The places of a scalar's value; `text` is that of its whole file, needed where the two differ."""

    __slots__ = ("_node", "_source", "_words")

    def __init__(self, node: Scalar, text: str) -> None:
        self._node = node
        self._source = None if is_verbatim(node) else text
        self._words: tuple[list[int], list[int]] | None = None

    def of(self, first: int, last: int) -> Span:
        """The place of a stretch of the value; the whole scalar where that cannot be told."""
        if self._source is None:
            begin = self._node.start + (1 if self._node.style else 0)
            return Span(self._node.path, begin + first, begin + last)
        one, two = self._in_source(first), self._in_source(max(last - 1, first))
        if one is None or two is None or two < one:
            return self._node.span
        return Span(self._node.path, one, two + (last > first))

    def _in_source(self, at: int) -> int | None:
        if self._words is None:
            self._words = self._aligned()
        starts, places = self._words
        number = bisect_right(starts, at) - 1
        return places[number] + at - starts[number] if number >= 0 else None

    def _aligned(self) -> tuple[list[int], list[int]]:
        """Where the words of the value begin, in it and in the file, as far as they are the same."""
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


def is_verbatim(node: Scalar) -> bool:
    """Whether the value stands in the file as it is."""
    quotes = 2 if node.style in ("'", '"') else 0
    return node.style not in ("|", ">") and node.end - node.start - quotes == len(node.value)
