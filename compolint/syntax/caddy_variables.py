"""The variables of a Caddyfile, which are filled in before anything else is read."""

from bisect import bisect_right
from collections.abc import Mapping
from typing import Literal, TypeAlias

from compolint.pattern import pattern
from compolint.text import Source, Span
from compolint.tuples import NamedTuple

# `missing` is a file that is not here; `elsewhere` is one that this cannot be asked of.
Kind: TypeAlias = Literal["syntax", "invalid", "missing", "elsewhere", "unsupported"]

_LONGEST = 4_000_000  # characters, with the variables filled in
_NOT_IN_HOLES = pattern(r"[^\w.-]")


class Variable(NamedTuple):
    """`{$NAME:default}` in a word. Without a value it stands in the word's text as `hole`."""

    name: str
    value: str | None
    by_default: bool
    span: Span

    @property
    def hole(self) -> str:
        return f"{{${_NOT_IN_HOLES.sub('_', self.name)[:80]}}}"


class Fault(NamedTuple):
    message: str
    span: Span
    kind: "Kind" = "syntax"


class Filled:
    """A text with its variables filled in, and the way back from there to the places in the file."""

    def __init__(self, source: Source, environment: Mapping[str, str], faults: list[Fault]) -> None:
        self._path = source.path
        self._starts: list[int] = []  # of the variables, in the new text
        self._ends: list[int] = []
        self._variables: list[Variable] = []
        self.text = source.text
        if "{$" in source.text:
            self.text = self._fill_in(source.text, environment, faults)

    def _fill_in(self, text: str, environment: Mapping[str, str], faults: list[Fault]) -> str:
        pieces: list[str] = []
        at = length = 0
        while (start := text.find("{$", at)) >= 0 and (end := text.find("}", start + 2)) >= 0:
            end += 1
            name, colon, default = text[start + 2 : end - 1].partition(":")
            if not name and not colon:
                pieces.append(text[at:end])
                length, at = length + end - at, end
                continue
            value = environment.get(name)
            by_default = value is None and bool(colon)
            given = default if by_default else value
            variable = Variable(name, given, by_default, Span(self._path, start, end))
            inserted = variable.hole if given is None else given
            pieces += (text[at:start], inserted)
            self._starts.append(length + start - at)
            length += start - at + len(inserted)
            self._ends.append(length)
            self._variables.append(variable)
            at = end
            if length > _LONGEST:
                message = f"with its variables filled in the file has more than {_LONGEST} characters"
                faults.append(Fault(message, variable.span, "unsupported"))
                return "".join(pieces)
        return "".join((*pieces, text[at:]))

    def span(self, start: int, end: int) -> Span:
        """Where a stretch of the new text stands in the file."""
        if not self._starts:
            return Span(self._path, start, end)
        return Span(self._path, self._back(start, 0), self._back(end - 1, 1))

    def variables(self, start: int, end: int) -> tuple[Variable, ...]:
        """Those in a stretch of the new text."""
        if not self._starts:
            return ()
        first = bisect_right(self._ends, start)
        while first and self._starts[first - 1] == self._ends[first - 1] == start:
            first -= 1  # one that is empty belongs to the word right behind it
        return tuple(self._variables[first : bisect_right(self._starts, end - 1)])

    def _back(self, offset: int, behind: int) -> int:
        """The place of a character, or the one `behind` it; inside of a variable, that of the whole."""
        before = bisect_right(self._starts, offset) - 1
        while before >= 0 and self._starts[before] == self._ends[before] == offset and not behind:
            before -= 1
        if before < 0:
            return offset + behind
        variable, end = self._variables[before], self._ends[before]
        if offset < end:
            return variable.span.end if behind else variable.span.start
        return variable.span.end + offset - end + behind
