"""The exposure for a person at a terminal: a table of the ports, layer by layer, or why one of them is so."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from compolint.report import Options
from compolint.report.exposure.shown import METADATA, Lane, Outward, Shown, Verdict
from compolint.report.exposure.words import (
    beside,
    by_host,
    doubt,
    doubts,
    folded,
    reached,
    summary,
    thread,
    unruled,
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
_FIXED = ("CLOUD", "FIREWALL", "ENGINE")
_LEAST = 12  # columns of what may be wrapped


class _Cell(NamedTuple):
    text: str
    style: str = ""


def render(shown: Shown, options: Options) -> Iterator[str]:
    page = Page(options, shown.files)
    listed = [*folded(shown.lanes)]
    if shown.is_about:
        from compolint.report.exposure.why import chains

        yield from chains(page, shown, (*listed, *shown.openings))
    else:
        yield from _tables(page, shown, listed)
        yield from _openings(page, shown)
        yield from _outward(page, shown)
    for warning in shown.warnings:
        head, _, rest = visible(warning).partition(" ")
        yield from _lines(page.block(head, "loud", rest))
    text, style = summary(listed, shown.openings)
    head, _, rest = text.partition(" ")
    if listed or shown.openings:
        yield from _lines(page.block(head.capitalize(), style, rest))


def _tables(page: Page, shown: Shown, listed: list[Lane]) -> Iterator[str]:
    for host, lanes in by_host(listed):
        if host:
            yield f"{page.paint('host', 'frame')} {visible(host)}\n"
        yield from _lines(_table(page, shown, lanes))
        yield "\n"


def _table(page: Page, shown: Shown, lanes: list[Lane]) -> Iterator[str]:
    """The rows, below each the other ways to it, then their notes, and what the signs in them mean."""
    heads = ("PORT", "SERVICE", "BINDING", "CLOUD", "FIREWALL", "ENGINE", "REACHED BY")
    notes: dict[str, int] = {}
    rows = [_cells(lane, notes) for lane in lanes]
    columns = _columns(heads, rows, page.width)
    yield from _row(page, [_Cell(head, "frame") for head in heads], columns)
    several = len({lane.at.path for lane in lanes}) > 1
    for path, those in groupby(zip(lanes, rows, strict=True), key=lambda each: each[0].at.path):
        if several:
            yield page.paint(visible(shown.path(path)), "frame")
        for lane, row in those:
            yield from _row(page, row, columns)
            for way in beside(lane):
                yield from (f"    {line}" for line in wrap(way, page.width - 4))
    if notes:
        yield ""
        for note, number in notes.items():
            yield from page.block(f"[{number}]", "frame", note, "    ")
    used = {cell.text for row in rows for cell in row[2:6]}
    if any("?" in row[-1].text for row in rows):
        used.add("?")
    if legend := [words for sign, words in _LEGEND.items() if sign in used]:
        yield ""
        yield from (page.paint(line, "frame") for line in wrap("; ".join(legend), page.width))


def _openings(page: Page, shown: Shown) -> Iterator[str]:
    """What firewalls let in for which nothing is declared, each with the rule that says so."""
    for host, lanes in by_host(shown.openings):
        on = f" of {visible(host)}" if host else ""
        title = f"What the firewall{on} lets in, and no file declares who listens there:"
        yield from _lines(page.paint(line, "frame") for line in wrap(title, page.width))
        notes: dict[str, int] = {}
        rows = [
            [
                _Cell(visible(lane.ports)),
                _Cell(visible(shown.where(lane.at))),
                _Cell(visible(reached(lane.verdicts)) + "".join(_noted(lane, notes)), _STYLES[lane.answer]),
            ]
            for lane in lanes
        ]
        heads = ("PORT", "BY", "REACHED BY")
        columns = _columns(heads, rows, page.width)
        for row in ([_Cell(head, "frame") for head in heads], *rows):
            yield from _lines(_row(page, row, columns))
        if notes:
            yield "\n"
            for note, number in notes.items():
                yield from _lines(page.block(f"[{number}]", "frame", note, "    "))
        yield "\n"


def _noted(lane: Lane, notes: dict[str, int]) -> Iterator[str]:
    """The signs of what is to be said of a port, which is said once for all of them."""
    for note in (*(f"{zones}: {reason}" for zones, reason in doubts(lane)), *thread(lane), *unruled(lane)):
        yield f" [{notes.setdefault(note, len(notes) + 1)}]"


def _cells(lane: Lane, notes: dict[str, int]) -> list[_Cell]:
    bound = lane.gate("address").state == "holds"
    by = visible(reached(lane.verdicts)) + "".join(_noted(lane, notes))
    return [
        _Cell(visible(lane.ports)),
        _Cell(visible(lane.owner)),
        _Cell(visible(lane.address), "good" if bound else ""),
        *(_Cell(word, _style(word)) for word in map(lane.does, _LAYERS)),
        _Cell(by, _STYLES[lane.answer]),
    ]


def _style(word: str) -> str:
    return {"holds": "good", "?": "open", "bypassed": "high"}.get(word, "")


def _columns(heads: Sequence[str], rows: Iterable[Sequence[_Cell]], room: int) -> list[int]:
    """How wide each column is: what names, addresses and zones need, or as much as there is room for."""
    columns = [*zip(heads, *([cell.text for cell in row] for row in rows), strict=True)]
    wanted = [max(map(width, column)) for column in columns]
    words = [max(width(word) for cell in column for word in cell.split() or [""]) for column in columns]
    loose = [number for number, head in enumerate(heads) if head not in _FIXED]
    names = [number for number in loose if heads[number] != "PORT"]
    over = sum(wanted) + len(_GAP) * (len(heads) - 1) - room
    # A cell is wrapped between its words as long as that helps, before one is cut off.
    whole, cut = [max(word, _LEAST) for word in words], [_LEAST] * len(columns)
    for some, least in ((loose, whole), (names, cut), (loose, cut)):
        while over > 0 and (wide := [number for number in some if wanted[number] > least[number]]):
            wanted[max(wide, key=lambda number: wanted[number])] -= 1
            over -= 1
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
    several = len({each.at.path for each in shown.egress}) > 1
    for path, those in groupby(zip(shown.egress, rows, strict=True), key=lambda each: each[0].at.path):
        if several:
            yield from _lines([page.paint(visible(shown.path(path)), "frame")])
        for each, row in those:
            yield from _lines(_row(page, row, columns))
            yield from _lines(_unsure(page, each))
    legend = f"{METADATA}: where clouds hand a machine its credentials"
    yield from _lines(["", page.paint(legend, "frame"), ""])


def _unsure(page: Page, each: Outward) -> Iterator[str]:
    for verdict in each.verdicts:
        if verdict.answer == "undecided":
            words = f"{verdict.zone}: undecided: {doubt(verdict)}"
            yield from (f"    {line}" for line in wrap(words, page.width - 4))


def _answer(verdict: Verdict) -> _Cell:
    """A server that everybody uses is no danger; a cloud's credentials are."""
    is_dangerous = verdict.zone == METADATA
    return _Cell(verdict.answer, _STYLES[verdict.answer] if is_dangerous else "")


def _some(each: Outward, most: int = 6) -> str:
    more = len(each.workloads) - most
    return ", ".join(each.workloads[:most]) + (f" and {more} more" if more > 0 else "")


def _lines(lines: Iterable[str]) -> Iterator[str]:
    return (f"{line.rstrip()}\n" for line in lines)
