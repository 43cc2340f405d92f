"""The report as SARIF 2.1.0, for code scanning: valid by the specification, complete by GitHub's rules.

A finding that the files leave open has the kind `open` and therefore the level `none`, as section
3.27.10 demands; GitHub shows it with its rule's severity. Accepted findings are left out unless they
are asked for, because GitHub would show them as alerts.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from compolint import __version__
from compolint.check import Check, Severity
from compolint.engine import Finding
from compolint.model.linter import Fault
from compolint.report import Options
from compolint.report.json import text
from compolint.report.line_hash import line_hashes
from compolint.report.sarif_objects import plain
from compolint.report.sarif_rule import LEVELS, rule, sentence
from compolint.report.shown import Files, Place, Shown
from compolint.report.summary import count
from compolint.text import Edit, Note, Span

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASE = "%SRCROOT%"
# GitHub shows no more results of one run, the most severe ones.
_MOST_RESULTS = 5000
_MOST_NOTIFICATIONS = 100
_LONGEST_SNIPPET = 500
# A suppression in SARIF stands in the source or outside of it.
_SUPPRESSIONS = {"accepted": "inSource", "known": "external", "approved": "external"}


def render(shown: Shown, options: Options) -> Iterator[str]:
    import json

    log = plain(_log(shown, options))
    ordered = {name: log[name] for name in ("$schema", "version", "runs")}
    yield json.dumps(ordered, separators=(",", ":"))
    yield "\n"


def _log(shown: Shown, options: Options) -> Any:
    import sarif_om as om

    findings = [
        finding for finding in shown.findings if finding.status in ("fail", "open") or options.show_accepted
    ]
    kept = _most_severe(findings)
    checks = _checks(options.checks, kept)
    driver = om.ToolComponent(
        name="compolint",
        version=__version__,
        semantic_version=__version__,
        information_uri=options.home,
        rules=[rule(check, options.pages) for check in checks],
        contents=None,
    )
    numbers = {check.name: number for number, check in enumerate(checks)}
    hashes = _line_hashes(kept, shown.files)
    run = om.Run(
        tool=om.Tool(driver=driver),
        invocations=[
            om.Invocation(
                execution_successful=True,
                tool_execution_notifications=[*_notifications(shown, len(findings) - len(kept))],
            )
        ],
        original_uri_base_ids={
            _BASE: om.ArtifactLocation(description=om.Message(text="The root of the repository."))
        },
        column_kind="utf16CodeUnits",
        results=[
            _result(finding, shown.files, numbers, line_hash, options)
            for finding, line_hash in zip(kept, hashes, strict=True)
        ],
    )
    if options.sarif_category:
        run.automation_details = om.RunAutomationDetails(id=f"compolint/{options.sarif_category}/")
    return om.SarifLog(schema_uri=_SCHEMA, version="2.1.0", runs=[run])


def _most_severe(findings: list[Finding]) -> list[Finding]:
    """As many findings as GitHub shows, in their order."""
    if len(findings) <= _MOST_RESULTS:
        return findings
    ranks = sorted(
        range(len(findings)),
        key=lambda number: (findings[number].status != "fail", -findings[number].severity, number),
    )
    return [findings[number] for number in sorted(ranks[:_MOST_RESULTS])]


def _checks(asked: Iterable[Check], findings: Iterable[Finding]) -> list[Check]:
    by_name = {check.name: check for check in (*asked, *(finding.check for finding in findings))}
    return [by_name[name] for name in sorted(by_name)]


def _result(
    finding: Finding, files: Files, rules: dict[str, int], line_hash: str | None, options: Options
) -> Any:
    import sarif_om as om

    related = [_location(note.at, files, note, number) for number, note in enumerate(finding.notes, 1)]
    fingerprints = {"primaryLocationLineHash": line_hash, "compolintLogical/v1": finding.fingerprint}
    is_open = finding.status == "open"
    result = om.Result(
        rule_id=finding.check.name,
        rule_index=rules[finding.check.name],
        kind="open" if is_open else "fail",
        level="none" if is_open else LEVELS[finding.severity],
        message=om.Message(text=_message(finding)),
        locations=[_location(finding.at, files)],
        related_locations=related or None,
        partial_fingerprints={name: value for name, value in fingerprints.items() if value} or None,
        properties=_properties(finding),
    )
    if any(note.at.path != finding.at.path for note in finding.notes):
        result.code_flows = [_flow(finding, files)]
    if edits := files.edits(finding):
        result.fixes = [_fix(finding, edits, files)]
    if options.show_accepted:
        result.suppressions = [*_suppressions(finding)]
    return result


def _message(finding: Finding) -> str:
    """The message, with a link to each of the related locations."""
    said = _unlinked(sentence(finding.message))
    links = (
        f"[{_unlinked(text(note.text or 'here'))}]({number})" for number, note in enumerate(finding.notes, 1)
    )
    return f"{said} See {', '.join(links)}." if finding.notes else said


def _unlinked(words: str) -> str:
    """Words in which nothing is taken for a link (section 3.11.6)."""
    if "[" not in words and "]" not in words:
        return words
    return words.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _properties(finding: Finding) -> dict[str, Any]:
    properties = {
        "severity": str(finding.severity),
        "subject": text(finding.subject),
        "clauses": list(finding.check.clauses),
        "fix": finding.fix and text(finding.fix),
    }
    return {name: value for name, value in properties.items() if value}


def _location(at: Span, files: Files, note: Note | None = None, number: int = -1) -> Any:
    import sarif_om as om

    place = files.place_utf16(at)
    region = _region(place)
    snippet = files.text(at)
    if 0 < len(snippet) <= _LONGEST_SNIPPET:
        region.snippet = om.ArtifactContent(text=text(snippet))
    physical = om.PhysicalLocation(
        artifact_location=om.ArtifactLocation(uri=_uri(place.path), uri_base_id=_BASE), region=region
    )
    location = om.Location(physical_location=physical, id=number)
    if note is not None:
        location.message = om.Message(text=_unlinked(sentence(note.text or "here")))
    return location


def _region(place: Place) -> Any:
    import sarif_om as om

    return om.Region(
        start_line=place.line,
        start_column=place.column,
        end_line=place.end_line,
        end_column=place.end_column,
    )


@cache
def _uri(path: str) -> str:
    from urllib.parse import quote

    return quote(path, safe="/", errors="replace")


def _flow(finding: Finding, files: Files) -> Any:
    """The way from the places in the notes to the finding, which a forge shows as its paths."""
    import sarif_om as om

    steps = (*finding.notes, Note(finding.message, finding.at))
    locations = [om.ThreadFlowLocation(location=_location(step.at, files, step)) for step in steps]
    return om.CodeFlow(thread_flows=[om.ThreadFlow(locations=locations)])


def _fix(finding: Finding, edits: Iterable[Edit], files: Files) -> Any:
    """What a program may write for a person; each file has its replacements."""
    import sarif_om as om

    replacements: dict[str, list[Any]] = {}
    for edit in edits:
        replacements.setdefault(edit.span.path, []).append(
            om.Replacement(
                deleted_region=_region(files.place_utf16(edit.span)),
                inserted_content=om.ArtifactContent(text=text(edit.text)),
            )
        )
    changes = [
        om.ArtifactChange(
            artifact_location=om.ArtifactLocation(uri=_uri(path), uri_base_id=_BASE), replacements=each
        )
        for path, each in replacements.items()
    ]
    description = om.Message(text=_unlinked(sentence(finding.fix))) if finding.fix else None
    return om.Fix(description=description, artifact_changes=changes)


def _suppressions(finding: Finding) -> Iterator[Any]:
    import sarif_om as om

    if kind := _SUPPRESSIONS.get(finding.status):
        yield om.Suppression(kind=kind, justification=finding.reason and text(finding.reason))


def _notifications(shown: Shown, left_out: int) -> Iterator[Any]:
    """What a reader must know before taking the results for complete."""
    import sarif_om as om

    def notification(level: str, words: str, at: Span | None = None) -> Any:
        return om.Notification(
            level=level,
            message=om.Message(text=sentence(words)),
            locations=[_location(at, shown.files)] if at else None,
        )

    if left_out:
        words = (
            f"Only the {_MOST_RESULTS} most severe findings are listed, without {count(left_out, 'other')}"
        )
        yield notification("warning", words)
    for error in shown.errors[:_MOST_NOTIFICATIONS]:
        yield notification("error", error)
    if shown.incomplete:
        yield notification(
            "error",
            "Some files, or parts of them, could not be understood, and what they declare was not checked",
        )
    faults = [finding for finding in shown.findings if finding.check.subject is Fault]
    for finding in faults[:_MOST_NOTIFICATIONS]:
        level = "error" if finding.severity >= Severity.HIGH else "warning"
        yield notification(level, finding.message, finding.at)
    for path, reason in shown.skipped[:_MOST_NOTIFICATIONS]:
        yield notification("warning", f"{path} was skipped: it {reason}")


def _line_hashes(findings: list[Finding], files: Files) -> list[str | None]:
    """For each finding, the hash of its line; none where the file cannot be read."""
    places = [files.place(finding.at) for finding in findings]
    lines: dict[str, set[int]] = {}
    for place in places:
        lines.setdefault(place.path, set()).add(place.line)
    of_file = {
        path: line_hashes(files.unmasked(path), wanted) if files.unmasked(path) else {}
        for path, wanted in lines.items()
    }
    return [of_file[place.path].get(place.line) for place in places]
