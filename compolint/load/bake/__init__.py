"""The targets of Docker's `bake` as builds, as a `build:` of a Compose file is one.

https://docs.docker.com/build/bake/reference/. The files that bake reads together are one project; of what
several of them say about a target the last counts, and its arguments are added up.
"""

from collections.abc import Iterator
from posixpath import dirname

from compolint.load import Loaded, read, speaks_to_us
from compolint.load.bake.project import Project
from compolint.load.bake.target import entities
from compolint.model import Entity
from compolint.model.linter import Fault
from compolint.syntax import hcl
from compolint.syntax.hcl import Block, HclFile
from compolint.syntax.hcl_nodes import Fault as SyntaxFault
from compolint.text import Source, Span
from compolint.tree import Tree

_TOGETHER = (
    "docker-bake.json",
    "docker-bake.hcl",
    "docker-bake.override.json",
    "docker-bake.override.hcl",
)
_LABELS = {"target": 1, "group": 1, "variable": 1, "function": 1}


def group(tree: Tree, paths: list[str]) -> Iterator[tuple[str, ...]]:
    """The files that bake reads by itself in each folder together, and every other file."""
    folders: dict[str, list[str]] = {}
    for path in paths:
        folders.setdefault(dirname(path), []).append(path)
    for found in folders.values():
        by_name = {path.rpartition("/")[2]: path for path in found}
        together = [by_name.pop(name) for name in _TOGETHER if name in by_name]
        if together:
            yield tuple(together)
        yield from ((path,) for path in by_name.values())


def load(tree: Tree, files: tuple[str, ...]) -> Loaded:
    blocks: list[Block] = []
    values: list[Block] = []
    faults: dict[Span, SyntaxFault] = {}
    comments: list[Span] = []
    for path in files:
        source = read(tree, path)
        if source is None:
            continue
        file = _parsed(source)
        blocks += file.body.blocks
        values.append(file.body)
        faults |= {fault.span: fault for fault in file.faults}
        comments += (span for span in file.comments if speaks_to_us(source.text[span.start : span.end]))
    project = Project(tree, files[0], blocks, values)
    found: list[Entity] = [*entities(project), *project.found]
    faults |= project.budget.faults
    for number, fault in enumerate(faults.values()):
        key = f"{fault.span.path}!syntax.{number}"
        found.append(Fault(key=key, span=fault.span, kind="syntax", message=fault.message, fatal=True))
    return Loaded(tuple(found), (*comments, *project.comments), files)


def _parsed(source: Source) -> HclFile:
    if not source.path.endswith(".json"):
        return hcl.parse(source)
    from compolint.load.hcl import json

    return json.parse(source, _LABELS)
