"""An exposure as it may be shown: words without secrets, and places that people can go to."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from re import Match

from compolint.engine import Survey
from compolint.exposure import Egress, Exposure, Layer, Lead, Reach, Row, Way
from compolint.exposure.openings import Opening, Openings
from compolint.model.firewall import Firewall
from compolint.model.linter import Fault
from compolint.pattern import pattern
from compolint.report.shown import Files, Place, told
from compolint.report.summary import count
from compolint.text import Note, Span
from compolint.tuples import NamedTuple
from compolint.unknown import Unknown
from compolint.world import World

_NAMED = 5  # of the skipped files
STATES = {"holds": "holds", "passes": "passes", "undecided": "?", "absent": "none", "not asked": "–"}
_ENGINE = {"passes": "forwards", "absent": "–"}
ORDER = ("open", "undecided", "closed")
_QUOTED = pattern(r"`([^`]{100})[^`]{20,}`")  # a rule that is too long for a note
NO_RULES = "for which no rules are declared"  # as the reasons of an answer end
NO_SERVICE = "(no service)"
METADATA = "169.254.169.254"  # where clouds hand a machine its credentials


class Reason(NamedTuple):
    """One step of why it is so."""

    text: str
    at: Span


class Verdict(NamedTuple):
    """What one zone gets of a port."""

    zone: str
    answer: str  # "open", "closed" or "undecided"
    reasons: tuple[Reason, ...]
    families: tuple[int, ...] = ()
    sources: tuple[str, ...] = ()
    layer: str | None = None  # that keeps it out, or may
    before: tuple[Reason, ...] = ()  # what lets it pass as far as the host

    @property
    def is_by_ipv6_only(self) -> bool:
        """Whether strangers get through by IPv6, and by IPv4 none do."""
        return self.zone == "internet" and self.answer == "open" and self.families == (6,)

    @property
    def chain(self) -> tuple[Reason, ...]:
        """All reasons, in the order of the packet's way."""
        return (*self.before, *self.reasons)


class Gate(NamedTuple):
    """What one layer does about clients from the internet."""

    name: str
    state: str
    words: str
    reasons: tuple[Reason, ...] = ()


class Byway(NamedTuple):
    """Another way to the same service."""

    name: str
    kind: str
    asks: bool | None
    tls: bool | None
    at: Span

    @property
    def manner(self) -> str:
        return _manner(self.kind, self.tls, self.asks)


class Target(NamedTuple):
    """A service that a proxy's port leads to."""

    name: str  # that a client asks for
    target: str  # "app:3000"
    kind: str
    asks: bool | None
    tls: bool | None
    at: Span

    @property
    def manner(self) -> str:
        return _manner(self.kind, self.tls, self.asks)


def _manner(kind: str, tls: bool | None, asks: bool | None) -> str:
    """As people say it: `caddy, TLS, without a login`."""
    login = {True: "with a login", False: "without a login", None: "login not known"}
    crypt = {True: "TLS", False: "no TLS", None: "TLS not known"}
    return f"{kind}, {crypt[tls]}, {login[asks]}"


class Lane(NamedTuple):
    """A port, or neighbouring ones of which the same is true, with all that stands before it."""

    owner: str
    address: str  # as a program would write it; "*" is every interface
    port: int | None  # `None`: one that the engine chooses, or that is not known
    last: int | None
    unnumbered: str  # what to call that
    protocol: str
    at: Span
    verdicts: tuple[Verdict, ...]
    gates: tuple[Gate, ...]
    ways: tuple[Byway, ...] = ()
    host: str | None = None
    is_past_firewall: bool = False  # no rule of the host's firewall is asked
    leads: tuple[Target, ...] = ()
    is_opening: bool = False  # no file declares a listener; the firewall would let clients ask for it

    @property
    def ports(self) -> str:
        """As people say it: `5432/tcp`, `8000-8010/tcp`."""
        if self.port is None:
            return self.unnumbered if " " in self.unnumbered else f"{self.unnumbered}/{self.protocol}"
        more = f"-{self.last}" if self.last != self.port else ""
        return f"{self.port}{more}/{self.protocol}"

    @property
    def title(self) -> str:
        """What it is, in a sentence without its place."""
        on = f" on {self.host}" if self.host else ""
        if self.is_opening:
            return f"{self.ports}{on}, for which nothing is declared"
        return f"{self.ports} of {self.owner}{on}, bound to {self.binding}"

    @property
    def binding(self) -> str:
        return "every interface" if self.address == "*" else self.address

    @property
    def answer(self) -> str:
        """What the internet gets."""
        return self.verdicts[0].answer

    def gate(self, name: str) -> Gate:
        return next(gate for gate in self.gates if gate.name == name)

    def does(self, name: str) -> str:
        """What a layer does, in a word: an engine forwards, or a port is none of its."""
        state = self.gate(name).state
        if name == "host firewall" and self.is_past_firewall:
            return "bypassed"
        return _ENGINE.get(state) or STATES[state] if name == "engine" else STATES[state]


