"""What Tailscale serves, as a file says it: `TS_SERVE_CONFIG` of its container.

https://tailscale.com/kb/1282/docker, https://pkg.go.dev/tailscale.com/ipn#ServeConfig
"""

from collections.abc import Iterator

from compolint.model import Entity
from compolint.model.knowledge.tailscale import Served
from compolint.model.linter import Fault
from compolint.served import Handler, of_handlers
from compolint.syntax import yaml
from compolint.syntax.yaml import Mapping, Node, Scalar
from compolint.text import Source

_MOST = 1_000  # things that are served


def looks_like(text: str) -> bool:
    return ('"Handlers"' in text or '"TCPForward"' in text) and ('"Web"' in text or '"TCP"' in text)


def entities(source: Source) -> Iterator[Entity]:
    (document, *_) = yaml.parse(source)
    for number, fault in enumerate(document.faults):
        key = f"{source.path}!{fault.kind}.{number}"
        yield Fault(key=key, span=fault.span, kind="syntax", message=fault.message, fatal=True)
    root = document.root
    if isinstance(root, Mapping):
        services = [node for _, node in _pairs(root.get("Services")) if isinstance(node, Mapping)]
        handlers = [each for level in (root, *services) for each in _handlers(level)]
        yield from of_handlers(handlers[:_MOST], source.path)


def _handlers(level: Mapping) -> Iterator[Handler]:
    # ### "AllowFunnel": {"${TS_CERT_DOMAIN}:443": true} ###
    funnels = {_port(key.value) for key, node in _pairs(level.get("AllowFunnel")) if _is_on(node)}
    for key, site in _pairs(level.get("Web")):
        port = _port(key.value)
        handlers = site.get("Handlers") if isinstance(site, Mapping) else None
        for path, said in _pairs(handlers):
            target = said.get("Proxy") if isinstance(said, Mapping) else None
            if isinstance(target, Scalar):
                what = Served(port, port in funnels, False, path.value or "/", 0)
                yield Handler(what, target.value, target.span, key.span)
    for key, said in _pairs(level.get("TCP")):
        target = said.get("TCPForward") if isinstance(said, Mapping) else None
        if isinstance(target, Scalar):
            port = _port(key.value)
            yield Handler(Served(port, port in funnels, True, "/", 0), target.value, target.span, key.span)


def _pairs(node: Node | None) -> list[tuple[Scalar, Node]]:
    return list(node.pairs()) if isinstance(node, Mapping) else []


def _is_on(node: Node) -> bool:
    return isinstance(node, Scalar) and node.resolved() is True


def _port(text: str) -> int:
    """The port of `${TS_CERT_DOMAIN}:443`, or of `443`."""
    port = text.rpartition(":")[2]
    return int(port) if port.isdecimal() and 0 < int(port[:6]) < 65536 else 443
