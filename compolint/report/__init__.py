"""Reports: the same findings for people, for programs and for forges.

A format is a module here with a function `render(shown, options)` and a line in `FORMATS`; it is
imported when it is asked for. What it gets holds no secrets any more. What it gives depends on the
findings alone: no time, no absolute path, no order of a set.
"""

from collections.abc import Iterator
from importlib import import_module

from compolint import __version__
from compolint.check import Check, Severity
from compolint.engine import Report
from compolint.report.shown import shown
from compolint.tuples import NamedTuple

FORMATS = {
    "text": "compolint.report.text",
    "concise": "compolint.report.concise",
    "json": "compolint.report.json",
    "jsonl": "compolint.report.jsonl",
    "sarif": "compolint.report.sarif",
    "github": "compolint.report.github",
}


HOME = "https://github.com/compolint/compolint"
PAGES = f"{HOME}/blob/v{__version__}/docs/checks/{{name}}.md"


class Options(NamedTuple):
    """What a caller may choose. No format looks at all of it."""

    colour: bool = False
    width: int = 80
    show_accepted: bool = False
    fail_on: Severity | None = None
    open_fails: bool = False  # what is not decided counts like what is wrong
    checks: tuple[Check, ...] = ()  # all that were asked to run, whether they found something or not
    sarif_category: str | None = None
    home: str | None = HOME  # the address of the project
    pages: str | None = PAGES  # the address of a check's page, with `{name}` for the check


def render(format: str, report: Report, options: Options = Options()) -> Iterator[str]:  # noqa: B008
    """The pieces of a report's text, in one of the `FORMATS`."""
    pieces: Iterator[str] = import_module(FORMATS[format]).render(shown(report), options)
    return pieces