class Outward(NamedTuple):
    """What the containers of a network reach outside."""

    network: str
    at: Span
    workloads: tuple[str, ...]
    verdicts: tuple[Verdict, ...]  # by destination


class Shown(NamedTuple):
    """All that a report of the exposure says."""

    lanes: tuple[Lane, ...]
    egress: tuple[Outward, ...]
    files: Files
    path: Callable[[str], str]  # how a file of the tree is called here
    kinds: Mapping[str, str] = {}
    warnings: tuple[str, ...] = ()  # what a reader must know before trusting it
    is_about: str = ""  # the one port that was asked for
    openings: tuple[Lane, ...] = ()  # what a firewall lets in, for which nothing is declared

    @property
    def listed(self) -> list[Lane]:
        """All for pictures, what is declared first."""
        return [*folded(self.lanes), *self.openings]

    def place(self, at: Span) -> Place:
        place = self.files.place(at)
        return place._replace(path=self.path(place.path))

    def line(self, at: Span) -> str:
        """The line that a place begins in; none where that is a comment, which stands for its whole file."""
        line = self.files.line(at.path, self.place(at).line)
        return "" if line.lstrip().startswith("#") else line

    def where(self, at: Span) -> str:
        """As editors take it: `compose.yaml:7`."""
        place = self.place(at)
        return f"{place.path}:{place.line}"


def lanes(exposure: Exposure) -> tuple[Lane, ...]:
    return tuple(map(_lane, exposure.rows))


def openings(found: Openings) -> tuple[Lane, ...]:
    return tuple(map(_opening, found.rows))


def outward(exposure: Exposure) -> tuple[Outward, ...]:
    return tuple(map(_outward, exposure.egress))


def folded(lanes: Iterable[Lane]) -> Iterator[Lane]:
    """The lanes, with those of one range together where the same is true of them."""
    last: Lane | None = None
    for lane in lanes:
        if last is not None and _continues(last, lane):
            last = last._replace(last=lane.last)
            continue
        if last is not None:
            yield last
        last = lane
    if last is not None:
        yield last


def alike(verdicts: Iterable[Verdict]) -> Iterator[tuple[list[str], Verdict]]:
    """The verdicts with the zones that they hold for, those of the same answer and reasons together."""
    found: dict[Verdict, list[Verdict]] = {}
    for verdict in verdicts:
        found.setdefault(verdict._replace(zone="", sources=(), before=()), []).append(verdict)
    for same, those in found.items():
        sources = dict.fromkeys(source for verdict in those for source in verdict.sources)
        before = tuple(_of_one(verdict.zone, reason) for verdict in those for reason in verdict.before)
        if len(those) == 1:
            before = those[0].before
        yield [verdict.zone for verdict in those], same._replace(sources=tuple(sources), before=before)


def _of_one(zone: str, reason: Reason) -> Reason:
    return reason._replace(text=f"from the {zone}: {reason.text}")


def bundles(lane: Lane) -> Iterator[tuple[list[str], Verdict]]:
    """The zones of which the same is true of a port, held by the same layer; the internet comes first."""
    found: dict[tuple[str, str | None], list[Verdict]] = {}
    for verdict in lane.verdicts:
        found.setdefault((verdict.answer, verdict.layer), []).append(verdict)
    first, *rest = found.values()
    for each in (first, *sorted(rest, key=lambda each: ORDER.index(each[0].answer))):
        yield [verdict.zone for verdict in each], each[0]


def by_host(lanes: Iterable[Lane]) -> Iterator[tuple[str, list[Lane]]]:
    """The lanes by the machine that they are on, the unnamed one first."""
    for host, those in groupby(sorted(lanes, key=lambda lane: lane.host or ""), key=lambda lane: lane.host):
        yield host or "", [*those]


def worst_first(lanes: Iterable[Lane]) -> list[Lane]:
    """The lanes, first those that the internet reaches: for reports that have no room for all."""
    return sorted(lanes, key=lambda lane: ORDER.index(lane.answer))


def reached(verdicts: Iterable[Verdict]) -> str:
    """Who reaches a port, in words: `everybody`, `tailnet, host`, `lan?, host`, `nobody`."""
    listed = [*verdicts]
    if all(verdict.answer == "open" and not verdict.is_by_ipv6_only for verdict in listed):
        return "everybody"
    marks = {"open": "", "undecided": "?"}
    names = [
        f"{each.zone}{marks[each.answer]}{' (IPv6 only)' if each.is_by_ipv6_only else ''}"
        for each in listed
        if each.answer in marks
    ]
    return ", ".join(names) or "nobody"


