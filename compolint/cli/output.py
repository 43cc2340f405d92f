"""Where reports go: to standard output, or to files that are either written as a whole or not at all."""

import os
import sys
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from typing import TypeVar

import click

from compolint.cli.place import Place
from compolint.engine import Report
from compolint.report import FORMATS, Options, render
from compolint.text import Source, Span
from compolint.tree import MemoryTree, Skipped, Tree
from compolint.tuples import NamedTuple
from compolint.unknown import Unknown

# People and their editors are at the current folder; programs know a file by its place in the repository.
_FOR_PEOPLE = frozenset({"text", "concise"})
_WIDTH = 80
_Called = TypeVar("_Called", bound=Callable[..., object])

output_option = click.option(
    "--output", "output_", multiple=True, metavar="FORMAT[=PATH]", help="A further report; may be repeated."
)
color_option = click.option(
    "--color", type=click.Choice(("auto", "always", "never")), default="auto", help="Whether to colour."
)


def format_option(formats: Iterable[str]) -> Callable[[_Called], _Called]:
    return click.option(
        "--format",
        type=click.Choice(tuple(formats)),
        help="The report on standard output; the default is `text`.",
    )


class Output(NamedTuple):
    """A report in a format, to a file or (`None`) to standard output."""

    format: str
    path: str | None = None


def outputs(format: str | None, wanted: Iterable[str], formats: Collection[str] = FORMATS) -> list[Output]:
    """What `--format` and `--output FORMAT[=PATH]` ask for; something always goes to standard output."""
    found = [Output(format)] if format else []
    for word in wanted:
        name, _, path = word.partition("=")
        if name not in formats:
            raise click.UsageError(f"--output: there is no format `{name}`; there are {', '.join(formats)}")
        found.append(Output(name, path if path not in {"", "-"} else None))
    if all(output.path for output in found):
        found.insert(0, Output("text"))
    if sum(output.path is None for output in found) > 1:
        raise click.UsageError(
            "two reports cannot both go to standard output; name a file: --output FORMAT=PATH"
        )
    return found


def write(
    report: Report,
    wanted: Iterable[Output],
    options: Options,
    place: Place,
    *,
    include_suppressed: bool,
    quiet: bool,
) -> None:
    """Writes the reports; to standard output last, so that files are whole whoever stops reading."""
    for output in ordered(wanted):
        told = _told_here(report, place) if output.format in _FOR_PEOPLE else report
        chosen = options if output.format != "sarif" else options._replace(show_accepted=include_suppressed)
        if output.path is not None or not quiet:
            deliver(output, render(output.format, told, options_for(output, chosen)))
        if output.format == "github" and (summary := os.environ.get("GITHUB_STEP_SUMMARY")):
            _summarize(report, summary)


def ordered(wanted: Iterable[Output]) -> list[Output]:
    """The reports in the order to write them: standard output is last, so that files are whole by then."""
    return sorted(wanted, key=lambda output: output.path is None)


def options_for(output: Output, options: Options) -> Options:
    """What holds for a file, whatever terminal there is."""
    return options if output.path is None else options._replace(colour=False, width=_WIDTH)


def deliver(output: Output, pieces: Iterable[str]) -> None:
    """Writes a report where it shall go."""
    if output.path is not None:
        _to_file(output.path, pieces)
        return
    try:
        sys.stdout.writelines(pieces)
        sys.stdout.flush()
    except BrokenPipeError:
        pass  # whoever reads has seen enough
    except OSError as error:
        raise _cannot_write("standard output", error) from None


def insist_on_readers(wanted: Iterable[Output]) -> None:
    """Refuses to write a report where nobody can get it: to what was closed before we started."""
    if any(each.path is None for each in wanted) and getattr(sys.stdout, "name", "") == os.devnull:
        raise click.ClickException("cannot write standard output: it is closed")


def colour(wish: str) -> bool:
    """Whether standard output gets colours."""
    if wish != "auto":
        return wish == "always"
    said = os.environ
    if said.get("NO_COLOR"):
        return False
    if said.get("FORCE_COLOR", "0") not in {"", "0"} or said.get("CLICOLOR_FORCE", "0") not in {"", "0"}:
        return True
    return sys.stdout.isatty() and said.get("TERM") != "dumb"


def width() -> int:
    """How many columns the terminal has."""
    if (said := os.environ.get("COLUMNS", "")).isdecimal() and int(said) > 0:
        return int(said)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or _WIDTH
    except (OSError, ValueError):
        return _WIDTH


def _to_file(path: str, pieces: Iterable[str]) -> None:
    """Writes a file beside its place and moves it there; what is no file, such as a pipe, is written to."""
    place = os.path.realpath(path)
    is_file = os.path.isfile(place) or not os.path.exists(place)
    beside = f"{place}.{os.getpid()}.tmp"
    try:
        with open(
            beside if is_file else place, "x" if is_file else "w", encoding="utf-8", newline="\n"
        ) as file:
            file.writelines(pieces)
        if is_file:
            os.replace(beside, place)
    except OSError as error:
        if is_file and not isinstance(error, FileExistsError):
            with suppress(OSError):
                os.unlink(beside)
        raise _cannot_write(path, error) from None


def _summarize(report: Report, path: str) -> None:
    from compolint.report.github import step_summary

    try:
        with open(path, "a", encoding="utf-8") as file:
            file.write(step_summary(report))
    except OSError as error:
        raise _cannot_write(path, error) from None


def _cannot_write(path: str, error: OSError) -> click.ClickException:
    reason = os.strerror(error.errno).lower() if error.errno else "no reason given"
    return click.ClickException(f"cannot write {path}: {reason}")


def _told_here(report: Report, place: Place) -> Report:
    """The report with the paths as they are told at the current folder."""
    if place.current == "":
        return report
    tree = _Renamed(report.tree)
    shown = tree.known_as

    def moved(span: Span) -> Span:
        return span._replace(path=shown(span.path, place.shown(span.path)))

    return report._replace(
        findings=tuple(
            finding._replace(
                at=moved(finding.at),
                notes=tuple(note._replace(at=moved(note.at)) for note in finding.notes),
                undecided=_moved(finding.undecided, moved),
            )
            for finding in report.findings
        ),
        kinds={place.shown(path): kind for path, kind in report.kinds.items()},
        skipped=tuple(Skipped(place.shown(path), reason) for path, reason in report.skipped),
        tree=tree,
    )


def _moved(value: Unknown | None, moved: Callable[[Span], Span]) -> Unknown | None:
    if value is None:
        return None
    return Unknown(value.text, moved(value.span), value.names, value.head, value.tail)


class _Renamed(MemoryTree):
    """Another tree's files by other paths."""

    def __init__(self, tree: Tree) -> None:
        super().__init__({})
        self._tree = tree
        self._paths: dict[str, str] = {}

    def known_as(self, path: str, name: str) -> str:
        self._paths[name] = path
        return name

    def read(self, path: str) -> Source | None:
        return self._tree.read(self._paths.get(path, path))
