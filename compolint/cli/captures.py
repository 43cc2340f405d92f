"""Comparisons of captures for `compolint exposure`: with each other, and with what the files declare."""

import click

from compolint import engine, glob
from compolint.cli import INTERNAL
from compolint.cli.output import Output, deliver, options_for, ordered
from compolint.cli.place import Place, locate
from compolint.cli.scan import CLEAN, FAILED, NOTHING
from compolint.config import Config
from compolint.engine import Survey
from compolint.exposure import exposure
from compolint.exposure.changes import changes
from compolint.exposure.drift import drift
from compolint.model.capture import Captured
from compolint.model.linter import Fault
from compolint.report import Options
from compolint.report.exposure.changes import Shown, Side, render
from compolint.report.exposure.words import warnings
from compolint.report.shown import Files
from compolint.tree import FolderTree
from compolint.tuples import NamedTuple


class Look(NamedTuple):
    """A capture with its file."""

    path: str  # as the command line says it
    place: Place
    tree: FolderTree
    surveyed: Survey

    @property
    def doors(self) -> list[Captured]:
        return self.surveyed.world.of(Captured)

    @property
    def side(self) -> Side:
        return Side(Files(self.tree, {}, self.surveyed.kinds), self.place.shown)


def compare(
    before: str, after: str, config: Config, wanted: list[Output], options: Options, *, allow_empty: bool
) -> int:
    """Tells what is open after a change and was not before."""
    old, new = look(before, config), look(after, config)
    shown = Shown(
        tuple(changes(old.doors, new.doors, _public(config))),
        {"after": new.side, "before": old.side},
        f"{before} with {after}",
        warnings=(*_warnings(old), *_warnings(new), *_unlike(old, new)),
        is_empty=not new.doors,
    )
    _write(shown, wanted, options)
    return _code(shown, (old.surveyed, new.surveyed), allow_empty)


def hold_against(
    captured: str,
    place: Place,
    tree: FolderTree,
    surveyed: Survey,
    config: Config,
    wanted: list[Output],
    options: Options,
    *,
    allow_empty: bool,
) -> int:
    """Tells where a machine differs from what its files declare."""
    seen = look(captured, config)
    host = _host(seen, config) if seen.place.root == place.root else None
    differences, unseen = drift(exposure(surveyed.world), seen.doors, _public(config), host)
    declared = Side(Files(tree, {}, surveyed.kinds), place.shown)
    shown = Shown(
        tuple(differences),
        {"captured": seen.side, "declared": declared},
        f"{captured} with what the files declare",
        tuple(unseen) if seen.doors else (),
        warnings=(*_warnings(seen), *warnings(surveyed, declared.files)),
        is_empty=not seen.doors,
    )
    _write(shown, wanted, options)
    return _code(shown, (seen.surveyed, surveyed), allow_empty)


def look(path: str, config: Config) -> Look:
    """What a capture shows, whatever its name is."""
    place = locate([path])
    if not place.files:
        raise click.UsageError(f"`{path}` is a folder; a capture is a file")
    tree = FolderTree(place.root, named=place.files)
    only = Config(hosts=config.hosts)
    return Look(path, place, tree, engine.survey(tree, only, {place.files[0]: "capture"}))


def _host(look: Look, config: Config) -> str | None:
    """The machine that a capture is of, where the configuration says so of its file."""
    (path,) = look.place.files
    return next(
        (host.name for host in config.hosts if any(glob.matches(each, path) for each in host.paths)), None
    )


def _public(config: Config) -> frozenset[int]:
    """The ports that the configuration says the world may reach."""
    listed = config.shared_options.get("public-ports", ())
    return frozenset(port for port in listed if isinstance(port, int))


def _faults(surveyed: Survey) -> bool:
    return any(fault.fatal for fault in surveyed.world.of(Fault))


def _warnings(look: Look) -> list[str]:
    faults = [fault for fault in look.surveyed.world.of(Fault) if fault.fatal]
    if not faults:
        return []
    place = look.side.files.place(faults[0].span)
    return [f"INCOMPLETE: {look.path}:{place.line}: {faults[0].message}"]


def _unlike(old: Look, new: Look) -> list[str]:
    """A hint for people who compare what cannot be compared."""
    before, after = ({door.source for door in each.doors} for each in (old, new))
    if not before or not after or before & after:
        return []
    names = " and ".join(sorted(after))
    return [f"Unlike: {old.path} has nothing of {names}, so all that {new.path} shows by it is new"]


def _write(shown: Shown, wanted: list[Output], options: Options) -> None:
    for output in ordered(wanted):
        deliver(output, render(output.format, shown, options_for(output, options)))


def _code(shown: Shown, surveys: tuple[Survey, ...], allow_empty: bool) -> int:
    errors = [error for each in surveys for error in each.errors]
    for error in errors:
        click.echo(f"compolint: internal error: {error}", err=True)
    if errors:
        return INTERNAL
    if shown.failing or any(map(_faults, surveys)):
        return FAILED
    if shown.is_empty and not allow_empty:
        click.echo("compolint: nothing to compare: the capture shows no listener", err=True)
        return NOTHING
    return CLEAN
