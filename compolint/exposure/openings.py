"""What a firewall lets in though no file declares who listens there, as a script of `ufw` commands does.

Each port that rules name is asked for as if a program of the host had it open, and one that no rule names
for all the others.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from compolint.exposure import Layer, layers_of
from compolint.exposure.cloud import lets_in
from compolint.exposure.layout import Guarded
from compolint.exposure.machine import FAMILIES, Door
from compolint.exposure.questions import as_if_open, guarded, of_host
from compolint.exposure.reach import Reach
from compolint.model.firewall import Chain, FirewallRule
from compolint.model.values import Ports
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.world import World

_MOST = 256  # stretches of ports of one machine that are asked for
_LAST = 65535
_CLOSING = frozenset(("drop", "reject", "return"))
_PROTOCOLS = ("tcp", "udp")
_LEASES = frozenset(
    (("udp", Ports(68, 68)), ("udp", Ports(546, 546)))
)  # by which every machine gets its address
_Place = tuple[str, str, str]  # of a chain


class Opening(NamedTuple):
    """Ports that a machine's firewall lets somebody ask for, and for which no listener is declared."""

    protocol: str
    ports: Ports | None  # `None`: all those that no rule names
    at: Span  # of the rule that names them, else of what decides
    zones: Mapping[str, Reach]
    layers: tuple[Layer, ...]
    host: str | None = None
    is_only: bool = False  # no rule names any port

    def decided_by(self, zone: str) -> str | None:
        """The name of the layer that keeps a zone out, or may; `None` where none does."""
        if self.zones[zone].answer == "open":
            return None
        cloud = self.layers[0]
        by_cloud = zone == "internet" and cloud.state in ("holds", "undecided")
        return cloud.name if by_cloud else "host firewall"


class Openings(NamedTuple):
    """All of a project, and how many stretches of ports were too many to be asked for."""

    rows: tuple[Opening, ...] = ()
    unasked: int = 0


def openings(world: World) -> Openings:
    rows: list[Opening] = []
    unasked = 0
    for machine in guarded(world):
        if machine.firewalls:
            pieces = [*_pieces(_named(world, machine), machine)]
            others = {
                each: _row(world, machine, each, None, machine.firewalls[0].span) for each in _PROTOCOLS
            }
            named = _rows(world, machine, pieces[:_MOST], others)
            rows += sorted(named, key=lambda row: (row.at, row.ports or ()))
            rows += _others(world, machine, others.values())
            unasked += max(0, len(pieces) - _MOST)
    return Openings(tuple(rows), unasked)


def _rows(
    world: World,
    machine: Guarded,
    pieces: Iterable[tuple[str, Ports, FirewallRule]],
    others: Mapping[str, Opening],
) -> Iterator[Opening]:
    """The stretches that somebody from outside gets to; neighbours of which the same is true as one."""
    last: Opening | None = None
    for protocol, ports, rule in pieces:
        row = _row(world, machine, protocol, ports, rule.span)
        if not _is_reached(row, but=("host",)) or _let_in(row) == _let_in(others[protocol]):
            continue
        if last and _continues(last, row):
            assert last.ports
            last = last._replace(ports=Ports(last.ports.first, ports.last))
            continue
        if last:
            yield last
        last = row
    if last:
        yield last


def _continues(last: Opening, row: Opening) -> bool:
    if not last.ports or not row.ports or last.ports.last + 1 != row.ports.first:
        return False
    return (last.protocol, last.at, _told(last)) == (row.protocol, row.at, _told(row))


def _told(row: Opening) -> object:
    return [(each.answer, each.families, each.sources, each.because) for each in row.zones.values()]


def _let_in(row: Opening) -> object:
    """Who gets to it, and by which rule."""
    return {zone: each.because[-1:] for zone, each in row.zones.items() if each.answer != "closed"}


def _row(world: World, machine: Guarded, protocol: str, ports: Ports | None, at: Span) -> Opening:
    families = tuple(each for each in FAMILIES if any(each in one.families for one in machine.firewalls))
    port = ports.first if ports else _unnamed(machine, protocol)
    door = Door(machine.firewalls[0], at, protocol, port, families)
    zones = {zone.name: as_if_open(world, machine, door, zone.name) for zone in machine.machine.zones}
    cloud = lets_in(world, machine, door)
    internet = of_host(world, machine, door, "internet", as_program=True) if cloud else zones["internet"]
    return Opening(protocol, ports, at, zones, tuple(layers_of(machine, door, internet, cloud)), machine.host)


