"""Small reports to render, made by hand from texts in which `‹…›` marks places."""

from collections.abc import Mapping

from compolint.api import Problem, Problems, Severity, Span, Workload, check
from compolint.check import Check, Patch
from compolint.engine import Finding, Report
from compolint.model.linter import Fault
from compolint.model.listener import Listener
from compolint.model.values import Address
from compolint.record import replace
from compolint.text import Note
from compolint.tree import MemoryTree, Skipped
from compolint.unknown import Unknown

HIGH, LOW = Severity.HIGH, Severity.LOW
DOC = """A port is published on every interface

Docker's own firewall rules come before the host's, so the port is open
to the internet. Everybody can try it.

## Instead

Publish it on 127.0.0.1.
"""


@check(Severity.HIGH, clauses="C1 H2", cwe=(668,))
def sample(workload: Workload) -> Problems:
    yield Problem("", at=workload.span)


def made(
    name: str = "wildcard-bind", severity: Severity = HIGH, category: str = "network", doc: str = DOC
) -> Check:
    return replace(
        sample, name=name, severity=severity, category=category, doc=doc, hides=category == "secret"
    )


def hardening(name: str, severity: Severity = LOW) -> Check:
    return replace(made(name, severity, "container"), hardening=True)


def about_files(name: str = "syntax-error") -> Check:
    return replace(made(name, HIGH, "linter"), subject=Fault)


def found(
    at: Span,
    message: str = "db publishes 5432/tcp on every interface",
    check: Check = made(),  # noqa: B008
    *,
    severity: Severity | None = None,
    status: str = "fail",
    notes: tuple[Note, ...] = (),
    fix: str | None = None,
    subject: str = "db",
    reason: str | None = None,
    undecided: Unknown | None = None,
    patches: tuple[Patch, ...] = (),
) -> Finding:
    return Finding(
        check=check,
        severity=check.severity if severity is None else severity,
        status=status,
        message=message,
        at=at,
        notes=notes,
        fix=fix,
        subject=subject,
        key=f"{at.path}/{subject}",
        reason=reason,
        undecided=undecided,
        patches=patches,
    )


def on_loopback(port: Span) -> Patch:
    """What binds a published port that names no address."""
    listener = Listener(key="", span=port, owner="", name="db", address=Address(""), ports=None)
    return Patch(listener, "address", "127.0.0.1")


def report(
    files: Mapping[str, str],
    *findings: Finding,
    skipped: tuple[Skipped, ...] = (),
    errors: tuple[str, ...] = (),
    incomplete: bool = False,
) -> Report:
    kinds = dict.fromkeys(files, "compose")
    return Report(findings, kinds, skipped, errors, incomplete, MemoryTree(files))


def marked(path: str, text: str) -> tuple[str, list[Span]]:
    """The text without its marks, and the places that they enclose, in order."""
    plain, places = "", []
    for number, part in enumerate(text.replace("›", "‹").split("‹")):
        if number % 2:
            places.append(Span(path, len(plain), len(plain) + len(part)))
        plain += part
    return plain, places
