"""The exposure as a flowchart of Mermaid, which GitHub draws: who asks is on the left, services on the right.

A thick arrow is open, a dashed one undecided; one that ends in a cross is held, by the layer that it names.
Each service has its askers for itself, so that no arrow crosses another.
"""

from collections.abc import Iterator

from compolint.report import Options
from compolint.report.exposure.shown import Lane, Shown, Verdict, bundles, by_host, folded
from compolint.report.markup import mermaid

_MOST = 400  # arrows; Mermaid draws nothing where there are more than 500
_LONGEST = 80  # characters of a label's line
_COLOURS = {
    "open": "stroke:#b3261e,stroke-width:3px",
    "undecided": "stroke:#8a6100,stroke-width:3px,stroke-dasharray:6 4",
    "closed": "stroke:#1b6e3c,stroke-width:1px",
}


def render(shown: Shown, options: Options) -> Iterator[str]:
    listed = [*folded(shown.lanes)]
    kept = listed[: _MOST // len(listed[0].verdicts)] if listed else []
    yield "flowchart LR\n"
    number = 0
    for machine, (host, lanes) in enumerate(by_host(kept)):
        if host:
            yield f'  subgraph h{machine}["{mermaid(host)}"]\n'
        for lane in lanes:
            yield from _lane(lane, number)
            number += 1
        if host:
            yield "  end\n"
    if len(kept) < len(listed):
        yield f'  more["and {len(listed) - len(kept)} more ports, for which there is no room here"]\n'
    for answer, style in _COLOURS.items():
        yield f"  classDef {answer} {style}\n"


def _lane(lane: Lane, number: int) -> Iterator[str]:
    yield f'  s{number}["{_label(lane)}"]:::{lane.answer}\n'
    for each, (zones, verdict) in enumerate(bundles(lane)):
        yield f'  z{number}_{each}(["{mermaid(", ".join(zones))}"]) {_arrow(verdict)} s{number}\n'


def _arrow(verdict: Verdict) -> str:
    layer = mermaid(verdict.layer or "")
    if verdict.answer == "open":
        return "==>"
    return f'-. "{layer}#63;" .->' if verdict.answer == "undecided" else f'--x|"{layer}"|'


def _label(lane: Lane) -> str:
    lines = [lane.owner, f"{lane.ports} on {lane.binding}", *(f"also by {way.name}" for way in lane.ways[:3])]
    return "<br/>".join(mermaid(line[:_LONGEST]) for line in lines)
