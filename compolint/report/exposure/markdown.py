"""The exposure as a table in Markdown, with the reasons folded away below it; as long as a comment may be."""

from collections.abc import Iterable, Iterator

from compolint.report import Options
from compolint.report.exposure.shown import Lane, Outward, Shown
from compolint.report.exposure.words import (
    alike,
    by_host,
    doubts,
    folded,
    reached,
    remarks,
    some,
    summary,
    worst_first,
)
from compolint.report.markup import markdown, within, xml

_ANSWERS = {"open": "🔴", "undecided": "🟡", "closed": "🟢"}
# What is most to be known has the most room; together it is less than `ROOM`.
_ROOM_FOR_ROWS, _ROOM_FOR_REMARKS, _ROOM_FOR_REASONS = 20_000, 6_000, 12_000
_ROOM_FOR_OPENINGS, _MOST_OPENINGS = 3_000, 40


def render(shown: Shown, options: Options) -> Iterator[str]:
    listed = [*folded(shown.lanes)]
    yield f"## Who reaches what\n\n{markdown(summary(listed, shown.openings)[0].capitalize())}\n"
    for warning in shown.warnings:
        yield f"\n> {markdown(warning)}\n"
    hosts = [*by_host(listed)]
    for host, lanes in hosts:
        yield f"\n### {markdown(host)}\n\n" if host else "\n"
        yield from _table(lanes, _ROOM_FOR_ROWS // len(hosts))
        yield from _list(_said(lanes), _ROOM_FOR_REMARKS // len(hosts))
    yield from _openings(shown)
    yield from _outward(shown.egress)
    yield "\n"
    reasons = ("".join(_reasons(lane, shown)) for lane in worst_first([*listed, *shown.openings]))
    yield from within(reasons, _ROOM_FOR_REASONS, "Why of {} more ports: `compolint exposure --why PORT`\n")


def _table(lanes: list[Lane], room: int) -> Iterator[str]:
    yield "| | port | service | binding | cloud firewall | host firewall | engine | reached by |\n"
    yield "|---|---|---|---|---|---|---|---|\n"
    has_room = sum(len(_row(lane)) for lane in lanes) <= room
    rows = map(_row, lanes if has_room else worst_first(lanes))
    yield from within(rows, room, "| | and {} more | | | | | | |\n")


def _openings(shown: Shown) -> Iterator[str]:
    """What firewalls let in for which nothing is declared."""
    lanes = shown.openings
    if not lanes:
        return
    yield "\nWhat the firewall lets in, and no file declares who listens there:\n\n"
    yield "| | port | by | reached by |\n|---|---|---|---|\n"
    rows = (
        f"| {_ANSWERS[lane.answer]} | {markdown(f'{lane.ports} on {lane.host}' if lane.host else lane.ports)}"
        f" | {markdown(shown.where(lane.at))} | {markdown(reached(lane.verdicts))} |\n"
        for lane in (lanes if len(lanes) < _MOST_OPENINGS else worst_first(lanes))
    )
    yield from within(rows, _ROOM_FOR_OPENINGS, "| | and {} more | | |\n")
    yield from _list(_said(lanes), _ROOM_FOR_OPENINGS // 2)


def _row(lane: Lane) -> str:
    cells = [
        _ANSWERS[lane.answer],
        markdown(lane.ports),
        markdown(lane.owner),
        markdown(lane.binding),
        *(lane.does(name) for name in ("cloud firewall", "host firewall", "engine")),
        markdown(reached(lane.verdicts)),
    ]
    return f"| {' | '.join(cells)} |\n"


def _said(lanes: Iterable[Lane]) -> Iterator[str]:
    """What else is to be said of ports, those together of which it is the same."""
    found: dict[str, list[str]] = {}
    for lane in lanes:
        for zones, reason in doubts(lane):
            found.setdefault(f"{zones} undecided: {reason}", []).append(lane.ports)
        for remark in remarks(lane):
            found.setdefault(remark, []).append(lane.ports)
    for said, ports in found.items():
        yield f"- {markdown(some(ports))}: {markdown(said)}\n"


def _list(lines: Iterable[str], room: int) -> Iterator[str]:
    listed = [*lines]
    if listed:
        yield "\n"
        yield from within(listed, room, "- and {} more\n")


def _outward(egress: Iterable[Outward]) -> Iterator[str]:
    """What containers reach by themselves."""
    listed = [*egress]
    if not listed:
        return
    destinations = [verdict.zone for verdict in listed[0].verdicts]
    yield f"\n| from network | of | {' | '.join(f'to {markdown(each)}' for each in destinations)} |\n"
    yield f"|---|---|{'---|' * len(destinations)}\n"
    rows = (
        f"| {markdown(each.network)} | {markdown(', '.join(each.workloads))}"
        f" | {' | '.join(verdict.answer for verdict in each.verdicts)} |\n"
        for each in listed
    )
    yield from within(rows, _ROOM_FOR_REMARKS, "| and {} more | | | |\n")


def _reasons(lane: Lane, shown: Shown) -> Iterator[str]:
    yield f"<details><summary>Why: {_inline(lane.title)}</summary>\n\n"
    for zones, verdict in alike(lane.verdicts):
        yield f"- **{markdown(', '.join(zones))}**: {verdict.answer}\n"
        for reason in verdict.chain:
            yield f"    1. {markdown(reason.text)} ({markdown(shown.where(reason.at))})\n"
    yield "\n</details>\n"


def _inline(text: str) -> str:
    """Text inside an element of HTML, where Markdown is read as well."""
    return markdown(text) if "\\" not in markdown(text) else xml(text)
