"""Who can reach what, through which layers: the answer for every port that a project declares.

Packets are followed through the rules as the kernel does it: `sources` is who asks, `packet` what they send,
`chains` what a chain does with it, `path` the way through the hooks. `engine` writes the rules that Docker
would, `doors`, `zones` and `layout` make machines of a project's files, `reach` asks for one zone.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from compolint.exposure.cloud import lets_in
from compolint.exposure.egress import Egress
from compolint.exposure.layout import Guarded
from compolint.exposure.leads import Lead, known, leads
from compolint.exposure.machine import Door
from compolint.exposure.packet import ANY_PORT
from compolint.exposure.questions import guarded, of_host, of_zone, outward
from compolint.exposure.reach import Reach
from compolint.model.firewall import Firewall
from compolint.model.host import ZONES
from compolint.model.listener import Listener, Route
from compolint.model.values import Address
from compolint.model.web import Location, Site, Upstream
from compolint.text import Note
from compolint.tuples import NamedTuple
from compolint.unknown import Unknown, is_in_words
from compolint.world import World

__all__ = ["ZONES", "Egress", "Exposure", "Layer", "Lead", "Reach", "Row", "Way", "exposure", "layers_of"]


class Layer(NamedTuple):
    """What one layer between the internet and a service does, from the outside in."""

    name: Literal["cloud firewall", "host firewall", "engine", "address", "proxy"]
    state: Literal["holds", "passes", "undecided", "absent", "not asked"]
    words: str
    because: tuple[Note, ...] = ()


class Way(NamedTuple):
    """Another way to the service behind a port: a proxy, a tunnel."""

    name: str  # of the site or the router
    kind: str  # "nginx", "caddy", "traefik", …
    asks: bool | None  # who comes; `None` where that is not known
    tls: bool | None
    at: Note


class Row(NamedTuple):
    """One port with everything that stands before it."""

    listener: Listener
    door: Door
    zones: Mapping[str, Reach]
    layers: tuple[Layer, ...]
    ways: tuple[Way, ...] = ()
    host: str | None = None
    leads: tuple[Lead, ...] = ()  # what a proxy's port leads to
    names: tuple[str, ...] = ()  # of all sites that share the socket of a web server

    @property
    def name(self) -> str:
        return ", ".join(self.names) or self.listener.name

    @property
    def port(self) -> int | None:
        """That a client outside dials; `None` where the engine chooses one, or the files leave it open."""
        ports = self.listener.ports
        is_known = ports is not None and not isinstance(ports, Unknown) and self.door.port != ANY_PORT
        return self.door.port if is_known else None

    @property
    def last(self) -> int | None:
        """Of a range that nothing tells apart; else the port itself."""
        return self.port and max(self.port, self.door.last)

    def decided_by(self, zone: str) -> str | None:
        """The name of the first layer that keeps a zone out, or may; `None` where none does."""
        reach = self.zones[zone]
        if reach.answer == "open":
            return None
        cloud = self.layers[0]
        if zone == "internet" and cloud.state in ("holds", "undecided"):
            return cloud.name
        own, notes = self.listener.places(), reach.because or (self.door.note,)
        if notes[-1].text.startswith("the engine's own rule"):
            return "engine"
        # What keeps out is told last; of several doubts each may be the one.
        decisive = notes[-1:] if reach.answer == "closed" else notes
        return "host firewall" if any(note.at not in own for note in decisive) else "address"


class Exposure(NamedTuple):
    """All ports of a project."""

    rows: tuple[Row, ...]
    firewalls: tuple[Firewall, ...]
    egress: tuple[Egress, ...] = ()


def exposure(world: World) -> Exposure:
    """Who reaches the ports that a world's files declare; asked once for each world."""
    return world.once(_exposure)


def _exposure(world: World) -> Exposure:
    rows = _joined(row for machine in guarded(world) for row in _rows(world, machine))
    rows.sort(key=lambda row: (row.listener.span, row.door.port))
    return Exposure(tuple(rows), tuple(world.of(Firewall)), outward(world))


