"""The rules that one rule of nftables becomes: each with one action, sets of concatenations taken apart."""

from collections.abc import Mapping, Sequence
from itertools import islice, product
from typing import Literal

from compolint.load.firewall.addresses import addresses
from compolint.load.firewall.nft.conditions import Case, Sets, cases, key_cases, needs_of
from compolint.load.firewall.nft.values import (
    Assignment,
    Atom,
    Combined,
    Comment,
    Concat,
    Counter,
    Elements,
    Field,
    Limit,
    Listed,
    Lookup,
    Mapped,
    Masked,
    Named,
    Notrack,
    Pair,
    Part,
    Quiet,
    Range,
    Refused,
    Relation,
    Translation,
    Unclear,
    Unfamiliar,
    Value,
    Verdict,
)
from compolint.load.firewall.ports import port_number
from compolint.model.firewall import Action, Addresses, Marking, Match
from compolint.model.values import Ports
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown

_MOST = 5_000  # rules that one becomes
_ALL = 0xFFFFFFFF
_MOST_BRANCHES = 1_000  # ways in which its matches can hold
UNKNOWN = Action("unknown")
_NOTHING = Case((), Span("", 0, 0))


class Sketch(NamedTuple):
    matches: tuple[Match, ...]
    action: Action
    spans: Mapping[str, Span]


class Sketched(NamedTuple):
    rules: list[Sketch]
    packets: int | None
    comment: str


def sketched(parts: Sequence[Part], sets: Sets, text: "Text") -> Sketched:
    """Raises `Refused` where what is compared does not fit together."""
    drawing = _Drawing(sets, text)
    for part in parts:
        drawing.add(part)
    if not drawing.rules:
        drawing.emit(Action("continue"), None)
    return Sketched(drawing.rules, drawing.packets, drawing.comment)


def required(part: Part, sets: Sets, text: "Text") -> tuple[Match, ...] | None:
    """What one part asks of a packet; none if it does something, too, or can be fulfilled in several ways."""
    drawing = _Drawing(sets, text)
    drawing.add(part)
    return drawing.required()


def key_of(match: Match) -> object:
    """What tells a match apart: of those with equal keys a rule needs one."""
    return match if match.what in ("maybe", "never") else match[:3]


class Text:
    """The file's own words at a place."""

    __slots__ = ("_sources",)

    def __init__(self, sources: "dict[str, str]") -> None:
        self._sources = sources

    def at(self, span: Span) -> str:
        found = self._sources.get(span.path, "")[span.start : min(span.end, span.start + 500)]
        return " ".join(found.split())


