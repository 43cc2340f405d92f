"""The report for programs, as `schemas/findings.json` describes it."""

from collections.abc import Iterator
from typing import Any

from compolint.engine import Finding
from compolint.report import Options
from compolint.report.shown import Files, Place, Shown
from compolint.report.summary import Doubt, by_kind, by_severity, by_status, doubts
from compolint.text import Edit

VERSION = 1


def render(shown: Shown, options: Options) -> Iterator[str]:
    """One object; each finding has a line for itself, so that two reports can be compared by lines."""
    import json

    encode = json.JSONEncoder(check_circular=False).encode
    yield f'{{"version": {VERSION}, "findings": ['
    separator = "\n"
    for finding in shown.findings:
        yield separator + encode(as_object(finding, shown.files))
        separator = ",\n"
    yield f'\n], "summary": {encode(summary(shown))}}}\n'


def as_object(finding: Finding, files: Files) -> dict[str, Any]:
    place = files.place(finding.at)
    described: dict[str, Any] = {
        "check": finding.check.name,
        "severity": str(finding.severity),
        "status": finding.status,
        "message": text(finding.message),
        "path": text(place.path),
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
        "subject": text(finding.subject),
        "clauses": finding.check.clauses,
        "fingerprint": finding.fingerprint,
        "related": [],
        "fix": finding.fix and text(finding.fix),
    }
    for note in finding.notes:
        other = files.place(note.at)
        described["related"].append(
            {"path": text(other.path), "line": other.line, "column": other.column, "message": text(note.text)}
        )
    if edits := files.edits(finding):
        described["edits"] = [_edit(edit, files.place(edit.span)) for edit in edits]
    if finding.reason:
        described["reason"] = text(finding.reason)
    return described


def _edit(edit: Edit, place: Place) -> dict[str, Any]:
    return {
        "path": text(place.path),
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
        "text": text(edit.text),
    }


def summary(shown: Shown) -> dict[str, Any]:
    return {
        "severities": by_severity(shown.findings),
        "statuses": by_status(shown.findings),
        "files": by_kind(shown),
        "skipped": [{"path": text(path), "reason": text(reason)} for path, reason in shown.skipped],
        "incomplete": shown.incomplete,
        "errors": [text(error) for error in shown.errors],
        "undecided": [_undecided(doubt, shown.files.place(doubt.at)) for doubt in doubts(shown.findings)],
    }


def _undecided(doubt: Doubt, place: Place) -> dict[str, Any]:
    return {
        "value": text(doubt.value),
        "checks": doubt.checks,
        "path": text(place.path),
        "line": place.line,
        "column": place.column,
    }


def text(value: str) -> str:
    """The text without halves of surrogate pairs, which strict readers of JSON refuse."""
    if value.isascii():
        return value
    return value.encode("utf-8", "replace").decode("utf-8")
