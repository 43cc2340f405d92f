"""Dockerfiles: stages with what they copy, expose, set and run."""

from bisect import bisect_left
from collections.abc import Callable, Mapping

from compolint.load import Loaded, named, read, speaks_to_us
from compolint.load.dockerfile import copies, runs, settings, stages
from compolint.load.dockerfile.file import Draft, File, Place
from compolint.model import Entity
from compolint.model.build import Build, Context, Given, Reader
from compolint.model.linter import Suppression
from compolint.pattern import pattern
from compolint.record import replace
from compolint.syntax.dockerfile import Dockerfile, Instruction, parse
from compolint.text import Note, Source, Span
from compolint.tree import Skipped, Tree
from compolint.tuples import NamedTuple

_TEMPLATES = (".template", ".tmpl", ".tpl", ".j2", ".jinja", ".jinja2", ".erb", ".in")
# Dockerfile.preamble and Dockerfile.install are no Dockerfiles as long as they have no FROM.
_WHOLE = ("dockerfile", "containerfile")
_FROM = pattern(r"(?im)^[ \t]*FROM\s")
_NOTHING_GIVEN: Mapping[str, Given] = {}
_TO_US = pattern(r"#[ \t]*[Cc]ompolint:?[ \t]+[Aa]llow[^\r\n]*")
_TRIGGERED = frozenset({"RUN", "COPY", "ADD", "ENV", "ARG", "EXPOSE"})


class Read(NamedTuple):
    """What a Dockerfile declares."""

    entities: list[Entity]
    comments: list[Span]  # those that speak to the linter, each up to the end of what it is about
    is_understood: bool


def load(tree: Tree, files: tuple[str, ...]) -> Loaded:
    (path,) = files
    source = read(tree, path)
    if source is None:
        return Loaded()
    found = entities(source, path, path, tree=tree)
    if path.endswith(_TEMPLATES) and ("<%" in source.text or not found.is_understood):
        return Loaded(
            skipped=(Skipped(path, "is a template that only its own program can read"),), files=files
        )
    if _may_be_a_piece(path) and not _FROM.search(source.text):
        return Loaded(skipped=(Skipped(path, "has no FROM, so it is a piece of another file"),), files=files)
    return Loaded(tuple(found.entities), tuple(found.comments), files)


def _may_be_a_piece(path: str) -> bool:
    """Whether its name is that of a Dockerfile, and not of a whole one: `Dockerfile.common`."""
    return named(path) == "dockerfile" and not path.lower().endswith(_WHOLE)


def entities(
    source: Source,
    key: str,
    name: str,
    place: Place = lambda span: span,
    arguments: Mapping[str, Given] = _NOTHING_GIVEN,
    tree: Tree | None = None,
) -> Read:
    """What the text of a Dockerfile declares.

    `place` tells where a stretch of the text stands for a person, if that is in another file; the tree has
    the folders that it may be built in.
    """
    dockerfile = parse(source)

    def again(arguments: Mapping[str, Given]) -> list[Entity]:
        return _entities(dockerfile, File(dockerfile, key, name, place, arguments), reader)

    def look(folder: str | None) -> Context:
        from compolint.load.context import context_of, likely_folder

        assert tree is not None
        if folder is None:
            folder = likely_folder(tree, source.path, copies.local_sources(found))
        return context_of(tree, folder, key)

    reader = Reader(look, again) if tree else None
    found = again(arguments)
    comments, misplaced = _comments(dockerfile) if "ompolint" in source.text else ([], [])
    found += (
        Suppression(key=f"{key}!no comment.{number}", span=place(at), checks=(), state="misplaced")
        for number, at in enumerate(misplaced)
    )
    return Read(found, [place(at) for at in comments], not dockerfile.faults)


def _entities(dockerfile: Dockerfile, file: File, reader: Reader | None) -> list[Entity]:
    for instruction in dockerfile.instructions:
        _take(file, instruction)
    for draft in file.drafts:
        runs.started(file, draft)
    for origin in file.sources:
        stages.resolve(file, *origin)
    file.add_syntax_faults()
    path = dockerfile.source.path
    build = Build(
        key=file.key,
        span=file.drafts[0].span if file.drafts else file.at(Span(path, 0, 0)),
        spans={f"stage_names.{number}": at for number, (_, at) in enumerate(file.names)},
        name=file.name,
        path=path,
        reader=reader,
        stages=tuple(draft.name for draft in file.drafts),
        stage_names=tuple(stage_name for stage_name, _ in file.names),
    )
    found = [build, *(stages.stage_of(file, draft) for draft in file.drafts), *file.found, *file.faults]
    notes = file.fillings.notes
    return [_with_origins(entity, notes) for entity in found] if notes else found


def _with_origins(entity: Entity, notes: Mapping[Span, tuple[Note, ...]]) -> Entity:
    """The entity with the notes where the values at its places come from."""
    if not isinstance(entity.spans, dict):  # a command, whose words no build fills in
        return entity
    told = {at: notes[at] for at in entity.places() if at in notes}
    return replace(entity, via=told) if told else entity


def _take(file: File, instruction: Instruction) -> None:
    keyword = instruction.keyword
    if keyword == "FROM":
        stages.start(file, instruction)
    elif keyword == "ARG" and not file.drafts:
        settings.variables(file, instruction, None)
    elif keyword == "ONBUILD" and file.drafts:
        # It acts in the builds that start from this image: what the stage itself is stays as it was.
        trigger = instruction.trigger
        if trigger and trigger.keyword in _TRIGGERED:
            _READERS[trigger.keyword](file, trigger, file.drafts[-1])
    elif keyword in _READERS and file.drafts:
        _READERS[keyword](file, instruction, file.drafts[-1])


def _comments(dockerfile: Dockerfile) -> tuple[list[Span], list[Span]]:
    """What speaks to the linter: comments, and what only looks like one behind an instruction."""
    text, path = dockerfile.source.text, dockerfile.source.path
    found = {at.start: at for at in dockerfile.comments if speaks_to_us(text[at.start : at.end])}
    misplaced, end = [], 0
    starts = sorted(found)
    for instruction in dockerfile.instructions:
        at = instruction.span
        for start in starts[bisect_left(starts, end) : bisect_left(starts, at.start)]:
            found[start] = Span(path, start, at.end)
        for match in _TO_US.finditer(text, at.start, at.end):
            if match.start() in found:
                continue
            if text[text.rfind("\n", 0, match.start()) + 1 : match.start()].strip():
                misplaced.append(Span(path, *match.span()))
            else:  # of a script in a heredoc
                found[match.start()] = Span(path, *match.span())
        end = at.end
    return sorted(found.values()), misplaced


_READERS: dict[str, Callable[[File, Instruction, Draft], None]] = {
    "ADD": copies.copy,
    "ARG": settings.variables,
    "CMD": runs.remember,
    "COPY": copies.copy,
    "ENTRYPOINT": runs.remember,
    "ENV": settings.variables,
    "EXPOSE": settings.expose,
    "HEALTHCHECK": settings.healthcheck,
    "LABEL": settings.labels,
    "RUN": runs.run,
    "SHELL": settings.shell,
    "USER": settings.user,
    "WORKDIR": settings.workdir,
}
