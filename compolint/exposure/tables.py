"""The chains and rules of one family that a machine has, whichever files they come from.

Files that fill one chain fill it together: a script that writes to `DOCKER-USER` and UFW's files are one
set of rules. What a dump says is loaded goes before what files say shall be.
"""

from collections.abc import Iterable
from typing import Literal

from compolint.model import Entity
from compolint.model.firewall import (
    HOOKS,
    PRIORITIES,
    Addresses,
    Chain,
    Family,
    Firewall,
    FirewallRule,
    Hook,
    Match,
)
from compolint.model.values import Ports
from compolint.record import replace
from compolint.tuples import NamedTuple
from compolint.unknown import Unknown

_HOOKS: dict[str, Hook] = {hook.upper(): hook for hook in HOOKS}
_PRIORITY = {"raw": -300, "mangle": -150, "nat": -100, "filter": 0, "security": 50}  # of iptables' tables
_OF_ENGINES = ("DOCKER", "NETAVARK", "CNI-")  # chains
Name = tuple[str, str]  # of a chain: its table's and its own


class Tables(NamedTuple):
    """Chains by name, and their rules in order."""

    family: Family
    chains: dict[Name, Chain]
    rules: dict[Name, list[FirewallRule]]

    def add(self, chain: Chain) -> None:
        """A chain joins those that are there; of their policies the strictest that is known counts."""
        name = chain.table, chain.name
        there = self.chains.get(name)
        if there is None:
            self.chains[name] = chain
        elif _strength(chain) > _strength(there):
            self.chains[name] = replace(there, policy=chain.policy, span=chain.span, spans=chain.spans)

    def ensure(self, name: Name, origin: Entity) -> None:
        """A chain that is there without anybody making it, as the kernel's own are."""
        if name not in self.chains:
            table, own = name
            hook = _HOOKS.get(own) if table in _PRIORITY else None
            kind: Literal["nat", "filter"] = "nat" if table == "nat" else "filter"
            priority = _PRIORITY.get(table, 0)
            if table == "nat" and own in ("INPUT", "POSTROUTING"):
                priority = PRIORITIES["srcnat"]
            self.chains[name] = Chain(
                key=f"{table}/{own}", span=origin.span, firewall="", table=table, name=own,
                hook=hook, kind=kind, priority=priority,
            )  # fmt: skip

    def append(self, *rules: FirewallRule) -> None:
        for rule in rules:
            self.rules.setdefault((rule.table, rule.chain), []).append(rule)

    def insert(self, *rules: FirewallRule) -> None:
        """Rules at the top of their chain, in the order in which they are given."""
        for rule in reversed(rules):
            self.rules.setdefault((rule.table, rule.chain), []).insert(0, rule)

    def copy(self) -> "Tables":
        return Tables(
            self.family, dict(self.chains), {name: list(rules) for name, rules in self.rules.items()}
        )

    def addresses(self) -> Iterable[Addresses]:
        """All that the rules tell apart by."""
        for rules in self.rules.values():
            for rule in rules:
                yield from _addresses(rule.matches)

    def ports(self) -> Iterable[Ports]:
        """All ports and ranges of them that the rules name."""
        for rules in self.rules.values():
            for rule in rules:
                yield from _ports(rule.matches)

    def turned_ports(self) -> Iterable[tuple[int, Ports]]:
        """What clients dial, with what rules of the host's own make of it; engines see to their ports."""
        for rules in self.rules.values():
            for rule in rules:
                target = rule.action.ports
                if not isinstance(target, Ports) or rule.action.kind not in ("dnat", "redirect"):
                    continue
                if rule.firewall and not rule.chain.startswith(_OF_ENGINES):
                    yield from (
                        (port.first, target) for port in rule.values("port") if isinstance(port, Ports)
                    )

    def interfaces(self) -> Iterable[str]:
        """The names of interfaces in rules, those with a star included."""
        for rules in self.rules.values():
            for rule in rules:
                for match in rule.matches:
                    if match.what in ("interface", "out_interface"):
                        yield from (each for each in match.values if isinstance(each, str))


def _ports(matches: tuple[Match, ...]) -> Iterable[Ports]:
    for match in matches:
        for value in match.values:
            if isinstance(value, Ports):
                yield value
            elif match.what == "any" and isinstance(value, tuple):
                yield from _ports(value)


def _strength(chain: Chain) -> int:
    """How much a policy counts beside others of the same chain."""
    if isinstance(chain.policy, Unknown):
        return 0
    return 1 if chain.policy in ("accept", "return") else 2


def _addresses(matches: tuple[Match, ...]) -> Iterable[Addresses]:
    for match in matches:
        for value in match.values:
            if isinstance(value, Addresses):
                yield value
            elif match.what == "any" and isinstance(value, tuple):
                yield from _addresses(value)


def tables_of(
    family: Family,
    firewalls: Iterable[Firewall],
    chains: Iterable[Chain],
    rules: Iterable[FirewallRule],
) -> Tables:
    """What these firewalls load together."""
    chosen = {firewall.key for firewall in firewalls if firewall.enabled is not False}
    found = Tables(family, {}, {})
    for chain in chains:
        if chain.firewall in chosen and family in chain.families:
            found.add(chain)
    for rule in rules:
        if rule.firewall in chosen and family in rule.families:
            found.append(rule)
    for name, rules_there in list(found.rules.items()):
        # A file may add to a chain that it does not make: the kernel's own, or Docker's.
        found.ensure(name, rules_there[0])
    return found
