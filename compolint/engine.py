"""Files in, findings out."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from compolint import load, packs
from compolint.accept import Acceptance
from compolint.check import Check, Patch, Problem, Severity
from compolint.config import Config
from compolint.link import link
from compolint.model import Entity
from compolint.model.linter import Fault
from compolint.text import Note, Span
from compolint.tree import Skipped, Tree, Unreadable
from compolint.tuples import NamedTuple
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
    number: int = 0  # among those of one check about one thing
    reason: str | None = None  # why it is accepted
    undecided: Unknown | None = None  # what an open finding waits for
    patches: tuple[Patch, ...] = ()  # what to write instead, as a program can do it

    def fails(self, threshold: Severity | None, *, open_too: bool) -> bool:
        """Whether it makes the run fail; `None` is a threshold that nothing reaches."""
        counts = self.status == "fail" or (open_too and self.status == "open")
        return counts and threshold is not None and self.severity >= threshold

    @property
    def fingerprint(self) -> str:
        """What stays the same when lines move and words change."""
        from _blake2 import blake2b  # without what hashlib loads of OpenSSL

        text = f"{self.check.name}\0{self.key}\0{self.number}"
        return blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest()


class Survey(NamedTuple):
    """What was loaded."""

    world: World
    kinds: Mapping[str, str]  # of each file that was checked
    comments: tuple[Span, ...]
    skipped: tuple[Skipped, ...]
    errors: tuple[str, ...] = ()  # files on which compolint itself broke down


class Report(NamedTuple):
    """All that one run has to say."""

    findings: tuple[Finding, ...]
    kinds: Mapping[str, str]
    skipped: tuple[Skipped, ...]
    errors: tuple[str, ...]  # where compolint itself broke down; all else ran
    incomplete: bool  # some file, or a part of one, is not in the model
    tree: Tree


def survey(tree: Tree, config: Config, kinds: Mapping[str, str] | None = None) -> Survey:
    """Loads and links all files of a tree; `kinds` names the files to take and what they are."""
    skipped: list[Skipped] = []
    if kinds is None:
        kinds = dict(_discover(tree, config, skipped))
    entities: list[Entity] = []
    comments: dict[Span, None] = {}
    errors: list[str] = []
    files = dict(kinds)
    roots = load.roots(tree, kinds.items(), config.projects)
    for root, loaded in _loaded(tree, list(roots), errors):
        entities += loaded.entities
        comments.update(dict.fromkeys(loaded.comments))
        skipped += loaded.skipped
        for path in loaded.files:
            if path not in files:
                files[path] = _kind(tree, path) or root.kind
    if config.schemas:
        entities += _against_schemas(tree, kinds, config, errors)
    world = World(link([*entities, *config.hosts, *config.zones]))
    # What cannot be read and counts is a finding.
    passed_over = dict.fromkeys([*(each for each in tree.skipped if each.path not in kinds), *skipped])
    return Survey(world, files, tuple(comments), tuple(passed_over), tuple(errors))


def check(tree: Tree, surveyed: Survey, config: Config, offers: Iterable[packs.Offer]) -> Report:
    """Runs the checks that look at something that occurs, and says which findings are accepted."""
    offers = list(offers)
    errors = list(surveyed.errors)
    acceptance = Acceptance(tree, surveyed.comments, config, {offer.name for offer in offers})
    found: dict[tuple[str, Span, str], Finding] = {}
    for finding in _scan(surveyed.world, config, offers, errors):
        place = finding.check.name, finding.at, finding.status
        first = found.setdefault(place, finding)
        if first is not finding:
            found[place] = _together(first, finding)
    judged = [acceptance.judge(finding) for finding in found.values()]
    about_comments = World(acceptance.suppressions())
    judged += _scan(about_comments, config, offers, errors)
    fatal = {fault.key for fault in surveyed.world.of(Fault) if fault.fatal}
    return Report(
        findings=tuple(_numbered(sorted(judged, key=_order))),
        kinds=surveyed.kinds,
        skipped=surveyed.skipped,
        errors=tuple(dict.fromkeys(errors)),
        incomplete=any(finding.key in fatal and finding.status != "accepted" for finding in judged),
        tree=tree,
    )


def _discover(tree: Tree, config: Config, skipped: list[Skipped]) -> Iterator[tuple[str, str]]:
    for path in tree.paths(lambda path: load.may_count(path) or config.may_map(path)):
        try:
            kind = load.kind_of(tree, path) or config.kind_of(path)
        except Unreadable as error:
            skipped.append(Skipped(path, error.reason))
            continue
        if kind:
            yield path, kind
    for path, _ in tree.skipped:
        if kind := load.needed(path):
            yield path, kind


def _kind(tree: Tree, path: str) -> str | None:
    try:
        return load.kind_of(tree, path)
    except Unreadable:
        return None


def _loaded(tree: Tree, roots: list[load.Root], errors: list[str]) -> Iterator[tuple[load.Root, load.Loaded]]:
    """What all roots declare; a file that another takes in as a whole is not loaded by itself first.

    Those that take in others mostly lie above them.
    """
    loads: dict[load.Root, load.Loaded] = {}
    left = sorted(roots, key=lambda root: root.files[0].count("/"))
    while left:
        absorbed = {path for _, loaded in _not_absorbed([*loads.items()]) for path in loaded.absorbed}
        waiting: list[load.Root] = []
        for root in left:
            if absorbed.issuperset(root.files):
                waiting.append(root)
                continue
            loads[root] = _load(tree, root, errors)
            absorbed.update(loads[root].absorbed)
        if len(waiting) == len(left):
            break
        # What has taken them in may have been taken in since.
        left = waiting
    return _not_absorbed([(root, loads[root]) for root in roots if root in loads])


def _load(tree: Tree, root: load.Root, errors: list[str]) -> load.Loaded:
    """What a loader makes of its files; what it cannot make anything of becomes a fault."""
    try:
        for path in root.files:
            if _is_gone(tree, path):
                raise Unreadable("disappeared during the scan", path=path)
        return load.load(tree, root)
    except Unreadable as error:
        unread = _unread(error.path or root.files[0], error.offset or 0, error.reason)
        others = tuple(path for path in root.files if path not in unread.files)
        if not 0 < len(others) < len(root.files):
            return unread
        rest = _load(tree, root._replace(files=others), errors)
        return rest._replace(entities=rest.entities + unread.entities, files=rest.files + unread.files)
    except Exception as error:
        errors.append(f"reading {root.files[0]} broke down ({type(error).__name__})")
        return _unread(root.files[0], 0, "could not be read because of a fault in compolint itself")


def _against_schemas(tree: Tree, paths: Iterable[str], config: Config, errors: list[str]) -> Iterator[Entity]:
    """What the schemas that the project names have against the files that it names them for."""
    for path in paths:
        if schemas := config.schemas_of(path):
            try:
                yield from load.against(tree, path, schemas)
            except Unreadable:
                continue  # whoever loads the file says so
            except Exception as error:
                errors.append(f"holding {path} against its schema broke down ({type(error).__name__})")


def _is_gone(tree: Tree, path: str) -> bool:
    try:
        return tree.read(path) is None
    except Unreadable:
        return False


def _unread(path: str, offset: int, reason: str) -> load.Loaded:
    at = Span(path, offset, offset)
    fault = Fault(key=f"{path}!unreadable", span=at, kind="unreadable", message=reason, fatal=True)
    return load.Loaded((fault,), files=(path,))


def _not_absorbed(loads: list[tuple[load.Root, load.Loaded]]) -> Iterator[tuple[load.Root, load.Loaded]]:
    """What was loaded, without what others that stay take in as wholes, and what they take of others.

    A base that another includes stays with its override, which only those who start it by itself get.
    Of files that take in each other the one stays that takes in most.
    """
    takes_in = {root: [path for path in loaded.absorbed if path not in root.files] for root, loaded in loads}
    of_others = {path for paths in takes_in.values() for path in paths}
    by_itself = [root for root in takes_in if not of_others.issuperset(root.files)]
    kept, covered = set(by_itself), {path for root in by_itself for path in takes_in[root]}
    for root in sorted(takes_in, key=lambda root: -len(takes_in[root])):
        if root not in kept and not covered.issuperset(root.files):
            kept.add(root)
            covered.update(takes_in[root])
    taken = {key for _, loaded in loads for key in loaded.taken}
    for root, loaded in loads:
        if root in kept:
            yield root, _without(loaded, taken) if taken else loaded


def _without(loaded: load.Loaded, taken: set[str]) -> load.Loaded:
    """What was loaded without some of its workloads and what they own: `compose.yaml#web!build` is web's."""
    kept = (
        each
        for each in loaded.entities
        if taken.isdisjoint((each.key, getattr(each, "owner", each.key).partition("!")[0]))
    )
    return loaded._replace(entities=tuple(kept))


