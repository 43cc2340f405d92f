"""Rules that no packet ever gets to, because earlier ones of their chain take all that they match.

A rule matches a box of packets: a set for each thing that rules look at. From the box of a rule the boxes of
those before it are taken away; where nothing is left, the rule is dead. Only rules that are sure to end a
packet's way through the chain take away; of a match that the rules leave open nothing is assumed.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from compolint.exposure.tables import Tables
from compolint.model.firewall import Addresses, FirewallRule, Match
from compolint.model.values import Ports
from compolint.tuples import NamedTuple

Box = tuple[int, ...]  # for each dimension the pieces that it has
_ENDING = frozenset(("accept", "drop", "reject", "return", "goto", "dnat", "redirect", "snat", "masquerade"))
_STRETCHES = frozenset((
    "source", "destination", "original_source", "original_destination", "port", "source_port",
    "original_port", "original_source_port",
))  # fmt: skip
_NAMES = frozenset(("interface", "out_interface", "protocol", "state", "direction", "family"))
_ENDS: dict[object, int] = {0: 1 << 16, 4: 1 << 32, 6: 1 << 128}  # of ports, and of each family's addresses
_OPEN = frozenset(("maybe", "first", "any"))
_MOST_PIECES = 2_000
_MOST_RULES = 10_000  # of a chain; the others are not looked at
_MOST_PAIRS = 1_500_000  # comparisons of rules in one table; of larger ones only the first are made


class Dead(NamedTuple):
    """A rule that never matches, and the earlier ones that see to that."""

    rule: FirewallRule
    by: tuple[FirewallRule, ...]
    kind: Literal["redundant", "shadowed", "contradictory"]  # all say the same, some do not, it says nothing


class _Earlier(NamedTuple):
    """A rule that ends the way of all packets that it matches."""

    rule: FirewallRule
    box: Box
    bounds: tuple[tuple[int, int], ...]  # of the dimensions that it does not take whole


def dead_rules(tables: Tables) -> Iterator[Dead]:
    """The rules of a set of tables that decide nothing."""
    pairs = 0
    for rules in tables.rules.values():
        if len(rules) < 2 and not _may_contradict(rules):
            continue
        rules = rules[:_MOST_RULES]
        space = _Space(rules)
        boxes = [space.box(rule) for rule in rules]
        may_end = [rule.action.kind in _ENDING and space.is_exact(rule) for rule in rules]
        has_taker = _takers(boxes, may_end, space.all)
        earlier: list[_Earlier] = []
        for number, (rule, box) in enumerate(zip(rules, boxes, strict=True)):
            if not all(box):
                yield Dead(rule, (), "contradictory")
                continue
            by: tuple[FirewallRule, ...] = ()
            if has_taker[number] and rule.action.kind != "continue":
                pairs += len(earlier)
                if pairs > _MOST_PAIRS:
                    return
                by = _covered(box, earlier)
            if by:
                yield Dead(rule, by, _kind(rule, by))
            elif may_end[number]:
                earlier.append(_Earlier(rule, box, space.bounds(box)))


def _takers(boxes: Sequence[Box], may_end: Sequence[bool], whole: Box) -> list[bool]:
    """For each box whether an earlier rule takes its last corner; if none does, the rule is not dead.

    The rules that take a piece are the bits of one number, which is led along each dimension.
    """
    left = [(1 << number) - 1 for number in range(len(boxes))]
    for dimension, pieces in enumerate(whole):
        always, changes = 0, dict[int, int]()
        asked: dict[int, list[int]] = {}
        for number, box in enumerate(boxes):
            mask = box[dimension]
            asked.setdefault(mask.bit_length() - 1, []).append(number)
            if not (may_end[number] and all(box)):
                continue
            if mask == pieces:
                always |= 1 << number
                continue
            for edge in _edges(mask):
                changes[edge] = changes.get(edge, 0) ^ 1 << number
        takers = always
        for place in sorted({*changes, *asked}):
            takers ^= changes.get(place, 0)
            for number in asked.get(place, ()):
                left[number] &= takers
    return [bool(each) for each in left]


def _edges(mask: int) -> Iterator[int]:
    """Where runs of bits begin, and where they end."""
    place = 0
    while mask:
        zeros = (mask & -mask).bit_length() - 1
        mask >>= zeros
        ones = (~mask & mask + 1).bit_length() - 1
        mask >>= ones
        yield place + zeros
        place += zeros + ones
        yield place


def _may_contradict(rules: Sequence[FirewallRule]) -> bool:
    return any(len(rule.matches) > 1 for rule in rules)


def _kind(rule: FirewallRule, by: tuple[FirewallRule, ...]) -> Literal["redundant", "shadowed"]:
    same = all(each.action._replace(text="") == rule.action._replace(text="") for each in by)
    return "redundant" if same else "shadowed"


def _covered(box: Box, earlier: "list[_Earlier]") -> tuple[FirewallRule, ...]:
    """The earlier rules that together take all of a box; none if something of it is left."""
    by: list[FirewallRule] = []
    left = [box]
    for rule, other, bounds in earlier:
        if not all(box[number] & theirs for number, theirs in bounds):
            continue
        remaining: list[Box] = []
        for piece in left:
            remaining += _without(piece, other)
        if remaining != left:
            by.append(rule)
        if not remaining:
            return tuple(by)
        if len(remaining) > _MOST_PIECES:
            return ()
        left = remaining
    return ()


def _without(piece: Box, other: Box) -> Iterator[Box]:
    """What is left of a box, as boxes that have nothing in common."""
    if not all(mine & theirs for mine, theirs in zip(piece, other, strict=True)):
        yield piece
        return
    for number, theirs in enumerate(other):
        outside = piece[number] & ~theirs
        if outside:
            yield (*piece[:number], outside, *piece[number + 1 :])
            piece = (*piece[:number], piece[number] & theirs, *piece[number + 1 :])


class _Space:
    """What the rules of one chain tell apart, each in pieces."""

    def __init__(self, rules: Iterable[FirewallRule]) -> None:
        found: dict[tuple[object, ...], set[object]] = {}
        for rule in rules:
            for match in rule.matches:
                dimension = _dimension(match)
                if dimension:
                    found.setdefault(dimension, set()).update(match.values)
        self._dimensions = [_Pieces(name, values) for name, values in found.items()]
        self._numbers = {name: number for number, name in enumerate(found)}
        self.all = tuple(pieces.all for pieces in self._dimensions)

    def box(self, rule: FirewallRule) -> Box:
        """All that a rule may match."""
        box = list(self.all)
        for match in rule.matches:
            dimension = _dimension(match)
            if dimension:
                number = self._numbers[dimension]
                pieces = self._dimensions[number]
                mask = pieces.mask(match.values)
                box[number] &= pieces.all & ~mask if match.negated else mask
        return tuple(box)

    def bounds(self, box: Box) -> tuple[tuple[int, int], ...]:
        """The dimensions that a box does not take whole."""
        return tuple((number, mask) for number, mask in enumerate(box) if mask != self.all[number])

    def is_exact(self, rule: FirewallRule) -> bool:
        """Whether a rule surely matches all of its box."""
        return not any(match.what in _OPEN for match in rule.matches) and all(
            isinstance(value, Addresses | Ports | str | int | tuple)
            for m in rule.matches
            for value in m.values
        )


def _dimension(match: Match) -> tuple[object, ...]:
    """What a match looks at; of an unusual one, just whether it holds."""
    if match.what in _OPEN:
        return ()
    if match.what in _STRETCHES:
        family = next((each.family for each in match.values if isinstance(each, Addresses)), 0)
        return match.what, family
    if match.what in _NAMES:
        return (match.what,)
    return match.what, match.values, match.text if match.what == "never" else ""


class _Pieces:
    """One thing that rules look at, cut where they cut it."""

    def __init__(self, name: tuple[object, ...], values: set[object]) -> None:
        self._cuts: list[int] = []
        self._names: list[str] = []
        self._is_other = False
        what = name[0]
        if what in _STRETCHES:
            starts = {0}
            for each in values:
                first, last = _ends(each)
                starts |= {first, last + 1}
            end = _ENDS[name[1]]
            if max(starts) == end:
                starts.remove(end)  # nothing is there
            self._cuts = sorted(starts)
            count = len(self._cuts)
        elif what in _NAMES:
            self._names = sorted(str(each) for each in values)
            count = len(self._names) + 1  # and all that nobody names
        else:
            self._is_other, count = True, 2
        self.all = (1 << count) - 1

    def mask(self, values: tuple[object, ...]) -> int:
        if self._is_other:
            return 1
        if self._names:
            return self._named(values)
        found = 0
        for each in values:
            first, last = _ends(each)
            start, behind = bisect_left(self._cuts, first), bisect_left(self._cuts, last + 1)
            found |= ((1 << (behind - start)) - 1) << start
        return found

    def _named(self, values: tuple[object, ...]) -> int:
        """`br-*` stands for all names that begin so, and is a piece of its own, too."""
        found = 0
        for each in map(str, values):
            for number, name in enumerate(self._names):
                if name == each or (each.endswith("*") and name.startswith(each[:-1])):
                    found |= 1 << number
            if each == "*":
                found |= self.all
        return found


def _ends(value: object) -> tuple[int, int]:
    if isinstance(value, Addresses | Ports):
        return value.first, value.last
    return 0, 0
