"""What a dump tells of the containers that ran when it was made: their addresses, and their networks.

An engine's own rules name the address of a container beside the interface of its network. So a published port
leads to a network, and an address that is a container's is none of the host's.
"""

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from compolint.exposure.tables import Tables
from compolint.model.firewall import Addresses, Family, FirewallRule, Match
from compolint.model.values import Ports
from compolint.pattern import pattern
from compolint.tuples import NamedTuple

_VIRTUAL = ("docker", "br-", "podman", "cni")


_NAME = pattern(r"br-[0-9a-f]{12}")  # as Docker calls the interface of a network by itself
_NONE: Mapping[tuple[str, int], str] = MappingProxyType({})


class Home(NamedTuple):
    """A stretch of addresses that is behind an interface of the host."""

    addresses: Addresses
    interface: str


class Learnt(NamedTuple):
    """The networks of containers that rules speak of, and the published ports that lead there."""

    homes: tuple[Home, ...] = ()
    ports: Mapping[tuple[str, int], str] = _NONE  # interfaces, by the protocol and number of a published port
    interfaces: tuple[str, ...] = ()  # of networks of containers, those of other projects included

    def interface(self, addresses: Addresses) -> str | None:
        """The interface that an address is behind; of several stretches the smallest tells."""
        found = [home for home in self.homes if _has(home.addresses, addresses)]
        nearest = min(found, key=lambda home: home.addresses.last - home.addresses.first, default=None)
        return nearest.interface if nearest else None

    def networks(self, family: Family, but: str = "") -> Iterator[Addresses]:
        """The addresses that containers have, without those of one interface's network."""
        for home in self.homes:
            if home.addresses.family == family and home.interface != but:
                yield home.addresses

    def containers(self, interface: str, family: Family) -> Iterator[Addresses]:
        """The single addresses behind an interface that are known to be containers'."""
        for addresses, own in self.homes:
            if own == interface and addresses.family == family and addresses.first == addresses.last:
                yield addresses

    def subnet(self, interface: str, family: Family) -> Addresses | None:
        """The network behind an interface, if rules name it."""
        stretches = (
            home.addresses
            for home in self.homes
            if home.interface == interface and home.addresses.family == family
        )
        widest = max(stretches, key=lambda each: each.last - each.first, default=None)
        return widest if widest and widest.last > widest.first else None


def learn(tables: Collection[Tables]) -> Learnt:
    """What these rules tell."""
    every = [rule for those in tables for rules in those.rules.values() for rule in rules]
    networks = frozenset(name for rule in every if (name := _network(rule)))
    homes = tuple(dict.fromkeys(home for rule in every if (home := _home(rule, networks))))
    found = Learnt(homes)
    ports: dict[tuple[str, int], str] = {}
    for rule in every:
        if rule.action.kind != "dnat" or not isinstance(rule.action.addresses, Addresses):
            continue
        interface = found.interface(rule.action.addresses)
        for protocol in rule.values("protocol"):
            for port in rule.values("port"):
                if interface and isinstance(port, Ports):
                    ports.setdefault((str(protocol), port.first), interface)
    named = networks or {name for those in tables for name in those.interfaces() if _NAME.fullmatch(name)}
    return Learnt(homes, ports, tuple(sorted(named)))


def _network(rule: FirewallRule) -> str | None:
    """A network of containers: `! -i BRIDGE -o BRIDGE`, `-i BRIDGE ! -o BRIDGE` in Docker's own chains."""
    if not rule.chain.startswith("DOCKER") or rule.chain == "DOCKER-USER":
        return None
    sides = [each for each in rule.matches if each.what in ("interface", "out_interface")]
    if len(sides) != 2 or sides[0].negated == sides[1].negated or sides[0].values != sides[1].values:
        return None
    (name, *others) = sides[0].values
    return None if others or "*" in str(name) else str(name)


def _home(rule: FirewallRule, networks: Collection[str]) -> Home | None:
    """`-d ADDRESS -o BRIDGE` in Docker's chain, `-d ADDRESS ! -i BRIDGE -j DROP`, `-s SUBNET ! -o BRIDGE`."""
    by_what = {match.what: match for match in rule.matches}
    table = rule.table.rpartition(" ")[2]  # of nftables with the family in front
    if table == "nat":
        if rule.chain == "POSTROUTING" and rule.action.kind == "masquerade":
            return _pair(by_what.get("source"), by_what.get("out_interface"), networks, negated=True)
        return None
    if table == "raw":
        return _pair(by_what.get("destination"), by_what.get("interface"), networks, negated=True)
    if rule.chain == "DOCKER":
        return _pair(by_what.get("destination"), by_what.get("out_interface"), networks, negated=False)
    return None


def _pair(
    where: Match | None, interface: Match | None, networks: Collection[str], *, negated: bool
) -> Home | None:
    if where is None or interface is None or where.negated or interface.negated != negated:
        return None
    (addresses, *more), (name, *others) = where.values, interface.values
    if more or others or not isinstance(addresses, Addresses):
        return None
    if name not in networks and not str(name).startswith(_VIRTUAL):
        return None
    return Home(addresses, str(name))


def _has(stretch: Addresses, addresses: Addresses) -> bool:
    return (
        stretch.family == addresses.family
        and stretch.first <= addresses.first
        and addresses.last <= stretch.last
    )
