"""`compolint exposure`: who reaches which port through which layers, and what changed in that."""

from collections.abc import Callable, Iterator
from typing import TypeVar

import click

from compolint import engine
from compolint.cli import INTERNAL, Command
from compolint.cli.output import (
    Output,
    color_option,
    colour,
    deliver,
    format_option,
    insist_on_readers,
    options_for,
    ordered,
    output_option,
    outputs,
    width,
)
from compolint.cli.place import locate
from compolint.cli.scan import CLEAN, FAILED, NOTHING
from compolint.cli.scope import (
    Files,
    Wishes,
    config_option,
    exclude_option,
    files_or_folders,
    find,
    globs,
    isolated_option,
    kind_option,
    no_gitignore_option,
    settings,
)
from compolint.config import Config
from compolint.engine import Survey
from compolint.exposure import exposure
from compolint.exposure.direct import Direct, direct
from compolint.exposure.openings import openings as find_openings
from compolint.report import Options
from compolint.report.exposure import COMPARED, FORMATS, render
from compolint.report.exposure.lanes import lanes, openings, outward
from compolint.report.exposure.shown import Lane, Shown
from compolint.report.exposure.words import pictured, serious, warnings
from compolint.report.shown import Files as Texts
from compolint.report.shown import told
from compolint.tree import FolderTree

_Called = TypeVar("_Called", bound=Callable[..., object])
_MOST = 20  # ports that are listed where another was asked for
_LAST = 65535
_PROTOCOLS = ("tcp", "udp", "sctp")
_FOR_PROGRAMS = frozenset({"json"})  # they know a file by its place in the repository


def _capture_option(name: str, help: str) -> Callable[[_Called], _Called]:
    return click.option(name, metavar="FILE", shell_complete=files_or_folders, help=help)


@click.command(
    name="exposure",
    cls=Command,
    epilog="""\b
Examples:
  compolint exposure                               the table of all ports
  compolint exposure --why 5432                    the reasons, zone by zone, each with its line
  compolint exposure --format svg > exposure.svg   a picture; html has table and reasons, too
  compolint exposure --before ss-1.txt --after ss-2.txt
  compolint exposure --captured ss.txt stacks/     what runs, against what is declared

\b
Captures are what `ss -tulpn`, `netstat -tulpn`, `docker ps`, `docker port` or `docker inspect` printed.
What is undecided is decided by a dump of the machine in the folder (`iptables-save`, `nft list ruleset`),
or by what the configuration says of its host: docs/exposure.md tells more.

\b
Exit codes: 0 told, or nothing that is new stands open; 1 a new binding to every interface, or one that
no file declares, or files that could not be understood; 2 wrong usage or configuration; 3 nothing to
show; 4 compolint broke down at a file.""",
)
@click.argument("paths", nargs=-1, metavar="[PATHS]...", shell_complete=files_or_folders)
@click.option("--why", metavar="PORT[/PROTOCOL]", help="Tell only of this port, and why it is so.")
@_capture_option("--before", "A capture from before a change, to compare with --after.")
@_capture_option("--after", "A capture from after it.")
@_capture_option("--captured", "A capture to compare with what the files declare.")
@kind_option
@exclude_option
@no_gitignore_option
@config_option
@isolated_option
@format_option(FORMATS)
@output_option
@color_option
@click.option("--allow-empty", is_flag=True, help="Exit with 0 when there is nothing to show.")
def command(
    paths: tuple[str, ...],
    why: str | None,
    before: str | None,
    after: str | None,
    captured: str | None,
    kind: str | None,
    exclude: tuple[str, ...],
    no_gitignore: bool,
    config_file: str | None,
    isolated: bool,
    format: str | None,
    output_: tuple[str, ...],
    color: str,
    allow_empty: bool,
) -> int:
    """Show who reaches which port, and which layers hold it.

    Follows a client's packets from the internet, the tailnet, the local network, other containers and the
    host itself through cloud firewall, host firewall and the engine's rules to the address that a port is
    bound to. What the files leave open is undecided, which is not the same as closed.
    """
    _insist(why, before, after, captured)
    compares = bool(before or captured)
    wanted = outputs(format, output_, FORMATS)
    insist_on_readers(wanted)
    if compares:
        _insist_on_words(wanted)
    options = Options(colour=colour(color), width=width())
    place = locate(paths or (".",))
    tree = FolderTree(place.root, named=place.files)
    config = Config() if isolated else settings(tree, place, config_file)
    if before and after:
        from compolint.cli.captures import compare

        return compare(before, after, config, wanted, options, allow_empty=allow_empty)
    files = find(tree, place, config, Wishes(kind, globs(exclude), not no_gitignore))
    surveyed = survey(tree, config, files)
    if captured:
        from compolint.cli.captures import hold_against

        return hold_against(captured, place, tree, surveyed, config, wanted, options, allow_empty=allow_empty)
    shown = _shown(tree, surveyed, files)
    if why is not None:
        shown = _only(shown, why)
        if not shown.lanes and not shown.openings:
            return NOTHING
    for output in ordered(wanted):
        told = shown if output.format in _FOR_PROGRAMS else shown._replace(path=place.shown)
        deliver(output, render(output.format, told, options_for(output, options)))
    return code(surveyed, is_empty=not (pictured(shown) or direct(surveyed.world)), allow_empty=allow_empty)


