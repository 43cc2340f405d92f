"""What only several files together say: which stage ships, who guards a route, whose machine it is."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from compolint.model import Entity
from compolint.record import replace
from compolint.text import Span
from compolint.unknown import Unknown

if TYPE_CHECKING:
    from compolint.model.build import Build, BuildUse, Context, Copied, Given, Stage
    from compolint.model.workload import Variable, Workload


def link(entities: Iterable[Entity]) -> Iterator[Entity]:
    """The entities, each once, with what the others say about it."""
    seen: set[tuple[type[Entity], str]] = set()
    once: list[Entity] = []
    for entity in entities:
        identity = type(entity), entity.key
        if identity not in seen:
            seen.add(identity)
            once.append(entity)
    kinds = {kind.__name__ for kind in set(map(type, once))}
    linked: Iterable[Entity] = once
    if "Build" in kinds:
        linked = _with_builds(list(_with_arguments(once)) if {"BuildUse", "Variable"} <= kinds else once)
    if "Route" in kinds:
        linked = _with_guards(list(linked))
    if {"Setting", "Workload"} <= kinds and any(map(_is_of_daemon, once)):
        from compolint.daemonlink import with_daemons
        from compolint.machines import Machines

        linked = with_daemons(list(linked), Machines(once))
    if "Command" in kinds:
        linked = _with_served(list(linked), kinds)
    if "Workload" in kinds:
        linked = _with_shared_networks(list(linked))
    if "WebServer" in kinds:
        from compolint.weblink import with_upstreams

        linked = with_upstreams(list(linked))
    if {"Workload", "Variable"} <= kinds:
        linked = _with_control(list(linked))
    if "Host" in kinds:
        linked = _with_hosts(list(linked))
    return iter(linked)


def _is_of_daemon(entity: Entity) -> bool:
    from compolint.model.setting import Setting

    return isinstance(entity, Setting) and entity.scope == "docker_daemon"


def _with_served(entities: list[Entity], kinds: set[str]) -> list[Entity]:
    """With what commands make Tailscale serve."""
    from compolint.model.command import Command

    if not any(isinstance(each, Command) and each.name == "tailscale" for each in entities):
        return entities
    from compolint.served import of_commands

    more = list(of_commands(entities))
    kinds.update(type(each).__name__ for each in more)
    return [*entities, *more]


def _with_shared_networks(entities: list[Entity]) -> Iterable[Entity]:
    from compolint.model.workload import Workload

    modes = (each.network_mode for each in entities if isinstance(each, Workload))
    if not any(isinstance(mode, str) and ":" in mode for mode in modes):
        return entities
    from compolint.sharedlink import with_shared

    return with_shared(entities)


def _with_guards(entities: list[Entity]) -> Iterator[Entity]:
    """Whether a router of Traefik asks who comes is said by the labels of all containers together."""
    from compolint.model.listener import Route
    from compolint.model.traefik import Middlewares
    from compolint.model.workload import Workload

    middlewares = Middlewares(entity.labels for entity in entities if isinstance(entity, Workload))
    for entity in entities:
        if isinstance(entity, Route) and entity.proxy == "traefik":
            guarded = middlewares.guard(entity.middlewares, entity.at("middlewares"))
            yield replace(entity, authenticated=guarded)
        else:
            yield entity


def _with_hosts(entities: list[Entity]) -> Iterator[Entity]:
    """The machine that a door is on, where the inventory says whose the file is."""
    from compolint.machines import Machines
    from compolint.model.listener import Listener

    machines = Machines(entities)
    for entity in entities:
        if isinstance(entity, Listener):
            yield replace(entity, host=machines.name(entity.project))
        else:
            yield entity


def _with_control(entities: list[Entity]) -> list[Entity]:
    """With the sockets on which a workload's environment lets Caddy take orders."""
    from compolint.model.workload import Variable

    found = [each for each in entities if isinstance(each, Variable) and each.name == "CADDY_ADMIN"]
    if not found:
        return entities
    from compolint.model.web import ControlApi, WebServer
    from compolint.model.workload import Workload

    workloads = {each.key: each for each in entities if isinstance(each, Workload)}
    # What a configuration says itself counts more.
    servers = {each.key: each for each in entities if isinstance(each, WebServer)}
    stated = {each.owner for each in entities if isinstance(each, ControlApi)}
    settled = {home for key in stated if key in servers for home in servers[key].homes or ()}
    more = (
        _control(each, workloads[each.owner]) for each in found if each.owner in workloads.keys() - settled
    )
    return [*entities, *(each for each in more if each)]


