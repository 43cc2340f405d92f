"""Words of a shell with the variables that are known filled in.

What only a run would tell stays as it is written, so that a reader of rules sees `$PORT` and knows that it is
open. A value that the script only falls back to, `${PORT:-22}`, is taken for what it is; an empty one, in
`${1:-}`, decides no test.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from compolint.pattern import pattern
from compolint.syntax.shell_scan import Scan
from compolint.syntax.shell_words import Expansion, Piece, Text, Word, pieces_of
from compolint.tuples import NamedTuple

if TYPE_CHECKING:
    from compolint.syntax.shell_nodes import Node

_EXPANSIONS = frozenset(
    ("simple_expansion", "expansion", "command_substitution", "process_substitution", "arithmetic_expansion")
)
_LONGEST = 20_000  # characters of a value
_LONGEST_CUT = 64  # of one that a pattern is cut off
_LONGEST_SHOWN = 80
_MOST_WORDS = 3_000  # of `{1..3000}`
_MOST_VARIABLES = 1_000
_SEPARATOR = "\x1f"  # between the words that one expansion gives
# $X   ${X}   ${X[@]}   ${X:-22}   ${X%%/*}   $1   $@
_PARAMETER = pattern(
    r"\$(?:([A-Za-z_]\w*|[\d@*#?$!-])"
    r"|\{(#?)([A-Za-z_]\w*|\d+|[@*])(?:\[([@*]|\d+)\])?(?:(:?[-=?+]|%%?|\#\#?)(.*))?\})",
    re.DOTALL,
)
# $(which iptables)   `command -v ufw`   $(type -p nft 2>/dev/null)
_WHICH = pattern(r"(?:\$\(|`)\s*(?:which|command\s+-v|type\s+-[pP])\s+([\w.-]+)(?:\s[^()`]*)?[)`]")
# 22{,22}   {8000..8010}   port{1,2}
_BRACES = pattern(r"([^\s{}'\"\\$`]*)\{([^{}'\"\s\\$`]*)\}([^\s{}'\"\\$`]*)")
_STEPS = pattern(r"(-?\d{1,6})\.\.(-?\d{1,6})")
# Variables of an unquoted heredoc
_BODY = pattern(r"(?<!\\)\$(?:\{[^}\n]*\}|\w+|[@*#?$!-])")
_ALL_ARGUMENTS = frozenset(('"$@"', "$@", "$*", '"${@}"', "${@}"))
_UNQUOTED = pattern(r"\s+")


# Which fallbacks count: all of them, those that are not empty, none.
Trust = Literal["all", "filled", "none"]


class Value(NamedTuple):
    """The words of a variable; an assumed one may be another when the environment says so."""

    words: tuple[str, ...]
    is_assumed: bool = False


class Frame(NamedTuple):
    """The text that nodes belong to, and where in it their statement begins."""

    text: Text
    scan: Scan
    offset: int = 0

    def span(self, node: "Node") -> tuple[int, int]:
        return self.offset + node.start_byte, self.offset + node.end_byte

    def raw(self, node: "Node") -> str:
        start, end = self.span(node)
        return self.text.text[start:end]


class Expander:
    """Fills in what is known; `None` in `variables` is a value that nobody can tell."""

    def __init__(self) -> None:
        self.variables: dict[str, Value | None] = {}
        self.arguments: tuple[Word, ...] | None = None  # of the function that runs; `None`: of the script

    def assign(self, name: str, value: Value | None) -> None:
        if name in self.variables or len(self.variables) < _MOST_VARIABLES:
            self.variables[name] = value

    # --- words ---

    def fields(
        self, start: int, end: int, nodes: "list[Node]", frame: Frame, trust: Trust = "all"
    ) -> list[Word]:
        """The words that a word gives: none for an empty variable, several for `"$@"`."""
        raw = frame.text.text[start:end]
        if self.arguments is not None and raw in _ALL_ARGUMENTS:
            return list(self.arguments)
        place = frame.text.place(start, end)
        if "{" in raw and (braces := _BRACES.fullmatch(raw)):
            return [self._literal(frame, text, place) for text in _unfolded(*braces.groups())]
        pieces = self._pieces(start, end, nodes, frame, trust)
        if not any(_SEPARATOR in piece.text for piece in pieces):
            if not any(piece.text for piece in pieces) and not ("'" in raw or '"' in raw):
                return []
            return [frame.text.word(pieces, start, end)]
        return list(_split(pieces, frame.text.whole, place))

    def word(self, start: int, end: int, nodes: "list[Node]", frame: Frame, trust: Trust = "all") -> Word:
        """What a word gives where it is not split: behind `X=`, in a test."""
        pieces = self._pieces(start, end, nodes, frame, trust)
        joined = [piece._replace(text=piece.text.replace(_SEPARATOR, " ")) for piece in pieces]
        return frame.text.word(joined, start, end)

    def body(self, start: int, end: int, frame: Frame) -> Word:
        """The text of a heredoc."""
        expansions = {
            match.start(): Expansion(match.end(), []) for match in _BODY.finditer(frame.text.text, start, end)
        }

        def resolve(at: int) -> Piece:
            place = frame.text.place(at, expansions[at].end)
            found = self.parameter(frame.text.text[at : expansions[at].end])
            if found is None:
                return Piece(frame.text.text[at : expansions[at].end], *place, False)
            return Piece(" ".join(found.words)[:_LONGEST], *place)

        return frame.text.word(pieces_of(frame.text, start, end, expansions, resolve, body=True), start, end)

    def _literal(self, frame: Frame, text: str, place: tuple[int, int]) -> Word:
        return Word(frame.text.whole, *place, (Piece(text, *place),))

    def _pieces(self, start: int, end: int, nodes: "list[Node]", frame: Frame, trust: Trust) -> list[Piece]:
        text = frame.text.text
        expansions: dict[int, Expansion] = {}
        quoted: set[int] = set()
        for node in nodes:
            for expansion, is_quoted in _expansions_in(node):
                first, last = frame.span(expansion)
                expansions[first] = Expansion(last, [])
                if is_quoted:
                    quoted.add(first)
        if "`" in text[start:end]:
            expansions |= {a: Expansion(b, []) for a, b in frame.scan.backticks if start <= a < end}

        def resolve(at: int) -> Piece:
            said = text[at : expansions[at].end]
            place = frame.text.place(at, expansions[at].end)
            found = self.parameter(said)
            if found is None or not _counts(found, trust):
                return Piece(said[:_LONGEST_SHOWN], *place, False)
            if at in quoted:
                is_list = "@" in said[:3] or "[@]" in said
                return Piece((_SEPARATOR if is_list else " ").join(found.words)[:_LONGEST], *place)
            return Piece(_UNQUOTED.sub(_SEPARATOR, " ".join(found.words))[:_LONGEST], *place)

        return pieces_of(frame.text, start, end, expansions, resolve)

    # --- parameters ---

    def parameter(self, said: str) -> Value | None:
        """What `$X`, `${X:-22}` or `$(which iptables)` gives; `None` if nobody can tell."""
        if said.startswith(("$(", "`", "<(", ">(")):
            program = _WHICH.fullmatch(said)
            return Value((program[1],)) if program else None
        match = _PARAMETER.fullmatch(said)
        if not match:
            return None
        name = match[1] or match[3]
        found = self._named(name)
        if match[2]:
            if found is None:
                return None
            count = len(found.words) if match[4] else len("".join(found.words))
            return Value((str(count),), found.is_assumed)
        if match[4] and match[4].isdecimal() and found:
            number = int(match[4][:6])
            found = Value(found.words[number : number + 1], found.is_assumed)
        elif not match[4] and found and name not in ("@", "*"):
            found = Value(found.words[:1], found.is_assumed)
        return self._changed(name, found, match[5] or "", match[6] or "")

    def _named(self, name: str) -> Value | None:
        if name[0].isdecimal() or name in "@*#":
            arguments = self.arguments
            if name == "0" or arguments is None:
                return None
            if name == "#":
                return Value((str(len(arguments)),))
            number = int(name[:4]) if name not in "@*" else 0
            said = arguments[number - 1 : number] if number else arguments
            if any(word.text is None for word in said):
                return None
            return Value(tuple(word.spelling for word in said))
        return self.variables.get(name)

    def _changed(self, name: str, found: Value | None, sign: str, operand: str) -> Value | None:
        kind = sign[-1:]
        if kind in ("-", "="):
            is_set = found is not None and any(found.words)
            if is_set or (found is None and name in self.variables):
                return found  # what it has been set to, be that known or not
            default = self._default(operand)
            if default is None:
                return None
            value = Value((default,), is_assumed=found is None)
            if kind == "=":
                self.assign(name, value)
            return value
        if kind == "+":
            return None
        if kind in ("%", "#") and sign and found:
            text = found.words[0] if found.words else ""
            return Value((_cut(text, sign, operand),), found.is_assumed) if "$" not in operand else None
        return found

    def _default(self, operand: str) -> str | None:
        text = operand[1:-1] if operand[:1] in "\"'" and operand[-1:] == operand[:1] != "" else operand
        if "$" not in text and "`" not in text:
            return text
        inner = self.parameter(text)
        return " ".join(inner.words) if inner else None


def _counts(value: Value, trust: Trust) -> bool:
    if not value.is_assumed or trust == "all":
        return True
    return trust == "filled" and any(value.words)


def _expansions_in(node: "Node") -> "Iterator[tuple[Node, bool]]":
    """The outermost expansions, and whether they stand in quotes."""
    stack = [(node, False)]
    while stack:
        node, quoted = stack.pop()
        if node.type in _EXPANSIONS:
            yield node, quoted
        else:
            quoted = quoted or node.type == "string"
            stack += [(child, quoted) for child in reversed(node.named_children)]


def _split(pieces: list[Piece], whole: str, place: tuple[int, int]) -> Iterator[Word]:
    """The fields of a word; each stands where the word stands."""
    field: list[Piece] = []
    for piece in pieces:
        first, *others = piece.text.split(_SEPARATOR)
        if first:
            field.append(piece._replace(text=first))
        for part in others:
            if field:
                yield Word(
                    whole, *place, tuple(each._replace(start=place[0], end=place[1]) for each in field)
                )
            field = [piece._replace(text=part)] if part else []
    if field:
        yield Word(whole, *place, tuple(each._replace(start=place[0], end=place[1]) for each in field))


def _unfolded(before: str, inside: str, behind: str) -> list[str]:
    """`{80,443}` and `{1..5}`; braces around one thing stay."""
    if steps := _STEPS.fullmatch(inside):
        first, last = int(steps[1]), int(steps[2])
        count = abs(last - first) + 1
        if count > _MOST_WORDS:
            return [f"{before}$({{{inside}}}){behind}"]
        sign = 1 if last >= first else -1
        return [f"{before}{first + sign * number}{behind}" for number in range(count)]
    parts = inside.split(",")
    return (
        [f"{before}{part}{behind}" for part in parts] if len(parts) > 1 else [f"{before}{{{inside}}}{behind}"]
    )


def _cut(text: str, sign: str, glob: str) -> str:
    """`${text%%glob}` and its like."""
    if len(text) > _LONGEST_CUT or len(glob) > _LONGEST_SHOWN or glob.count("*") > 2:
        return text
    places = range(len(text) + 1)
    is_end = sign[0] == "%"
    shortest_first = reversed(places) if is_end == (len(sign) == 1) else places
    for at in shortest_first:
        if is_match(text[at:] if is_end else text[:at], glob):
            return text[:at] if is_end else text[at:]
    return text


def is_match(text: str, glob: str) -> bool:
    """Whether a text is one of a shell's pattern, of which only `*` and `?` are known."""
    said = re.escape(glob.replace('"', "").replace("'", "").replace("\\", ""))
    return re.fullmatch(said.replace(r"\*", ".*").replace(r"\?", "."), text, re.DOTALL) is not None
