"""What we take for published is what podman's generator publishes."""

import json
import re

import pytest

from compolint.config import Config
from compolint.engine import survey
from compolint.model.linter import Fault
from compolint.model.listener import Listener
from compolint.tree import MemoryTree
from tests.oracles.quadlet import ANSWERS, published, quadlets

RECORDED = json.loads(ANSWERS.read_text(encoding="utf-8"))["answers"]
# [address:][port on the host:]port[/protocol]
PORT = re.compile(
    r"(?:(?P<address>\[[^\]]*\]|[^:\[]*):)??(?:(?P<host>[^:]*):)?(?P<target>[^:/]+)(?:/(?P<protocol>\w+))?"
)


def wanted(value: str) -> tuple[str, str, str, str]:
    match = PORT.fullmatch(value)
    assert match is not None
    host = match["host"] or ""
    return (match["address"] or "").strip("[]"), host, match["target"], match["protocol"] or "tcp"


def ours(listener: Listener) -> tuple[str, str, str, str]:
    address = getattr(listener.address, "text", listener.address)
    host = "" if listener.ports is None else str(listener.ports)
    return str(address), host, str(listener.target), listener.protocol


def test_all_cases_are_recorded() -> None:
    assert RECORDED.keys() == quadlets().keys()


@pytest.mark.parametrize("name", quadlets())
def test_published_ports_are_podmans(name: str) -> None:
    lines = [line for lines in RECORDED[name].values() for line in lines]
    has_own_network = not any("--network host" in line or "--network none" in line for line in lines)
    values = [value for line in lines for value in published(line)] if has_own_network else []
    world = survey(MemoryTree(quadlets()[name]), Config()).world
    doors = [each for each in world.of(Listener) if each.origin == "published"]
    assert sorted(map(ours, doors)) == sorted(map(wanted, values))
    is_refused = "wrong key" in name
    assert bool(lines) != is_refused
    assert any(fault.kind == "schema" for fault in world.of(Fault)) == is_refused
