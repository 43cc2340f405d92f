"""Dockerfiles: stages with what they copy, expose, set and run."""

from collections.abc import Callable, Mapping

from compolint.load import Loaded, read
from compolint.load.dockerfile import copies, runs, settings, stages
from compolint.load.dockerfile.file import Draft, File, Place
from compolint.model import Entity
from compolint.model.build import Build, Context, Given, Reader
from compolint.record import replace
from compolint.syntax.dockerfile import Dockerfile, Instruction, parse
from compolint.text import Note, Source, Span
from compolint.tree import Skipped, Tree
from compolint.tuples import NamedTuple

_TEMPLATES = (".template", ".tmpl", ".tpl", ".j2", ".jinja", ".jinja2", ".erb", ".in")
_NOTHING_GIVEN: Mapping[str, Given] = {}
_TRIGGERED = frozenset({"RUN", "COPY", "ADD", "ENV", "ARG", "EXPOSE"})


class Read(NamedTuple):
    """What a Dockerfile declares."""

    entities: list[Entity]
    comments: list[Span]  # those that speak to the linter
    is_understood: bool


def load(tree: Tree, files: tuple[str, ...]) -> Loaded:
    (path,) = files
    source = read(tree, path)
    if source is None:
        return Loaded()
    found = entities(source, path, path, tree=tree)
    if path.endswith(_TEMPLATES) and not found.is_understood:
        return Loaded(
            skipped=(Skipped(path, "is a template that only its own program can read"),), files=files
        )
    return Loaded(tuple(found.entities), tuple(found.comments), files)


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
    return Read(found, _comments(dockerfile, place), not dockerfile.faults)


def _entities(dockerfile: Dockerfile, file: File, reader: Reader | None) -> list[Entity]:
    for instruction in dockerfile.instructions:
        _take(file, instruction)
    for draft in file.drafts:
        runs.started(file, draft)
    for named in file.sources:
        stages.resolve(file, *named)
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


def _comments(dockerfile: Dockerfile, place: Place) -> list[Span]:
    text = dockerfile.source.text
    if "compolint:" not in text:
        return []
    return [place(at) for at in dockerfile.comments if "compolint:" in text[at.start : at.end]]


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
