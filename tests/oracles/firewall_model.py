"""The lab's host as compolint sees it: the rules by way of our loaders, the rest as the lab is wired."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal, NamedTuple

from compolint.exposure.engine import Engine, Release, with_engine
from compolint.exposure.machine import (
    FAMILIES,
    INTERNET,
    LAN,
    LOOPBACK,
    POOLS,
    TAILNET,
    Door,
    Machine,
    Sources,
    Zone,
    homes_of,
    setup,
)
from compolint.exposure.networks import Bridge, Published
from compolint.exposure.packet import Place, opening
from compolint.exposure.path import Answer, Passed, Path, Routes
from compolint.exposure.reach import Reach, reach
from compolint.exposure.sources import network
from compolint.exposure.tables import Tables, tables_of
from compolint.load import Root, load
from compolint.model import Entity
from compolint.model.firewall import Addresses, Chain, Family, Firewall, FirewallRule
from compolint.model.values import Ports
from compolint.text import Span
from compolint.tree import MemoryTree
from tests.oracles.firewall_lab import (
    BRIDGES,
    INTERFACES,
    PEERS,
    SPOOFED,
    Lab,
    Listener,
    Probe,
    Rules,
)


class Declared(Entity):
    """Whatever it is that a project declares ports of."""


_ORIGIN = Declared(key="project", span=Span("compose.yaml", 0, 0))
CONTAINERS = {name: PEERS[name] for name in ("a", "c")}  # that serve; the others ask
_ANYBODY: dict[Family, str] = {4: "0.0.0.0", 6: "::"}
_LOOPBACK: dict[Family, str] = {4: "127.0.0.1", 6: "::1"}


class Client(NamedTuple):
    """Somebody in the lab who asks."""

    place: str
    interface: str  # of the host; none for a program of the host itself
    addresses: tuple[str, ...]


CLIENTS = {
    "internet": Client("internet", "eth0", ("198.51.100.7", "2001:db8:ffff::7")),
    "elsewhere": Client("internet", "eth0", ("198.51.100.200", "2001:db8:ffff:1::7")),
    "lan": Client("lan", "eth1", PEERS["lan"].addresses),
    "neighbour": Client("lan", "eth1", PEERS["lan"].more),
    "tailnet": Client("tailnet", "tailscale0", PEERS["tailnet"].addresses),
    "docker0": Client("b", "docker0", PEERS["b"].addresses),
    "br-web": Client("d", "br-web", PEERS["d"].addresses),
    "host": Client("host", "", ("127.0.0.1", "::1")),
}
SPOOFER = Client("internet", "eth0", (SPOOFED,))
# What compolint itself asks about: everybody who may be behind an interface.
BROAD = (
    Zone("internet", ("eth0",), INTERNET, INTERNET, is_vast=True),
    Zone("lan", ("eth1",), LAN, LAN),
    Zone("tailnet", ("tailscale0",), TAILNET, TAILNET, is_vast=True),
    Zone("containers", BRIDGES, POOLS, LAN, is_any=True),
    Zone("host", (), LOOPBACK, LOOPBACK),
)
_BROAD_OF = {"elsewhere": "internet", "neighbour": "lan", "docker0": "containers", "br-web": "containers"}


class Port(NamedTuple):
    """A port of the host, and what is behind it."""

    number: int
    protocol: str = "tcp"
    address: str = ""  # that it is bound to; none for all
    container: str = ""  # that it is published for
    target: int = 0
    has_socket: bool = True  # of a program, or of the engine's proxy
    families: tuple[Family, ...] = FAMILIES
    inside: tuple[Family, ...] = FAMILIES  # in which the container has an address

    def __str__(self) -> str:
        to = f":{self.target}@{self.container}" if self.container else ""
        return f"{self.address and self.address + ' '}{self.number}{to}/{self.protocol}"

    def may_answer(self) -> set[str]:
        """Who answers if it is this port's service."""
        answers = {f"host:{self.number}"} if self.has_socket else set()
        if self.container:
            answers |= {f"{name}:{self.target}" for name in CONTAINERS}
        return answers


def listeners(ports: Iterable[Port]) -> Iterator[Listener]:
    """What has to listen that these ports mean something."""
    for port in ports:
        for family in port.families:
            address = port.address or _ANYBODY[family]
            if port.has_socket and family_of(address) == family and not _is_containers(address):
                yield Listener("host", port.protocol, port.number, address)
        if port.container:
            yield from containers_listen({port.target})


