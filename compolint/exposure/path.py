"""The way of a connection through the kernel: hook by hook, there and back.

Three packets decide whether a client can talk to a service: the first, the answer, and the one after it.
Each passes the chains of its hooks in their order; addresses are translated by the first packet and
remembered for the others. What the kernel does beyond the rules (it routes after a translation, it drops
strangers' packets for 127.0.0.1, it answers on the address that was asked) is here, too.
"""

from collections.abc import Callable, Iterator

from compolint.exposure.chains import STARTS, Chains, Outcome
from compolint.exposure.packet import ANYWHERE, Packet, Place, State
from compolint.model.firewall import Action, Addresses, Chain, Family
from compolint.model.values import Ports
from compolint.tuples import NamedTuple

Frontier = dict[Packet, int]  # sorts of packets, and which clients' they are
_SYN_ACK, _ACK = frozenset(("SYN", "ACK")), frozenset(("ACK",))


class Loopback(NamedTuple):
    """By which interfaces packets for addresses of the loopback may come in."""

    bridges: frozenset[str] = frozenset()  # as Docker lets them where it has no proxy
    others: bool | None = None  # `None`: nobody says, so that it is not so unless a rule counts on it


class Routes(NamedTuple):
    """What the way depends on besides the rules; each is answered for a place."""

    interface: Callable[[Place], str]  # behind which it is
    on: Callable[[str, Family], Place]  # the host's own address on an interface, in a family
    place: Callable[[Addresses], Place]  # whose an address is that a rule names
    forwards: bool | None = True  # packets that are not its own
    loopback: Loopback = Loopback()


class Passed(NamedTuple):
    """A sort of packets that arrived: with a program of the host, or at the host's door on its way out."""

    packet: Packet
    clients: int
    is_local: bool


class Step(NamedTuple):
    """What one chain did with one sort of packets."""

    chain: Chain
    packet: Packet
    outcome: Outcome
    clients: int


class Answer(NamedTuple):
    """The clients that may get through, those that may not, and those whose first packet may arrive."""

    through: int = 0
    stopped: int = 0
    delivered: int = 0


