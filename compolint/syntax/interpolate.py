"""Variables in one scalar, as Compose interpolates them.

Hand-written: Compose's own way is a Go template that knows values only, while a linter must know which
stretch of the text gave a value, which variables were asked, and what nobody can know.

It differs from Compose in one point, on purpose: a default may span lines, which Compose refuses.
"""

import re
from collections.abc import Callable

from compolint.pattern import pattern
from compolint.tuples import NamedTuple

Lookup = Callable[[str], str | None]

_DEEPEST = 100
# The kernel takes no longer string in an environment; without a bound `A=$A$A` doubles with each line.
_LONGEST = 131_072
_UNCLOSED = "`${` is never closed"
# $$   $NAME   ${NAME}   ${NAME:-   and what is no such thing but begins like it: ${   ${NAME
_EXPRESSION = pattern(
    r"\$(?:(?P<dollar>\$)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|\{(?P<braced>[A-Za-z_][A-Za-z0-9_]*)?(?P<operator>\}|:?[-?+])?)"
)


class Piece(NamedTuple):
    """A stretch of the raw text and what becomes of it.

    A piece without names is literal: the raw text itself, or `$` for `$$`.
    """

    text: str | None  # None where no value is known
    start: int
    end: int
    names: tuple[str, ...] = ()  # the variables that were asked
    defaulted: bool = False  # the text is what the expression itself gives for want of a value
    required: bool = False  # Compose refuses to go on without a value


class Invalid(Exception):
    """What Compose refuses to interpolate."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


def pieces(text: str, lookup: Lookup) -> list[Piece]:
    """The literal stretches and the expansions of a text, in order; raises `Invalid`.

    A variable without a value may still have one in the shell that runs Compose. So its default is
    taken where it has one, but `${NAME:+text}` stays unknown.
    """
    if "$" not in text:
        return [Piece(text, 0, len(text))]
    return _Interpolation(text, lookup).pieces(0, len(text), 0)


class _Interpolation:
    __slots__ = ("_closings", "_length", "_lookup", "_text")

    def __init__(self, text: str, lookup: Lookup) -> None:
        self._text, self._lookup = text, lookup
        self._length = 0  # of all values so far
        self._closings: dict[int, int] | None = None

    def pieces(self, start: int, end: int, depth: int) -> list[Piece]:
        text, result, at = self._text, [], start
        while (at := text.find("$", at, end)) >= 0:
            match = _EXPRESSION.match(text, at, end)
            if match is None:
                at += 1
                continue
            if start < at:
                result.append(Piece(text[start:at], start, at))
            result.append(self._piece(match, end, depth))
            start = at = result[-1].end
        if start < end:
            result.append(Piece(text[start:end], start, end))
        return result

    def _piece(self, match: re.Match[str], limit: int, depth: int) -> Piece:
        start, end = match.span()
        if match["dollar"]:
            return Piece("$", start, end)
        name = match["name"] or match["braced"]
        operator = match["operator"]
        if name is not None and (match["name"] or operator == "}"):
            return Piece(self._value(name, start), start, end, (name,))
        if end == limit and operator is None:
            raise Invalid(_UNCLOSED, start)
        if name is None:
            raise Invalid("no variable's name stands after `${`", start)
        if operator is None:
            raise Invalid("neither `}` nor an operator stands after the variable's name", start)
        if depth == _DEEPEST:
            raise Invalid("variables are nested too deeply", start)
        close = self._closing(match, limit)
        return self._choose(name, operator, Piece(None, start, close + 1, (name,)), end, depth)

    def _choose(self, name: str, operator: str, piece: Piece, word: int, depth: int) -> Piece:
        """The piece of `${NAME<operator>word}`; the word counts only if it is needed, as in Compose."""
        value = self._value(name, piece.start)
        is_given = value is not None and not (value == "" and operator.startswith(":"))
        if operator.endswith("?"):
            return piece._replace(text=value if is_given else None, required=True)
        if operator.endswith("+"):
            if not is_given:
                return piece._replace(text=value)
        elif is_given:
            return piece._replace(text=value)
        inner = self.pieces(word, piece.end - 1, depth + 1)
        texts = [each.text for each in inner if each.text is not None]
        is_known = len(texts) == len(inner)
        return piece._replace(
            text="".join(texts) if is_known else None,
            names=tuple(dict.fromkeys((name, *(name for each in inner for name in each.names)))),
            defaulted=is_known and (operator.endswith("-") or any(each.defaulted for each in inner)),
            required=any(each.required for each in inner),
        )

    def _value(self, name: str, start: int) -> str | None:
        value = self._lookup(name)
        self._length += len(value) if value else 0
        if self._length > _LONGEST:
            raise Invalid(f"the variables give more than {_LONGEST} characters", start)
        return value

    def _closing(self, match: re.Match[str], limit: int) -> int:
        """Where the brace closes that the match opens: the last one there is, if they do not pair up."""
        if self._closings is None:
            self._closings = _pairs(self._text)
        close = self._closings.get(match.start() + 1, limit)
        if close >= limit:
            close = self._text.rfind("}", match.end(), limit)
        if close < 0:
            raise Invalid(_UNCLOSED, match.start())
        return close


def _pairs(text: str) -> dict[int, int]:
    """For each opening brace the closing one.

    As in Compose, every brace counts, with or without a dollar, but not one right after `{`.
    """
    pairs: dict[int, int] = {}
    opened: list[int] = []
    at = 0
    for match in re.finditer(r"[{}]", text):
        if match.start() < at:
            continue
        if match[0] == "{":
            opened.append(match.start())
            at = match.end() + 1
        elif opened:
            pairs[opened.pop()] = match.start()
    return pairs
