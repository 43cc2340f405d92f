"""Dockerfiles: stages with what they copy, expose, set and run."""

from collections.abc import Callable
from typing import NamedTuple

from compolint.load import Loaded, read
from compolint.load.context import context_of, is_broad, likely_folder
from compolint.load.dockerfile import copies, runs, settings, stages
from compolint.load.dockerfile.file import Draft, File, Place
from compolint.model import Entity
from compolint.model.build import Build, Context
from compolint.syntax.dockerfile import Dockerfile, Instruction, parse
from compolint.text import Source, Span
from compolint.tree import Skipped, Tree

_TEMPLATES = (".template", ".tmpl", ".tpl", ".j2", ".jinja", ".jinja2", ".erb", ".in")
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

    def context(sources: list[str]) -> Context:
        return context_of(tree, likely_folder(tree, path, sources), path)

    found = entities(source, path, path, context=context)
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
    context: Callable[[list[str]], Context | None] = lambda _: None,
) -> Read:
    """What the text of a Dockerfile declares.

    `place` tells where a stretch of the text stands for a person, if that is in another file; `context`
    takes a look at the folder that the named files are copied from.
    """
    dockerfile = parse(source)
    file = File(dockerfile, key, name, place)
    for instruction in dockerfile.instructions:
        _take(file, instruction)
    for draft in file.drafts:
        runs.started(file, draft)
    for named in file.sources:
        stages.resolve(file, *named)
    file.add_syntax_faults()
    local = copies.local_sources(file)
    build = Build(
        key=key,
        span=file.drafts[0].span if file.drafts else place(Span(source.path, 0, 0)),
        spans={f"stage_names.{number}": at for number, (_, at) in enumerate(file.names)},
        name=name,
        path=source.path,
        context=context(local) if any(map(is_broad, local)) else None,
        stages=tuple(draft.name for draft in file.drafts),
        stage_names=tuple(stage_name for stage_name, _ in file.names),
    )
    found = [build, *(stages.stage_of(file, draft) for draft in file.drafts), *file.found, *file.faults]
    return Read(found, _comments(dockerfile, place), not dockerfile.faults)


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
