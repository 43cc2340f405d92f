"""The report for a person at a terminal: each finding with its lines, its reason and its way out."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from compolint.engine import Finding
from compolint.report import Options
from compolint.report.shown import Files, Place, Shown
from compolint.report.snippet import excerpt
from compolint.report.summary import checked, count, doubt_in_words, doubts, failing, found, unchecked
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


class _Row(NamedTuple):
    """A line to show, a stretch of it, and what to say of that."""

    line: int
    start: int  # in characters, from 0
    end: int
    mark: str
    words: str
    more: int  # lines that belong to the stretch as well


class _Quote(NamedTuple):
    """The lines to show, by file with the place to name, and how many notes they leave out."""

    files: tuple[tuple[Place, list[_Row]], ...]
    gutter: int
    hidden: int


class _Page:
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


def render(shown: Shown, options: Options) -> Iterator[str]:
    page = _Page(options, shown.files)
    standing = [finding for finding in shown.findings if finding.status == "fail"]
    for _, of_file in groupby(standing, key=lambda finding: finding.at.path):
        whole, folded = _fold(of_file)
        for finding in whole:
            yield _paragraph(_finding(page, finding))
        for group in folded:
            yield _paragraph(_hardening(page, group))
    for doubt in doubts(shown.findings):
        lines = page.block("open:", "open", doubt_in_words(doubt))
        yield _paragraph([*lines, *_quoted(page, _quote(page, doubt.at), "open")])
    for finding in shown.findings:
        if finding.status == "open" and finding.undecided is None:
            yield _paragraph(_finding(page, finding))
        elif finding.status not in ("open", "fail") and options.show_accepted:
            yield _paragraph(_accepted(page, finding))
    yield "".join(f"{line}\n" for line in _summary(page, shown, options))


def _paragraph(lines: Iterable[str]) -> str:
    return "".join(f"{line.rstrip()}\n" for line in lines) + "\n"


def _fold(findings: Iterable[Finding]) -> tuple[list[Finding], list[list[Finding]]]:
    """Findings to be told one by one, and those about the hardening of one thing, together."""
    whole: list[Finding] = []
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        (groups.setdefault(finding.subject, []) if finding.check.hardening else whole).append(finding)
    single = [group[0] for group in groups.values() if len(group) == 1]
    return whole + single, [group for group in groups.values() if len(group) > 1]


def _finding(page: _Page, finding: Finding) -> Iterator[str]:
    word = "open" if finding.status == "open" else str(finding.severity)
    yield from page.block(f"{word}[{finding.check.name}]:", word, finding.message)
    quote = _quote(page, finding.at, finding.notes)
    yield from _quoted(page, quote, word)
    reason = _first_sentence(finding.check.why)
    said = [f"{label}: {text}" for label, text in (("why", reason), ("fix", finding.fix)) if text]
    last = said.pop() if said else "see:"
    indent = " " * (quote.gutter + 1)
    for text in (*said, f"{last} (compolint explain {finding.check.name})"):
        first, *rest = wrap(text, page.width - quote.gutter - 3)
        yield f"{indent}{page.paint('=', 'frame')} {first}"
        yield from (f"{indent}  {line}" for line in rest)


def _first_sentence(text: str) -> str:
    """As much of a reason as bears repeating with each finding."""
    end = text.find(". ")
    while end >= 0 and not (text[end + 2 :][:1].isupper() or text[end + 2 :][:1] == "`"):
        end = text.find(". ", end + 1)
    return text if end < 0 else text[: end + 1]


def _hardening(page: _Page, group: list[Finding]) -> Iterator[str]:
    word = str(max(finding.severity for finding in group))
    place = page.files.place(group[0].at)
    names = ", ".join(dict.fromkeys(finding.check.name for finding in group))
    thing = group[0].subject or "this"
    text = f"{thing} ({place.path}:{place.line}) lacks hardening: {names} (compolint explain NAME)"
    return page.block(f"{word}:", word, text)


def _accepted(page: _Page, finding: Finding) -> Iterator[str]:
    head = f"{finding.status}: {finding.severity}[{finding.check.name}]:"
    yield from page.block(head, finding.status, finding.message)
    yield _arrow(page, page.files.place(finding.at), "-->", "  ")
    if finding.reason:
        yield from page.block("   =", "frame", f"reason: {finding.reason}", "     ")


def _quote(page: _Page, at: Span, notes: Sequence[Note] = ()) -> _Quote:
    """The lines that a finding and its notes point to, file by file, its own file first."""
    place = page.files.place(at)
    files = {place.path: (place, [_row(page, place, "^", "")])}
    for note in notes[:_NOTES]:
        other = page.files.place(note.at)
        files.setdefault(other.path, (other, []))[1].append(_row(page, other, "-", note.text))
    gutter = max(len(str(row.line)) for _, rows in files.values() for row in rows)
    return _Quote(tuple(files.values()), gutter, max(0, len(notes) - _NOTES))


def _quoted(page: _Page, quote: _Quote, style: str) -> Iterator[str]:
    arrow = "-->"
    for place, rows in quote.files:
        yield _arrow(page, place, arrow, " " * quote.gutter)
        yield from _lines(page, place.path, rows, quote.gutter, style)
        arrow = ":::"
    if quote.hidden:
        yield f"{' ' * quote.gutter} {page.paint('=', 'frame')} and {count(quote.hidden, 'more place')}"


def _row(page: _Page, place: Place, mark: str, words: str) -> _Row:
    several = place.end_line > place.line
    end = len(page.files.line(place.path, place.line)) if several else place.end_column - 1
    return _Row(place.line, place.column - 1, end, mark, words, place.end_line - place.line)


def _arrow(page: _Page, place: Place, arrow: str, indent: str) -> str:
    return f"{indent}{page.paint(arrow, 'frame')} {visible(place.path)}:{place.line}:{place.column}"


def _lines(page: _Page, path: str, rows: list[_Row], gutter: int, style: str) -> Iterator[str]:
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


def _marks(page: _Page, row: _Row, column: int, length: int, room: int, style: str) -> Iterator[str]:
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


def _summary(page: _Page, shown: Shown, options: Options) -> Iterator[str]:
    yield from page.block("Checked", "frame", checked(shown).removeprefix("Checked "))
    for text in unchecked(shown):
        head, _, rest = text.partition(" ")
        yield from page.block(head, "frame" if head == "Skipped" else "loud", rest)
    is_clean = not any(finding.status in ("fail", "open") for finding in shown.findings)
    is_clean = is_clean and not shown.incomplete and not shown.errors
    head, _, rest = found(shown).partition(" ")
    yield from page.block(head, "good" if is_clean else "loud", rest)
    if number := failing(shown, options):
        yield from page.block("Failed:", "loud", f"{number} at or above {options.fail_on}")
