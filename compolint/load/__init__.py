"""The way from files to entities.

A kind of file is a module here with a function `load(tree, files) -> Loaded`, and lines in the tables of
`compolint.load.kinds` that say which files it claims. Its module is imported when the first such file
occurs.
"""

import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any

from compolint.load.kinds import KINDS, looks, may_count, named, needed, supposed
from compolint.model import Entity
from compolint.text import Source, Span
from compolint.tree import Skipped, Tree, Unreadable
from compolint.tuples import NamedTuple

if TYPE_CHECKING:
    from compolint.config import Mapped

__all__ = [
    "KINDS", "Loaded", "Root", "against", "kind_of", "load", "looks", "may_count", "named", "needed", "read",
    "roots", "speaks_to_us",
]  # fmt: skip

# Not compiled, since most files have no such comment.
_TO_US = r"compolint:|\b[Cc]ompolint:?\s+[Aa]llow(?:-file)?\s"


class Loaded(NamedTuple):
    entities: tuple[Entity, ...] = ()
    comments: tuple[Span, ...] = ()  # those that speak to the linter
    files: tuple[str, ...] = ()  # all that were read on the way, the root included
    skipped: tuple[Skipped, ...] = ()  # what belongs to it and could not be had
    absorbed: tuple[
        str, ...
    ] = ()  # files that it takes in as wholes, so that they need no loading of their own
    taken: tuple[str, ...] = ()  # keys of what it takes out of other files and declares as its own


def speaks_to_us(comment: str) -> bool:
    """Whether a comment is meant for the linter, be it written as that wants it or not quite."""
    return "ompolint" in comment and bool(re.search(_TO_US, comment))


class Root(NamedTuple):
    """What one call of a loader reads: a file, or several that are merged in order."""

    kind: str
    files: tuple[str, ...]


_LONGEST = 1_000_000  # characters; what people write has a few ten thousand


def kind_of(tree: Tree, path: str) -> str | None:
    """The kind of a file by its name, else by a look at its content."""
    if kind := named(path):
        return kind
    for kind, looks_like in looks(path):
        try:
            source = tree.read(path)
        except Unreadable:
            if found := supposed(path):
                return found
            raise
        if source and looks_like(source.text):
            return kind
    return None


def read(tree: Tree, path: str, longest: int = _LONGEST) -> Source | None:
    """The text of a file that is to be taken apart, which costs more than to read it."""
    source = tree.read(path)
    if source and len(source.text) > longest:
        raise Unreadable(f"is longer than {longest} characters", path=path)
    return source


def roots(
    tree: Tree, kinds: Iterable[tuple[str, str]], projects: Iterable[tuple[str, ...]] = ()
) -> Iterator[Root]:
    """What to load, given the files with their kinds and the sets of files that belong together."""
    together = [files for files in projects if files]
    taken = {path for files in together for path in files}
    yield from (Root("compose", files) for files in together)
    of: dict[str, list[str]] = {}
    for path, kind in kinds:
        if path not in taken:
            of.setdefault(kind, []).append(path)
    for kind, paths in of.items():
        group = getattr(_loader(kind), "group", None)
        yield from (Root(kind, files) for files in (group(tree, paths) if group else ((p,) for p in paths)))


def load(tree: Tree, root: Root) -> Loaded:
    loaded: Loaded = _loader(root.kind).load(tree, root.files)
    return loaded


def against(tree: Tree, path: str, schemas: "tuple[Mapped, ...]") -> Iterator[Entity]:
    """What the schemas that the project names for a file have against it."""
    found: Iterator[Entity] = _loader("mapped").against(tree, path, schemas)
    return found


def _loader(kind: str) -> Any:
    return import_module(f"compolint.load.{kind}")
