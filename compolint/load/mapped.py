"""Configuration files that the project maps to a JSON schema, and what the schema has against them."""

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from compolint.config import Mapped
from compolint.load import Loaded, read
from compolint.load.documents import faults, parse
from compolint.load.schema import Schema, published
from compolint.model import Entity
from compolint.model.tool import SchemaFault
from compolint.syntax.yaml_nodes import Node
from compolint.tree import Tree, Unreadable

if TYPE_CHECKING:
    from compolint.load.schema_problems import Problem

_POLICIES = frozenset({"agent-policy", "risk-matrix"})


def load(tree: Tree, files: tuple[str, ...]) -> Loaded:
    """The file itself, where it is of no other kind; what the schema says of it comes from `against`."""
    (path,) = files
    source = read(tree, path)
    if source is None:
        return Loaded()
    document = parse(source)
    unread = faults(path, document.faults, is_unread=document.root is None)
    return Loaded(tuple(unread), document.instructions(source), files)


def against(tree: Tree, path: str, schemas: tuple[Mapped, ...]) -> Iterator[Entity]:
    """What each schema has against a file."""
    source = read(tree, path)
    document = parse(source) if source else None
    if document is None or document.root is None:
        return
    for mapped in schemas:
        if mapped.schema in _POLICIES:
            from compolint.load.policy import policy

            yield policy(path, document.root, mapped.schema)
            continue
        try:
            problems = list(_problems(tree, mapped, document.root))
        except _Unusable as error:
            key = f"{mapped.at.path}!schema {mapped.schema}"
            yield SchemaFault(
                key=key, span=mapped.at, path=path, schema=mapped.schema, message=str(error), kind="no schema"
            )
            continue
        for number, problem in enumerate(problems):
            key = f"{path}!{mapped.schema}.{number}"
            yield SchemaFault(
                key=key, span=problem.span, path=path, schema=mapped.schema, message=problem.message
            )


class _Unusable(Exception):
    """A schema that nothing can be held against; the message says why."""


def _problems(tree: Tree, mapped: Mapped, root: Node) -> "Iterator[Problem]":
    if mapped.is_shipped:
        yield from _shipped(f"{mapped.schema}.json").problems(root)
        return
    from compolint.load.schema_foreign import BadSchema, problems

    try:
        yield from problems(_document(tree, mapped.schema), root)
    except BadSchema as error:
        raise _Unusable(f"the schema {mapped.schema} {error}") from None


@lru_cache(8)
def _shipped(file: str) -> Schema:
    return Schema(published(file))


def _document(tree: Tree, path: str) -> Any:
    import json

    try:
        source = tree.read(path)
    except Unreadable as error:
        raise _Unusable(f"the schema {path} {error.reason}") from None
    if source is None:
        raise _Unusable(f"there is no schema {path}")
    try:
        return json.loads(source.text)
    except (ValueError, RecursionError):
        raise _Unusable(f"the schema {path} is no JSON") from None
