"""Rules of nftables that are written alike, of which only the first is read word by word.

A rule set has thousands of rules that differ in an address, a port, a comment and what was counted. A match
says the same wherever it stands, so that of the other rules only those are read that did not occur yet.
"""

from collections.abc import Mapping, Sequence

from compolint.load.firewall.nft.conditions import Sets
from compolint.load.firewall.nft.expressions import Expressions
from compolint.load.firewall.nft.sketches import Sketch, Sketched, Text, key_of, required, sketched
from compolint.load.firewall.nft.tables import Rule
from compolint.load.firewall.nft.values import (
    Atom,
    Comment,
    Counter,
    Limit,
    Part,
    Quiet,
    Range,
    Refused,
    Relation,
    Unclear,
    Value,
    Verdict,
)
from compolint.load.firewall.nft.words import Words
from compolint.load.firewall.spans import Place, Spans
from compolint.model.firewall import Family, Match
from compolint.pattern import pattern
from compolint.syntax.nft import Statement
from compolint.text import Span

# ip   10.0.0.0/8   { 22, 80 }   "a comment"
_PIECE = pattern(r'"[^"]*"|\{[^}]*\}|[^ \t"{]+')
# 10.0.0.0/8   1024-2048   2001:db8::/32   { 22, 80 }
_VALUE = pattern(
    r"[0-9][\w.]*(?:[/-][0-9][\w.]*)?|(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F:.]*(?:/[0-9]+)?"
    r"|\{[ \t\w.:,/-]*\}",
    256,  # re.ASCII
)
_COUNT = pattern(r"[0-9]{1,19}")
_QUOTED = pattern(r'"[^"]*"')
# What stands behind these is different in every rule.
_VARYING = {
    **dict.fromkeys(("saddr", "daddr", "sport", "dport"), _VALUE),
    **dict.fromkeys(("packets", "bytes"), _COUNT),
    "comment": _QUOTED,
}
_MOST_SHAPES = 1_000
_NOWHERE = Span("", 0, 0)
_SIMPLE = (Relation, Counter, Comment, Limit, Quiet, Unclear, Verdict)

Needs = tuple[tuple[object, Match], ...]  # matches by what tells them apart


class _Places(Spans):
    __slots__ = ("_line", "_path", "_start")

    def __init__(self, of: Mapping[str, Place], path: str, line: str, start: int) -> None:
        super().__init__(of)
        self._path, self._line, self._start = path, line, start

    def pieces(self) -> Sequence[Span]:
        return _spans(self._path, self._line, self._start)


def _spans(path: str, line: str, start: int) -> list[Span]:
    return [Span(path, start + each.start(), start + each.end()) for each in _PIECE.finditer(line)]


