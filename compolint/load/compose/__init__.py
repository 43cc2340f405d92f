"""Compose projects: services become workloads with their listeners, mounts, variables and commands."""

from collections.abc import Iterable, Iterator
from itertools import islice
from posixpath import dirname

from compolint.load import Loaded
from compolint.load.compose.builds import builds, hooks, mentions
from compolint.load.compose.commands import commands
from compolint.load.compose.contradictions import contradictions
from compolint.load.compose.environment import assigned, variables
from compolint.load.compose.mounts import mounts
from compolint.load.compose.networks import networks
from compolint.load.compose.ports import listeners
from compolint.load.compose.project import Project
from compolint.load.compose.routes import routes
from compolint.load.compose.service import Declared, Service
from compolint.load.compose.values import Invalid, mapping
from compolint.load.compose.workload import workload
from compolint.load.env import environment
from compolint.load.paths import host_path
from compolint.model import Entity
from compolint.model.workload import SecretFile, VariableUse
from compolint.record import replace
from compolint.secret import Secret
from compolint.syntax.yaml import Mapping, Node, Scalar
from compolint.text import Span
from compolint.tree import Skipped, Tree, Unreadable

_MOST_SERVICES, _MOST_ENTITIES = 5_000, 50_000  # of a project
_BASES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_FILES = ("volumes", "secrets", "configs")
_OVERRIDES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)


def group(tree: Tree, paths: list[str]) -> Iterator[tuple[str, ...]]:
    """The files that Compose reads together: a base with its override, and every other file.

    A file such as `docker-compose.prod.yml` whose services have neither image nor build can only be
    meant to be laid over the base beside it; `load` finds that out, and is given both.
    """
    by_folder: dict[str, list[str]] = {}
    for path in paths:
        by_folder.setdefault(dirname(path), []).append(path.rpartition("/")[2])
    for folder, names in by_folder.items():
        start = f"{folder}/" if folder else ""
        if chosen := _chosen(tree, start):
            yield chosen
            names = [name for name in names if start + name not in chosen]
        base = next((name for name in _BASES if name in names), None)
        override = next((name for name in _OVERRIDES if name in names), None)
        if base and override:
            yield start + base, start + override
            names = [name for name in names if name not in {base, override}]
        yield from ((start + name,) for name in names)


def _chosen(tree: Tree, start: str) -> tuple[str, ...]:
    """The files that a project's `.env` names as `COMPOSE_FILE`, where all of them are here."""
    try:
        source = tree.read(f"{start}.env")
    except Unreadable:
        return ()
    if source is None or "COMPOSE_FILE" not in source.text:
        return ()
    given = environment(source, {})
    separator = given.get("COMPOSE_PATH_SEPARATOR", (":", None))[0]
    value = given.get("COMPOSE_FILE", ("", None))[0]
    names = (name for name in value.split(separator or ":") if name)
    files = tuple(dict.fromkeys(host_path(name, start.rstrip("/")) for name in names))
    return files if all(tree.exists(file) for file in files) else ()


def load(tree: Tree, files: tuple[str, ...]) -> Loaded:
    folder = dirname(files[0])
    project = Project(tree, folder)
    whole = project.load(files)
    if whole is None:
        if not project.faults:
            at = Span(files[0], 0, 0)
            project.fault("invalid", "the file is empty; Compose expects `services:`", at, fatal=False)
        return _loaded(project, [])
    if len(files) == 1 and (base := _base_of(tree, files[0], whole)):
        project = Project(tree, folder)
        whole = project.load((base, *files)) or whole
    found = _entities(project, whole, files[-1] if len(files) == 1 else files[0])
    entities = list(islice(found, _MOST_ENTITIES))
    if more := next(found, None):
        message = f"the project declares more than {_MOST_ENTITIES} things; from here on it is not checked"
        project.fault("unsupported", message, more.span)
    return _loaded(project, entities)


def _loaded(project: Project, entities: list[Entity]) -> Loaded:
    for error in project.values.invalid.values():
        project.fault("invalid", error.message, error.span, error.notes)
    return Loaded(
        (*entities, *project.faults),
        tuple(project.comments),
        tuple(project.files),
        tuple(project.skipped),
        tuple(project.absorbed),
    )


def _base_of(tree: Tree, path: str, whole: Mapping) -> str | None:
    """The base that a file is meant to be laid over, if its services cannot stand alone."""
    folder, _, name = path.rpartition("/")
    if name in _BASES:
        return None
    incomplete = any(not _stands_alone(body) for _, body in mapping(whole.get("services")))
    start = f"{folder}/" if folder else ""
    return next((start + base for base in _BASES if tree.exists(start + base)), None) if incomplete else None