def _joined(rows: Iterable[Row]) -> list[Row]:
    """The rows, of which those of one socket of a web server are one."""
    found: dict[tuple[object, ...], Row] = {}
    for row in rows:
        listener, door = row.listener, row.door
        own = listener.web_server or listener.key
        socket = own, row.host, door.protocol, door.port, door.families, door.address
        first = found.setdefault(socket, row._replace(names=(listener.name,)))
        if first.listener is not listener:
            names = dict.fromkeys((*first.names, listener.name))
            ways = dict.fromkeys((*first.ways, *row.ways))
            led = dict.fromkeys((*first.leads, *row.leads))
            found[socket] = first._replace(names=tuple(names), ways=tuple(ways), leads=tuple(led))
    return list(found.values())


def _rows(world: World, machine: Guarded) -> Iterator[Row]:
    seen: dict[tuple[str, int], list[Door]] = {}
    for door in machine.doors:
        seen.setdefault((door.listener.key, door.port), []).append(door)
    for doors in seen.values():
        door = doors[0]
        zones = _zones(world, machine, doors)
        listener = door.listener
        assert isinstance(listener, Listener)
        cloud = lets_in(world, machine, door)
        host = of_host(world, machine, door, "internet") if cloud else zones["internet"]
        layers = tuple(layers_of(machine, door, host, cloud))
        yield Row(
            listener,
            door,
            zones,
            layers,
            tuple(_ways(world, listener)),
            machine.host,
            leads(world, listener, machine),
        )


def _zones(world: World, machine: Guarded, doors: list[Door]) -> dict[str, Reach]:
    """The answers for a port; of several doors, as where its address is open, what all of them say."""
    zones = {}
    for zone in machine.machine.zones:
        first, *others = [of_zone(world, machine, each, zone.name) for each in doors]
        for other in others:
            first = _either(first, other, doors[0])
        zones[zone.name] = first
    return zones


def _either(one: Reach, other: Reach, door: Door) -> Reach:
    if one.answer == other.answer:
        return one
    assert isinstance(door.listener, Listener)
    note = Note(f"{_open_address(door.listener.address)} is not known here", door.span)
    return Reach("undecided", (note, *one.because), one.families, one.sources)


def _open_address(address: object) -> str:
    return str(address) if is_in_words(address) else f"`{address}`, its address,"


def layers_of(machine: Guarded, door: Door, internet: Reach, cloud: Reach | None) -> Iterator[Layer]:
    """What stands before a door, from the outside in; `internet` is the answer without the cloud's."""
    state: Mapping[str, Literal["holds", "passes", "undecided"]] = {
        "closed": "holds", "open": "passes", "undecided": "undecided",
    }  # fmt: skip
    if cloud is None:
        yield Layer("cloud firewall", "absent", "none declared")
    else:
        words = cloud.because[-1].text if cloud.because else ""
        yield Layer("cloud firewall", state[cloud.answer], words, cloud.because)
    is_bound = door.address is not None and not Address(door.shown_address).is_public
    if not machine.firewalls:
        yield Layer("host firewall", "absent", "none declared")
    elif is_bound:
        yield Layer("host firewall", "not asked", "nobody from outside gets to it")
    else:
        decided = internet.because[-1] if internet.because else None
        yield Layer(
            "host firewall", state[internet.answer], decided.text if decided else "", internet.because
        )
    if door.is_direct:
        yield Layer("engine", "passes", "routes to the container, whose port this is")
    elif door.published is not None:
        yield Layer("engine", "passes", f"forwards to port {door.published.target} of the container")
    else:
        yield Layer("engine", "absent", "a program of the host")
    if is_bound:
        yield Layer("address", "holds", f"bound to {door.shown_address}", (door.note,))
    else:
        yield Layer("address", "passes", door.note.text, (door.note,))


def _ways(world: World, listener: Listener) -> Iterator[Way]:
    """The routes through proxies that lead to the workload behind a port."""
    for upstream in world.where(Upstream, "service", listener.owner):
        location = world.get(Location, upstream.owner)
        site = world.get(Site, location.owner) if location else world.get(Site, upstream.owner)
        if site is not None:
            asks = location.access.asks if location else None
            # Tailscale brings its own certificates; whether a port speaks plain HTTP is not in the model.
            tls = None if site.server == "tailscale" else known(site.tls)
            yield Way(site.name, site.server, known(asks), tls, Note(f"through {site.name}", upstream.span))
    for route in world.owned(Route, listener.owner):
        names = ", ".join(str(host) for host in route.hosts) or "any name"
        yield Way(names, route.proxy, known(route.authenticated), None, Note(f"through {names}", route.span))