def _scan(
    world: World, config: Config, offers: Iterable[packs.Offer], errors: list[str]
) -> Iterator[Finding]:
    for kind, checks in _ready(world, config, offers, errors).items():
        for entity in world.of(kind):
            for check, run in checks:
                try:
                    for problem in run(entity):
                        finding = _finding(check, entity, problem, config)
                        if config.reports(check, finding.severity, finding.at.path):
                            yield finding
                except Undecided as doubt:
                    finding = _undecided(check, entity, doubt.value, config)
                    if config.reports(check, finding.severity, finding.at.path):
                        yield finding
                except Exception as error:
                    errors.append(f"{check.name} broke down at {entity.span.path} ({type(error).__name__})")


_Run = Callable[[Entity], Iterable[Problem]]


def _ready(
    world: World, config: Config, offers: Iterable[packs.Offer], errors: list[str]
) -> dict[type[Entity], list[tuple[Check, _Run]]]:
    """The checks that may have something to say, by what they look at, given all but that."""
    by_name = {kind.__name__: kind for kind in world.kinds()}
    ready: dict[type[Entity], list[tuple[Check, _Run]]] = {}
    for offer in offers:
        kind = by_name.get(offer.subject)
        if kind is None or not config.is_enabled(offer.name, offer.profile):
            continue
        if offer.when and not any(_holds(condition, kind, offer, world, config) for condition in offer.when):
            continue
        try:
            check = offer.check
        except Exception as error:  # a pack's module may do anything while it is imported
            errors.append(f"{offer.name} could not be loaded ({type(error).__name__})")
            continue
        if config.runs(check):
            ready.setdefault(kind, []).append((check, _bound(check, world, config.options(check))))
    return ready