def _stands_alone(body: Node) -> bool:
    return isinstance(body, Mapping) and any(
        body.get(field) is not None for field in ("image", "build", "provider", "extends")
    )


def _entities(project: Project, whole: Mapping, root: str) -> Iterator[Entity]:
    bodies = {name.value: body for name, body in mapping(whole.get("services"))}
    declared = Declared(bodies, networks(project, whole, root), *(_declared(whole, name) for name in _FILES))
    yield from declared.networks.values()
    services = whole.get("services")
    # A file with a name of its own may be meant for `-f` behind others, which are not here.
    is_fragment = root.rpartition("/")[2] not in _BASES and (
        services is None or any(not _stands_alone(body) for _, body in mapping(services))
    )
    if is_fragment:
        project.skipped.append(Skipped(root, "is laid over files that are not here, so it is checked alone"))
    if services is None and whole.get("include") is None and not is_fragment:
        project.fault(
            "invalid", "there are no `services:` in this file", whole.span._replace(end=whole.start)
        )
    for number, (name, body) in enumerate(mapping(services)):
        if number == _MOST_SERVICES:
            message = (
                f"the project has more than {_MOST_SERVICES} services; from here on they are not checked"
            )
            project.fault("unsupported", message, name.span)
            break
        if not isinstance(body, Mapping):
            if not (isinstance(body, Scalar) and "$" in body.value):
                project.fault("invalid", f"the service {name.value} says nothing", name.span)
            continue
        if not _stands_alone(body) and not is_fragment:
            project.fault("invalid", f"{name.value} has neither an image nor a build", name.span, fatal=False)
        contradictions(project, name, body)
        yield from _with_origins(project, name.value, _read(Service.of(project, declared, root, name, body)))
    for kind, declarations in (("secret", declared.secrets), ("config", declared.configs)):
        yield from (_secret_file(project, kind, *pair, root) for pair in declarations.values())
    for name, body in declared.volumes.values():
        yield from _volume_options(project, name, body, root)
    for (path, variable), (at, has_default, given) in project.values.asked.items():
        yield VariableUse(
            key=f"{path}${variable}", span=at, path=path, name=variable, has_default=has_default, given=given
        )


def _volume_options(project: Project, name: Scalar, body: Node, root: str) -> Iterator[Entity]:
    """What the driver of a volume is told: `o: username=me,password=…`."""
    options = body.get("driver_opts") if isinstance(body, Mapping) else None
    if isinstance(options, Mapping):
        yield from assigned(project.values, name.value, options, f"{root}!volumes.{name.value}", "option")


def _read(service: Service) -> Iterator[Entity]:
    """All that a service declares; what Compose refuses becomes a fault, and the rest is read."""
    yield workload(service)
    for read in (mounts, listeners, variables, builds, hooks, mentions, commands, routes):
        try:
            yield from read(service)
        except Invalid as error:
            project = service.project
            project.fault("invalid", error.message, error.span, error.notes)


def _with_origins(project: Project, name: str, entities: Iterable[Entity]) -> Iterator[Entity]:
    """The entities with the notes how their places came to count for this service."""
    entities = list(islice(entities, _MOST_ENTITIES + 1))
    notes = project.values.notes
    origins = project.origins.get(name)
    if origins is None and not notes:
        yield from entities
        return
    for entity in entities:
        via = {}
        for at in (entity.span, *entity.spans.values()):
            told = (*notes.get(at, ()), *(origins.of(at) if origins else ()))
            if told:
                via[at] = told
        yield replace(entity, via={**entity.via, **via}) if via else entity


def _declared(whole: Mapping, name: str) -> dict[str, tuple[Scalar, Node]]:
    return {key.value: (key, body) for key, body in mapping(whole.get(name))}


def _secret_file(project: Project, kind: str, name: Scalar, body: Node, key: str) -> SecretFile:
    fields = {each.value: value for each, value in mapping(body)}
    content = project.values.text(fields.get("content"))
    return SecretFile(
        key=f"{key}!{kind}.{name.value}",
        span=name.span,
        spans={field: value.span for field, value in fields.items()},
        name=name.value,
        kind="secret" if kind == "secret" else "config",
        source=project.values.text(fields.get("file")),
        content=Secret(content) if isinstance(content, str) else content,
    )
