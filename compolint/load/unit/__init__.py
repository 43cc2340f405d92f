"""Units of systemd: services, sockets, timers and the like, each with its drop-ins."""

from collections.abc import Iterator

from compolint.load import Loaded
from compolint.load.kernelsettings import settings_of
from compolint.load.published import Owner, of_commands
from compolint.load.unit.binds import bindings
from compolint.load.unit.commands import Line, commands
from compolint.load.unit.environment import given
from compolint.load.unit.names import group_files, is_dropin
from compolint.load.unit.reading import SHARING, Reading
from compolint.load.unit.sockets import listeners
from compolint.model import Entity
from compolint.model.command import Command
from compolint.model.setting import Setting
from compolint.model.unit import Unit
from compolint.model.workload import Variable, Workload
from compolint.text import Span
from compolint.tree import Tree
from compolint.unknown import Maybe


def group(tree: Tree, paths: list[str]) -> Iterator[tuple[str, ...]]:
    """Each unit with its drop-ins; drop-ins for a unit that is not here stand alone."""
    SHARING.begin(tree)
    for files in group_files(paths):
        main = (files.main,) if files.main else ()
        yield (*main, *files.dropins)


def load(tree: Tree, files: tuple[str, ...]) -> Loaded:
    reading = Reading(tree, files)
    if not reading.is_meant:
        return Loaded(_masked(reading), skipped=tuple(reading.skipped), files=files)
    entities: list[Entity] = []
    environment = given(reading)
    reading.filling.environment = environment.environment
    lines = commands(reading, entities.append)
    found = [each for each in entities if isinstance(each, Command)]
    owner = Owner(reading.key, reading.path, reading.title)
    variables = {
        each.name: each
        for each in environment.entities
        if isinstance(each, Variable) and each.owner == reading.key
    }
    doors = [*listeners(reading), *of_commands(found, owner), *bindings(reading, found, variables)]
    kernel = list(settings_of(found))
    workload = [_workload(reading)] if reading.suffix == "service" else []
    unit = _unit(reading, lines)
    return _loaded(reading, [unit, *workload, *doors, *kernel, *environment.entities, *entities])


def _masked(reading: Reading) -> tuple[Entity, ...]:
    """What is said of a unit by a file in which nothing stands."""
    if not reading.is_complete or not reading.is_empty:
        return ()
    at = Span(reading.path, 0, 0)
    return (
        Setting(key=reading.key, span=at, scope="systemd", section=reading.name, name="masked", value="yes"),
    )


def _unit(reading: Reading, lines: list[Line]) -> Unit:
    settings = reading.texts(reading.settings)
    own = [each for each in reading.settings if not is_dropin(each.key_span.path)]
    spans = reading.spans()
    spans |= {f"execs.{number}": line.at for number, line in enumerate(lines)}
    return Unit(
        key=reading.key,
        span=reading.span,
        spans=spans,
        name=reading.name,
        type=reading.unit_type,
        path=reading.path,
        is_complete=reading.is_complete,
        dropins=reading.dropins,
        is_user=reading.is_user,
        instance=reading.instance,
        settings=settings,
        own=reading.texts(own) if reading.dropins else settings,
        sections=tuple(header.name for header in reading.sections()),
        execs=tuple(line.exec for line in lines),
    )


def _workload(reading: Reading) -> Workload:
    """The process of a service."""
    spans: dict[str, Span] = {}
    user = reading.last("User")
    groups: list[Maybe[str]] = []
    for key in ("Group", "SupplementaryGroups"):
        for text in reading.words(key):
            spans[f"groups.{len(groups)}"] = text.span
            groups.append(text.known())
    if user:
        spans["user"] = user.value_span
    restart = reading.last("Restart")
    return Workload(
        key=reading.key,
        span=reading.span,
        spans=spans,
        name=reading.name,
        kind="unit",
        project=reading.path,
        user=reading.filling.value(user) if user else None,
        groups=tuple(groups),
        restart=reading.filling.value(restart) if restart else None,
    )


def _loaded(reading: Reading, entities: list[Entity]) -> Loaded:
    return Loaded(
        (*entities, *reading.faults),
        tuple(reading.comments),
        tuple(reading.files),
        tuple(reading.skipped),
    )
