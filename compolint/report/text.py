"""The report for a person at a terminal: each finding with its lines, its reason and its way out."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from compolint.engine import Finding
from compolint.report import Options
from compolint.report.quote import Page, arrow, quotation, quoted
from compolint.report.shown import Shown
from compolint.report.summary import checked, doubt_in_words, doubts, failing, found, unchecked
from compolint.report.visible import wrap


def render(shown: Shown, options: Options) -> Iterator[str]:
    page = Page(options, shown.files)
    standing = [finding for finding in shown.findings if finding.status == "fail"]
    for _, of_file in groupby(standing, key=lambda finding: finding.at.path):
        whole, folded = _fold(of_file)
        for finding in whole:
            yield _paragraph(_finding(page, finding))
        for group in folded:
            yield _paragraph(_hardening(page, group))
    for doubt in doubts(shown.findings):
        lines = page.block("open:", "open", doubt_in_words(doubt))
        yield _paragraph([*lines, *quoted(page, quotation(page, doubt.at), "open")])
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


def _finding(page: Page, finding: Finding) -> Iterator[str]:
    word = "open" if finding.status == "open" else str(finding.severity)
    yield from page.block(f"{word}[{finding.check.name}]:", word, finding.message)
    quote = quotation(page, finding.at, finding.notes)
    yield from quoted(page, quote, word)
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


def _hardening(page: Page, group: list[Finding]) -> Iterator[str]:
    word = str(max(finding.severity for finding in group))
    place = page.files.place(group[0].at)
    names = ", ".join(dict.fromkeys(finding.check.name for finding in group))
    thing = group[0].subject or "this"
    text = f"{thing} ({place.path}:{place.line}) lacks hardening: {names} (compolint explain NAME)"
    return page.block(f"{word}:", word, text)


def _accepted(page: Page, finding: Finding) -> Iterator[str]:
    head = f"{finding.status}: {finding.severity}[{finding.check.name}]:"
    yield from page.block(head, finding.status, finding.message)
    yield arrow(page, page.files.place(finding.at), "-->", "  ")
    if finding.reason:
        yield from page.block("   =", "frame", f"reason: {finding.reason}", "     ")


def _summary(page: Page, shown: Shown, options: Options) -> Iterator[str]:
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
