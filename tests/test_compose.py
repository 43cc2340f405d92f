"""Compose projects beyond single entities: where things come from, and what the published schema allows."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.config import Config
from compolint.engine import survey
from compolint.load.schema import Schema, published
from compolint.model import Entity
from compolint.model.build import Stage
from compolint.model.linter import Fault
from compolint.model.listener import Listener
from compolint.model.web import WebServer
from compolint.model.workload import Mount, Network, Variable, Workload
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
    **dict.fromkeys(("privileged", "read_only", "tty", "stdin_open", "init", "oom_kill_disable"), "yes"),
    **dict.fromkeys(("mem_limit", "mem_reservation", "memswap_limit", "shm_size"), "1.5 GiB"),
    **dict.fromkeys(("stop_grace_period", "interval", "timeout", "start_period", "start_interval"), "1m30s"),
    **dict.fromkeys(("cpus", "pids_limit"), "1"),
    "deploy": {"resources": {"limits": {"cpus": "0.5", "memory": "1g"}}},
    "restart": "on-failure:3",
    "ipc": "shareable",
    "pid": "host",
    "expose": ["80", 81, "8000-8010/udp"],
    "ulimits": {"nproc": 1, "nofile": {"soft": "1", "hard": -1}},
}
TEXTS = ("abc", "1", "true", "a-b")


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
    (web,) = [entity for entity in loaded(Workload, files) if entity.key == "compose.yaml#web"]
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


def test_a_value_from_an_argument_is_told_where_it_is_given() -> None:
    files = {
        "compose.yaml": "services:\n  a: {build: {context: ., args: {BASE: 'debian:13'}}}\n",
        "Dockerfile": "ARG BASE\nARG TAG=3\nFROM alpine:$TAG AS a\nFROM $BASE\n",
    }
    own, given = loaded(Stage, files)
    assert [(note.text, note.at.path) for note in own.via[own.at("base")]] == [
        ("TAG is set here", "Dockerfile")
    ]
    (note,) = given.via[given.at("base")]
    assert (note.text, note.at) == ("BASE is set here", Span("compose.yaml", 49, 60))


def test_labels_of_a_file_are_told_with_the_service_that_reads_it() -> None:
    files = {"compose.yaml": "services:\n  a: {image: x:1, label_file: l}\n", "l": "A=1\n"}
    (label,) = loaded(Variable, files)
    assert (label.at("value"), told(label, label.at("value"))) == (Span("l", 2, 3), ["a reads this file"])


def test_a_label_file_that_is_not_here_is_passed_over() -> None:
    files = {"compose.yaml": "services:\n  a: {image: x:1, label_file: ['${L}', gone]}\n"}
    assert [each.path for each in survey(MemoryTree(files), Config()).skipped] == ["${L}", "gone"]


def test_files_over_one_base_speak_only_of_what_they_name() -> None:
    files = {
        "compose.yaml": "services: {a: {image: x:1, networks: [n]}, b: {image: x}}\nnetworks: {n: {}, m: }\n",
        "compose.one.yaml": "services:\n  a: {privileged: true}\n",
        "compose.two.yaml": "services:\n  b: {privileged: true}\nnetworks: {m: {internal: true}}\n",
    }
    entities = [*loaded(Workload, files), *loaded(Network, files)]
    assert [entity.key for entity in entities if not entity.key.startswith("compose.yaml")] == [
        "compose.one.yaml#a",
        "compose.two.yaml#b",
        "compose.one.yaml/n",
        "compose.two.yaml/m",
    ]


def test_every_keyword_of_the_schema_is_compiled() -> None:
    def held(schema: Any) -> None:
        if isinstance(schema, dict):
            if schema.keys() & {"type", "oneOf", "$ref"} and isinstance(schema.get("type", ""), str | list):
                Schema(SCHEMA)._compile(schema)
            for each in schema.values():
                held(each)
        elif isinstance(schema, list):
            for each in schema:
                held(each)

    held(SCHEMA)


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
            return st.sampled_from(TEXTS)
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
    services |= {other: {"image": "x:1"} for other in (*TEXTS, "key")}
    named: dict[str, Any] = {
        top: {name: {} for name in (*TEXTS, "key")} for top in ("networks", "volumes", "secrets", "configs")
    }
    assert faults({"services": services, **named}) == []


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_variables_without_values_break_nothing(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(SERVICE.keys() - {"extends"})))
    value = data.draw(valid(SERVICE[name], name))
    services = {"a": {"image": "x:1", name: opened(value)}}
    assert [
        message
        for message in faults({"services": services})
        if "lists the same item" not in message and "there is no" not in message
    ] == []


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_the_schema_allows_at_the_top_is_no_fault(data: st.DataObject) -> None:
    top = data.draw(st.sampled_from(["networks", "volumes", "secrets", "configs", "models"]))
    (schema,) = (each for pattern, each in SCHEMA["properties"][top]["patternProperties"].items())
    assert faults({"services": {"a": {"image": "x:1"}}, top: {"n": data.draw(valid(schema))}}) == []


COMPOSE_OF_ANY_NAME = {
    "flow": "services: {web: {image: 'x:1', ports: ['80:80']}}\n",
    "flow over lines": "version: '3'\nservices: {\n  web: {\n    build: .\n  }\n}\n",
    "anchored": "services: &all\n  web:\n    image: x:1\n",
    "quoted": '"services":\n  "web":\n    "image": x:1\n',
    "laid over another": "services:\n  web:\n    ports: ['80:80']\n    privileged: true\n",
    "laid over another in flow": "services:\n  web: {privileged: true}\n  db: {ports: ['80:80']}\n",
    "version 1": "web:\n  image: x:1\n  ports:\n  - 80:80\ndb:\n  build: .  # ours\n  volumes: [/a:/b]\n",
    "version 1 behind a mark": "---\n# old\nweb:\n    extends:\n        service: app\n    links: [db]\n",
}
OTHER_YAML = {
    "services of something else": "services:\n  web:\n    ports: [80]\n    replicas: 2\n",
    "a list of services": "services:\n  - ports: [80]\n",
    "GitLab": "services: [docker:dind]\ntest:\n  image: ruby:3\n  script: [rake]\n",
    "GitLab's jobs": "test:\n  image: ruby:3\n  script:\n    - rake\n",
    "GitHub": "on: push\njobs:\n  a:\n    services: {db: {image: 'x:1', ports: ['80:80']}}\n",
    "Symfony": "services:\n  _defaults: {autowire: true}\n  App\\\\: {resource: '../src/'}\n",
    "Symfony in flow": "services: {App\\\\Kernel: {public: true}}\n",
    "Kubernetes": "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: x:1\n    ports: []\n",
    "Helm's values": "web:\n  image: {repository: x, tag: '1'}\n  replicas: 2\nservice:\n  ports: [80]\n",
    "Helm's values with a text": "image: x:1\nservice:\n  ports: [80]\n",
    "Drone": "build:\n  image: golang\n  commands:\n    - go build\n",
    "Ansible": "- hosts: all\n  tasks:\n    - docker_container:\n        image: x:1\n        ports: [80]\n",
    "Ansible's variables": "app:\n  image: x:1\n  environment: {A: '1'}\n",
    "OpenAPI": "openapi: 3.0.0\npaths:\n  /image:\n    get: {responses: {}}\n",
    "pre-commit": "repos:\n- repo: https://x\n  hooks:\n  - id: image\n",
    "Codeship": "app:\n  build: .\n  cached: true\n  ports: ['80:80']\n",
}


@pytest.mark.parametrize("text", COMPOSE_OF_ANY_NAME.values(), ids=COMPOSE_OF_ANY_NAME)
def test_a_compose_file_of_any_name_is_known_by_what_it_says(text: str) -> None:
    assert survey(MemoryTree({"stack.yml": text}), Config()).kinds == {"stack.yml": "compose"}


def test_a_compose_file_may_be_json() -> None:
    text = '{"services": {"web": {"image": "x:1", "ports": ["80:80"]}}}'
    surveyed = survey(MemoryTree({"docker-compose.json": text}), Config())
    assert [workload.key for workload in surveyed.world.of(Workload)] == ["docker-compose.json#web"]


@pytest.mark.parametrize("text", OTHER_YAML.values(), ids=OTHER_YAML)
def test_other_yaml_is_not_taken_for_compose(text: str) -> None:
    assert survey(MemoryTree({"stack.yml": text}), Config()).kinds == {}


def test_a_configuration_in_the_file_that_is_no_text_costs_only_itself() -> None:
    text = (
        "services: {web: {image: nginx, configs: [{source: a, target: /etc/nginx/nginx.conf}, {source: b,"
        " target: /etc/caddy/Caddyfile}]}}\n"
        'configs: {a: {content: "events {}\\0"}, b: {content: ":80 { }"}}\n'
    )
    world = survey(MemoryTree({"compose.yaml": text}), Config()).world
    (fault,) = world.of(Fault)
    assert (fault.kind, fault.message) == (
        "unreadable",
        "/etc/nginx/nginx.conf of web is no text file: NUL in line 1",
    )
    assert [server.server for server in world.of(WebServer)] == ["caddy"]


def test_a_configuration_that_many_services_are_given_is_read_so_often_only() -> None:
    services = "".join(
        f" s{number}: {{image: nginx, configs: [{{source: a, target: /etc/nginx/nginx.conf}}]}}\n"
        for number in range(30)
    )
    content = "events {} http { server { listen 80; " + "#" * 90_000
    text = f"services:\n{services}configs: {{a: {{content: '{content}'}}}}\n"
    world = survey(MemoryTree({"compose.yaml": text}), Config()).world
    assert [fault.message for fault in world.of(Fault) if fault.kind == "unsupported"] == [
        "the configurations in this project have more than 2000000 characters; no more are read"
    ]
    assert len(world.of(WebServer)) == 22


@given(st.text(alphabet="aé{}#;$ \n\t'\"\\/:.*@()0", max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_content_has_its_places_in_the_file(content: str) -> None:
    for name in ("nginx/nginx.conf", "caddy/Caddyfile"):
        text = json.dumps({
            "services": {"a": {"image": "x:1", "configs": [{"source": "c", "target": f"/etc/{name}"}]}},
            "configs": {"c": {"content": content}},
        })  # fmt: skip
        surveyed = survey(MemoryTree({"compose.yaml": text}), Config())
        assert not surveyed.errors
        for kind in surveyed.world.kinds():
            for entity in surveyed.world.of(kind):
                for at in entity.places():
                    assert at.path == "compose.yaml"
                    assert 0 <= at.start <= at.end <= len(text)
