"""Compose projects beyond single entities: where things come from, and what the published schema allows."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.config import Config
from compolint.engine import survey
from compolint.load.schema import published
from compolint.model import Entity
from compolint.model.linter import Fault
from compolint.model.listener import Listener
from compolint.model.workload import Mount, Workload
from compolint.text import Span
from compolint.tree import MemoryTree

SCHEMA = published("compose-spec.json")
SERVICE = SCHEMA["definitions"]["service"]["properties"]
# What Compose asks of these goes beyond their schema.
MEANINGFUL: dict[str, Any] = {
    "build": {"context": ".", "args": ["A=b"]},
    "extends": {"service": "base"},
    "ports": ["80", {"target": 80, "published": "8080", "host_ip": "127.0.0.1", "protocol": "tcp"}],
    "pull_policy": "every_2d",
    "container_name": "abc",
}


def told(entity: Entity, place: Span) -> list[str]:
    return [note.text for note in entity.via.get(place, ())]


def loaded(kind: type[Entity], files: dict[str, str]) -> list[Entity]:
    surveyed = survey(MemoryTree(files), Config())
    assert not surveyed.errors
    return list(surveyed.world.of(kind))


def test_every_step_of_extends_is_told_for_each_place() -> None:
    base = "base: {extends: root, privileged: true}"
    root = "root: {image: x:1, cap_add: [ALL]}"
    files = {
        "compose.yaml": "services:\n  web: {extends: {file: b.yml, service: base}, user: '1'}\n",
        "b.yml": f"services:\n  {base}\n  {root}\n",
    }
    (web,) = loaded(Workload, files)
    assert told(web, web.at("user")) == []
    assert told(web, web.at("privileged")) == ["web extends base here"]
    assert told(web, web.at("cap_add", 0)) == ["web extends base here", "base extends root here"]


def test_anchors_within_anchors_are_told_from_the_outermost_on() -> None:
    text = """
x-list: &list [/etc:/e]
x-base: &base {image: x:1, volumes: &own [/etc:/f]}
services:
  a: {<<: *base}
  b: {image: x:1, volumes: *list}
"""
    mounts = loaded(Mount, {"compose.yaml": text})
    assert [told(mount, mount.at("source")) for mount in mounts] == [
        ["a takes it over here"],
        ["b takes it over here"],
    ]


def test_a_value_from_an_env_file_is_told_where_the_variable_stands() -> None:
    files = {
        "compose.yaml": "services:\n  a: {image: x:1, ports: ['${BIND}:80:80']}\n",
        ".env": "BIND=0.0.0.0\n",
    }
    (listener,) = loaded(Listener, files)
    assert listener.at("address").path == "compose.yaml"
    assert told(listener, listener.at("address")) == ["BIND is set here"]


def valid(schema: dict[str, Any], name: str = "", depth: int = 0) -> st.SearchStrategy[Any]:
    """Values that a schema allows."""
    if name in MEANINGFUL:
        return st.just(MEANINGFUL[name])
    if "$ref" in schema:
        return valid(SCHEMA["definitions"][schema["$ref"].rpartition("/")[2]], name, depth)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "oneOf" in schema:
        return st.one_of([valid(each, name, depth) for each in schema["oneOf"]])
    types = schema.get("type", "string")
    return st.one_of([typed(each, schema, depth) for each in ([types] if isinstance(types, str) else types)])


def typed(kind: str, schema: dict[str, Any], depth: int) -> st.SearchStrategy[Any]:
    match kind:
        case "string":
            return st.sampled_from(["abc", "1", "true", "a-b"])
        case "number" | "integer":
            return st.integers(schema.get("minimum", 1), schema.get("maximum", 60))
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
        case "array":
            items = valid(schema["items"], depth=depth + 1) if depth < 6 else st.nothing()
            return st.lists(items, max_size=2, unique_by=json.dumps)
    properties = schema.get("properties", {})
    required = {name: valid(properties[name], name, depth + 1) for name in schema.get("required", ())}
    others = {} if depth > 6 else {name: valid(each, name, depth + 1) for name, each in properties.items()}
    patterns = [each for pattern, each in schema.get("patternProperties", {}).items() if pattern != "^x-"]
    free = {"key": valid(patterns[0], depth=depth + 1)} if patterns and depth < 6 else {}
    optional = {name: each for name, each in {**others, **free}.items() if name not in required}
    return st.fixed_dictionaries(required, optional=optional)


def faults(document: Any) -> list[str]:
    surveyed = survey(MemoryTree({"compose.yaml": json.dumps(document)}), Config())
    assert not surveyed.errors
    return [fault.message for fault in surveyed.world.of(Fault)]


def opened(value: Any) -> Any:
    """The value with a variable that nobody gives in the place of each scalar."""
    if isinstance(value, dict):
        return {name: opened(each) for name, each in value.items()}
    return [opened(each) for each in value] if isinstance(value, list) else "${OPEN}"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_what_the_schema_allows_in_a_service_is_no_fault(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(SERVICE)))
    value = data.draw(valid(SERVICE[name], name))
    services = {"a": {"image": "x:1", name: value}, "base": {"image": "x:1"}}
    assert faults({"services": services}) == []


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_variables_without_values_break_nothing(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(SERVICE.keys() - {"extends"})))
    value = data.draw(valid(SERVICE[name], name))
    services = {"a": {"image": "x:1", name: opened(value)}}
    assert [
        message for message in faults({"services": services}) if "lists the same item" not in message
    ] == []


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_the_schema_allows_at_the_top_is_no_fault(data: st.DataObject) -> None:
    top = data.draw(st.sampled_from(["networks", "volumes", "secrets", "configs", "models"]))
    (schema,) = (each for pattern, each in SCHEMA["properties"][top]["patternProperties"].items())
    assert faults({"services": {"a": {"image": "x:1"}}, top: {"n": data.draw(valid(schema))}}) == []