class Alike:
    """The shapes of the rules of a file that were read so far."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._text = Text(texts)
        self._shapes: dict[tuple[tuple[Family, ...], tuple[str, ...]], _Shape | None] = {}
        self._values: dict[tuple[object, ...], dict[str, Needs | None]] = {}

    def read(self, statement: Statement, path: str, families: tuple[Family, ...], handle: str) -> Rule | None:
        """A rule, if one that is written alike was learned."""
        pieces = _PIECE.findall(statement.line)
        shape = self._shapes.get((families, _without_values(pieces)))
        return shape.read(statement, path, pieces, handle) if shape else None

    def learn(
        self, statement: Statement, path: str, families: tuple[Family, ...], found: Sequence[Part]
    ) -> None:
        """Remembers what a rule has in common with others."""
        if not statement.line or len(self._shapes) >= _MOST_SHAPES:
            return
        pieces = _PIECE.findall(statement.line)
        key = families, _without_values(pieces)
        if key not in self._shapes:
            try:
                self._shapes[key] = self._shape(statement, path, Sets({}, families, {}), found, pieces)
            except (Refused, _Odd):
                self._shapes[key] = None

    def _shape(
        self, statement: Statement, path: str, sets: Sets, found: Sequence[Part], pieces: list[str]
    ) -> "_Shape":
        outline = _without_values(pieces)
        drawn = sketched(found, sets, self._text)
        shape = _Shape(drawn, _spans(path, statement.line, statement.start))
        for part in found:
            self._add(shape, part, sets, outline, pieces)
        if shape.varying != outline.count(""):
            raise _Odd
        return shape

    def _add(
        self, shape: "_Shape", part: Part, sets: Sets, outline: tuple[str, ...], pieces: list[str]
    ) -> None:
        """Adds a part of a rule to its shape."""
        if not isinstance(part, _SIMPLE):
            raise _Odd
        first, last = shape.place(part.span)
        varying = [number for number in range(first, last + 1) if not outline[number]]
        shape.varying += len(varying)
        if isinstance(part, Counter):
            shape.packets = next((each for each in varying if outline[each - 1] == "packets"), None)
        elif isinstance(part, Comment):
            shape.comment = last if varying else None
        elif isinstance(part, Relation) and varying == [last]:
            known = self._values.setdefault((sets.families, *pieces[first:last]), {})
            shape.add(_Value(part, pieces[first : last + 1], last, sets, known))
        elif varying:
            raise _Odd
        elif isinstance(part, Verdict):
            shape.jump = part if part.chain is not None else None
        else:
            shape.add(required(part, sets, self._text))


def _without_values(pieces: list[str]) -> tuple[str, ...]:
    """The pieces, of which those that vary are empty."""
    found, before = [], ""
    for piece in pieces:
        known = _VARYING.get(before)
        if known is not None and known.fullmatch(piece):
            piece = ""
        found.append(piece)
        if piece != "!=":  # it stands between a field and its value
            before = piece
    return tuple(found)


class _Odd(Exception):
    """The rule is not as simple as it seemed."""


class _Value:
    """A match whose value varies."""

    __slots__ = ("_known", "_option", "_relation", "_sets", "_whats", "at")

    def __init__(
        self, relation: Relation, pieces: list[str], at: int, sets: Sets, known: dict[str, Needs | None]
    ) -> None:
        self.at = at
        self._relation, self._sets, self._known = relation, sets, known
        self._option = " ".join(pieces[:-1])
        needs = self._needs(pieces[-1])
        if needs is None:
            raise _Odd
        self._whats = [match.what for _, match in needs]

    def needs(self, text: str) -> Needs | None:
        """None for a value that is not as simple as the first one."""
        found = self._needs(text)
        return found if found and [match.what for _, match in found] == self._whats else None

    def _needs(self, text: str) -> Needs | None:
        if text not in self._known:
            self._known[text] = self._read(text)
        return self._known[text]

    def _read(self, text: str) -> Needs | None:
        line = f"{self._option} {' '.join(text.split())}"
        try:
            relation = self._relation._replace(right=_literal(text), span=Span("", 0, len(line)))
            needs = required(relation, self._sets, Text({"": line}))
        except Refused:
            return None
        return None if needs is None else _keyed(needs)


def _literal(text: str) -> Value:
    """A value as `_VALUE` has it."""
    if text[0] == "{":
        words = Words(Statement(None, 0, len(text), line=text).nodes, "", len(text))
        return Expressions({}, True).value(words)
    first, dash, last = text.partition("-")
    atom = Atom(first, _NOWHERE)
    return Range(atom, Atom(last, _NOWHERE), _NOWHERE) if dash else atom


class _Shape:
    """What rules that are written alike have in common."""

    __slots__ = ("_drawn", "_firsts", "_lasts", "_needs", "_places", "comment", "jump", "packets", "varying")

    def __init__(self, drawn: Sketched, spans: list[Span]) -> None:
        if len(drawn.rules) != 1:
            raise _Odd
        self._drawn = drawn
        self._firsts = {span.start: number for number, span in enumerate(spans)}
        self._lasts = {span.end: number for number, span in enumerate(spans)}
        self._places = {name: self.place(span) for name, span in drawn.rules[0].spans.items()}
        self._needs: list[_Value | Needs] = []
        self.varying = 0  # pieces that are known to
        self.packets: int | None = None  # the piece that tells them
        self.comment: int | None = None
        self.jump: Verdict | None = None

    def place(self, span: Span) -> Place:
        """The pieces that a part is made of."""
        if span.start not in self._firsts or span.end not in self._lasts:
            raise _Odd
        return self._firsts[span.start], self._lasts[span.end]

    def add(self, needs: "_Value | tuple[Match, ...] | None") -> None:
        if needs is None:
            raise _Odd
        self._needs.append(needs if isinstance(needs, _Value) else _keyed(needs))

    def read(self, statement: Statement, path: str, pieces: list[str], handle: str) -> Rule | None:
        """None for a rule that is not as simple as the first one."""
        common: dict[object, Match] = {}
        for each in self._needs:
            needs = each.needs(pieces[each.at]) if isinstance(each, _Value) else each
            if needs is None:
                return None
            for key, match in needs:
                common.setdefault(key, match)
        line, start = statement.line, statement.start
        drawn = Sketched(
            [
                Sketch(
                    tuple(common.values()),
                    self._drawn.rules[0].action,
                    _Places(self._places, path, line, start),
                )
            ],
            self._drawn.packets if self.packets is None else int(pieces[self.packets]),
            self._drawn.comment if self.comment is None else pieces[self.comment][1:-1],
        )
        found: list[Part] = [self._jump(path, line, start)] if self.jump else []
        return Rule(found, Span(path, start, statement.end), handle, drawn)

    def _jump(self, path: str, line: str, start: int) -> Verdict:
        """The jump of a rule, at its own place."""
        assert self.jump is not None
        assert self.jump.chain_span is not None
        spans = _spans(path, line, start)
        (first, _), (last, _) = self.place(self.jump.span), self.place(self.jump.chain_span)
        span = Span(path, spans[first].start, spans[last].end)
        return self.jump._replace(span=span, chain_span=spans[last])


def _keyed(needs: tuple[Match, ...]) -> Needs:
    return tuple((key_of(match), match) for match in needs)
