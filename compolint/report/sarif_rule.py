"""A check as SARIF describes it: a rule with its page, its severity and its tags."""

from typing import Any

from compolint.check import Check, Severity
from compolint.page import body
from compolint.report.json import text

LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
# GitHub makes words of these numbers: above 9 critical, from 7 high, from 4 medium, above 0 low.
_SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}
_PROBLEMS = {"error": "error", "warning": "warning", "note": "recommendation"}
_LONGEST_DESCRIPTION = 1024
_LONGEST_NAME = 255


def rule(check: Check, pages: str | None) -> Any:
    import sarif_om as om

    page = body(check)
    level = LEVELS[check.severity]
    return om.ReportingDescriptor(
        id=check.name,
        name=_pascal_case(check.name),
        short_description=om.MultiformatMessageString(text=_short(check.title or check.name)),
        full_description=om.MultiformatMessageString(text=_short(check.why or check.title or check.name)),
        help=om.MultiformatMessageString(text=page, markdown=page),
        help_uri=pages and pages.replace("{name}", check.name),
        default_configuration=om.ReportingConfiguration(level=level),
        properties=_properties(check, level),
    )


def sentence(words: str) -> str:
    words = text(words)
    return words if words.endswith((".", "!", "?")) else f"{words}."


def _short(words: str) -> str:
    words = sentence(words)
    return words if len(words) <= _LONGEST_DESCRIPTION else f"{words[: _LONGEST_DESCRIPTION - 1]}…"


def _pascal_case(name: str) -> str:
    """Another name for the rule, which must differ from its id by more than case."""
    parts = name.replace("/", "-").replace("_", "-").split("-")
    parts += ["check"] if len(parts) == 1 else []
    return "".join(part[:1].upper() + part[1:] for part in parts)[:_LONGEST_NAME]


def _properties(check: Check, level: str) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "tags": ["security", check.category, *(f"external/cwe/cwe-{number}" for number in check.cwe)],
        "precision": check.precision,
        "problem.severity": _PROBLEMS[level],
    }
    if score := _SCORES.get(check.severity):
        properties["security-severity"] = score
    further = {"clauses": check.clauses, "cis": check.cis, "references": check.references}
    return properties | {name: list(values) for name, values in further.items() if values}
