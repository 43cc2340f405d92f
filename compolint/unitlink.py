"""Compose projects that units of systemd start, and start again when they end.

`ExecStart=docker compose up` is the project's main process as long as nobody asks for `--detach`.
"""

from collections.abc import Iterable
from posixpath import basename, dirname, join, normpath

from compolint.entities import Entities
from compolint.machines import Machines
from compolint.model.command import Command
from compolint.model.host import Host
from compolint.model.knowledge.operands import subcommand
from compolint.model.unit import Unit
from compolint.model.workload import Workload
from compolint.record import replace
from compolint.tuples import NamedTuple
from compolint.unknown import assume

_ENGINES = frozenset(("docker", "podman", "nerdctl"))
_COMPOSE = frozenset(("docker-compose", "podman-compose"))
_VALUED = (
    "-H --host -c --context --config -l --log-level -f --file -p --project-name --profile --env-file"
    " --project-directory --parallel --ansi --progress --scale -t --timeout --pull --exit-code-from"
    " --wait-timeout"
)
_NAMES = frozenset(("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"))


class _Start(NamedTuple):
    """A unit that keeps a project running, or some of its services."""

    unit: Unit
    project: str
    services: tuple[str, ...]  # none: all


def link_projects(linked: Entities) -> None:
    """Services with the unit that starts their project again."""
    machines = Machines(linked.of(Host))
    units = {unit.key: unit for unit in linked.of(Unit)}
    projects = {each.project for each in linked.of(Workload) if each.kind == "service"}
    started: dict[str, list[_Start]] = {}
    for command in linked.of(Command):
        unit = units.get(command.owner)
        services = _services(command) if unit and command.where == "ExecStart" else None
        if unit is None or services is None or assume(unit.value("Restart") or "no", "no") == "no":
            continue
        near = (project for project in projects if machines.may_be_one(unit.path, project))
        if project := _project(command, unit, list(near)):
            started.setdefault(project, []).append(_Start(unit, project, services))

    def kept(workload: Workload) -> Workload:
        starts = started.get(workload.project, ()) if workload.kind == "service" else ()
        units = (each.unit.key for each in starts if not each.services or workload.name in each.services)
        key = next(units, None)
        return replace(workload, restarted_by=key) if key else workload

    if started:
        linked.change(Workload, kept)


def _services(command: Command) -> tuple[str, ...] | None:
    """The services that a command brings up and waits for, none for all; `None` if it does something else."""
    words = subcommand(command, _VALUED)
    if command.name in _ENGINES and words[:1] == ("compose",):
        words = words[1:]
    elif command.name not in _COMPOSE:
        return None
    is_waiting = words[:1] == ("up",) and not command.has("-d", "--detach", "--wait")
    return words[1:] if is_waiting else None


def _project(command: Command, unit: Unit, projects: list[str]) -> str | None:
    """The project that is meant: by its path on the machine, by its folder's name, or beside the unit."""
    folder = _option(command, "--project-directory") or assume(unit.value("WorkingDirectory") or "", "")
    file = _option(command, "-f", "--file")
    names = {basename(file)} if file else _NAMES
    named = [each for each in projects if basename(each) in names]
    place = normpath(join(folder, dirname(file)))
    return (
        _only(each for each in named if f"{place}/".endswith(f"/{dirname(each)}/") and dirname(each))
        or _only(each for each in named if basename(place) and basename(dirname(each)) == basename(place))
        or _only(each for each in named if dirname(each) == dirname(unit.path))
    )


def _option(command: Command, *names: str) -> str:
    """The value of an option; nothing where it is not given, or not known."""
    for word, behind in zip(command.words, (*command.words[1:], ""), strict=True):
        if not isinstance(word, str):
            continue
        name, equals, value = word.partition("=")
        if name in names:
            return value if equals else assume(behind, "")
    return ""


def _only(found: Iterable[str]) -> str | None:
    every = list(found)
    return every[0] if len(every) == 1 else None
