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
_OPEN = frozenset(("maybe", "first", "any"))
_MOST_PIECES = 2_000
_MOST_PAIRS = 1_500_000  # comparisons of rules in one table; of larger ones only the first are made


class Dead(NamedTuple):
    """A rule that never matches, and the earlier ones that see to that."""

    rule: FirewallRule
    by: tuple[FirewallRule, ...]
    kind: Literal["redundant", "shadowed", "contradictory"]  # all say the same, some do not, it says nothing


def dead_rules(tables: Tables) -> Iterator[Dead]:
    """The rules of a set of tables that decide nothing."""
    pairs = 0
    for rules in tables.rules.values():
        if len(rules) < 2 and not _may_contradict(rules):
            continue
        space = _Space(rules)
        earlier: list[tuple[FirewallRule, Box]] = []
        for rule in rules:
            box = space.box(rule)
            if not all(box):
                yield Dead(rule, (), "contradictory")
                continue
            pairs += len(earlier)
            if pairs > _MOST_PAIRS:
                return
            if rule.action.kind != "continue" and (by := _covered(box, earlier)):
                yield Dead(rule, by, _kind(rule, by))
            elif rule.action.kind in _ENDING and space.is_exact(rule):
                earlier.append((rule, box))


def _may_contradict(rules: Sequence[FirewallRule]) -> bool:
    return any(len(rule.matches) > 1 for rule in rules)


def _kind(rule: FirewallRule, by: tuple[FirewallRule, ...]) -> Literal["redundant", "shadowed"]:
    same = all(each.action._replace(text="") == rule.action._replace(text="") for each in by)
    return "redundant" if same else "shadowed"


def _covered(box: Box, earlier: list[tuple[FirewallRule, Box]]) -> tuple[FirewallRule, ...]:
    """The earlier rules that together take all of a box; none if something of it is left."""
    by: list[FirewallRule] = []
    left = [box]
    for rule, other in earlier:
        if not all(mine & theirs for mine, theirs in zip(box, other, strict=True)):
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
        self._all = tuple(pieces.all for pieces in self._dimensions)

    def box(self, rule: FirewallRule) -> Box:
        """All that a rule may match."""
        box = list(self._all)
        for match in rule.matches:
            dimension = _dimension(match)
            if dimension:
                number = self._numbers[dimension]
                pieces = self._dimensions[number]
                mask = pieces.mask(match.values)
                box[number] &= pieces.all & ~mask if match.negated else mask
        return tuple(box)

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