def _is_reached(row: Opening, but: tuple[str, ...]) -> bool:
    return any(reach.answer != "closed" for zone, reach in row.zones.items() if zone not in but)


def _others(world: World, machine: Guarded, rows: Iterable[Opening]) -> Iterator[Opening]:
    """What becomes of ports that no rule names, where anybody but its own containers gets to them."""
    is_only = not any(_named(world, machine, is_any=True))
    for row in rows:
        if _is_reached(row, but=("containers", "host")):
            reached = next(each for each in row.zones.values() if each.answer != "closed")
            at = reached.because[-1].at if reached.because else row.at
            yield row._replace(at=at, is_only=is_only)


def _unnamed(machine: Guarded, protocol: str) -> int:
    """A port that no rule is about: of the longest stretch without any."""
    cuts = [*machine.machine.cuts, _LAST + 1]
    taken = {door.port for door in machine.doors if door.protocol == protocol}
    stretches = sorted((one - other, other) for other, one in pairwise(cuts))
    length, first = stretches[-1]
    free = (port for port in range(first + length - 1, first - 1, -1) if port not in taken)
    return next(free, first)


def _pieces(
    named: Iterable[tuple[str, Ports, FirewallRule]], machine: Guarded
) -> Iterator[tuple[str, Ports, FirewallRule]]:
    """The named ports in stretches that no rule tells apart, without those that are declared."""
    cuts, declared, seen = machine.machine.cuts, _declared(machine), set()
    for protocol, ports, rule in named:
        starts = {ports.first, *(cut for cut in cuts if ports.first < cut <= ports.last)}
        for first, last in declared.get(protocol, ()):
            starts |= {port for port in (first, last + 1) if port in ports}
        ordered = sorted(starts)
        for first, after in zip(ordered, [*ordered[1:], ports.last + 1], strict=True):
            is_declared = any(first in each for each in declared.get(protocol, ()))
            if not is_declared and (protocol, first) not in seen:
                seen.add((protocol, first))
                yield protocol, Ports(first, after - 1), rule


def _declared(machine: Guarded) -> dict[str, set[Ports]]:
    found: dict[str, set[Ports]] = {}
    for door in machine.doors:
        ports = getattr(door.listener, "ports", None)
        known = ports if isinstance(ports, Ports) else Ports(door.port, door.port)
        found.setdefault(door.protocol, set()).add(known)
    return found


def _named(
    world: World, machine: Guarded, *, is_any: bool = False
) -> Iterator[tuple[str, Ports, FirewallRule]]:
    """The ports that rules name which packets to the host meet, but for those that keep them out."""
    for firewall in machine.firewalls:
        rules = world.where(FirewallRule, "firewall", firewall.key)
        met = _met(world.where(Chain, "firewall", firewall.key), rules)
        for rule in rules:
            is_closing = rule.action.kind in _CLOSING and not is_any
            if is_closing or (rule.firewall, rule.table, rule.chain) not in met:
                continue
            for protocol in rule.values("protocol") or _PROTOCOLS:
                for ports in rule.values("port") if protocol in _PROTOCOLS else ():
                    if isinstance(ports, Ports) and (protocol, ports) not in _LEASES:
                        yield str(protocol), ports, rule


def _met(chains: Iterable[Chain], rules: Iterable[FirewallRule]) -> set[_Place]:
    """The chains that hang on what comes in, and those that they lead to."""
    leads: dict[_Place, set[_Place]] = {}
    for rule in rules:
        if rule.action.kind in ("jump", "goto"):
            place = rule.firewall, rule.table, rule.chain
            leads.setdefault(place, set()).add((rule.firewall, rule.table, rule.action.chain))
    left = [
        (chain.firewall, chain.table, chain.name)
        for chain in chains
        if chain.hook == "input" and chain.kind == "filter"
    ]
    found: set[_Place] = set()
    while left:
        place = left.pop()
        if place not in found:
            found.add(place)
            left += leads.get(place, ())
    return found
