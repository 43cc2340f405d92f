"""Who reaches a port: the answer for one zone, and the reasons for it."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Literal

from compolint.exposure.chains import Chains
from compolint.exposure.machine import AND, LOOPBACK, Door, Machine, Setup, Zone, covers
from compolint.exposure.packet import (
    ANY_PORT,
    ANYWHERE,
    CLIENT_PORT,
    CLIENTS,
    Packet,
    Place,
    numbered,
    opening,
)
from compolint.exposure.path import Answer, Passed, Path, Routes
from compolint.exposure.sources import shown
from compolint.exposure.trace import decisions
from compolint.model.firewall import Addresses, Family, What
from compolint.text import Note
from compolint.tuples import NamedTuple

_MOST_OPEN_FIRST = ("open", "undecided", "closed")
_MOST = 4  # networks that are listed one by one
_MOST_PORTS = 16  # of a client that are tried one by one
_OF_CLIENTS: tuple[What, ...] = ("source_port", "original_source_port", "either_port")
_OF_ANSWERS: What = "port"


Reasons = tuple[Note, ...]


class Reach(NamedTuple):
    """What one zone gets of a port."""

    answer: Literal["open", "closed", "undecided"]
    reasons: Reasons | Callable[[], Reasons] = ()  # looked for where somebody asks
    families: tuple[Family, ...] = ()  # by which somebody gets through, or may
    sources: tuple[str, ...] = ()  # those, where they are not all of the zone
    by_cloud: bool = False  # nothing but the firewall of a cloud stands in the way
    is_for_some: bool = False  # of a zone that is `undecided` as a whole: for those sources it is open

    @property
    def because(self) -> Reasons:
        """What decided, in the order in which packets meet it."""
        return self.reasons() if callable(self.reasons) else self.reasons


def reach(machine: Machine, door: Door, zone: Zone, *, as_program: bool = False) -> Reach:
    """Whether clients of a zone reach a port, or would reach one that a program of the host has open."""
    families = [each for each in door.families if each in machine.families and each in zone.sources]
    if machine.doubt and any(as_program or _is_dialled(machine, door, zone, each) for each in families):
        return Reach("undecided", (door.note, machine.doubt), tuple(families))
    answers = []
    for setup in machine.setups:
        asked = [
            (family, knock)
            for family in families
            for knock in ([door] if as_program else _knocks(machine, setup, door, zone, family))
        ]
        if not asked:
            answers.append(Reach("closed", (_undialled(door),)))
            continue
        found = []
        for interface in _interfaces(machine, zone, door):
            ways = [
                _ask(machine, setup, door, knock, zone, interface, family, as_program)
                for family, knock in asked
                if machine.speaks(interface, family)
            ]
            found.append(together(ways) if ways else Reach("closed", (_undialled(door),)))
        behind = [f"behind {name}" for name in zone.interfaces]
        answers.append(together(found) if zone.is_any else agreed(found, behind))
    return agreed(answers, [setup.assumed for setup in machine.setups])


def _knocks(machine: Machine, setup: Setup, door: Door, zone: Zone, family: Family) -> Iterator[Door]:
    """Where clients ask who get to a door: there, and where rules of the host lead to it from."""
    is_dialled = _is_dialled(machine, door, zone, family)
    if is_dialled:
        yield door
    for turn in () if door.is_direct else setup.turned.get(family, ()):
        if door.port not in turn.ports:
            continue
        if turn.address is None:
            if is_dialled and turn.asked != door.port:
                yield door._replace(port=turn.asked)
        elif door.address is None or covers((turn.address,), door.address):
            yield door._replace(port=turn.asked, address=None)


def _interfaces(machine: Machine, zone: Zone, door: Door) -> list[str]:
    """Those of a zone that rules can tell apart: a network whose name no rule can know is like any other."""
    if not zone.is_any:
        return list(zone.interfaces) or [""]
    own = door.published.bridge.name if door.published else ""
    told: dict[object, str] = {}
    for name in zone.interfaces:
        is_alike = "?" in name and name != own
        sources = tuple(
            machine.sources(zone, name, family) for family in machine.families if family in zone.sources
        )
        told.setdefault((sources, machine.speaks(name, 6)) if is_alike else name, name)
    return list(told.values())


def _is_dialled(machine: Machine, door: Door, zone: Zone, family: Family) -> bool:
    address = door.address
    if not zone.interfaces:
        return True
    if door.is_direct and door.published:
        subnet = door.published.bridge.subnet(family)
        stretches = (subnet,) if subnet else machine.pools[family]
        return any(covers(zone.dials.get(family, ()), each) for each in stretches)
    if address is None:
        return True
    return address.family == family and covers(zone.dials.get(family, ()), address)


def _undialled(door: Door) -> Note:
    if door.is_direct:
        return Note("open on the container's own address, to which these clients have no way", door.span)
    if door.address is None:
        return Note("has no address that these clients could ask for", door.span)
    if covers(LOOPBACK[door.address.family], door.address):
        return Note("bound to the loopback, where only the host itself asks", door.span)
    return Note(f"bound to {shown(door.address)}, which these clients do not ask for", door.span)


def _ask(
    machine: Machine,
    setup: Setup,
    door: Door,
    knock: Door,
    zone: Zone,
    interface: str,
    family: Family,
    as_program: bool,
) -> Reach:
    """The answer for one way in which everything that the files leave open may be."""
    chains = setup.chains[family]
    sources = machine.sources(zone, interface, family)
    clients = chains.axis.mask(sources) if interface else chains.axis.one(chains.axis.all)
    routes = _routes(machine, setup, interface)
    path = Path(chains, routes)

    # Of several services that claim a port, this one has it.
    claim = 0 if knock is not door else door.published.number if door.published else -1

    def arrives(passed: Passed) -> bool | None:
        return _is_it(machine, door, passed)

    def attempt(port: int) -> tuple[Packet, Answer]:
        first = _first_packet(machine, knock, interface, family, port, claim)
        return first, path.received(first, clients) if as_program else path.converse(first, clients, arrives)

    attempts = list(_attempts(attempt, chains, door, clients, is_host=not interface))
    through = surely = 0
    for _, answer in attempts:
        through |= answer.through & clients
        surely |= answer.through & ~answer.stopped & clients
    stopped, maybe = attempts[0][1].stopped & clients, through & ~surely
    size, one = chains.axis.size, chains.axis.one

    def told(some: int, answer: str, *before: Note) -> Callable[[], Reasons]:
        @cache
        def tell() -> Reasons:
            client = one(some)
            asked = next((first for first, got in attempts if _got(got, client) == answer), attempts[0][0])
            found = decisions(path, asked, client, None if as_program else arrives, answer)
            return (*before, door.note, *_unfiltered(setup, family), *(each.note for each in found))

        return tell

    if not through:
        return Reach("closed", told(stopped or clients, "closed"))
    if surely == clients or (surely and _stand_for(zone, size(surely), size(clients))):
        some = () if surely == clients else _shown(chains.axis.spread(surely))
        return Reach("open", told(surely, "open"), (family,), some)
    some = _shown(chains.axis.spread(through))
    if maybe:
        return Reach("undecided", told(maybe, "undecided"), (family,), some)
    only = Note(f"open for {', '.join(some)} only", door.span)
    return Reach("undecided", told(surely, "open", only), (family,), some, is_for_some=True)


def _unfiltered(setup: Setup, family: Family) -> Iterator[Note]:
    """That rules for one family say nothing about the other."""
    other: Family = 4 if family == 6 else 6
    if family in setup.filtered or other not in setup.filtered:
        return
    yield Note(f"by IPv{family}, for which no rules are declared", setup.filtered[other])


def _got(answer: Answer, client: int) -> str:
    """What came of one client's attempt."""
    if not answer.through & client:
        return "closed"
    return "undecided" if answer.stopped & client else "open"


