"""Compose projects: services become workloads with their listeners, mounts, variables and commands."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from importlib import import_module
from posixpath import dirname

from compolint.load import Loaded
from compolint.load.compose.project import Project, environment_of
from compolint.load.compose.service import Declared, Service
from compolint.load.compose.values import Invalid, fields, mapping
from compolint.load.compose.workload import workload
from compolint.load.paths import host_path
from compolint.model import Entity
from compolint.model.workload import SecretFile, VariableUse
from compolint.record import replace
from compolint.secret import Secret
from compolint.syntax.yaml import Mapping, Node, Scalar
from compolint.text import Note, Span
from compolint.tree import Skipped, Tree

_MOST_SERVICES, _MOST_ENTITIES = 5_000, 50_000  # of a project
_BASES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
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
        # A base comes first, since it may include the others.
        yield from ((start + name,) for name in sorted(names, key=lambda name: name != base))


def _chosen(tree: Tree, start: str) -> tuple[str, ...]:
    """The files that a project's `.env` names as `COMPOSE_FILE`, where all of them are here."""
    given = environment_of(tree, start.rstrip("/"))  # type: ignore[arg-type]  # every tree has a hash
    if "COMPOSE_FILE" not in given:
        return ()
    separator = given.get("COMPOSE_PATH_SEPARATOR", (":", None))[0]
    names = (name for name in given["COMPOSE_FILE"][0].split(separator or ":") if name)
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
    part = None
    if len(files) == 1 and (base := _base_of(tree, files[0], whole)):
        under, beneath = _read_base(tree, base)  # type: ignore[arg-type]  # every tree has a hash
        if beneath:
            part = whole
            project = Project(tree, folder, under)
            whole = project.load(files, beneath) or whole
    root = files[-1] if len(files) == 1 else files[0]
    # A file with a name of its own may be meant for `-f` beside others, which are not known.
    is_alone = len(files) > 1 or root.rpartition("/")[2] in _BASES
    reading = _Whole(project, whole, root, part, is_alone=is_alone)
    return _loaded(project, reading.entities())._replace(
        # A file that Compose reads by itself is a project of its own, whoever else extends its services.
        taken=tuple(
            f"{path}#{name}"
            for path, name in project.taken
            if path not in files and path.rpartition("/")[2] not in (*_BASES, *_OVERRIDES)
        )
    )


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
    if name in _BASES or not _is_incomplete(whole):
        return None
    start = f"{folder}/" if folder else ""
    return next((start + base for base in _BASES if tree.exists(start + base)), None)


@lru_cache(1)
def _read_base(tree: Tree, path: str) -> tuple[Project, Mapping | None]:
    """A base, read once for all files beside it that are laid over it."""
    project = Project(tree, dirname(path))
    whole = project.load((path,))
    if whole is not None:
        project.judge(whole)
    return project, whole


def _is_incomplete(whole: Mapping) -> bool:
    return any(not _stands_alone(body) for _, body in mapping(whole.get("services")))


def _stands_alone(body: Node) -> bool:
    return isinstance(body, Mapping) and any(
        body.get(field) is not None for field in ("image", "build", "provider", "extends")
    )


class _Whole:
    """A project whose files are laid over each other, or only what a part of it speaks of."""

    def __init__(
        self, project: Project, whole: Mapping, root: str, part: Mapping | None, *, is_alone: bool
    ) -> None:
        self.project, self.whole, self.root, self.part = project, whole, root, part
        # What cannot be had, an included file for one, may declare more.
        is_alone = is_alone and not any(fault.fatal for fault in project.faults)
        self.declared = Declared(project, whole, root, is_alone=is_alone)
        self.waiting: list[Service] = []  # for others
        self.labelled: list[Service] = []  # those whose labels speak to Caddy
        # A file with a name of its own may be meant for `-f` behind others, which are not here.
        self.is_fragment = root.rpartition("/")[2] not in _BASES and (
            whole.get("services") is None
            or any(not _stands_alone(body) for _, body in self._asked_for("services"))
        )

    def entities(self) -> list[Entity]:
        project, whole = self.project, self.whole
        project.judge(whole, is_part=self.is_fragment)
        if self.is_fragment:
            reason = "is laid over files that are not here, so it is checked alone"
            project.skipped.append(Skipped(self.root, reason))
        elif whole.get("services") is None and whole.get("include") is None:
            message = "there are no `services:` in this file"
            project.fault("invalid", message, whole.span._replace(end=whole.start))
        found: list[Entity] = []
        judged = {fault.span for fault in project.faults}
        for number, (name, body) in enumerate(self._asked_for("services")):
            if number == _MOST_SERVICES:
                message = (
                    f"the project has more than {_MOST_SERVICES} services; from here on they are not checked"
                )
                project.fault("unsupported", message, name.span)
                break
            if isinstance(body, Mapping):
                found += self._service(name, body)
            elif not (self.is_fragment or name.span in judged or body.span in judged) and not (
                isinstance(body, Scalar) and "$" in body.value
            ):
                project.fault("invalid", f"the service {name.value} says nothing", name.span)
            if len(found) > _MOST_ENTITIES:
                break
        if len(self.waiting) > 1 or any("depends_on" in service.fields for service in self.waiting):
            from compolint.load.compose.references import waiting

            for message, at, notes in waiting(self.waiting):
                project.fault("invalid", message, at, notes, fatal=False)
        found += self._declarations()
        found += _variable_uses(project)
        if self.labelled:
            from compolint.load.compose.caddylabels import sites

            found += sites(self.labelled, self.root)
        if len(found) > _MOST_ENTITIES:
            message = (
                f"the project declares more than {_MOST_ENTITIES} things; from here on it is not checked"
            )
            project.fault("unsupported", message, found[_MOST_ENTITIES].span)
        return found[:_MOST_ENTITIES]

    def _asked_for(self, key: str) -> list[tuple[Scalar, Node]]:
        """What a key of the top level declares, as far as it is asked for."""
        if self.part is None:
            return mapping(self.declared.of(key))
        found = (self.declared.find(key, name.value) for name, _ in mapping(self.part.get(key)))
        return [declared for declared in found if declared]

    def _service(self, name: Scalar, body: Mapping) -> list[Entity]:
        if not _stands_alone(body) and not self.is_fragment:
            message = f"{name.value} has neither an image nor a build"
            self.project.fault("invalid", message, name.span, fatal=False)
        service = Service(self.project, self.declared, name, body)
        if not _WAITING.isdisjoint(service.fields):
            self.waiting.append(service)
        if any(label.startswith("caddy") for label, _, _, _ in service.labels):
            self.labelled.append(service)
        return _with_origins(service, _read(service))

    def _declarations(self) -> Iterator[Entity]:
        """What is declared beside the services."""
        for name, _ in self._asked_for("networks"):
            self.declared.network(name.value)
        yield from self.declared.networks()
        for kind in ("secret", "config"):
            for name, body in self._asked_for(f"{kind}s"):
                yield _secret_file(self.project, kind, name, body, self.root)
        for name, body in self._asked_for("volumes"):
            yield from _volume_options(self.project, name, body, self.root)