class _Drawing:
    def __init__(self, sets: Sets, text: Text) -> None:
        self._sets, self._text = sets, text
        self._common: dict[object, Match] = {}  # what holds in each branch, once
        self._spans: dict[str, Span] = {}
        self._branches = [_NOTHING]
        self.rules: list[Sketch] = []
        self.packets: int | None = None
        self.comment = ""

    def add(self, part: Part) -> None:
        if isinstance(part, Limit | Quiet) and part.key is not None:
            for match in needs_of(part.key, self._sets):
                self._require(match, part.span)
        if isinstance(part, Relation):
            self._branch(cases(part, self._sets, self._text.at(part.span)))
        elif isinstance(part, Limit):
            self._require(Match("first", (part.is_within,), text=self._text.at(part.span)), part.span)
        elif isinstance(part, Unclear) and part.is_match:
            self._require(Match("maybe", text=part.text or self._text.at(part.span)), part.span)
        elif isinstance(part, Unclear):
            self.emit(Action("unknown", text=part.text or self._text.at(part.span)), part.span)
        elif isinstance(part, Verdict):
            self.emit(_verdict(part, self._text), part.span)
        elif isinstance(part, Lookup):
            self._look_up(part)
        elif isinstance(part, Translation):
            self._translate(part)
        elif isinstance(part, Assignment):
            self._assign(part)
        elif isinstance(part, Notrack):
            self.emit(Action("notrack", text=self._text.at(part.span)), part.span)
        elif isinstance(part, Counter):
            self.packets = part.packets
        elif isinstance(part, Comment):
            self.comment = part.text
            self._spans.setdefault("comment", part.span)
            for number, rule in enumerate(self.rules):
                self.rules[number] = rule._replace(spans={"comment": part.span, **rule.spans})

    def required(self) -> tuple[Match, ...] | None:
        """What holds in any case; none if that is not all."""
        return None if self.rules or self._branches != [_NOTHING] else tuple(self._common.values())

    def emit(self, action: Action, at: Span | None, case: Case | None = None) -> None:
        """A rule for each branch, which may ask for more."""
        more = () if case is None else case.matches
        if len(self.rules) + len(self._branches) > _MOST:
            raise Unfamiliar(f"this makes more than {_MOST} rules", at or self._branches[0].at)
        for branch in self._branches:
            spans = dict(self._spans)
            for matches, place in ((branch.matches, branch.at), (more, case.at if case else branch.at)):
                for match in matches:
                    spans.setdefault(match.what, place)
            if at is not None:
                spans["action"] = at
            own = [each for each in (*branch.matches, *more) if each[:3] not in self._common]
            self.rules.append(Sketch((*self._common.values(), *own), action, spans))

    def _require(self, match: Match, at: Span) -> None:
        self._common.setdefault(key_of(match), match)
        self._spans.setdefault(match.what, at)

    def _branch(self, found: list[Case]) -> None:
        if len(found) > 1 and len(found) * len(self._branches) > _MOST_BRANCHES:
            found = [Case((Match("any", tuple(case.matches for case in found)),), found[0].at)]
        if len(found) == 1:
            for match in found[0].matches:
                self._require(match, found[0].at)
        elif found:
            self._branches = [
                Case((*branch.matches, *case.matches), case.at)
                for branch, case in product(self._branches, found)
            ]

    def _look_up(self, part: Lookup) -> None:
        pairs = _pairs(part.data, self._sets)
        if pairs is None:
            text = self._text.at(part.span)
            self._require(Match("maybe", text=text), part.span)
            self.emit(Action("unknown", text=text), part.span)
            return
        keys: list[tuple[Match, ...]] = []
        for pair in sorted(pairs, key=_is_catchall):
            if not isinstance(pair.value, Verdict):
                raise Refused("this is no verdict", pair.value.span)
            for case in self._key_cases(part.key, pair, keys):
                keys.append(case.matches)
                self.emit(_verdict(pair.value, self._text), pair.value.span, case)

    def _key_cases(self, key: Value, pair: Pair, others: list[tuple[Match, ...]]) -> list[Case]:
        if _is_catchall(pair):
            rest = (Match("any", tuple(others), True),) if others else ()
            return [Case(rest, pair.key.span)]
        return key_cases(key, pair.key, self._sets, self._text.at(pair.key.span))

    def _translate(self, part: Translation) -> None:
        if part.family and len(self._sets.families) > 1:
            self._require(Match("family", (part.family,)), part.span)
        for case, address, port in self._targets(part):
            self.emit(self._translation(part, address, port), part.span, case)

    def _targets(self, part: Translation) -> list[tuple[Case | None, Value | None, Value | None]]:
        """Where it leads, for each key of its map."""
        mapped = next((each for each in (part.address, part.port) if isinstance(each, Mapped)), None)
        if mapped is None:
            return [(None, part.address, part.port)]
        pairs = _pairs(mapped.data, self._sets)
        text = self._text.at(mapped.span)
        if pairs is None:
            return [(Case((Match("maybe", text=text),), mapped.span), part.address, part.port)]
        found: list[tuple[Case | None, Value | None, Value | None]] = []
        keys: list[tuple[Match, ...]] = []
        for pair in sorted(pairs, key=_is_catchall):
            for case in self._key_cases(mapped.key, pair, keys):
                keys.append(case.matches)
                if mapped is part.address:
                    found.append((case, pair.value, part.port))
                else:
                    found.append((case, part.address, pair.value))
        return found

    def _translation(self, part: Translation, address: Value | None, port: Value | None) -> Action:
        if isinstance(address, Concat) and port is None:
            address, port = (
                (address.parts[0], address.parts[1]) if len(address.parts) == 2 else (address, None)
            )
        return Action(
            part.kind,
            addresses=None if address is None else self._addresses(address),
            ports=None if port is None else self._ports(port),
            text=self._text.at(part.span),
        )

    def _addresses(self, value: Value) -> Maybe[Addresses]:
        found = None
        if isinstance(value, Atom):
            found = addresses(value.text)
        elif isinstance(value, Range):
            found = addresses(f"{value.first.text}-{value.last.text}")
        return found or Unknown(self._text.at(value.span), value.span)

    def _ports(self, value: Value) -> Maybe[Ports]:
        first = last = None
        if isinstance(value, Atom):
            first = last = port_number(value.text)
        elif isinstance(value, Range):
            first, last = port_number(value.first.text), port_number(value.last.text)
        if first is None or last is None or last < first:
            return Unknown(self._text.at(value.span), value.span)
        return Ports(first, last)

    def _assign(self, part: Assignment) -> None:
        if part.field not in ("meta mark", "ct mark"):
            return
        text = self._text.at(part.span)
        self.emit(_marking(part, text), part.span)
        what = "mark" if part.field == "meta mark" else "connection_mark"
        # What looked at the mark before it changed can't be asked again.
        self._common = {
            key: Match("maybe", text=match.text) if match.what == what else match
            for key, match in self._common.items()
        }