def _stand_for(zone: Zone, some: int, everybody: int) -> bool:
    """Whether those who get through stand for the zone."""
    return not zone.is_vast or 2 * some >= everybody


def _shown(stretches: Iterable[Addresses]) -> tuple[str, ...]:
    those = list(stretches)
    rest = (f"{len(those) - _MOST} more",) if len(those) > _MOST else ()
    return (*map(shown, those[:_MOST]), *rest)


def _first_packet(
    machine: Machine, door: Door, interface: str, family: Family, client_port: int, claim: int
) -> Packet:
    """What a client sends first."""
    if door.is_direct and door.published:
        target = machine.place(numbered(door.published.number, family))
    elif door.address is not None:
        kind: Literal["loopback", "host"] = "loopback" if covers(LOOPBACK[family], door.address) else "host"
        target = Place(kind, (door.address,))
    else:
        target = machine.address_on(interface or "lo", family)
    source = CLIENTS if interface else machine.address_on("lo", family)
    if not interface and target.kind == "host":
        source = target  # a host asks itself from the address that it asks
    elif not interface and target.kind == "container" and door.published:
        source = machine.address_on(door.published.bridge.name, family)
    return opening(
        door.protocol,
        target,
        door.port,
        interface,
        family=family,
        source=source,
        client_port=client_port,
        claim=claim,
    )


