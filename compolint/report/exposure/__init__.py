"""Reports about who reaches what: one exposure for people, for programs, and as a picture.

A format is a module here with a function `render(shown, options)` and a line in `FORMATS`; it is imported
when it is asked for. What it gets holds no secrets; what it gives depends on the exposure alone.
"""

from collections.abc import Iterator
from importlib import import_module

from compolint.report import Options
from compolint.report.exposure.shown import Shown

FORMATS = {
    "text": "compolint.report.exposure.text",
    "json": "compolint.report.exposure.json",
    "markdown": "compolint.report.exposure.markdown",
    "mermaid": "compolint.report.exposure.mermaid",
    "svg": "compolint.report.exposure.svg",
    "html": "compolint.report.exposure.html",
}
COMPARED = ("text", "json", "markdown")  # the formats of a comparison


def render(format: str, shown: Shown, options: Options = Options()) -> Iterator[str]:  # noqa: B008
    """The pieces of a report's text, in one of the `FORMATS`."""
    pieces: Iterator[str] = import_module(FORMATS[format]).render(shown, options)
    return pieces