def survey(tree: FolderTree, config: Config, files: Files) -> Survey:
    """What the files declare."""
    projects = tuple(each for each in config.projects if not files.kinds.keys().isdisjoint(each))
    found = engine.survey(tree, config._replace(projects=projects), files.kinds)
    return found._replace(skipped=(*found.skipped, *files.skipped))


def is_incomplete(surveyed: Survey) -> bool:
    """Whether some file, or a part of one, is not in the model, or not as it was meant."""
    return bool(serious(surveyed.world))


def code(surveyed: Survey, *, is_empty: bool, allow_empty: bool, fails: bool = False) -> int:
    for error in surveyed.errors:
        click.echo(f"compolint: internal error: {error}", err=True)
    if surveyed.errors:
        return INTERNAL
    if fails or is_incomplete(surveyed):
        return FAILED
    if is_empty and not allow_empty:
        click.echo("compolint: nothing to show: no file here opens a port", err=True)
        return NOTHING
    return CLEAN


def _insist(why: str | None, before: str | None, after: str | None, captured: str | None) -> None:
    if bool(before) != bool(after):
        raise click.UsageError("--before and --after go together")
    if before and captured:
        raise click.UsageError("--captured compares with the files, --before with --after: one at a time")
    if why is not None and (before or captured):
        raise click.UsageError("--why is about what files declare, and goes with no capture")


def _insist_on_words(wanted: list[Output]) -> None:
    for each in wanted:
        if each.format not in COMPARED:
            raise click.UsageError(
                f"{each.format} shows what files declare; a comparison is told as {', '.join(COMPARED)}"
            )


def _shown(tree: FolderTree, surveyed: Survey, files: Files) -> Shown:
    found, texts = exposure(surveyed.world), Texts(tree, {}, surveyed.kinds)
    let_in, on_lan = find_openings(surveyed.world), direct(surveyed.world)
    return Shown(
        lanes=lanes(found),
        egress=outward(found),
        files=texts,
        path=str,
        warnings=(*warnings(surveyed, texts), *_unasked(let_in.unasked), *_direct(on_lan, texts)),
        openings=openings(let_in),
    )


def _direct(found: list[Direct], texts: Texts) -> Iterator[str]:
    for each in found:
        place = texts.place(each.at)
        who = f"{told(each.name)} ({place.path}:{place.line})"
        yield (
            f"Direct: clients of the LAN reach every port of {who} at its own address,"
            f" past all that guards the host: {told(each.network)} is a network of {each.driver}"
        )


def _unasked(number: int) -> Iterator[str]:
    if number:
        yield f"Unasked: {number} more stretches of ports that rules name, for which nothing is declared"


def _only(shown: Shown, why: str) -> Shown:
    """What there is to say about one port."""
    number, slash, protocol = why.partition("/")
    if not number.isascii() or not number.isdecimal() or (slash and not protocol):
        raise click.UsageError(f"--why: `{why}` is no port: write 5432 or 5432/tcp")
    if not 0 < int(number[:6]) <= _LAST:
        raise click.UsageError(f"--why: `{number}` is no port: they go from 1 to {_LAST}")
    if protocol not in ("", *_PROTOCOLS):
        raise click.UsageError(
            f"--why: `{protocol}` is no protocol of ports: there are {', '.join(_PROTOCOLS)}"
        )
    wanted = tuple(
        lane
        for lane in shown.lanes
        if lane.port is not None
        and lane.port <= int(number) <= (lane.last or lane.port)
        and protocol in ("", lane.protocol)
    )
    let_in = tuple(_let_in(shown.openings, int(number), protocol))
    if not wanted and not let_in:
        ports = [*dict.fromkeys(lane.ports for lane in pictured(shown))]
        there_is = ", ".join(ports[:_MOST]) + (" and more" if len(ports) > _MOST else "")
        click.echo(f"compolint: no file here opens {why}; there is {there_is or 'no port at all'}", err=True)
    return shown._replace(lanes=wanted, openings=let_in, egress=(), is_about=why)


def _let_in(openings: tuple[Lane, ...], number: int, protocol: str) -> Iterator[Lane]:
    """Those of a port, which rules name or not."""
    named = set()
    for lane in openings:
        if protocol not in ("", lane.protocol):
            continue
        if lane.port is None or lane.last is None:
            if (lane.protocol, lane.host) not in named:
                yield lane
        elif lane.port <= number <= lane.last:
            named.add((lane.protocol, lane.host))
            yield lane