def _control(variable: "Variable", workload: "Workload") -> Entity | None:
    """The socket of Caddy's admin endpoint, by its variable: `0.0.0.0:2019`, `unix//run/admin.sock`."""
    from compolint.model.values import Address
    from compolint.model.web import ControlApi

    text = _revealed(variable)
    if text == "" or variable.value is None or (text or "").startswith(("unix", "fd", "off")):
        return None
    host, colon, port = (text or "").rpartition("/")[2].rpartition(":")
    at = variable.at("value")
    open_value = Unknown("$CADDY_ADMIN", at, ("CADDY_ADMIN",))
    return ControlApi(
        key=f"{workload.key}!admin",
        span=variable.span,
        spans={"address": at},
        owner=workload.key,
        server="caddy",
        name=workload.name,
        address=open_value if text is None else Address.of(host if colon else port),
        port=open_value if text is None else int(port) if port.isdecimal() and len(port) < 6 else 2019,
    )


def _with_arguments(entities: list[Entity]) -> Iterator[Entity]:
    """A Dockerfile says what it does with the arguments that the services give which build it."""
    from compolint.model.build import Build, BuildUse
    from compolint.model.workload import Variable

    given: dict[str, dict[str, Variable]] = {}
    uses: dict[str, list[str]] = {}
    for entity in entities:
        if isinstance(entity, Variable) and entity.given_by == "build argument":
            given.setdefault(entity.owner, {})[entity.name] = entity
        elif isinstance(entity, BuildUse):
            uses.setdefault(entity.build, []).append(entity.key)
    read: dict[str, list[Entity]] = {}
    for entity in entities:
        if isinstance(entity, Build) and entity.reader and entity.key == entity.path:
            arguments = agreed([given.get(use, {}) for use in uses.get(entity.key, ())])
            if arguments:
                read[entity.path] = entity.reader.read(arguments)
    for entity in entities:
        if isinstance(entity, Build) and entity.key in read:
            yield from read[entity.key]
        elif entity.span.path not in read:
            yield entity


def agreed(given: "list[dict[str, Variable]]") -> "dict[str, Given]":
    """The values of the arguments that some of the services give; those that they differ in are open."""
    from compolint.model.build import Given

    found: dict[str, Given] = {}
    for name in dict.fromkeys(name for each in given for name in each):
        variables = [each.get(name) for each in given]
        first = next(variable for variable in variables if variable)
        values = {None if each is None else _revealed(each) for each in variables}
        value = values.pop() if len(values) == 1 else None
        open_value = Unknown(f"${name}", first.at("value"), (name,))
        found[name] = Given(open_value, None) if value is None else Given(value, first.at("value"))
    return found


def _revealed(variable: "Variable") -> str | None:
    value = variable.value
    return None if value is None or isinstance(value, Unknown) else value.reveal()


def _with_builds(entities: list[Entity]) -> Iterator[Entity]:
    from compolint.model.build import Build, BuildUse, Copied, Exposed, Stage
    from compolint.model.command import Command

    builds = {entity.key: _Linked(entity) for entity in entities if isinstance(entity, Build)}
    for entity in entities:
        if isinstance(entity, BuildUse | Stage) and entity.build in builds:
            linked = builds[entity.build]
            linked.uses.append(entity) if isinstance(entity, BuildUse) else linked.stages.append(entity)
    shipped = {key for linked in builds.values() for key in linked.settle()}
    owners = {stage.key for linked in builds.values() for stage in linked.stages}
    for entity in entities:
        match entity:
            case Build():
                yield builds[entity.key].build
            case Stage():
                yield builds[entity.build].stage(entity)
            case Copied():
                yield builds[entity.build].copied(entity, entity.owner in shipped)
            case Exposed() if entity.owner in shipped:
                yield replace(entity, ships=True)
            case Command() if entity.owner in owners and entity.owner not in shipped:
                yield replace(entity, ships=False)
            case _:
                yield entity