def containers_listen(numbers: Iterable[int]) -> Iterator[Listener]:
    for number in numbers:
        for name in CONTAINERS:
            for protocol in ("tcp", "udp"):
                yield from (Listener(name, protocol, number, address) for address in _ANYBODY.values())


def family_of(address: str) -> Family:
    return 6 if ":" in address else 4


def _is_containers(address: str) -> bool:
    return any(address in peer.addresses for peer in CONTAINERS.values())


def one(address: str) -> Addresses:
    return network(address.partition("/")[0])


def entities(rules: Rules) -> Iterator[Entity]:
    """What our loaders make of the rules."""
    files = {"rules.v4": rules.v4, "rules.v6": rules.v6, "nftables.conf": rules.nft}
    for path, text in files.items():
        if text:
            yield from load(MemoryTree({path: text}), Root("firewall", (path,))).entities


def tables(rules: Rules) -> dict[Family, Tables]:
    found = list(entities(rules))
    return {
        family: tables_of(
            family,
            (each for each in found if isinstance(each, Firewall)),
            (each for each in found if isinstance(each, Chain)),
            (each for each in found if isinstance(each, FirewallRule)),
        )
        for family in FAMILIES
    }


def zone_of(name: str, client: Client) -> Zone:
    """A zone of one client, who asks for whatever the host has."""
    sources: Sources = {family_of(address): (one(address),) for address in client.addresses}
    own = [address for addresses in INTERFACES.values() for address in addresses]
    beyond = [address for peer in CONTAINERS.values() for address in peer.addresses]
    loopback = ["127.0.0.1"] if client.place == "lan" else []
    dialled = [*own, *beyond, *loopback]
    dials: Sources = {
        family: tuple(one(each) for each in dialled if family_of(each) == family) for family in FAMILIES
    }
    return Zone(name, (client.interface,) if client.interface else (), sources, dials)


ZONES = {name: zone_of(name, client) for name, client in (*CLIENTS.items(), ("spoofer", SPOOFER))}
_NUMBERS = {name: number for number, name in enumerate(CONTAINERS, 1)}


class Docker(NamedTuple):
    """An engine on the host."""

    release: Release = "29"
    talks: bool = True
    has_proxy: bool = True
    internal: tuple[str, ...] = ()
    gateway: Literal["nat", "nat-unprotected", "routed"] = "nat"
    writes_rules: bool = True

    def bridges(self, families: tuple[Family, ...] = FAMILIES) -> tuple[Bridge, ...]:
        """The networks; one of ours has a subnet of one family, so each is there for both."""
        return tuple(
            Bridge(
                name,
                name,
                name in self.internal,
                self.talks,
                (self.gateway, self.gateway),
                (network(INTERFACES[name][family == 6]),),
                has_ipv6=True,
                origin=_ORIGIN,
            )
            for family in families
            for name in BRIDGES
        )

    def published(self, port: Port) -> Published:
        bridge = next(each for each in self.bridges() if each.name == PEERS[port.container].interface)
        return Published(
            _ORIGIN,
            _NUMBERS[port.container],
            bridge,
            port.protocol,
            Ports(port.number, port.number),
            Ports(port.target, port.target),
            one(port.address) if port.address else None,
            port.inside,
        )


def machine(
    rules: Rules, ports: Iterable[Port], docker: Docker, *, writes: bool = False, forwards: bool = True
) -> Machine:
    """The host with these rules; with `writes` those of the engine come from us."""
    bridges = docker.bridges()
    published = tuple(docker.published(port) for port in ports if port.container)
    made = tables(rules)
    if writes:
        engine = Engine(docker.release, docker.writes_rules, docker.has_proxy)
        made = {
            family: with_engine(those, engine, docker.bridges((family,)), published)
            for family, those in made.items()
        }
    own = {
        (name, family): one(addresses[family == 6])
        for name, addresses in INTERFACES.items()
        for family in FAMILIES
    }
    zones = (*ZONES.values(), *BROAD)
    # It is asked about each port by itself, not by those that rules turn into it.
    ready = setup(made, zones)._replace(forwards=forwards, turned={})
    return Machine(zones, (ready,), bridges, published, own, homes=homes_of(published))


