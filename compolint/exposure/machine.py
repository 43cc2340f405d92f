"""A machine as packets see it: who is behind which interface, and which rules they meet.

Where files leave open how the machine is set up, there are several `Setup`s of it: an engine whose release
nobody names writes one of three sets of rules. What all of them say is known; what they differ in is not.
"""

from collections.abc import Iterable, Mapping

from compolint.exposure.chains import Chains
from compolint.exposure.learnt import Learnt
from compolint.exposure.networks import Bridge, Published
from compolint.exposure.packet import Place, numbered
from compolint.exposure.path import Loopback
from compolint.exposure.sources import Axis, everything, network, shown, without
from compolint.exposure.tables import Tables, Turn
from compolint.model import Entity
from compolint.model.firewall import Addresses, Family
from compolint.text import Note, Span
from compolint.tuples import NamedTuple

FAMILIES: tuple[Family, ...] = (4, 6)
Sources = Mapping[Family, tuple[Addresses, ...]]


def _networks(*texts: str) -> tuple[Addresses, ...]:
    return tuple(map(network, texts))


PRIVATE = _networks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
TAILNET: Sources = {4: _networks("100.64.0.0/10"), 6: _networks("fd7a:115c:a1e0::/48")}
LAN: Sources = {4: PRIVATE, 6: _networks("fd00::/8", "fe80::/10")}
# What Docker gives to its networks where nobody says which.
POOLS: Sources = {4: _networks("172.16.0.0/12", "192.168.0.0/16"), 6: _networks("fd00::/8")}
LOOPBACK: Sources = {4: _networks("127.0.0.0/8"), 6: _networks("::1/128")}
_NOT_PUBLIC = (*PRIVATE, *TAILNET[4], *LOOPBACK[4], network("169.254.0.0/16"))
INTERNET: Sources = {
    4: without(Addresses(4, 1 << 24, (224 << 24) - 1), _NOT_PUBLIC),
    6: _networks("2000::/3"),
}
# Any address that a host may have: neither the loopback nor one of a group.
_ANY: Sources = {
    4: (Addresses(4, 1 << 24, (127 << 24) - 1), Addresses(4, 128 << 24, (224 << 24) - 1)),
    6: (Addresses(6, 2, (0xFF << 120) - 1),),
}


class Zone(NamedTuple):
    """Where a client is: behind one of these interfaces, with one of these addresses."""

    name: str
    interfaces: tuple[str, ...]  # none: on the host itself
    sources: Sources
    dials: Sources  # the addresses of the host that its clients ask for
    is_any: bool = False  # several places, of which each counts; else one of them, which is not known
    is_vast: bool = False  # so that a few of its addresses do not stand for it


class Door(NamedTuple):
    """A port of the machine, and what waits behind it."""

    listener: Entity
    span: Span
    protocol: str
    port: int
    families: tuple[Family, ...]
    address: Addresses | None = None  # `None`: every one of the host's
    published: Published | None = None
    has_socket: bool = True  # a program of the host has it open, as an engine's proxy has
    is_direct: bool = False  # clients ask for the container's own address, to which the host routes
    last: int = 0  # of a range that nothing tells apart, which `port` stands for

    @property
    def shown_address(self) -> str:
        if self.is_direct:
            return "the container's own address"
        return "every interface" if self.address is None else shown(self.address)

    @property
    def note(self) -> Note:
        """What its binding alone says."""
        return Note(f"{'published' if self.published else 'open'} on {self.shown_address}", self.span)


_USUAL = Loopback()
AND = " and "  # between the conditions of a setup


class Setup(NamedTuple):
    """One way in which the machine may be set up."""

    chains: Mapping[Family, Chains]
    assumed: str = ""  # in words, where it is not known to be so
    wan: str = "eth0"
    forwards: bool | None = True
    filtered: Mapping[Family, Span] = {}  # the families that files have rules for, and where
    turned: Mapping[Family, tuple[Turn, ...]] = {}  # ports that rules turn into others
    loopback: Loopback = _USUAL