def _is_catchall(pair: Pair) -> bool:
    return isinstance(pair.key, Atom) and pair.key.text == "*"


def _pairs(data: Value, sets: Sets) -> list[Pair] | None:
    if isinstance(data, Named):
        known = sets.elements.get(data.name)
        return None if known is None else _pairs(known, sets)
    if not isinstance(data, Elements):
        return None
    pairs = [item for item in islice(data.items, _MOST + 1) if isinstance(item, Pair)]
    if len(pairs) < len(data.items) and len(pairs) <= _MOST:
        raise Refused("an element of a map is a key, `:` and a value", data.span)
    return pairs


def _verdict(verdict: Verdict, text: Text) -> Action:
    if verdict.kind in ("jump", "goto"):
        if verdict.chain is None:
            return Action("unknown", text=text.at(verdict.span))
        return Action(verdict.kind, chain=verdict.chain, text=text.at(verdict.span))
    return Action(verdict.kind, text=text.at(verdict.span))


def _marking(part: Assignment, text: str) -> Action:
    is_packet = part.field == "meta mark"
    kind: Literal["mark", "connection_mark"] = "mark" if is_packet else "connection_mark"
    value = part.value
    if isinstance(value, Field) and value.name in ("meta mark", "ct mark"):
        if value.name == part.field:
            return Action("continue", text=text)
        return Action("restore_mark" if is_packet else "save_mark", text=text)
    marking = _constant(value, part.field)
    return Action("unknown", text=text) if marking is None else Action(kind, mark=marking, text=text)


def _constant(value: Value, field: str) -> Marking | None:
    """`0x1`, `mark | 0x1`, `mark & 0xff`, `mark & 0xff ^ 0x100`: the bits, and which are set."""
    if isinstance(value, Atom):
        number = _number(value)
        return None if number is None else Marking(number)
    if isinstance(value, Masked) and value.field.name == field:
        kept = _number(value.mask)
        return None if kept is None else Marking(0, _ALL & ~kept)
    operands: tuple[Value, ...] = ()
    operators: tuple[str, ...] = ()
    if isinstance(value, Listed):
        operands, operators = value.items, ("|",) * (len(value.items) - 1)
    elif isinstance(value, Combined):
        operands, operators = value.operands, value.operators
    if not operands or not isinstance(operands[0], Field) or operands[0].name != field:
        return None
    bits, mask = 0, 0
    for operator, operand in zip(operators, operands[1:], strict=True):
        number = _number(operand)
        if number is None or operator not in ("&", "|", "^"):
            return None
        if operator == "|":
            bits, mask = bits | number, mask | number
        elif operator == "^":
            if number & ~mask:
                return None  # what they were before decides
            bits ^= number
        else:
            bits, mask = bits & number, mask | (_ALL & ~number)
    return Marking(bits, mask)


def _number(value: Value) -> int | None:
    text = value.text if isinstance(value, Atom) else ""
    try:
        found = int(text, 0) if len(text) < 20 else -1
    except ValueError:
        return None
    return found if 0 <= found <= _ALL else None
