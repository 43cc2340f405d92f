"""The Docker daemon's configuration, `daemon.json`.

https://docs.docker.com/reference/cli/dockerd/#daemon-configuration-file. JSON is YAML, so the reader of YAML
gives the places.
"""

from collections.abc import Iterator

from compolint.model import Entity
from compolint.model.linter import Fault
from compolint.model.listener import Listener
from compolint.model.setting import Setting
from compolint.model.values import Address, Ports
from compolint.syntax import yaml
from compolint.syntax.yaml import Mapping, Node, Scalar, Sequence
from compolint.text import Source

_DEEPEST = 8


def entities(source: Source) -> Iterator[Entity]:
    (document, *_) = yaml.parse(source)
    for number, fault in enumerate(document.faults):
        key = f"{source.path}!{fault.kind}.{number}"
        yield Fault(key=key, span=fault.span, kind="syntax", message=fault.message, fatal=True)
    if isinstance(document.root, Mapping):
        yield from _settings(source.path, document.root, "")
        hosts = document.root.get("hosts")
        yield from _listeners(source.path, hosts, is_verified=_is_on(document.root.get("tlsverify")))


def _settings(path: str, mapping: Mapping, above: str) -> Iterator[Setting]:
    """Each value by its name, which has the names of the levels above before it."""
    for key, node in mapping.pairs():
        name = f"{above}{key.value}"
        if isinstance(node, Mapping) and name.count(".") < _DEEPEST:
            yield from _settings(path, node, f"{name}.")
        elif isinstance(node, Sequence):
            for number, item in enumerate(node.items):
                if isinstance(item, Scalar):
                    yield _setting(path, f"{path}!{name}.{number}", name, key, item)
                for at, inner in item.pairs() if isinstance(item, Mapping) else ():
                    if isinstance(inner, Scalar):
                        own = f"{name}.{at.value}"
                        yield _setting(path, f"{path}!{name}.{number}.{at.value}", own, at, inner)
        elif isinstance(node, Scalar):
            yield _setting(path, f"{path}!{name}", name, key, node)


def _setting(path: str, key: str, name: str, at: Scalar, value: Scalar) -> Setting:
    return Setting(
        key=key,
        span=value.span,
        spans={"name": at.span, "value": value.span},
        scope="docker_daemon",
        name=name,
        value=value.value,
    )


def _listeners(path: str, hosts: Node | None, *, is_verified: bool) -> Iterator[Listener]:
    for item in hosts.items if isinstance(hosts, Sequence) else ():
        if not isinstance(item, Scalar) or not item.value.startswith("tcp://"):
            continue
        host, _, port = item.value.removeprefix("tcp://").partition("/")[0].rpartition(":")
        number = int(port) if port.isdecimal() and len(port) < 6 else 2376 if is_verified else 2375
        yield Listener(
            key=f"{path}:{host}:{number}/tcp",
            span=item.span,
            spans={"address": item.span, "ports": item.span},
            owner=path,
            name="the Docker daemon",
            address=Address.of(host),
            ports=Ports(number, number),
            origin="socket",
            project=path,
        )


def _is_on(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.resolved() is True
