"""Lines of files as a person at a terminal sees them: marked, with words about the marks, and in colour."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from compolint.report import Options
from compolint.report.shown import Files, Place
from compolint.report.snippet import excerpt
from compolint.report.summary import count
from compolint.report.visible import visible, width, wrap
from compolint.text import Note, Span
from compolint.tuples import NamedTuple

# SGR parameters (ECMA-48, 8.3.117)
_STYLES = {
    "critical": "1;35", "high": "1;31", "medium": "1;33", "low": "1;36", "info": "1;34", "open": "1;33",
    "accepted": "2", "known": "2", "approved": "2", "frame": "34", "loud": "1;31", "good": "32",
}  # fmt: skip
_NARROWEST = 40
_NOTES = 6  # of one finding; a value that came a long way is told better by a machine's format


class Row(NamedTuple):
    """A line to show, a stretch of it, and what to say of that."""

    line: int
    start: int  # in characters, from 0
    end: int
    mark: str
    words: str
    more: int  # lines that belong to the stretch as well


class Quote(NamedTuple):
    """The lines to show, by file with the place to name, and how many notes they leave out."""

    files: tuple[tuple[Place, list[Row]], ...]
    gutter: int
    hidden: int


class Page:
    """The means to write a page: its width, its colours, the files it quotes."""

    def __init__(self, options: Options, files: Files) -> None:
        self.width = max(_NARROWEST, options.width)
        self.files = files
        self._colour = options.colour

    def paint(self, text: str, style: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self._colour and text else text

    def block(self, head: str, style: str, text: str, indent: str = "  ") -> Iterator[str]:
        """Text behind a coloured head, wrapped, its further lines indented."""
        first, *rest = wrap(text, self.width - len(indent), len(head) + 1 - len(indent))
        yield f"{self.paint(head, style)} {first}"
        yield from (indent + line for line in rest)


def quotation(page: Page, at: Span, notes: Sequence[Note] = ()) -> Quote:
    """The lines that a finding and its notes point to, file by file, its own file first."""
    place = page.files.place(at)
    files = {place.path: (place, [_row(page, place, "^", "")])}
    for note in notes[:_NOTES]:
        other = page.files.place(note.at)
        files.setdefault(other.path, (other, []))[1].append(_row(page, other, "-", note.text))
    gutter = max(len(str(row.line)) for _, rows in files.values() for row in rows)
    return Quote(tuple(files.values()), gutter, max(0, len(notes) - _NOTES))


def quoted(page: Page, quote: Quote, style: str) -> Iterator[str]:
    """The lines with their marks, each file below its name."""
    sign = "-->"
    for place, rows in quote.files:
        yield arrow(page, place, sign, " " * quote.gutter)
        yield from _lines(page, place.path, rows, quote.gutter, style)
        sign = ":::"
    if quote.hidden:
        yield f"{' ' * quote.gutter} {page.paint('=', 'frame')} and {count(quote.hidden, 'more place')}"


def snippet(page: Page, at: Span, style: str) -> Iterator[str]:
    """The line at a place, without its file's name, and the marks below it."""
    place = page.files.place(at)
    row = _row(page, place, "^", "")
    return _lines(page, place.path, [row], len(str(row.line)), style)


def arrow(page: Page, place: Place, sign: str, indent: str) -> str:
    """A place, as it stands above the lines that are quoted from it."""
    return f"{indent}{page.paint(sign, 'frame')} {visible(place.path)}:{place.line}:{place.column}"


def _row(page: Page, place: Place, mark: str, words: str) -> Row:
    several = place.end_line > place.line
    end = len(page.files.line(place.path, place.line)) if several else place.end_column - 1
    return Row(place.line, place.column - 1, end, mark, words, place.end_line - place.line)


def _lines(page: Page, path: str, rows: list[Row], gutter: int, style: str) -> Iterator[str]:
    bar = page.paint("|", "frame")
    empty = f"{' ' * gutter} {bar}"
    yield empty
    before = None
    for number, of_line in groupby(sorted(rows, key=lambda row: row.line), key=lambda row: row.line):
        if before is not None and number > before + 1:
            yield page.paint("…".rjust(gutter), "frame")
        before = number
        marked = [*of_line]
        room = page.width - gutter - 3
        line = page.files.line(path, number)
        cut = excerpt(line, [(row.start, row.end) for row in marked], room)
        yield f"{page.paint(str(number).rjust(gutter), 'frame')} {bar} {cut.text}"
        for row, (column, length) in zip(marked, cut.marks, strict=True):
            colour = style if row.mark == "^" else "frame"
            yield from (f"{empty} {text}" for text in _marks(page, row, column, length, room, colour))
    yield empty


def _marks(page: Page, row: Row, column: int, length: int, room: int, style: str) -> Iterator[str]:
    """The marks under a line, and the words about them beside or below."""
    words = row.words
    if row.more > 1:
        words = f"{words} (… {row.more} more lines)" if words else f"… {row.more} more lines"
    elif row.more:
        words = f"{words} (… 1 more line)" if words else "… 1 more line"
    marks = page.paint(row.mark * length, style)
    if column + length + 1 + width(visible(words)) <= room:
        yield f"{' ' * column}{marks} {visible(words)}".rstrip()
        return
    yield " " * column + marks
    indent = min(column, room // 2)
    yield from (" " * indent + line for line in wrap(words, room - indent))
