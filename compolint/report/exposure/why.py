"""Why a port is reached or is not: zone by zone the chain of reasons, each with its line."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from compolint.report.exposure.shown import Lane, Shown, Verdict
from compolint.report.exposure.words import alike, remarks
from compolint.report.quote import Page, arrow, snippet
from compolint.report.visible import visible, wrap
from compolint.text import Span

_STYLES = {"open": "high", "undecided": "open", "closed": "good"}
_FAMILIES = {(4,): "IPv4 only", (6,): "IPv6 only"}


def chains(page: Page, shown: Shown, lanes: Iterable[Lane]) -> Iterator[str]:
    for lane in lanes:
        for line in wrap(f"{lane.title} ({shown.where(lane.at)})", page.width):
            yield f"{line}\n"
        for remark in remarks(lane):
            yield from (f"  {line}\n" for line in wrap(remark, page.width - 2))
        yield "\n"
        for zones, verdict in alike(lane.verdicts):
            yield from _zone(page, shown, zones, verdict)


def _zone(page: Page, shown: Shown, zones: list[str], verdict: Verdict) -> Iterator[str]:
    more = [_FAMILIES[verdict.families]] if verdict.families in _FAMILIES else []
    if verdict.sources and verdict.answer != "closed":
        more.append(f"from {', '.join(verdict.sources)}")
    style = _STYLES[verdict.answer]
    told = f"{verdict.answer} ({visible('; '.join(more))})" if more else verdict.answer
    yield f"{visible(', '.join(zones))}: {page.paint(told, style)}\n"
    number = 0
    for at, group in groupby(verdict.chain, key=lambda reason: reason.at):
        for reason in group:
            number += 1
            first, *rest = wrap(f"{number}. {reason.text}", page.width - 2)
            yield f"  {first}\n"
            yield from (f"     {line}\n" for line in rest)
        yield from _quoted(page, shown, at, style)
    yield "\n"


def _quoted(page: Page, shown: Shown, at: Span, style: str) -> Iterator[str]:
    place = shown.place(at)
    yield f"{arrow(page, place, '-->', ' ' * (len(str(place.line)) + 2))}\n"
    if not shown.line(at):
        return
    for line in snippet(page, at, style):
        yield f"  {line}".rstrip() + "\n"
