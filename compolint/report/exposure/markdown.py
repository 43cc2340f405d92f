"""The exposure as a table in Markdown, with the reasons folded away below it."""

from collections.abc import Iterator

from compolint.report import Options
from compolint.report.exposure.shown import (
    Lane,
    Shown,
    alike,
    by_host,
    doubts,
    folded,
    reached,
    remarks,
    summary,
)
from compolint.report.markup import markdown, xml

_ANSWERS = {"open": "🔴", "undecided": "🟡", "closed": "🟢"}


def render(shown: Shown, options: Options) -> Iterator[str]:
    listed = [*folded(shown.lanes)]
    yield f"## Who reaches what\n\n{markdown(summary(listed)[0].capitalize())}\n"
    for warning in shown.warnings:
        yield f"\n> {markdown(warning)}\n"
    for host, lanes in by_host(listed):
        yield f"\n### {markdown(host)}\n\n" if host else "\n"
        yield from _table(lanes)
        yield from (f"\n- {line}" for lane in lanes for line in _said(lane))
        yield "\n"
    for each in shown.egress:
        for destinations, verdict in alike(each.verdicts):
            names = markdown(f"network {each.network} ({', '.join(each.workloads)})")
            yield f"\n- {names}: {' and '.join(map(markdown, destinations))} {verdict.answer}"
    yield "\n\n"
    for lane in listed:
        yield from _reasons(lane, shown)


def _table(lanes: list[Lane]) -> Iterator[str]:
    yield "| | port | service | binding | cloud firewall | host firewall | engine | reached by |\n"
    yield "|---|---|---|---|---|---|---|---|\n"
    for lane in lanes:
        cells = [
            _ANSWERS[lane.answer],
            lane.ports,
            markdown(lane.owner),
            markdown(lane.binding),
            *(lane.does(name) for name in ("cloud firewall", "host firewall", "engine")),
            markdown(reached(lane.verdicts)),
        ]
        yield f"| {' | '.join(cells)} |\n"


def _said(lane: Lane) -> Iterator[str]:
    for zones, reason in doubts(lane):
        yield f"{lane.ports}: {zones} undecided: {markdown(reason)}"
    for remark in remarks(lane):
        yield f"{lane.ports}: {markdown(remark)}"


def _reasons(lane: Lane, shown: Shown) -> Iterator[str]:
    yield f"<details><summary>Why: {lane.ports} of {_inline(lane.owner)}</summary>\n\n"
    for zones, verdict in alike(lane.verdicts):
        yield f"- **{', '.join(zones)}**: {verdict.answer}\n"
        for reason in verdict.reasons:
            yield f"    1. {markdown(reason.text)} ({markdown(shown.where(reason.at))})\n"
    yield "\n</details>\n"


def _inline(text: str) -> str:
    """Text inside an element of HTML, where Markdown is read as well."""
    return markdown(text) if "\\" not in markdown(text) else xml(text)