class _Linked:
    """A Dockerfile with the services that build from it."""

    def __init__(self, build: "Build") -> None:
        self.build = build
        self.uses: list[BuildUse] = []
        self.stages: list[Stage] = []
        self._targets: set[int] = set()
        self._reached: set[int] = set()
        self._looked: list[Context] | None = None

    def settle(self) -> Iterator[str]:
        """Finds out which stages ship, are needed, and are part of an image; gives the keys of the last."""
        last = len(self.stages) - 1
        named = {stage.name: stage.number for stage in self.stages if stage.name}
        missing = [use for use in self.uses if self._number(use, named) is None]
        numbers = (self._number(use, named) for use in self.uses)
        self._targets = {last if number is None else number for number in numbers} or {last}
        self._note(missing)
        self._reached = self._closure(needs=True)
        return (self.stages[number].key for number in self._closure(needs=False))

    def stage(self, stage: "Stage") -> "Stage":
        ships, reached = stage.number in self._targets, stage.number in self._reached
        if ships == stage.ships and reached == stage.reached:
            return stage
        return replace(stage, ships=ships, reached=reached)

    def copied(self, copied: "Copied", ships: bool) -> "Copied":
        everything = copied.from_ is None and any(map(_is_everything, copied.sources))
        contexts = self._contexts() if everything else []
        if not contexts:
            return replace(copied, ships=True) if ships else copied
        return replace(
            copied,
            ships=ships,
            context=contexts[0].folder,
            is_ignoring=all(context.ignored is not None for context in contexts),
            brings=tuple(dict.fromkeys(name for context in contexts for name in context.secrets)),
        )

    def _contexts(self) -> "list[Context]":
        """The folders that it is built in, or probably is, as nobody says so."""
        if self._looked is None:
            reader = self.build.reader
            folders = [use.context for use in self.uses if use.is_local and isinstance(use.context, str)]
            self._looked = (
                [reader.look(folder) for folder in dict.fromkeys(folders) or [None]] if reader else []
            )
        return self._looked

    def _number(self, use: "BuildUse", named: dict[str, int]) -> int | None:
        """The stage that a service asks for; `None` if there is no such stage."""
        # Compose takes an empty target, which is what an unset variable gives, for none.
        if isinstance(use.target, Unknown) or not use.target:
            return len(self.stages) - 1
        if use.target.isdecimal():
            number = int(use.target[:9])
            return number if number < len(self.stages) else None
        return named.get(use.target.lower())

    def _note(self, missing: "list[BuildUse]") -> None:
        if not missing:
            return
        from compolint.model.build import StageName

        known = self.build.stage_names
        spans: dict[str, Span] = {**self.build.spans}
        spans |= {f"stage_names.{number}": use.at("target") for number, use in enumerate(missing, len(known))}
        names = [StageName(str(use.target), "target", None, None) for use in missing]
        self.build = replace(self.build, stage_names=(*known, *names), spans=spans)

    def _closure(self, *, needs: bool) -> set[int]:
        """The stages that ship with those below them, and with those they copy from."""
        found: set[int] = set()
        waiting = [number for number in self._targets if number >= 0]
        while waiting:
            number = waiting.pop()
            if number in found:
                continue
            found.add(number)
            stage = self.stages[number]
            if stage.parent is not None:
                waiting.append(stage.parent)
            if needs:
                waiting += stage.needs
        return found


def _is_everything(source: object) -> bool:
    """Whether a source of COPY is the whole folder that the image is built in."""
    return isinstance(source, str) and source.strip("/").removeprefix("./").rstrip("/") in {"", ".", "*"}
