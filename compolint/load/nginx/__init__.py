"""Configurations of Nginx: servers with what they lead to, who may ask, and what is sent along."""

from collections.abc import Iterable

from compolint.load import Loaded, speaks_to_us
from compolint.load.nginx.comparisons import EXPRESSIVE
from compolint.load.nginx.configuration import Configuration
from compolint.load.nginx.files import read
from compolint.load.nginx.kind import is_foreign
from compolint.load.nginx.reading import Reading
from compolint.load.nginx.server import web_server
from compolint.load.nginx.sites import sites
from compolint.model import Entity
from compolint.model.linter import Fault
from compolint.syntax import nginx as syntax
from compolint.text import Span
from compolint.tree import Skipped, Tree

_TEMPLATE = "is a template that only its own program can read"


def load(tree: Tree, files: tuple[str, ...]) -> Loaded:
    (path,) = files
    configuration = read(tree, path)
    if configuration is None or is_foreign(configuration.files[0].source.text):
        return Loaded()
    reading = Reading(tree, configuration)
    reading.found.append(web_server(reading))
    sites(reading)
    if not reading.names.isdisjoint(EXPRESSIVE):
        from compolint.load.nginx.expressions import patterns

        patterns(reading)
    faults = [each for each in configuration.faults if each.kind != "unsupported"]
    templates = [each.span.path for each in configuration.faults if each.kind == "unsupported"]
    entities: list[Entity] = [*reading.found, *_faults(faults)]
    paths = configuration.paths
    return Loaded(
        tuple(entities),
        tuple(_comments(configuration)),
        (*paths, *reading.password_files),
        (*configuration.skipped, *(Skipped(path, _TEMPLATE) for path in templates)),
        absorbed=paths[1:],
    )


def _faults(faults: Iterable[syntax.Fault]) -> list[Fault]:
    """What Nginx refuses; a file that it includes in vain is one that cannot be read."""
    return [
        Fault(
            key=f"{fault.span.path}!{fault.kind}:{number}",
            span=fault.span,
            kind="unreadable" if fault.kind == "missing" else fault.kind,  # type: ignore[arg-type]
            message=fault.message,
            fatal=fault.kind != "invalid",
            notes=fault.notes,
        )
        for number, fault in enumerate(faults)
    ]


def _comments(configuration: Configuration) -> list[Span]:
    found: list[Span] = []
    for file in configuration.files:
        text = file.source.text
        if "ompolint" in text:
            found += (at for at in file.comments if speaks_to_us(text[at.start : at.end]))
    return found