def summary(lanes: Iterable[Lane], openings: Sequence[Lane] = ()) -> tuple[str, str]:
    """The whole in one sentence, and how it is meant: "loud", "open" or "good"."""
    listed = [*lanes]
    said, style = _summary(listed) if listed else ("no port is declared", "good")
    ports = {
        answer: [lane.ports for lane in openings if lane.answer == answer] for answer in ("open", "undecided")
    }
    for answer, verb in (("open", "lets"), ("undecided", "may let")):
        if ports[answer]:
            said += f"; the firewall {verb} the internet ask for {some(ports[answer])}, which nobody declares"
            style = "loud" if style == "loud" else "open"
    return said, style


def _summary(listed: list[Lane]) -> tuple[str, str]:
    has_several = len({lane.host for lane in listed}) > 1
    reached = [_named(lane, has_several) for lane in listed if lane.answer == "open"]
    doubtful = [_named(lane, has_several) for lane in listed if lane.answer == "undecided"]
    all_of_them = count(len(listed), "port")
    parts = []
    if reached:
        parts.append(f"the internet reaches {len(reached)} of {all_of_them}: {some(reached)}")
    if doubtful:
        parts.append(f"undecided for {len(doubtful)} of {all_of_them}: {some(doubtful)}")
    if not parts:
        return f"the internet reaches none of {all_of_them}", "good"
    return "; ".join(parts), "loud" if reached else "open"


def _named(lane: Lane, has_several: bool) -> str:
    return f"{lane.ports} on {lane.host}" if lane.host and has_several else lane.ports


def doubts(lane: Lane) -> Iterator[tuple[str, str]]:
    """The zones of which the files leave open whether they reach a port, and why."""
    found: dict[str, list[str]] = {}
    for verdict in lane.verdicts:
        if verdict.answer == "undecided":
            found.setdefault(doubt(verdict), []).append(verdict.zone)
    for reason, zones in found.items():
        yield ", ".join(zones), reason


def remarks(lane: Lane) -> Iterator[str]:
    """What else is to be said of a port."""
    yield from thread(lane)
    yield from unruled(lane)
    yield from beside(lane)


def unruled(lane: Lane) -> Iterator[str]:
    """That strangers get through by the family that nobody wrote rules for."""
    first = lane.verdicts[0]
    words = next((each.text for each in first.reasons if each.text.endswith(NO_RULES)), "")
    if first.is_by_ipv6_only and words:
        yield f"{first.zone}: {words}"


def beside(lane: Lane) -> Iterator[str]:
    """What is reached through a port, and its service by other ways."""
    yield from leads(lane)
    yield from ways(lane)


def leads(lane: Lane) -> Iterator[str]:
    """The services that a proxy's port leads to, those of one manner together."""
    found: dict[str, dict[str, None]] = {}
    for each in lane.leads:
        found.setdefault(each.manner, {})[f"{each.name} -> {each.target}"] = None
    for manner, targets in found.items():
        yield f"leads to: {some([*targets])} ({manner})"


def thread(lane: Lane) -> Iterator[str]:
    """That a port hangs by one."""
    holding = [gate.name for gate in lane.gates if gate.state == "holds"]
    if not lane.is_opening and lane.answer == "closed" and holding in (["cloud firewall"], ["host firewall"]):
        yield f"one layer holds it: the {holding[0]}"


def ways(lane: Lane) -> Iterator[str]:
    """Other ways to the service behind a port, those of one kind together."""
    found: dict[str, dict[str, None]] = {}
    for way in lane.ways:
        found.setdefault(way.manner, {})[way.name] = None
    for manner, names in found.items():
        yield f"also through {some([*names])} ({manner})"


def doubt(verdict: Verdict) -> str:
    """The reason that leaves an answer open."""
    texts = [reason.text for reason in verdict.reasons]
    if len(texts) > 1 and texts[0].startswith(("open on ", "published on ")):
        texts = texts[1:]
    if texts and texts[0].startswith("open for "):
        return texts[0]
    return _QUOTED.sub(_shortened, "; ".join(texts[:2])) or "the files do not tell"


def _shortened(quoted: Match[str]) -> str:
    return f"`{quoted[1]}…`"


def serious(world: World) -> list[Fault]:
    """The faults that make a report incomplete, those of what is not in it first."""
    faults = world.of(Fault)
    firewalls = {each.span.path for each in world.of(Firewall)}
    odd = (
        each
        for each in faults
        if each.kind in ("syntax", "unsupported")
        and not each.fatal
        and not each.is_part
        and each.span.path in firewalls
    )
    return [*(each for each in faults if each.fatal), *odd]