def door_of(port: Port, docker: Docker, family: Family) -> Door:
    return Door(
        _ORIGIN,
        _ORIGIN.span,
        port.protocol,
        port.number,
        (family,),
        one(port.address) if port.address else None,
        docker.published(port) if port.container else None,
        port.has_socket,
    )


class Question(NamedTuple):
    """Whether one client reaches one port by one family."""

    client: str
    port: Port
    family: Family

    def __str__(self) -> str:
        return f"{self.client} → {self.port} v{self.family}"

    def probes(self, source_ports: Iterable[int] = (0,)) -> list[Probe]:
        client = (CLIENTS | {"spoofer": SPOOFER})[self.client]
        source = client.addresses[-1 if self.family == 6 else 0]
        target = self.port.address or self.natural_target(client)
        if not client.interface:
            source = target
        return [
            Probe(client.place, self.port.protocol, source, target, self.port.number, number)
            for number in source_ports
        ]

    def natural_target(self, client: Client) -> str:
        """The host's address on the side of the client."""
        if not client.interface:
            return _LOOPBACK[self.family]
        return INTERFACES[client.interface][self.family == 6].partition("/")[0]

    @property
    def can_be_asked(self) -> bool:
        """Whether such packets can be sent: only to addresses of the family, only in the LAN to 127.0.0.1."""
        address = self.port.address
        if self.family not in self.port.families or (address and family_of(address) != self.family):
            return False
        if address in _LOOPBACK.values():
            place = (CLIENTS | {"spoofer": SPOOFER})[self.client].place
            return place == "host" or (place == "lan" and self.family == 4)
        return True

    def answer(self, host: Machine, docker: Docker) -> Reach:
        """What compolint says."""
        return reach(host, door_of(self.port, docker, self.family), ZONES[self.client])

    def broad_answer(self, host: Machine, docker: Docker) -> Reach:
        """What it says of all whom the client is one of."""
        name = _BROAD_OF.get(self.client, self.client)
        zone = next(zone for zone in BROAD if zone.name == name)
        return reach(host, door_of(self.port, docker, self.family), zone)


def questions(ports: Iterable[Port], clients: Iterable[str] = tuple(CLIENTS)) -> list[Question]:
    asked = [Question(client, port, family) for port in ports for client in clients for family in FAMILIES]
    return [each for each in asked if each.can_be_asked]


def dial(
    host: Machine, client: Client, protocol: str, target: str, port: int, who: str, at: int = 0
) -> Answer:
    """What becomes of packets to an address that no door has: one of a container, or 127.0.0.1 on the wire.

    They have to arrive with the host itself, or with somebody beyond it.
    """
    family = family_of(target)
    (ready,) = host.setups

    def behind(place: Place) -> str:
        if place.is_clients:
            return client.interface
        return host.bridge_of(place) if place.kind == "container" else ready.wan

    def arrives(passed: Passed) -> bool:
        return passed.is_local == (who == "host") and passed.packet.port == (at or port)

    place = host.place(one(target))
    first = opening(protocol, place, port, client.interface, family=family)
    chains = ready.chains[family]
    source = chains.axis.mask(tuple(one(each) for each in client.addresses if family_of(each) == family))
    path = Path(chains, Routes(behind, host.address_on, host.place, ready.forwards))
    return Answer(*(clients & source for clients in path.converse(first, source, arrives)))


def kernel_answers(
    lab: Lab, asked: list[Question], *, source_ports: tuple[int, ...] = (), patience: float = 0.16
) -> list[bool]:
    """Whether the port's own service answers; who gets no answer asks again, also from these ports."""
    # On the host itself a client that asks from a server's port would be taken for that server.
    taken = {each.port.number for each in asked}
    found = [False] * len(asked)
    for ports, seconds in (((0,), patience / 2), ((0,), patience), (source_ports, patience / 2)):
        waiting = [number for number, answered in enumerate(found) if not answered]
        probes = {
            number: asked[number].probes(
                [port for port in ports if asked[number].client != "host" or port not in taken]
            )
            for number in waiting
        }
        answers = iter(lab.probe([probe for some in probes.values() for probe in some], seconds))
        for number, some in probes.items():
            found[number] = bool(asked[number].port.may_answer() & set(islice(answers, len(some))))
    return found
