"""A comparison of captures: what changed between two, or where one differs from what the files declare."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from compolint.exposure.captures import Difference
from compolint.exposure.drift import Unseen
from compolint.report import Options
from compolint.report.json import text
from compolint.report.markup import ROOM, markdown, within
from compolint.report.quote import Page, arrow, snippet
from compolint.report.shown import Files, Place, told
from compolint.report.summary import count
from compolint.report.visible import visible
from compolint.tuples import NamedTuple

VERSION = 1
_USUAL = "of the system"


class Side(NamedTuple):
    """The files of one side, and what they are called here."""

    files: Files
    path: Callable[[str], str] = str


class Shown(NamedTuple):
    """All that a report of a comparison says."""

    differences: tuple[Difference, ...]
    sides: dict[str, Side]
    compared: str  # what with what, in words
    unseen: tuple[Unseen, ...] = ()
    warnings: tuple[str, ...] = ()
    is_empty: bool = False  # there is no listener in what is compared

    @property
    def told(self) -> tuple[Difference, ...]:
        """Those that are told one by one."""
        return tuple(each for each in self.differences if each.kind != _USUAL)

    @property
    def usual(self) -> str:
        """In a sentence what every machine has."""
        those = [each for each in self.differences if each.kind == _USUAL]
        named = dict.fromkeys(f"{each.name} {each.ports}/{each.protocol}" for each in those)
        return f"System: what every machine has, and no file declares: {', '.join(named)}" if named else ""

    @property
    def failing(self) -> tuple[Difference, ...]:
        return tuple(each for each in self.differences if each.fails)

    def place(self, difference: Difference) -> Place:
        side = self.sides[difference.side]
        place = side.files.place(difference.at)
        return place._replace(path=side.path(place.path))


def render(format: str, shown: Shown, options: Options) -> Iterator[str]:
    ordered = tuple(sorted(shown.differences, key=lambda each: not each.fails))
    differences = tuple(each._replace(message=told(each.message), name=told(each.name)) for each in ordered)
    shown = shown._replace(differences=differences)
    return {"text": _text, "json": _json, "markdown": _markdown}[format](shown, options)


def _text(shown: Shown, options: Options) -> Iterator[str]:
    for each in shown.told:
        side = shown.sides[each.side]
        page = Page(options, side.files)
        style = "high" if each.fails else "open" if each.kind == "undecided" else "frame"
        yield from _lines(page.block(f"{each.kind}:", style, each.message))
        place = shown.place(each)
        yield f"{arrow(page, place, '-->', ' ' * len(str(place.line)))}\n"
        yield from _lines(snippet(page, each.at, style))
        yield "\n"
    page = Page(options, next(iter(shown.sides.values())).files)
    for warning in _remarks(shown):
        head, _, rest = visible(warning).partition(" ")
        yield from _lines(page.block(head, "loud" if head.startswith("INCOMPLETE") else "frame", rest))
    head, _, rest = visible(_summary(shown)).partition(" ")
    style = "open" if shown.is_empty else "loud" if shown.failing else "good"
    yield from _lines(page.block(head, style, rest))


def _json(shown: Shown, options: Options) -> Iterator[str]:
    import json

    encode = json.JSONEncoder(check_circular=False).encode
    yield f'{{"version": {VERSION}, "differences": ['
    separator = "\n"
    for each in shown.differences:
        yield separator + encode(_object(each, shown.place(each)))
        separator = ",\n"
    rest = {
        "unseen": [each._asdict() for each in shown.unseen],
        "failing": len(shown.failing),
        "warnings": [text(each) for each in shown.warnings],
    }
    yield f"\n], {encode(rest)[1:]}\n"


def _object(each: Difference, place: Place) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "fails": each.fails,
        "message": text(each.message),
        "owner": text(each.name),
        "address": text(each.address),
        "ports": each.ports,
        "protocol": each.protocol,
        "side": each.side,
        "path": text(place.path),
        "line": place.line,
    }


def _markdown(shown: Shown, options: Options) -> Iterator[str]:
    """A comment, which is read from its first line on: the verdict, then what fails, then the rest."""
    yield f"## Exposure: {markdown(shown.compared)}\n\n"
    sign = "🟡" if shown.is_empty else "🔴" if shown.failing else "🟢"
    yield f"{sign} **{markdown(_summary(shown))}**\n"
    for warning in _remarks(shown):
        yield f"\n> {markdown(warning)}\n"
    if shown.told:
        yield "\n| | | what | where |\n|---|---|---|---|\n"
    rows = (_markdown_row(each, shown) for each in shown.told)
    yield from within(rows, ROOM, "| | | and {} more, for which there is no room here | |\n")


def _markdown_row(each: Difference, shown: Shown) -> str:
    place = shown.place(each)
    sign = "🔴" if each.fails else "🟡" if each.kind == "undecided" else ""
    return f"| {sign} | {each.kind} | {markdown(each.message)} | {markdown(f'{place.path}:{place.line}')} |\n"


def _summary(shown: Shown) -> str:
    if shown.is_empty:
        return f"Nothing to compare: {shown.compared}, and no listener is shown"
    number = len(shown.failing)
    if number:
        return f"Failed: {count(number, 'port')} stand{'s' if number == 1 else ''} open that nobody approved"
    if shown.told:
        return f"Compared {shown.compared}: {count(len(shown.told), 'difference')}, none that fails"
    return f"Compared {shown.compared}: no difference"


def _remarks(shown: Shown) -> Iterator[str]:
    yield from shown.warnings
    if shown.usual:
        yield shown.usual
    yield from _unseen(shown.unseen)


def _unseen(unseen: Iterable[Unseen]) -> Iterator[str]:
    for each in unseen:
        yield f"Unseen: {count(each.number, 'declared port')} may be open or not: {each.reason}"


def _lines(lines: Iterable[str]) -> Iterator[str]:
    return (f"{line.rstrip()}\n" for line in lines)
