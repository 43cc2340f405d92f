"""What every report says of an exposure in the same words, and in the same order."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from re import Match

from compolint.engine import Survey
from compolint.model.firewall import Firewall
from compolint.model.linter import Fault
from compolint.pattern import pattern
from compolint.report.exposure.shown import ORDER, Gate, Lane, Reason, Shown, Verdict
from compolint.report.shown import Files, told
from compolint.report.summary import count
from compolint.world import World

_NAMED = 5  # of the skipped files
_QUOTED = pattern(r"`([^`]{100})[^`]{20,}`")  # a rule that is too long for a note
NO_RULES = "for which no rules are declared"  # as the reasons of an answer end


def pictured(shown: Shown) -> list[Lane]:
    """All for pictures, what is declared first."""
    return [*folded(shown.lanes), *shown.openings]


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
