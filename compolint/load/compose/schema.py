"""The published schema of Compose files, with what Compose has accepted since."""

from collections.abc import Iterator
from functools import cache

from compolint.load.schema import Problem, Schema, published
from compolint.syntax.yaml import Node


@cache
def _schema() -> Schema:
    document = published("compose-spec.json")
    service = document["definitions"]["service"]["properties"]
    service.setdefault("pre_start", service["post_start"])
    document["definitions"]["service_hook"]["properties"].setdefault("image", {"type": "string"})
    # A device may be asked for by its driver instead of by what it can do.
    document["definitions"]["devices"]["items"].pop("required", None)
    return Schema(document)


@cache
def top_level() -> frozenset[str]:
    """The keys that a Compose file may have at its top."""
    return frozenset(_schema().document["properties"])


def problems(root: Node) -> Iterator[Problem]:
    return _schema().problems(root)