# By which a service may wait for another one.
_WAITING = frozenset({"depends_on", "links", "volumes_from", "network_mode", "ipc", "pid"})
# Whose texts have to have a form.
_FORMED = (
    "privileged", "read_only", "tty", "stdin_open", "init", "oom_kill_disable", "mem_limit",
    "mem_reservation", "memswap_limit", "shm_size", "cpus", "pids_limit", "stop_grace_period", "restart",
    "ipc", "pid",
)  # fmt: skip
# The modules that read a service, each with the keys that it looks for.
_READERS = (
    ("mounts", frozenset({"volumes", "volumes_from", "tmpfs", "secrets", "configs"})),
    ("inline", frozenset({"configs"})),
    ("ports", frozenset({"ports"})),
    ("environment", frozenset({"env_file", "environment", "build", "labels", "label_file"})),
    ("builds", frozenset({"build", "pre_start", "post_start", "pre_stop", "extra_hosts", "dns"})),
    (
        "commands",
        frozenset({"command", "entrypoint", "healthcheck", "pre_start", "post_start", "pre_stop"}),
    ),
    ("contradictions", frozenset({"network_mode", "deploy"})),
    ("references", frozenset({"networks", "build", *_WAITING})),
    ("forms", frozenset({"expose", "ulimits", "healthcheck", "deploy", *_FORMED})),
)


@lru_cache
def _reader(name: str) -> Callable[[Service], Iterable[Entity]]:
    read: Callable[[Service], Iterable[Entity]] = import_module(f"compolint.load.compose.{name}").read
    return read


def _read(service: Service) -> list[Entity]:
    """All that a service declares; what Compose refuses becomes a fault, and the rest is read."""
    found: list[Entity] = [workload(service)]
    for name, keys in _READERS:
        if keys.isdisjoint(service.fields):
            continue
        try:
            for entity in _reader(name)(service):
                found.append(entity)
                if len(found) > _MOST_ENTITIES:
                    return found
        except Invalid as error:
            service.project.fault("invalid", error.message, error.span, error.notes)
    return found


def _with_origins(service: Service, entities: list[Entity]) -> list[Entity]:
    """The entities with the notes how their places came to count for this service."""
    project, name = service.project, service.name
    notes = project.values.notes
    is_whole = name not in project.extended and name not in project.aliasing
    if is_whole and not notes:
        return entities
    origins = None
    if not is_whole:
        from compolint.load.compose.origins import Origins

        origins = Origins(name, project.extended.get(name, ()), project.aliasing.get(name, ()))
    found = []
    for entity in entities:
        via: dict[Span, tuple[Note, ...]] = {}
        for at in entity.places():
            told = (*notes.get(at, ()), *(origins.of(at) if origins else ()))
            if told:
                via[at] = told
        found.append(replace(entity, via={**entity.via, **via}) if via else entity)
    return found


def _variable_uses(project: Project) -> Iterator[VariableUse]:
    for (path, name), (at, has_default, given) in project.values.asked.items():
        yield VariableUse(
            key=f"{path}${name}", span=at, path=path, name=name, has_default=has_default, given=given
        )


def _volume_options(project: Project, name: Scalar, body: Node, root: str) -> Iterable[Entity]:
    """What the driver of a volume is told: `o: username=me,password=…`."""
    options = body.get("driver_opts") if isinstance(body, Mapping) else None
    if not isinstance(options, Mapping):
        return ()
    from compolint.load.compose.environment import assigned

    said = project.values.assignments(options)
    return assigned(project.values, name.value, said, f"{root}!volumes.{name.value}", "option")


def _secret_file(project: Project, kind: str, name: Scalar, body: Node, key: str) -> SecretFile:
    said = fields(body)
    content = project.values.text(said.get("content"))
    return SecretFile(
        key=f"{key}!{kind}.{name.value}",
        span=name.span,
        spans={field: value.span for field, value in said.items()},
        name=name.value,
        kind="secret" if kind == "secret" else "config",
        source=project.values.text(said.get("file")),
        content=Secret(content) if isinstance(content, str) else content,
    )
