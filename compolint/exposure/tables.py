"""The chains and rules of one family that a machine has, whichever files they come from.

Files that fill one chain fill it together: a script that writes to `DOCKER-USER` and UFW's files are one
set of rules. What a dump says is loaded goes before what files say shall be.
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from compolint.model import Entity
from compolint.model.firewall import Addresses, Chain, Family, Firewall, FirewallRule, Match, hooked
from compolint.model.values import Ports
from compolint.record import replace
from compolint.tuples import NamedTuple
from compolint.unknown import Unknown

_OF_ENGINES = ("DOCKER", "NETAVARK", "CNI-")  # chains
T = TypeVar("T", Addresses, Ports)
Name = tuple[str, str]  # of a chain: its table's and its own


_ANY = Ports(4444, 4444)  # stands for all, where a rule names none


class Turn(NamedTuple):
    """What a rule makes of packets that clients send to a port."""

    asked: int  # the port
    ports: Ports
    address: Addresses | None  # `None`: one of the host's, or none that the rule tells


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
            there = hooked(table, own)
            self.chains[name] = Chain(
                key=f"{table}/{own}", span=origin.span, firewall="", table=table, name=own,
                hook=there.hook, kind=there.kind, priority=there.priority,
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

    def values(self, kind: type[T]) -> Iterator[tuple[str, T]]:
        """All addresses, or all ports, that rules tell apart by; each with the table."""
        for (table, _), rules in self.rules.items():
            for rule in rules:
                for match in flat(rule.matches):
                    for value in match.values:
                        if isinstance(value, kind):
                            yield table, value

    def turns(self) -> Iterator["Turn"]:
        """The ports that rules of the host's own turn into others; engines see to theirs."""
        for rules in self.rules.values():
            for rule in rules:
                action = rule.action
                if action.kind not in ("dnat", "redirect") or not rule.firewall:
                    continue
                if rule.chain.startswith(_OF_ENGINES):
                    continue
                address = action.addresses if isinstance(action.addresses, Addresses) else None
                for asked in rule.values("port") or (_ANY,):
                    if isinstance(asked, Ports):
                        ports = action.ports if isinstance(action.ports, Ports) else asked
                        yield Turn(asked.first, ports, address)

    def interfaces(self) -> Iterable[str]:
        """The names of interfaces in rules, those with a star included."""
        for rules in self.rules.values():
            for rule in rules:
                for match in rule.matches:
                    if match.what in ("interface", "out_interface"):
                        yield from (each for each in match.values if isinstance(each, str))


def _strength(chain: Chain) -> int:
    """How much a policy counts beside others of the same chain."""
    if isinstance(chain.policy, Unknown):
        return 0
    return 1 if chain.policy in ("accept", "return") else 2


def flat(matches: Iterable[Match]) -> Iterator[Match]:
    """The matches, and those of which any is enough."""
    for match in matches:
        if match.what != "any":
            yield match
            continue
        for each in match.values:
            assert isinstance(each, tuple)
            yield from flat(each)


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