class Machine(NamedTuple):
    """A host with its zones."""

    zones: tuple[Zone, ...]
    setups: tuple[Setup, ...]
    bridges: tuple[Bridge, ...] = ()
    published: tuple[Published, ...] = ()
    own: Mapping[tuple[str, Family], Addresses] = {}  # the host's addresses, as far as they are known
    families: tuple[Family, ...] = FAMILIES
    learnt: Learnt = Learnt()
    doubt: Note | None = None  # so many firewalls may be this machine's that none is asked
    homes: Mapping[int, Bridge] = {}  # the networks of containers, by the numbers that stand for addresses
    pools: Sources = POOLS  # of the addresses that the engine gives to networks
    cuts: tuple[int, ...] = ()  # where another sort of ports begins, as far as files tell them apart

    def zone(self, name: str) -> Zone:
        return next(zone for zone in self.zones if zone.name == name)

    def address_on(self, interface: str, family: Family) -> Place:
        """The host's own address on an interface."""
        if interface == "lo":
            first = LOOPBACK[family][0].first + (family == 4)
            return Place("loopback", (Addresses(family, first, first),))
        known = self.own.get((interface, family))
        if known:
            return Place("host", (known,))
        subnet = self.learnt.subnet(interface, family)
        around = (subnet,) if subnet else _ANY[family]
        inside = interface if subnet else ""
        taken = (*self.learnt.networks(family, inside), *self.learnt.containers(inside, family))
        free = (left for stretch in around for left in without(stretch, taken))
        return Place("host", tuple(free), interface)

    def speaks(self, interface: str, family: Family) -> bool:
        """Whether there are addresses of a family behind an interface, as far as that is known."""
        own = [bridge for bridge in self.bridges if bridge.name == interface] if family == 6 else []
        return not own or any(bridge.has_ipv6 for bridge in own)

    def sources(self, zone: Zone, interface: str, family: Family) -> tuple[Addresses, ...]:
        """The addresses of a zone's clients behind one of its interfaces."""
        if not zone.is_any:
            return zone.sources[family]
        own = (bridge for bridge in self.bridges if bridge.name == interface and bridge.key != "docker0")
        declared = next((found for bridge in own if (found := bridge.subnet(family))), None)
        subnet = declared or self.learnt.subnet(interface, family)
        return (subnet,) if subnet else zone.sources[family]

    def place(self, addresses: Addresses) -> Place:
        """Whose an address is that a rule names."""
        family = addresses.family
        if addresses.first >= everything(6).last:
            home = self.homes.get(addresses.first)
            subnet = home.subnet(family) if home else None
            within = (subnet,) if subnet else self.pools[family]
            return Place("container", within, number=addresses.first)
        if covers(LOOPBACK[family], addresses):
            return Place("loopback", (addresses,))
        if addresses in self.own.values():
            return Place("host", (addresses,))
        if self.learnt.interface(addresses):
            return Place("container", (addresses,))
        subnets = [subnet for bridge in self.bridges for subnet in bridge.subnets]
        if covers(subnets, addresses) or covers(self.pools[family], addresses):
            return Place("container", (addresses,))
        return Place("elsewhere", (addresses,))

    def bridge_of(self, place: Place) -> str:
        """The interface behind which a container is."""
        if place.number in self.homes:
            return self.homes[place.number].name
        learnt = self.learnt.interface(place.within[0])
        if learnt:
            return learnt
        for bridge in self.bridges:
            if covers(bridge.subnets, place.within[0]):
                return bridge.name
        return "br-?"


def homes_of(published: Iterable[Published]) -> dict[int, Bridge]:
    """The networks of the containers that these ports lead to."""
    return {numbered(port.number, 4).first: port.bridge for port in published}


def covers(stretches: Iterable[Addresses], addresses: Addresses) -> bool:
    return any(
        each.family == addresses.family and each.first <= addresses.first and addresses.last <= each.last
        for each in stretches
    )


def setup(
    tables: Mapping[Family, Tables],
    zones: Iterable[Zone],
    assumed: str = "",
    wan: str = "eth0",
    filtered: Mapping[Family, Span] | None = None,
    *,
    networks: Iterable[Addresses] = (),
    loopback: Loopback = _USUAL,
) -> Setup:
    """A setup of these tables, whose sets of clients tell apart what rules and zones do."""
    chains, turned = {}, {}
    for family, those in tables.items():
        turned[family] = tuple(those.turns())
        cuts = [
            *(each for _, each in those.values(Addresses)),
            *(each for zone in zones for each in zone.sources.get(family, ())),
        ]
        cuts += (each for each in networks if each.family == family)
        chains[family] = Chains(Axis(family, cuts), those)
    return Setup(chains, assumed, wan, filtered=filtered or {}, turned=turned, loopback=loopback)
