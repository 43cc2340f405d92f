"""The exposure for a person at a terminal: a table of the ports, layer by layer, or why one of them is so."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from compolint.report import Options
from compolint.report.exposure.shown import (
    METADATA,
    Lane,
    Outward,
    Shown,
    Verdict,
    by_host,
    doubt,
    doubts,
    folded,
    reached,
    remarks,
    summary,
)
from compolint.report.quote import Page
from compolint.report.visible import visible, width, wrap
from compolint.tuples import NamedTuple

_GAP = "  "
_STYLES = {"open": "high", "undecided": "open", "closed": "good"}
_LEGEND = {
    "*": "*: every interface",
    "bypassed": "bypassed: the engine's rules come first",
    "none": "none: no file declares one",
    "–": "–: has no part in it",
    "?": "?: the files leave it open",
}
_LAYERS = ("cloud firewall", "host firewall", "engine")
_FIXED = ("PORT", "CLOUD", "FIREWALL", "ENGINE")
_LEAST = 12  # columns of what may be wrapped


class _Cell(NamedTuple):
    text: str
    style: str = ""


def render(shown: Shown, options: Options) -> Iterator[str]:
    page = Page(options, shown.files)
    listed = [*folded(shown.lanes)]
    if shown.is_about:
        from compolint.report.exposure.why import chains

        yield from chains(page, shown, listed)
    else:
        yield from _tables(page, shown, listed)
        yield from _outward(page, shown)
    for warning in shown.warnings:
        head, _, rest = visible(warning).partition(" ")
        yield from _lines(page.block(head, "loud", rest))
    text, style = summary(listed)
    head, _, rest = text.partition(" ")
    if listed:
        yield from _lines(page.block(head.capitalize(), style, rest))


def _tables(page: Page, shown: Shown, listed: list[Lane]) -> Iterator[str]:
    for host, lanes in by_host(listed):
        if host:
            yield f"{page.paint('host', 'frame')} {visible(host)}\n"
        yield from _lines(_table(page, shown, lanes))
        yield "\n"


def _table(page: Page, shown: Shown, lanes: list[Lane]) -> Iterator[str]:
    """The rows, below each what else is to be said of it, and what the signs in them mean."""
    heads = ("PORT", "SERVICE", "BINDING", "CLOUD", "FIREWALL", "ENGINE", "REACHED BY")
    rows = [_cells(lane) for lane in lanes]
    columns = _columns(heads, rows, page.width)
    yield from _row(page, [_Cell(head, "frame") for head in heads], columns)
    several = len({lane.at.path for lane in lanes}) > 1
    for path, those in groupby(zip(lanes, rows, strict=True), key=lambda each: each[0].at.path):
        if several:
            yield page.paint(visible(shown.path(path)), "frame")
        told: dict[str, str] = {}
        for lane, row in those:
            yield from _row(page, row, columns)
            for remark in (*_doubts(lane, told), *remarks(lane)):
                yield from (f"    {line}" for line in wrap(remark, page.width - 4))
    used = {cell.text for row in rows for cell in row[2:6]}
    if any("?" in row[-1].text for row in rows):
        used.add("?")
    if legend := [words for sign, words in _LEGEND.items() if sign in used]:
        yield ""
        yield from (page.paint(line, "frame") for line in wrap("; ".join(legend), page.width))


def _doubts(lane: Lane, told: dict[str, str]) -> Iterator[str]:
    """What leaves a port undecided; of what was said before only where."""
    for zones, reason in doubts(lane):
        first = told.setdefault(reason, lane.ports)
        yield f"{zones}: undecided: {reason}" if first == lane.ports else f"{zones}: undecided, as {first}"


def _cells(lane: Lane) -> list[_Cell]:
    bound = lane.gate("address").state == "holds"
    return [
        _Cell(lane.ports),
        _Cell(visible(lane.owner)),
        _Cell(visible(lane.address), "good" if bound else ""),
        *(_Cell(word, _style(word)) for word in map(lane.does, _LAYERS)),
        _Cell(reached(lane.verdicts), _STYLES[lane.answer]),
    ]


def _style(word: str) -> str:
    return {"holds": "good", "?": "open", "bypassed": "high"}.get(word, "")


def _columns(heads: Sequence[str], rows: Iterable[Sequence[_Cell]], room: int) -> list[int]:
    """How wide each column is: what names, addresses and zones need, or as much as there is room for."""
    wanted = [
        max(width(cell) for cell in column)
        for column in zip(heads, *([cell.text for cell in row] for row in rows), strict=True)
    ]
    over = sum(wanted) + len(_GAP) * (len(heads) - 1) - room
    loose = [number for number, head in enumerate(heads) if head not in _FIXED]
    while over > 0 and any(wanted[number] > _LEAST for number in loose):
        widest = max(loose, key=lambda number: wanted[number])
        others = [wanted[number] for number in loose if number != widest]
        cut = min(over, max(1, wanted[widest] - max(*others, _LEAST)), wanted[widest] - _LEAST)
        wanted[widest] -= cut
        over -= cut
    return wanted


def _row(page: Page, cells: Sequence[_Cell], columns: Sequence[int]) -> Iterator[str]:
    parts = [_fitted(cell.text, columns[number]) for number, cell in enumerate(cells)]
    for line in range(max(map(len, parts))):
        pieces = []
        for cell, part, room in zip(cells, parts, columns, strict=True):
            text = part[line] if line < len(part) else ""
            pieces.append((page.paint(text, cell.style) if cell.style else text) + " " * (room - width(text)))
        yield _GAP.join(pieces)


def _fitted(text: str, room: int) -> list[str]:
    """A cell's lines; a word that is too long is cut off."""
    return [line if width(line) <= room else _cut(line, room) for line in wrap(text, room)] or [""]


def _cut(text: str, room: int) -> str:
    kept, used = "", 1
    for character in text:
        used += width(character)
        if used > room:
            break
        kept += character
    return f"{kept}…"


def _outward(page: Page, shown: Shown) -> Iterator[str]:
    """What containers reach by themselves, network by network."""
    if not shown.egress:
        return
    destinations = [verdict.zone for verdict in shown.egress[0].verdicts]
    heads = ("FROM NETWORK", "OF", *(f"TO {destination.upper()}" for destination in destinations))
    rows = [
        [_Cell(visible(each.network)), _Cell(visible(_some(each))), *map(_answer, each.verdicts)]
        for each in shown.egress
    ]
    columns = _columns(heads, rows, page.width)
    yield from _lines(_row(page, [_Cell(head, "frame") for head in heads], columns))
    for each, row in zip(shown.egress, rows, strict=True):
        yield from _lines(_row(page, row, columns))
        for verdict in each.verdicts:
            if verdict.answer == "undecided":
                words = f"{verdict.zone}: undecided: {doubt(verdict)}"
                yield from _lines(f"    {line}" for line in wrap(words, page.width - 4))
    legend = f"{METADATA}: where clouds hand a machine its credentials"
    yield from _lines(["", page.paint(legend, "frame"), ""])


def _answer(verdict: Verdict) -> _Cell:
    """A server that everybody uses is no danger; a cloud's credentials are."""
    is_dangerous = verdict.zone == METADATA
    return _Cell(verdict.answer, _STYLES[verdict.answer] if is_dangerous else "")


def _some(each: Outward, most: int = 6) -> str:
    more = len(each.workloads) - most
    return ", ".join(each.workloads[:most]) + (f" and {more} more" if more > 0 else "")


def _lines(lines: Iterable[str]) -> Iterator[str]:
    return (f"{line.rstrip()}\n" for line in lines)