class Path:
    """Follows packets through one family's chains on one machine."""

    def __init__(self, chains: Chains, routes: Routes) -> None:
        self.chains, self.routes = chains, routes
        self.stopped = 0  # clients of whom some packet may have been dropped
        self.journal: list[Step] | None = None  # what happened, for those who ask why
        self._among = 0  # those who are asked about

    def converse(self, first: Packet, clients: int, answers: Callable[[Passed], bool | None]) -> Answer:
        """Who can talk to what `answers` where the first packet arrives."""
        from_host, self._among = not first.interface, clients
        arrived = self._sent([(first, clients)], from_host=from_host)
        through, stopped, delivered = 0, self._stopped(), 0
        for passed in arrived:
            is_it = answers(passed)
            if is_it is not True:
                stopped |= passed.clients
            if is_it is not False:
                delivered |= passed.clients
                through |= self._back(passed, first, from_host=from_host)
                stopped |= self._stopped()
        return Answer(through, stopped, delivered)

    def received(self, first: Packet, clients: int) -> Answer:
        """Whose first packet a program of the host would get, if no rule had sent it elsewhere before."""
        left, self._among = 0, clients
        for those in self._hook("input", {first: clients}).values():
            left |= those
        return Answer(left, self._stopped())

    def _back(self, passed: Passed, first: Packet, *, from_host: bool) -> int:
        """Whose answer comes back, and whose conversation goes on from there."""
        through = 0
        for answer in list(self._returned(passed, first, _SYN_ACK, from_host=from_host)):
            if first.protocol != "tcp":
                through |= answer.clients
                continue
            third = following(first, passed.packet, answer.packet)
            for again in self._sent([(third, answer.clients)], from_host=from_host):
                if _target(again) != _target(passed):
                    self.stopped |= again.clients
                    continue
                for data in self._returned(again, first, _ACK, from_host=from_host):
                    through |= data.clients
        return through

    def _returned(
        self, passed: Passed, first: Packet, flags: frozenset[str], *, from_host: bool
    ) -> Iterator[Passed]:
        """What the service sends, as far as it comes to the client from where the client asked."""
        reply = answer_to(passed.packet, flags if first.protocol == "tcp" else first.flags)
        reply = reply._replace(interface="" if passed.is_local else passed.packet.out_interface)
        for each in self._sent([(reply, passed.clients)], from_host=passed.is_local):
            packet = each.packet
            is_there = each.is_local == from_host and (from_host or packet.out_interface == first.interface)
            if is_there and (packet.source, packet.source_port) == (first.destination, first.port):
                yield each
            else:
                self.stopped |= each.clients

    def _stopped(self) -> int:
        stopped, self.stopped = self.stopped, 0
        return stopped

    def _sent(self, packets: list[tuple[Packet, int]], *, from_host: bool) -> list[Passed]:
        frontier: Frontier = {}
        for packet, clients in packets:
            frontier[packet] = frontier.get(packet, 0) | clients
        return list(self._outbound(frontier) if from_host else self._inbound(frontier))

    def _inbound(self, frontier: Frontier) -> Iterator[Passed]:
        """Packets that come in by an interface."""
        for packet, clients in self._hook("prerouting", frontier).items():
            is_martian = self._is_martian(packet)
            if is_martian is not False:
                self.stopped |= clients
            if is_martian:
                continue
            if packet.destination.is_local:
                for arrived, those in self._hook("input", {packet: clients}).items():
                    yield Passed(arrived, those, is_local=True)
            else:
                yield from self._forwarded(packet, clients)

    def _forwarded(self, packet: Packet, clients: int) -> Iterator[Passed]:
        out = self._route(packet)
        if out != packet.interface and self.routes.forwards is not True:
            self.stopped |= clients
            if self.routes.forwards is False:
                return
        routed = packet._replace(out_interface=out)
        forwarded = self._hook("forward", {routed: clients})
        for left, those in self._hook("postrouting", forwarded).items():
            yield Passed(left, those, is_local=False)

    def _outbound(self, frontier: Frontier) -> Iterator[Passed]:
        """Packets that a program of the host sends; to itself by way of the loopback."""
        routed: Frontier = {}
        for packet, clients in frontier.items():
            if packet.is_reply and packet.disguise is not None:
                packet = packet._replace(destination=packet.asked_from)
            routed[packet._replace(interface="", out_interface=self._route(packet))] = clients
        for packet, clients in self._hook("output", routed).items():
            # Rules of the hook saw the interface of the route that was taken before the translation.
            out = self._route(packet)
            for left, those in self._hook(
                "postrouting", {packet._replace(out_interface=out): clients}
            ).items():
                if out != "lo":
                    yield Passed(left, those, is_local=False)
                    continue
                back = left._replace(interface="lo", out_interface="")
                again = self._hook("prerouting", {back: those}, anew=False)
                for arrived, them in self._hook("input", again).items():
                    yield Passed(arrived, them, is_local=True)

    def _route(self, packet: Packet) -> str:
        return "lo" if packet.destination.is_local else self.routes.interface(packet.destination)

    def _is_martian(self, packet: Packet) -> bool | None:
        """Whether the kernel drops a packet from outside that speaks of the loopback."""
        if packet.interface == "lo" or "loopback" not in (packet.source.kind, packet.destination.kind):
            return False
        bridges, others = self.routes.loopback
        if packet.family == 4 and (others or packet.interface in bridges):
            return False
        is_sent_there = packet.family == 4 and packet.translated == packet.destination
        return None if others is None and is_sent_there else True

    def _hook(self, hook: str, frontier: Frontier, *, anew: bool = True) -> Frontier:
        """What is left of the packets after all chains of a hook."""
        early, before, translating, after = self.chains.at(hook)
        if early and anew:
            frontier = self._before_tracking(early, frontier)
        elif early:
            frontier = self._through(early, frontier)  # what was tracked when it was sent stays so
        frontier = self._through(before, frontier)
        if anew and hook != "forward":
            frontier = self._translate(hook, translating, frontier)
        return self._through(after, frontier)

    def _before_tracking(self, chains: tuple[Chain, ...], frontier: Frontier) -> Frontier:
        """The kernel does not know yet which connection a packet belongs to."""
        found: Frontier = {}
        for packet, clients in frontier.items():
            unknown = packet._replace(state="untracked" if packet.tags.untracked else "")
            for left, those in self._through(chains, {unknown: clients}).items():
                state: State = "untracked" if left.tags.untracked else packet.state
                _join(found, left._replace(state=state), those)
        return found

    def _through(self, chains: tuple[Chain, ...], frontier: Frontier) -> Frontier:
        for chain in chains:
            left: Frontier = {}
            for packet, clients in frontier.items():
                for outcome, those in self._passing(chain, packet, clients):
                    _join(left, packet._replace(tags=outcome.tags), those)
            frontier = left
        return frontier

    def _passing(self, chain: Chain, packet: Packet, clients: int) -> Iterator[tuple[Outcome, int]]:
        """What becomes of those that a chain does not drop."""
        for outcome, those in self.chains.outcomes(chain, packet, self._among).items():
            those &= clients
            if not those:
                continue
            if self.journal is not None:
                self.journal.append(Step(chain, packet, outcome, those))
            if outcome.verdict == "drop":
                if not outcome.tags.is_later:  # who gets through at first is let in
                    self.stopped |= those
            else:
                yield outcome, those

    def _translate(self, hook: str, chains: tuple[Chain, ...], frontier: Frontier) -> Frontier:
        """New connections are asked what shall become of their addresses; those of others are known."""
        found: Frontier = {}
        for packet, clients in frontier.items():
            if packet.state in ("untracked", ""):
                _join(found, packet, clients)
            elif packet.state == "new":
                for left, those in self._new(hook, chains, packet, clients):
                    _join(found, left, those)
            else:
                _join(found, _replayed(hook, packet), clients)
        return found

    def _new(
        self, hook: str, chains: tuple[Chain, ...], packet: Packet, clients: int
    ) -> Iterator[tuple[Packet, int]]:
        waiting: Frontier = {packet: clients}
        for chain in chains:
            left: Frontier = {}
            for each, those in waiting.items():
                for outcome, them in self._passing(chain, each, those):
                    tagged = each._replace(tags=outcome.tags)
                    if outcome.action is None:
                        _join(left, tagged, them)
                        continue
                    # The first translation of a connection is the only one of its direction.
                    for translated in self._translated(hook, tagged, outcome.action):
                        yield translated, them
            waiting = left
        yield from waiting.items()

    def _translated(self, hook: str, packet: Packet, action: Action) -> Iterator[Packet]:
        if action.kind in ("dnat", "redirect", "unknown"):
            if hook in STARTS:
                yield from self._readdressed(hook, packet, action)
            else:
                yield packet
        elif hook in ("postrouting", "input"):
            yield self._disguised(packet, action)
        else:
            yield packet

    def _readdressed(self, hook: str, packet: Packet, action: Action) -> Iterator[Packet]:
        if action.kind == "redirect":
            interface = "lo" if hook == "output" else packet.interface
            places: tuple[Place, ...] = (self.routes.on(interface, packet.family),)
        elif isinstance(action.addresses, Addresses):
            places = tuple(_alternatives(self.routes.place(action.addresses)))
        elif action.kind == "dnat" and action.addresses is None:
            places = (packet.destination,)
        else:
            places = (packet.destination, ANYWHERE)
        port = action.ports.first if isinstance(action.ports, Ports) else packet.port
        for place in places:
            if (place, port) == (packet.destination, packet.port):
                yield packet  # the kernel does not call that a translation
            else:
                yield packet._replace(destination=place, port=port, translated=place, translated_port=port)

    def _disguised(self, packet: Packet, action: Action) -> Packet:
        if action.kind == "masquerade":
            place = self.routes.on(packet.out_interface or packet.interface, packet.family)
        elif isinstance(action.addresses, Addresses):
            place = self.routes.place(action.addresses)
        else:
            place = Place("host", name="any")
        return packet if place == packet.source else packet._replace(source=place, disguise=place)


