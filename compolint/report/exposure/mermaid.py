"""The exposure as a flowchart of Mermaid, which GitHub draws: who asks is on the left, services on the right.

A thick arrow is open, a dashed one undecided; one that ends in a cross is held, by the layer that it names.
Each service has its askers for itself, so that no arrow crosses another. What containers reach by themselves
stands below.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from compolint.report import Options
from compolint.report.exposure.shown import METADATA, Lane, Outward, Shown, Verdict
from compolint.report.exposure.words import bundles, by_host, pictured, worst_first
from compolint.report.markup import mermaid

# Mermaid draws nothing where there are more than 500 arrows, or more than 50,000 characters.
_MOST, _ROOM = 400, 36_000  # of those to services
_MOST_OUTWARD, _ROOM_OUTWARD = 80, 12_000
_LONGEST = 80  # characters of a label's line
_COLOURS = {
    "open": "stroke:#b3261e,stroke-width:3px",
    "undecided": "stroke:#8a6100,stroke-width:3px,stroke-dasharray:6 4",
    "closed": "stroke:#1b6e3c,stroke-width:1px",
}


_DESTINATIONS = {"internet": "the internet", METADATA: f"{METADATA}, a cloud's credentials"}
_LEAVING = {"open": "==>", "undecided": '-. "#63;" .->', "closed": '--x|"held"|'}
_Drawn = TypeVar("_Drawn", Lane, Outward)


def render(shown: Shown, options: Options) -> Iterator[str]:
    listed = _told_apart(shown)
    kept = _fitting(listed, _lane, _MOST, _ROOM)
    if len(kept) < len(listed):
        kept = _fitting(worst_first(listed), _lane, _MOST, _ROOM)
    yield "flowchart LR\n"
    number = 0
    for machine, (host, lanes) in enumerate(by_host(kept)):
        if host:
            yield f'  subgraph h{machine}["{mermaid(host)}"]\n  direction LR\n'
        for lane in lanes:
            yield from _lane(lane, number)
            number += 1
        if host:
            yield "  end\n"
    if len(kept) < len(listed):
        yield f'  more["and {len(listed) - len(kept)} more ports, for which there is no room here"]\n'
    yield from _egress(shown)
    for answer, style in _COLOURS.items():
        yield f"  classDef {answer} {style}\n"


def _told_apart(shown: Shown) -> list[Lane]:
    """The lanes; of services that have one name in several files, the name with its file."""
    listed = pictured(shown)
    shared = _shared((lane.owner, lane.at.path) for lane in listed)
    return [
        lane._replace(owner=f"{lane.owner} of {shown.path(lane.at.path)}") if lane.owner in shared else lane
        for lane in listed
    ]


def _shared(named: Iterable[tuple[str, str]]) -> set[str]:
    """The names that occur in several files."""
    files: dict[str, set[str]] = {}
    for name, path in named:
        files.setdefault(name, set()).add(path)
    return {name for name, paths in files.items() if len(paths) > 1}


def _fitting(
    listed: Iterable[_Drawn], drawn: Callable[[_Drawn, int], Iterator[str]], most: int, room: int
) -> list[_Drawn]:
    """As many as there may be arrows, and characters, for."""
    kept: list[_Drawn] = []
    for each in listed:
        box, *arrows = drawn(each, 0)
        most -= len(arrows)
        room -= len(box) + sum(map(len, arrows))
        if most < 0 or room < 0:
            break
        kept.append(each)
    return kept


def _lane(lane: Lane, number: int) -> Iterator[str]:
    yield f'  s{number}["{_label(lane)}"]:::{lane.answer}\n'
    for each, (zones, verdict) in enumerate(bundles(lane)):
        yield f'  z{number}_{each}(["{mermaid(", ".join(zones))}"]) {_arrow(verdict, lane)} s{number}\n'


def _arrow(verdict: Verdict, lane: Lane) -> str:
    layer = mermaid(verdict.layer or "")
    if verdict.answer == "open":
        return '==>|"past the host firewall"|' if lane.is_past_firewall else "==>"
    return f'-. "{layer}#63;" .->' if verdict.answer == "undecided" else f'--x|"{layer}"|'


def _label(lane: Lane) -> str:
    bound = lane.ports if lane.is_opening else f"{lane.ports} on {lane.binding}"
    leads = (f"leads to {each.target}" for each in lane.leads[:3])
    lines = [lane.owner, bound, *leads, *(f"also by {way.name}" for way in lane.ways[:3])]
    return _lines(lines)


def _egress(shown: Shown) -> Iterator[str]:
    shared = _shared((each.network, each.at.path) for each in shown.egress)
    egress = [
        each._replace(network=f"{each.network} of {shown.path(each.at.path)}")
        if each.network in shared
        else each
        for each in shown.egress
    ]
    kept = _fitting(egress, _network, _MOST_OUTWARD, _ROOM_OUTWARD)
    for number, each in enumerate(kept):
        yield from _network(each, number)
    if len(kept) < len(egress):
        yield f'  others["and {len(egress) - len(kept)} more networks, for which there is no room here"]\n'


def _network(each: Outward, number: int) -> Iterator[str]:
    """A server that everybody uses is no danger; a cloud's credentials are."""
    lines = f"containers of network {each.network}", ", ".join(each.workloads)
    yield f'  n{number}["{_lines(lines)}"]\n'
    for place, verdict in enumerate(each.verdicts):
        name, style = _DESTINATIONS.get(verdict.zone, verdict.zone), ""
        if verdict.zone == METADATA:
            style = f":::{verdict.answer}"
        yield f'  n{number} {_LEAVING[verdict.answer]} d{number}_{place}(["{mermaid(name)}"]){style}\n'


def _lines(lines: Iterable[str]) -> str:
    return "<br/>".join(mermaid(f"{line[:_LONGEST]}…" if len(line) > _LONGEST else line) for line in lines)