def _attempts(
    attempt: Callable[[int], tuple[Packet, Answer]],
    chains: Chains,
    door: Door,
    clients: int,
    *,
    is_host: bool,
) -> Iterator[tuple[Packet, Answer]]:
    """What comes of asking, also from other ports of the client, of each sort that rules tell apart."""
    first, answer = attempt(CLIENT_PORT)
    yield first, answer
    surely = answer.through & ~answer.stopped
    if not clients & ~surely:
        return
    unheard = answer.delivered & clients & ~answer.through
    anything: tuple[Packet, Answer] | None = None
    tried: set[int] = set()
    # Answers go to the client's port, so that rules about where packets go look at it, too.
    for whats in (_OF_CLIENTS, (*_OF_CLIENTS, _OF_ANSWERS)):
        cuts = [port for port in chains.cuts(door.protocol, whats) if port not in tried]
        if not cuts or (_OF_ANSWERS in whats and not unheard):
            continue
        anything = anything or attempt(ANY_PORT)
        if not anything[1].through & clients & ~surely:
            return
        for port in cuts[:_MOST_PORTS]:
            tried.add(port)
            if is_host and port == door.port:
                continue  # the service has it
            first, answer = attempt(port)
            yield first, answer
            surely |= answer.through & ~answer.stopped
            unheard |= answer.delivered & clients & ~answer.through
            if not clients & ~surely:
                return
        if len(cuts) > _MOST_PORTS:
            yield anything


def _is_it(machine: Machine, door: Door, passed: Passed) -> bool | None:
    """Whether it is this port's service that a packet arrived at."""
    packet = passed.packet
    if passed.is_local:
        if not door.has_socket or packet.port != door.port:
            return False
        return True if door.address is None else packet.destination.lies_in((door.address,))
    published = door.published
    if packet.destination == ANYWHERE:
        return None if published else False
    if published is None or packet.destination.kind != "container" or packet.port not in published.target:
        return False
    if packet.destination.number:
        return packet.destination.number == numbered(published.number, packet.family).first
    return True


def _routes(machine: Machine, setup: Setup, interface: str) -> Routes:
    def behind(place: Place) -> str:
        if place.is_clients:
            return interface
        if place == ANYWHERE:
            return "?"
        if place.kind == "container":
            return machine.bridge_of(place)
        return setup.wan

    return Routes(behind, machine.address_on, machine.place, setup.forwards, setup.loopback)


def most_open(answers: Iterable[Reach]) -> Reach | None:
    """The answer that lets in most; `None` where there is none."""
    return min(answers, key=lambda each: _MOST_OPEN_FIRST.index(each.answer), default=None)


def together(answers: list[Reach]) -> Reach:
    """Of several ways in, one that is open is enough."""
    best = most_open(answers)
    assert best is not None
    families = tuple(dict.fromkeys(family for each in answers for family in each.families))
    return best._replace(families=families, is_for_some=_are_for_some(answers))


def _are_for_some(answers: list[Reach]) -> bool:
    """Whether nobody gets through but those of whom that is sure."""
    ways = [each for each in answers if each.answer != "closed"]
    return bool(ways) and all(each.is_for_some for each in ways)


def agreed(answers: list[Reach], assumed: list[str]) -> Reach:
    """What all say that may be true; if they differ it is undecided, and why."""
    first = answers[0]
    if all(each.answer == first.answer for each in answers):
        return first._replace(is_for_some=_are_for_some(answers))
    alike: dict[tuple[str, Note], list[str]] = {}
    for each, words in zip(answers, assumed, strict=True):
        if each.because:
            alike.setdefault((each.answer, each.because[-1]), []).append(words)
    told = (
        Note(f"{answer} {_conditions(those, assumed)}: {note.text}", note.at)
        for (answer, note), those in alike.items()
    )
    families = tuple(dict.fromkeys(family for each in answers for family in each.families))
    return Reach("undecided", tuple(told), families)


def _conditions(some: list[str], every: list[str]) -> str:
    """Under which conditions something is so, without those that make no difference."""
    known, all_of = [set(each.split(AND)) for each in some], [set(each.split(AND)) for each in every]
    told: dict[str, None] = {}
    for words in some:
        parts = words.split(AND)
        for part in list(parts):
            rest = set(parts) - {part}
            if rest and all(each in known for each in all_of if rest <= each):
                parts.remove(part)
        told[AND.join(parts)] = None
    return _either(list(told))


def _either(words: list[str]) -> str:
    """`with Docker 27 or 28`: what differs in the last word only is not said twice."""
    starts = {each.rpartition(" ")[0] for each in words}
    rest = [each.rpartition(" ")[2] for each in words[1:]] if len(starts) == 1 else words[1:]
    return " or ".join((words[0], *rest))
