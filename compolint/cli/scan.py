"""`compolint scan`: files in, a report and an exit code out."""

import sys

import click

from compolint import engine, packs
from compolint.check import Check, Severity
from compolint.cli import INTERNAL, Command
from compolint.cli.output import (
    color_option,
    colour,
    format_option,
    output_option,
    outputs,
    width,
    write,
)
from compolint.cli.place import Place, WithStdin, locate, stdin_place
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
from compolint.cli.selection import settled
from compolint.config import PROFILES, Config
from compolint.engine import Finding, Report, Survey
from compolint.model.linter import Fault
from compolint.packs import Offer
from compolint.regular import LIMIT
from compolint.report import FORMATS, Options
from compolint.tree import FolderTree
from compolint.walk import is_inside

CLEAN, FAILED, NOTHING = 0, 1, 3
FAIL_ON = (*(str(severity) for severity in reversed(Severity)), "never")


def _words(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """`--select a,b --select c` as three words."""
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())


@click.command(
    name="scan",
    cls=Command,
    epilog="""\b
Examples:
  compolint scan                                   check the current folder
  compolint scan stacks/ ~/web/compose.yaml        check a folder and a file
  compolint scan --kind dockerfile build/image     a file whose name does not tell
  compolint scan --select exposure --profile quiet
  compolint scan --format github --output sarif=compolint.sarif
  cat compose.yaml | compolint scan --stdin-filename stacks/web/compose.yaml -

\b
Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage or configuration,
3 nothing to check, 4 a check broke down. `compolint --help` tells more.""",
)
@click.argument("paths", nargs=-1, metavar="[PATHS]...", shell_complete=files_or_folders)
@kind_option
@click.option("--stdin-filename", metavar="NAME", help="The name of the file that comes with `-`.")
@exclude_option
@no_gitignore_option
@click.option(
    "--hook", is_flag=True, help="Check the whole project, and report what the named files have a part in."
)
@config_option
@isolated_option
@click.option(
    "--select",
    multiple=True,
    callback=_words,
    metavar="CHECK",
    help="Run only these checks, categories or packs.",
)
@click.option(
    "--ignore",
    multiple=True,
    callback=_words,
    metavar="CHECK",
    help="Do not run these checks, categories or packs.",
)
@click.option("--profile", type=click.Choice(PROFILES), help="How much to say; the default is `default`.")
@click.option(
    "--fail-on", type=click.Choice(FAIL_ON), help="The least severity that fails; the default is `high`."
)
@format_option(FORMATS)
@output_option
@color_option
@click.option("--show-accepted", "--all", is_flag=True, help="Show accepted findings, too.")
@click.option("--sarif-category", metavar="NAME", help="What tells this run from others in one upload.")
@click.option("--sarif-include-suppressed", is_flag=True, help="Put accepted findings into SARIF.")
@click.option("--allow-empty", is_flag=True, help="Exit with 0 when there is nothing to check.")
@click.option("-q", "--quiet", is_flag=True, help="Print no report; the exit code and the files tell.")
@click.option(
    "-v", "--verbose", is_flag=True, help="Tell on standard error what is looked at and what is not."
)
def command(
    paths: tuple[str, ...],
    kind: str | None,
    stdin_filename: str | None,
    exclude: tuple[str, ...],
    no_gitignore: bool,
    hook: bool,
    config_file: str | None,
    isolated: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    profile: str | None,
    fail_on: str | None,
    format: str | None,
    output_: tuple[str, ...],
    color: str,
    show_accepted: bool,
    sarif_category: str | None,
    sarif_include_suppressed: bool,
    allow_empty: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Check files and folders, by default the current folder.

    A file that is named is checked whatever its name is. A folder is searched for the files that are
    known by their names or their content; what git ignores is left out.
    """
    wanted = outputs(format, output_)
    wishes = Wishes(kind, globs(exclude), not no_gitignore, hook)
    if "-" in paths and (len(paths) > 1 or hook):
        raise click.UsageError("`-`, which is standard input, goes with no other path and not with --hook")
    if stdin_filename and "-" not in paths:
        raise click.UsageError("--stdin-filename is the name of `-`, which is standard input")
    place, tree = _standard_input(stdin_filename) if "-" in paths else _folder(paths or (".",), is_hook=hook)
    config = Config() if isolated else settings(tree, place, config_file)
    config = config._replace(profile=profile or config.profile, fail_on=fail_on or config.fail_on)
    offers = packs.load(config.packs)
    config = settled(config, offers, select, ignore)
    files = find(tree, place, config, wishes)
    report = _report(tree, place, config, offers, files, is_hook=hook)
    if verbose:
        _tell(place, config, files, report)
    options = Options(
        colour=colour(color),
        width=width(),
        show_accepted=show_accepted,
        fail_on=_threshold(config),
        open_fails=config.is_strict,
        checks=_asked(config, offers) if any(each.format == "sarif" for each in wanted) else (),
        sarif_category=sarif_category,
    )
    write(report, wanted, options, place, include_suppressed=sarif_include_suppressed, quiet=quiet)
    return _code(report, config, files, allow_empty=allow_empty)


def _folder(paths: tuple[str, ...], *, is_hook: bool) -> tuple[Place, FolderTree]:
    place = locate(paths)
    # A hook names whatever is in the repository; a person who names a link wants what it leads to.
    return place, FolderTree(place.root, named=() if is_hook else place.files)


def _standard_input(name: str | None) -> tuple[Place, FolderTree]:
    place = stdin_place(name)
    data = sys.stdin.buffer.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise click.UsageError(f"standard input is larger than {LIMIT >> 20} MB")
    return place, WithStdin(place.root, place.files[0], data)


def _report(
    tree: FolderTree, place: Place, config: Config, offers: list[Offer], files: Files, *, is_hook: bool
) -> Report:
    """What there is to say about the files that the command line names."""
    folders = ("",) if is_hook else place.folders
    config = config._replace(
        projects=tuple(project for project in config.projects if not files.kinds.keys().isdisjoint(project)),
        is_partial=not any(not folder or is_inside(config.base.rstrip("/"), folder) for folder in folders),
    )
    surveyed = engine.survey(tree, config, files.kinds)
    report = engine.check(tree, surveyed, config, offers)
    report = report._replace(skipped=(*report.skipped, *files.skipped))
    return _about(report, surveyed, frozenset(place.files)) if is_hook else report


def _about(report: Report, surveyed: Survey, files: frozenset[str]) -> Report:
    """The part of a report that some files have a part in."""
    findings = tuple(finding for finding in report.findings if files & _paths(finding))
    fatal = {fault.key for fault in surveyed.world.of(Fault) if fault.fatal}
    return report._replace(
        findings=findings,
        incomplete=any(finding.key in fatal and finding.status != "accepted" for finding in findings),
    )


def _paths(finding: Finding) -> set[str]:
    return {finding.at.path, *(note.at.path for note in finding.notes)}


def _asked(config: Config, offers: list[Offer]) -> tuple[Check, ...]:
    """All checks that were asked to run, whether they had anything to look at or not."""
    return tuple(
        offer.check for offer in offers if config.is_enabled(offer.name) and config.runs(offer.check)
    )


def _threshold(config: Config) -> Severity | None:
    return None if config.fail_on == "never" else Severity[config.fail_on.upper()]


def _code(report: Report, config: Config, files: Files, *, allow_empty: bool) -> int:
    for error in report.errors:
        click.echo(f"compolint: internal error: {error}", err=True)
    if report.errors:
        return INTERNAL
    threshold = _threshold(config)
    if threshold is not None and (
        report.incomplete or any(each.fails(threshold, open_too=config.is_strict) for each in report.findings)
    ):
        return FAILED
    if not report.kinds and not allow_empty:
        more = "; some are ignored by git or excluded, which -v names" if files.left_out() else ""
        click.echo(f"compolint: nothing to check: no file here is of a kind that is known{more}", err=True)
        return NOTHING
    return CLEAN


def _tell(place: Place, config: Config, files: Files, report: Report) -> None:
    """What a person wants to know who wonders why something was found, or was not."""
    lines = [
        f"root: {place.root}",
        f"configuration: {config.path or 'none'}",
        f"profile: {config.profile}, fails on: {config.fail_on}",
        *(f"{kind}: {place.shown(path)}" for path, kind in sorted(report.kinds.items())),
        *(
            f"not looked at: {place.shown(path)} {reason}"
            for path, reason in files.pruned
            if path not in report.kinds
        ),
    ]
    for line in lines:
        click.echo(line, err=True)
