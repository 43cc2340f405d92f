"""Files in, findings out."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from compolint import load, packs
from compolint.accept import Acceptance
from compolint.check import Check, Problem, Severity
from compolint.config import Config
from compolint.link import link
from compolint.model import Entity
from compolint.model.linter import Fault
from compolint.text import Note, Span
from compolint.tree import Skipped, Tree, Unreadable
from compolint.unknown import Undecided, Unknown
from compolint.world import World

STATUSES = ("fail", "open", "accepted", "known", "approved")


class Finding(NamedTuple):
    """A problem with all that the project says of it."""

    check: Check
    severity: Severity
    status: str  # one of STATUSES; `open` is what the files leave undecided, which is not the same as safe
    message: str
    at: Span
    notes: tuple[Note, ...]
    fix: str | None  # what to write instead, in words
    subject: str  # the name of the thing, as the file says it
    key: str  # names the thing in every revision
    fingerprint: str = ""
    reason: str | None = None  # why it is accepted
    undecided: Unknown | None = None  # what an open finding waits for


class Survey(NamedTuple):
    """What was loaded."""

    world: World
    kinds: Mapping[str, str]  # of each file that was checked
    comments: tuple[Span, ...]
    skipped: tuple[Skipped, ...]


class Report(NamedTuple):
    """All that one run has to say."""

    findings: tuple[Finding, ...]
    kinds: Mapping[str, str]
    skipped: tuple[Skipped, ...]
    errors: tuple[str, ...]  # checks that broke down; the others ran
    incomplete: bool  # some file, or a part of one, is not in the model
    tree: Tree


def survey(tree: Tree, config: Config, kinds: Mapping[str, str] | None = None) -> Survey:
    """Loads and links all files of a tree; `kinds` names the files to take and what they are."""
    skipped: list[Skipped] = []
    if kinds is None:
        kinds = dict(_discover(tree, skipped))
    entities: list[Entity] = []
    comments: dict[Span, None] = {}
    files = dict(kinds)
    for root, loaded in _not_absorbed(
        [(root, _load(tree, root)) for root in load.roots(tree, kinds.items(), config.projects)]
    ):
        entities += loaded.entities
        comments.update(dict.fromkeys(loaded.comments))
        skipped += loaded.skipped
        for path in loaded.files:
            files.setdefault(path, load.kind_of(tree, path) or root.kind)
    world = World(link([*entities, *config.hosts]))
    return Survey(world, files, tuple(comments), tuple(dict.fromkeys((*tree.skipped, *skipped))))


def check(tree: Tree, surveyed: Survey, config: Config, offers: Iterable[packs.Offer]) -> Report:
    """Runs the checks that look at something that occurs, and says which findings are accepted."""
    offers = list(offers)
    errors: list[str] = []
    acceptance = Acceptance(tree, surveyed.comments, config, {offer.name for offer in offers})
    found: dict[tuple[str, Span, str], Finding] = {}
    for finding in _scan(surveyed.world, config, offers, errors):
        found.setdefault((finding.check.name, finding.at, finding.message), finding)
    judged = [acceptance.judge(finding) for finding in found.values()]
    about_comments = World(acceptance.suppressions())
    judged += _scan(about_comments, config, offers, errors)
    fatal = {fault.key for fault in surveyed.world.of(Fault) if fault.fatal}
    return Report(
        findings=tuple(_numbered(sorted(judged, key=_order))),
        kinds=surveyed.kinds,
        skipped=surveyed.skipped,
        errors=tuple(errors),
        incomplete=any(finding.key in fatal and finding.status != "accepted" for finding in judged),
        tree=tree,
    )


def _discover(tree: Tree, skipped: list[Skipped]) -> Iterator[tuple[str, str]]:
    for path in tree.paths(load.may_count):
        try:
            kind = load.kind_of(tree, path)
        except Unreadable as error:
            skipped.append(Skipped(path, error.reason))
            continue
        if kind:
            yield path, kind


def _load(tree: Tree, root: load.Root) -> load.Loaded:
    try:
        return load.load(tree, root)
    except Unreadable as error:
        path = error.path or root.files[0]
        at = Span(path, error.offset or 0, error.offset or 0)
        fault = Fault(key=f"{path}!unreadable", span=at, kind="unreadable", message=error.reason, fatal=True)
        return load.Loaded((fault,), files=(path,))


def _not_absorbed(loads: list[tuple[load.Root, load.Loaded]]) -> Iterator[tuple[load.Root, load.Loaded]]:
    """What was loaded, without the files that others take in as wholes."""
    by = {path: root.files[0] for root, loaded in loads for path in loaded.absorbed if path not in root.files}
    left_out: set[str] = set()
    for root, loaded in loads:
        first = root.files[0]
        if first in by and by[first] not in left_out:  # of two that take in each other one stays
            left_out.add(first)
        else:
            yield root, loaded


def _scan(
    world: World, config: Config, offers: Iterable[packs.Offer], errors: list[str]
) -> Iterator[Finding]:
    by_name = {kind.__name__: kind for kind in world.kinds()}
    for offer in offers:
        kind = by_name.get(offer.subject)
        if kind is None or not config.is_enabled(offer.name):
            continue
        check = offer.check
        if not config.runs(check):
            continue
        options = config.options(check)
        for entity in world.of(kind):
            try:
                yield from _run(check, entity, world, options, config)
            except Exception as error:
                path = entity.span.path
                errors.append(f"{check.name} broke down at {path} ({type(error).__name__})")


def _run(
    check: Check, entity: Entity, world: World, options: Mapping[str, object], config: Config
) -> Iterator[Finding]:
    try:
        problems = check.run(entity, **options) if check.is_local else check.run(entity, world, **options)
        for problem in problems:
            finding = _finding(check, entity, problem, config)
            if config.reports(check, finding.severity, finding.at.path):
                yield finding
    except Undecided as doubt:
        value = doubt.value
        problem = Problem(f"cannot be decided: {value} has no value here", at=value.span)
        finding = _finding(check, entity, problem, config)._replace(status="open", undecided=value)
        if config.reports(check, finding.severity, finding.at.path):
            yield finding


def _finding(check: Check, entity: Entity, problem: Problem, config: Config) -> Finding:
    notes = problem.notes
    if via := entity.via.get(problem.at):
        notes = (*notes, *(note for note in via if note not in notes))
    return Finding(
        check=check,
        severity=config.severity(check, problem.severity or check.severity, problem.at.path),
        status="fail",
        message=problem.message,
        at=problem.at,
        notes=notes,
        fix=problem.fix.title if problem.fix else None,
        subject=getattr(entity, "name", None) or getattr(entity, "owner_name", None) or "",
        key=entity.key,
    )


def _order(finding: Finding) -> tuple[object, ...]:
    return finding.at, finding.check.name, finding.message, finding.key


def _numbered(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings with fingerprints, which depend on neither line nor wording."""
    from hashlib import blake2b

    seen: dict[tuple[str, str], int] = {}
    for finding in findings:
        identity = finding.check.name, finding.key
        number = seen[identity] = seen.get(identity, -1) + 1
        text = f"{finding.check.name}\0{finding.key}\0{number}"
        yield finding._replace(
            fingerprint=blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest()
        )
