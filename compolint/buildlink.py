"""Dockerfiles with the services that are built by them: what they are given, and which stage ships."""

from collections.abc import Iterator, Mapping

from compolint.entities import Entities
from compolint.model import Entity
from compolint.model.build import Build, BuildUse, Context, Copied, Exposed, Given, Stage, StageName
from compolint.model.command import Command
from compolint.model.workload import Variable
from compolint.record import replace
from compolint.text import Span
from compolint.unknown import Unknown

_MOST_READINGS = 20  # of one Dockerfile, each with other arguments


def give_arguments(linked: Entities) -> None:
    """A Dockerfile says what it does with the arguments that the services give which are built by it."""
    given: dict[str, dict[str, Variable]] = {}
    for variable in linked.of(Variable):
        if variable.given_by == "build argument":
            given.setdefault(variable.owner, {})[variable.name] = variable
    uses: dict[str, list[BuildUse]] = {}
    for use in linked.of(BuildUse) if given else ():
        uses.setdefault(use.build, []).append(use)
    read: dict[str, list[Entity]] = {}
    own: dict[str, tuple[Stage, ...]] = {}
    for build in linked.of(Build):
        if build.reader and build.key == build.path:
            mine = {use.key: given.get(use.key, {}) for use in uses.get(build.key, ())}
            if arguments := agreed([*mine.values()]):
                read[build.path] = build.reader.read(arguments)
                if any(isinstance(each.value, Unknown) for each in arguments.values()):
                    own.update(_own_stages(build, mine))
    if read:
        linked.drop(lambda entity: entity.span.path in read)
        linked.add([entity for entities in read.values() for entity in entities])
    if own:
        linked.change(BuildUse, lambda use: replace(use, stages=own.get(use.key, ())))


def _own_stages(build: Build, given: Mapping[str, dict[str, Variable]]) -> dict[str, tuple[Stage, ...]]:
    """What the stages are for each of the services that differ in what they give."""
    known: dict[tuple[tuple[str, str | None], ...], tuple[Stage, ...]] = {}
    found: dict[str, tuple[Stage, ...]] = {}
    for use, variables in given.items():
        values = tuple((name, variable.reveal()) for name, variable in variables.items())
        if values not in known:
            if len(known) == _MOST_READINGS:
                break
            entities = build.reader.read(agreed([variables])) if build.reader else ()
            known[values] = tuple(entity for entity in entities if isinstance(entity, Stage))
        found[use] = known[values]
    return found


def agreed(given: list[dict[str, Variable]]) -> dict[str, Given]:
    """The values of the arguments that some of the services give; those that they differ in are open."""
    found: dict[str, Given] = {}
    for name in dict.fromkeys(name for each in given for name in each):
        variables = [each.get(name) for each in given]
        first = next(variable for variable in variables if variable)
        values = {None if each is None else each.reveal() for each in variables}
        value = values.pop() if len(values) == 1 else None
        open_value = Unknown(f"${name}", first.at("value"), (name,))
        found[name] = Given(open_value, None) if value is None else Given(value, first.at("value"))
    return found


def link_builds(linked: Entities) -> None:
    """Stages and what they hold, with whether that ships."""
    builds = {build.key: _Linked(build) for build in linked.of(Build)}
    for use in linked.of(BuildUse):
        if use.build in builds:
            builds[use.build].uses.append(use)
    for stage in linked.of(Stage):
        builds[stage.build].stages.append(stage)
    shipped = {key for build in builds.values() for key in build.settle()}
    owners = {stage.key for build in builds.values() for stage in build.stages}

    def exposed(port: Exposed) -> Exposed:
        return replace(port, ships=True) if port.owner in shipped else port

    def run(command: Command) -> Command:
        is_left = command.owner in owners and command.owner not in shipped
        return replace(command, ships=False) if is_left else command

    linked.change(Build, lambda build: builds[build.key].build)
    linked.change(Stage, lambda stage: builds[stage.build].stage(stage))
    linked.change(Copied, lambda copied: builds[copied.build].copied(copied, copied.owner in shipped))
    linked.change(Exposed, exposed)
    linked.change(Command, run)


class _Linked:
    """A Dockerfile with the services that build from it."""

    def __init__(self, build: Build) -> None:
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

    def stage(self, stage: Stage) -> Stage:
        ships, reached = stage.number in self._targets, stage.number in self._reached
        if ships == stage.ships and reached == stage.reached:
            return stage
        return replace(stage, ships=ships, reached=reached)

    def copied(self, copied: Copied, ships: bool) -> Copied:
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

    def _contexts(self) -> list[Context]:
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

    def _note(self, missing: list[BuildUse]) -> None:
        if not missing:
            return
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