def _alternatives(place: Place) -> Iterator[Place]:
    """The stretches in which a place may lie, each as a place: rules may hold it in all of them."""
    if not place.within:
        yield place
    for stretch in place.within:
        yield place._replace(within=(stretch,))


def answer_to(packet: Packet, flags: frozenset[str]) -> Packet:
    """What the service sends back, as it leaves the service."""
    reply = packet._replace(
        source=packet.destination,
        destination=packet.source,
        source_port=packet.port,
        port=packet.source_port,
        interface="",
        out_interface="",
        state="established",
        is_reply=True,
        flags=flags,
        tags=packet.tags.of_connection(),
    )
    if packet.state != "untracked":
        return reply
    # The kernel has not seen what this answers, and takes it for a beginning, unless it can't be one.
    return _alone(reply)._replace(state="" if flags == _SYN_ACK else "new", is_reply=False)


def following(first: Packet, arrived: Packet, answer: Packet) -> Packet:
    """What a client sends after the answer to its first packet."""
    third = first._replace(flags=_ACK)
    if arrived.state == "untracked":
        return third
    if answer.state == "untracked":
        return third._replace(state="")
    return third._replace(
        state="established",
        translated=arrived.translated,
        translated_port=arrived.translated_port,
        disguise=arrived.disguise,
        tags=answer.tags.of_connection(),
    )


def _alone(packet: Packet) -> Packet:
    """A packet as the first of a connection of its own."""
    return packet._replace(
        asked=packet.destination,
        asked_port=packet.port,
        asked_from=packet.source,
        client_port=packet.source_port,
        translated=None,
        translated_port=0,
        disguise=None,
        tags=packet.tags.of_connection()._replace(connection=0),
    )


def _target(passed: Passed) -> tuple[bool, Place, int]:
    return passed.is_local, passed.packet.destination, passed.packet.port


def _replayed(hook: str, packet: Packet) -> Packet:
    """A later packet of a connection gets the addresses that its first one got, or gave up."""
    if hook in STARTS:
        if packet.is_reply:
            if packet.disguise is None:
                return packet
            return packet._replace(destination=packet.asked_from, port=packet.client_port)
        if packet.translated is None:
            return packet
        return packet._replace(destination=packet.translated, port=packet.translated_port)
    if packet.is_reply:
        if packet.translated is None:
            return packet
        return packet._replace(source=packet.asked, source_port=packet.asked_port)
    return packet if packet.disguise is None else packet._replace(source=packet.disguise)


def _join(frontier: Frontier, packet: Packet, clients: int) -> None:
    frontier[packet] = frontier.get(packet, 0) | clients
