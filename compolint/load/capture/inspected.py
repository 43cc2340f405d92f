"""What `docker inspect` prints of containers: their published ports as they are in force."""

from collections.abc import Iterator

from compolint.load.capture.sockets import Door
from compolint.load.documents import faults
from compolint.model import Entity
from compolint.model.capture import Captured
from compolint.model.values import Ports
from compolint.syntax import json
from compolint.syntax.yaml_nodes import Mapping, Node, Scalar, Sequence
from compolint.text import Source, Span


def entities(source: Source) -> Iterator[Entity]:
    document = json.parse(source)
    yield from faults(source.path, document.faults, is_unread=document.root is None)
    root = document.root
    for container in root.items if isinstance(root, Sequence) else [root]:
        name = _get(container, "Name")
        shown = name.value.lstrip("/") if isinstance(name, Scalar) else ""
        ports = _get(_get(container, "NetworkSettings"), "Ports")
        for target, bindings in ports.pairs() if isinstance(ports, Mapping) else ():
            for binding in bindings.items if isinstance(bindings, Sequence) else ():
                yield from _captured(source.path, shown, target.value, binding)


def _captured(path: str, name: str, target: str, binding: Node | None) -> Iterator[Captured]:
    address, port = _get(binding, "HostIp"), _get(binding, "HostPort")
    if not isinstance(address, Scalar) or not isinstance(port, Scalar):
        return
    inside, _, protocol = target.partition("/")
    door = Door("docker inspect", name, protocol or "tcp", address.value, port.value, 0, 0)
    where, ports = door.where(), door.ports
    if where is None or ports is None or not inside.isdecimal() or len(inside) > 5:
        return
    yield Captured(
        key=f"{path}!docker inspect:{name}:{address.value}:{ports}:{inside}/{door.protocol}",
        span=Span(path, min(address.start, port.start), max(address.end, port.end)),
        spans={"address": address.span, "ports": port.span},
        source="docker inspect",
        name=name,
        address=where.address,
        families=where.families,
        ports=ports,
        protocol=door.protocol,
        target=Ports(int(inside), int(inside)),
        capture=path,
    )


def _get(node: Node | None, name: str) -> Node | None:
    return node.get(name) if isinstance(node, Mapping) else None
