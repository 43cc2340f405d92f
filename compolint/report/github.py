"""The report for GitHub Actions: annotations in the log, and a table for the summary of the job."""

from collections.abc import Iterator

from compolint.check import Severity
from compolint.engine import Finding, Report
from compolint.report import Options
from compolint.report.markup import markdown
from compolint.report.shown import Files, Shown, shown
from compolint.report.summary import checked, count, found, unchecked
from compolint.report.visible import visible

_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
    Severity.INFO: "notice",
}
# What GitHub shows of one step, at each level; more is dropped without a word.
_SHOWN = 10
_LARGEST_SUMMARY = 1024 * 1024
_ROOM_FOR_THE_END = 1024


def render(shown: Shown, options: Options) -> Iterator[str]:
    """The most severe findings of each level, and how many are not among them.

    What is low and does not fail the step would drown the others, so it is left to the summary.
    """
    kept = dict.fromkeys(("error", "warning", "notice"), 0)
    hidden = dict(kept)
    for finding in _by_severity(shown):
        if finding.severity < Severity.MEDIUM and not finding.fails(
            options.fail_on, open_too=options.open_fails
        ):
            continue
        level = _level(finding)
        if kept[level] == _SHOWN:
            hidden[level] += 1
            continue
        kept[level] += 1
        yield _annotation(level, finding, shown.files)
    for text in (checked(shown), *unchecked(shown), found(shown)):
        yield _line(text)
    for level, number in hidden.items():
        if number:
            yield _line(f"{count(number, level)} more than GitHub shows; other formats list all")


def step_summary(report: Report) -> str:
    """The findings as a table in Markdown, as long as a job's summary may be."""
    safe = shown(report)
    lines = [f"## compolint: {markdown(found(safe))}", ""]
    lines += (f"{markdown(text)}  " for text in (*unchecked(safe), checked(safe)))
    findings = _by_severity(safe)
    if not findings:
        return "\n".join((*lines, ""))
    lines += "", "| severity | where | what | check |", "| --- | --- | --- | --- |"
    room = _LARGEST_SUMMARY - _ROOM_FOR_THE_END - sum(len(line.encode()) + 1 for line in lines)
    for number, finding in enumerate(findings):
        row = _row(finding, safe.files)
        room -= len(row.encode()) + 1
        if room < 0:
            lines += "", f"and {len(findings) - number} more findings, for which there is no room here"
            break
        lines.append(row)
    return "\n".join((*lines, ""))


def _by_severity(shown: Shown) -> list[Finding]:
    """What is not accepted, the worst first and the undecided last, else in its order."""
    return sorted(
        (finding for finding in shown.findings if finding.status in ("fail", "open")),
        key=lambda finding: (finding.status == "open", -finding.severity),
    )


def _level(finding: Finding) -> str:
    return "notice" if finding.status == "open" else _LEVELS[finding.severity]


def _word(finding: Finding) -> str:
    return "open" if finding.status == "open" else str(finding.severity)


def _annotation(level: str, finding: Finding, files: Files) -> str:
    place = files.place(finding.at)
    properties: dict[str, object] = {"file": place.path, "line": place.line, "endLine": place.end_line}
    if place.line == place.end_line:  # else GitHub refuses columns
        properties |= {"col": place.column, "endColumn": place.end_column}
    properties["title"] = f"{_word(finding)}: {finding.check.name}"
    said = ",".join(f"{name}={_property(visible(str(value)))}" for name, value in properties.items())
    lines = [finding.message]
    for note in finding.notes:
        other = files.place(note.at)
        lines.append(f"{note.text} ({other.path}:{other.line})")
    if finding.fix:
        lines.append(f"fix: {finding.fix}")
    return f"::{level} {said}::{_data(chr(10).join(map(visible, lines)))}\n"


def _data(text: str) -> str:
    """A message of a workflow command: what would end it is escaped."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _line(text: str) -> str:
    return f"{visible(text)}\n"


def _row(finding: Finding, files: Files) -> str:
    place = files.place(finding.at)
    where = markdown(f"{place.path}:{place.line}")
    return f"| {_word(finding)} | {where} | {markdown(finding.message)} | {markdown(finding.check.name)} |"