def _bound(check: Check, world: World, options: Mapping[str, object]) -> _Run:
    run = partial(check.run, **options) if options else check.run
    return run if check.is_local else lambda entity: run(entity, world)


def _holds(condition: str, kind: type[Entity], offer: packs.Offer, world: World, config: Config) -> bool:
    """Whether what a check waits for is given: an option, a kind of entity, or something that a file says."""
    if condition.startswith("--"):
        return config.sets(offer.name, condition[2:])
    if condition[0].isupper():
        return any(each.__name__ == condition for each in world.kinds())
    return world.states(kind, condition)


def _together(one: Finding, other: Finding) -> Finding:
    """Two findings of a check at one place, which an anchor or `extends` brings to several things."""
    notes = (*one.notes, *(note for note in other.notes if note not in one.notes))
    return one._replace(notes=notes, severity=max(one.severity, other.severity))


def _undecided(check: Check, entity: Entity, value: Unknown, config: Config) -> Finding:
    missing = "has no value here" if value.names else "is not known here"
    problem = Problem(f"cannot be decided: {value} {missing}", at=value.span)
    return _finding(check, entity, problem, config)._replace(status="open", undecided=value)


def _finding(check: Check, entity: Entity, problem: Problem, config: Config) -> Finding:
    severity = check.severity if problem.severity is None else problem.severity
    notes = problem.notes
    if via := entity.via.get(problem.at):
        notes = (*notes, *(note for note in via if note not in notes))
    return Finding(
        check=check,
        severity=config.severity(check, severity, problem.at.path),
        status="fail",
        message=problem.message,
        at=problem.at,
        notes=notes,
        fix=problem.fix.title if problem.fix else None,
        patches=problem.fix.patches if problem.fix else (),
        subject=getattr(entity, "name", None) or getattr(entity, "owner_name", None) or "",
        key=entity.key,
    )


def _order(finding: Finding) -> tuple[object, ...]:
    return finding.at, finding.check.name, finding.message, finding.key


def _numbered(findings: Iterable[Finding]) -> Iterator[Finding]:
    seen: dict[tuple[str, str], int] = {}
    for finding in findings:
        identity = finding.check.name, finding.key
        number = seen[identity] = seen.get(identity, -1) + 1
        yield finding._replace(number=number) if number else finding
