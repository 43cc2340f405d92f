"""What a run did, in numbers and in words: what was checked, what was not, what is undecided."""

from collections import Counter
from collections.abc import Iterable, Iterator

from compolint.check import Severity
from compolint.engine import STATUSES, Finding
from compolint.report import Options
from compolint.report.shown import Shown, told
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Unknown

_NAMED = 5  # of the skipped files


class Doubt(NamedTuple):
    """A value that the files leave open, and the checks that wait for it."""

    value: str
    at: Span
    checks: tuple[str, ...]


def by_severity(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings stand, the worst first; those that are open or accepted do not count."""
    counts = Counter(finding.severity for finding in findings if finding.status == "fail")
    return {str(severity): counts[severity] for severity in reversed(Severity)}


def by_status(findings: Iterable[Finding]) -> dict[str, int]:
    counts = Counter(finding.status for finding in findings)
    return {status: counts[status] for status in STATUSES}


def by_kind(shown: Shown) -> dict[str, int]:
    return dict(sorted(Counter(shown.kinds.values()).items()))


def doubts(findings: Iterable[Finding]) -> Iterator[Doubt]:
    """The undecided values in the order of their places, each once."""
    waiting: dict[tuple[Span, str], set[str]] = {}
    for finding in findings:
        if finding.status == "open" and finding.undecided is not None:
            key = finding.undecided.span, _name(finding.undecided)
            waiting.setdefault(key, set()).add(finding.check.name)
    for at, value in sorted(waiting):
        yield Doubt(value, at, tuple(sorted(waiting[at, value])))


def _name(value: Unknown) -> str:
    return told(" and ".join(f"${{{name}}}" for name in value.names) or value.text)


def doubt_in_words(doubt: Doubt) -> str:
    missing = "has no value here" if doubt.value.startswith("$") else "is not known here"
    if " and " in doubt.value:
        missing = missing.replace("has", "have").replace("is not", "are not")
    wait = "checks wait" if len(doubt.checks) > 1 else "check waits"
    return f"{doubt.value} {missing}: {len(doubt.checks)} {wait} for it ({', '.join(doubt.checks)})"


def checked(shown: Shown) -> str:
    kinds = ", ".join(f"{number} {kind}" for kind, number in by_kind(shown).items())
    return f"Checked {count(len(shown.kinds), 'file')}{': ' if kinds else ''}{kinds}"


def unchecked(shown: Shown) -> Iterator[str]:
    """All that a reader must know before trusting a report that is empty."""
    if shown.incomplete:
        yield (
            "INCOMPLETE: some files, or parts of them, could not be understood,"
            " and what they declare was not checked"
        )
    yield from (f"A check did not finish: {error}; the others ran" for error in shown.errors)
    if shown.skipped:
        named = "; ".join(f"{skipped.path} {skipped.reason}" for skipped in shown.skipped[:_NAMED])
        more = len(shown.skipped) - _NAMED
        rest = f"; and {more} more" if more > 0 else ""
        yield f"Skipped {count(len(shown.skipped), 'file')}: {named}{rest}"


def found(shown: Shown) -> str:
    severities = [f"{number} {name}" for name, number in by_severity(shown.findings).items() if number]
    others = [
        f"{number} {status}"
        for status, number in by_status(shown.findings).items()
        if number and status != "fail"
    ]
    return "; ".join(
        part for part in (f"Found {', '.join(severities) or 'nothing'}", ", ".join(others)) if part
    )


def failing(shown: Shown, options: Options) -> int:
    """How many findings are severe enough to fail the run."""
    return sum(finding.fails(options.fail_on, open_too=options.open_fails) for finding in shown.findings)


def count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