def warnings(surveyed: Survey, files: Files) -> Iterator[str]:
    """What a reader must know before trusting a report that looks well."""
    if faults := serious(surveyed.world):
        place, rest = files.place(faults[0].span), len(faults) - 1
        more = f"; and {rest} more, which `compolint scan` tells" if rest else ""
        end = (
            "what stands there is not in this report" if faults[0].fatal else "what hangs on it is undecided"
        )
        yield f"INCOMPLETE: {place.path}:{place.line}: {told(faults[0].message)}{more}; {end}"
    yield from (f"FAULT: {told(error)}" for error in surveyed.errors)
    if surveyed.skipped:
        named = "; ".join(f"{each.path} {told(each.reason)}" for each in surveyed.skipped[:_NAMED])
        rest = len(surveyed.skipped) - _NAMED
        more = f"; and {rest} more" if rest > 0 else ""
        yield f"Skipped {count(len(surveyed.skipped), 'file')}: {named}{more}"


def some(words: list[str], most: int = 12) -> str:
    """The words in a row, and how many more there are."""
    distinct = [*dict.fromkeys(words)]
    more = len(distinct) - most
    return ", ".join(distinct[:most]) + (f" and {more} more" if more > 0 else "")


def _continues(last: Lane, lane: Lane) -> bool:
    """Whether a lane says of the next port what was said of the last."""
    if last.last is None or lane.port != last.last + 1:
        return False
    return _but_for_its_number(last) == _but_for_its_number(lane)


def _but_for_its_number(lane: Lane) -> Lane:
    gates = tuple(Gate(gate.name, gate.state, "") for gate in lane.gates)
    return lane._replace(port=None, last=None, gates=gates)


def _lane(row: Row) -> Lane:
    listener = row.listener
    cloud = row.layers[0]
    before = _reasons(cloud.because) if cloud.state == "passes" else ()
    address = listener.address
    shown = address.text if isinstance(address, Unknown) else address.text or "*"
    return Lane(
        owner=told(row.name),
        address=told(shown),
        port=row.port,
        last=row.last,
        unnumbered="random" if listener.ports is None else told(str(listener.ports)),
        protocol=listener.protocol,
        at=listener.span,
        verdicts=tuple(
            _verdict(zone, row.zones[zone], row.decided_by(zone), before if zone == "internet" else ())
            for zone in row.zones
        ),
        gates=tuple(map(_gate, row.layers)),
        ways=tuple(map(_byway, row.ways)),
        leads=tuple(map(_target, row.leads)),
        host=row.host,
        is_past_firewall=_is_past_firewall(row),
    )


def _opening(row: Opening) -> Lane:
    ports = row.ports
    return Lane(
        owner=NO_SERVICE,
        address="*",
        port=ports and ports.first,
        last=ports and ports.last,
        unnumbered=f"any {'' if row.is_only else 'other '}{row.protocol} port",
        protocol=row.protocol,
        at=row.at,
        verdicts=tuple(_verdict(zone, reach, row.decided_by(zone)) for zone, reach in row.zones.items()),
        gates=tuple(map(_gate, row.layers)),
        host=row.host,
        is_opening=True,
    )


def _is_past_firewall(row: Row) -> bool:
    """Whether the engine's own rules lead a client past those that the host's firewall has."""
    states = {layer.name: layer for layer in row.layers}
    firewall, own = states["host firewall"], row.listener.places()
    forwards = states["engine"].state == "passes" and firewall.state == "passes"
    return forwards and all(note.at in own or _is_of_engine(note) for note in firewall.because)


def _is_of_engine(note: Note) -> bool:
    """Whether it is a rule that the engine wrote, which a dump shows among the host's own."""
    return note.text.startswith("`-A DOCKER") and not note.text.startswith("`-A DOCKER-USER")


def _verdict(zone: str, reach: Reach, layer: str | None = None, before: tuple[Reason, ...] = ()) -> Verdict:
    return Verdict(
        zone=zone,
        answer=reach.answer,
        reasons=_reasons(reach.because),
        families=reach.families,
        sources=reach.sources,
        layer=layer,
        # What lets a packet pass is no reason why it is held further on.
        before=() if reach.answer == "closed" else before,
    )


def _gate(layer: Layer) -> Gate:
    return Gate(layer.name, layer.state, told(layer.words), _reasons(layer.because))


def _byway(way: Way) -> Byway:
    return Byway(told(way.name), way.kind, way.asks, way.tls, way.at.at)


def _target(lead: Lead) -> Target:
    return Target(told(lead.name), told(lead.target), lead.kind, lead.asks, lead.tls, lead.at)


def _outward(egress: Egress) -> Outward:
    names = tuple(dict.fromkeys(map(told, egress.workloads)))
    answers = tuple(_verdict(destination, reach) for destination, reach in egress.to.items())
    return Outward(told(egress.name), egress.span, names, answers)


def _reasons(notes: Iterable[Note]) -> tuple[Reason, ...]:
    return tuple(Reason(told(note.text), note.at) for note in dict.fromkeys(notes))
