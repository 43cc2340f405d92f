"""The published schema of Compose files, with what Compose has accepted since."""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from compolint.load.schema import Schema, published
from compolint.syntax.yaml import Mapping, Node, Scalar

if TYPE_CHECKING:
    from compolint.load.schema_problems import Problem

# Of what is in these lists twice Compose takes the last before it asks the schema.
_DEDUPLICATED = ("cap_add", "cap_drop", "dns_opt", "expose", "links", "ports", "profiles", "volumes")


@cache
def _schema() -> Schema:
    document = published("compose-spec.json")
    definitions = document["definitions"]
    service = definitions["service"]["properties"]
    service.setdefault("pre_start", service["post_start"])
    definitions["service_hook"]["properties"].setdefault("image", {"type": "string"})
    # A device may be asked for by its driver instead of by what it can do.
    definitions["devices"]["items"].pop("required", None)
    texts = {"type": "array", "items": {"type": "string"}}
    for name in _DEDUPLICATED:
        said = texts if "$ref" in service[name] else service[name]
        service[name] = {keyword: value for keyword, value in said.items() if keyword != "uniqueItems"}
    definitions["string_or_list"] = {"oneOf": [{"type": "string"}, texts]}
    definitions["list_or_dict"]["oneOf"][1].pop("uniqueItems", None)
    return Schema(document)


@cache
def top_level() -> frozenset[str]:
    """The keys that a Compose file may have at its top."""
    return frozenset(_schema().document["properties"])


def problems(whole: Mapping, judged: dict[int, Node], *, is_part: bool = False) -> "Iterator[Problem]":
    """What the schema does not allow in a project, whose services and the like are judged once each.

    `judged` has those that were judged before. What a part leaves out, another file may say.
    """
    new = [(key, _unjudged(value, judged)) for key, value in whole.pairs()]
    schema = _schema()
    if schema.is_valid(_with(whole, new)):
        return
    # One by one, since it takes long to find out what is wrong in a large tree.
    for key, value in new:
        parts: list[Node] = [value]
        if isinstance(value, Mapping) and schema.is_valid(_with(whole, [(key, _with(value, []))])):
            parts = [_with(value, [pair]) for pair in value.pairs()]
        for part in parts:
            for problem in schema.problems(_with(whole, [(key, part)])):
                if not (is_part and problem.is_for_whole):
                    yield problem


def _unjudged(value: Node, judged: dict[int, Node]) -> Node:
    if not isinstance(value, Mapping):
        return value
    if id(value) in judged:
        return _with(value, [])
    judged[id(value)] = value
    pairs = [pair for pair in value.pairs() if id(pair[1]) not in judged]
    judged.update((id(body), body) for _, body in pairs)
    return _with(value, pairs)


def _with(node: Mapping, pairs: list[tuple[Scalar, Node]]) -> Mapping:
    return Mapping(node.path, node.start, node.end, pairs, node.tag)
