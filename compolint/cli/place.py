"""Where the paths of the command line are: one tree around them, and their places in it.

The tree's root is that of the repository, so that a finding has one identity wherever the command is
called; outside of a repository it is the current folder, or what all paths have in common.
"""

import os
from collections.abc import Sequence

import click

from compolint.cli import COMMANDS
from compolint.gitindex import display
from compolint.spelling import meant
from compolint.text import Source
from compolint.tree import FolderTree, MemoryTree, discover_root
from compolint.tuples import NamedTuple
from compolint.walk import is_inside

_STDIN = "<stdin>"


class Place(NamedTuple):
    """A folder of the file system as a tree, with what is wanted of it. In the tree "" is the root."""

    root: str
    folders: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    current: str | None = None  # the current folder, if it is in the tree

    @property
    def common(self) -> str:
        """The folder of the tree that all that is wanted lies in."""
        parents = {*self.folders, *(path.rpartition("/")[0] for path in self.files)}
        return "" if "" in parents else os.path.commonpath(parents)

    def shown(self, path: str) -> str:
        """A path of the tree as it is told here: from the current folder where that is in the tree."""
        if self.current is None:
            return display(os.path.join(self.root, path))
        return os.path.relpath(path, self.current) if self.current else path


class WithStdin(FolderTree):
    """A folder in which one file has the content of standard input."""

    def __init__(self, root: str, path: str, data: bytes) -> None:
        super().__init__(root)
        self._path, self._given = path, MemoryTree({path: data})

    def read(self, path: str) -> Source | None:
        return self._given.read(path) if path == self._path else super().read(path)

    def exists(self, path: str) -> bool:
        return path == self._path or super().exists(path)


def locate(paths: Sequence[str]) -> Place:
    """The tree around some paths; each must exist."""
    for path in paths:
        if not os.path.lexists(path):
            raise click.UsageError(f"there is no file or folder `{path}`{meant(path, COMMANDS)}")
    places = {path: _real(path) for path in paths}
    here = os.path.realpath(".")
    parents = [place if os.path.isdir(path) else os.path.dirname(place) for path, place in places.items()]
    common = os.path.commonpath(parents)
    root = discover_root(common) or (here if is_inside(common, here) else common)
    return Place(
        root=root,
        folders=tuple(_relative(place, root) for path, place in places.items() if os.path.isdir(path)),
        files=tuple(
            display(_relative(place, root)) for path, place in places.items() if not os.path.isdir(path)
        ),
        current=_relative(here, root) if is_inside(here, root) else None,
    )


def stdin_place(name: str | None) -> Place:
    """The place of standard input, as if it were the file of this name, in folders that need not exist."""
    folder, file = os.path.split(os.path.normpath(name or _STDIN))
    while folder and not os.path.isdir(folder):
        folder, missing = os.path.split(folder)
        file = f"{missing}/{file}"
    place = locate([folder or "."])
    path = f"{place.common}/{file}" if place.common else file
    return place._replace(folders=(), files=(display(path),))


def _real(path: str) -> str:
    """The path without links above it; a file that is a link keeps its own name, which tells its kind."""
    if os.path.isdir(path):
        return os.path.realpath(path)
    folder, name = os.path.split(os.path.abspath(path))
    return os.path.join(os.path.realpath(folder), name)


def _relative(path: str, root: str) -> str:
    return path[len(root) :].replace(os.sep, "/").lstrip("/")
