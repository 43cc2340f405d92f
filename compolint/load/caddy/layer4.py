"""Connections that are handed on as they are: the global option `layer4`, of the module of that name.

https://github.com/mholt/caddy-l4/tree/master/docs. Each of its blocks has sockets and routes, and a `proxy`
somewhere in them.
"""

from collections.abc import Iterator

from compolint.load.caddy.addresses import Invalid, socket, upstream
from compolint.load.caddy.configuration import Endpoint, Setting, Word
from compolint.load.caddy.sites import host_of
from compolint.model import Entity
from compolint.model.listener import Listener
from compolint.model.values import Ports
from compolint.model.web import Access, Site, Upstream
from compolint.unknown import Unknown

_NOT_NETWORK = ("unix", "fd")


def entities(settings: tuple[Setting, ...], path: str) -> Iterator[Entity]:
    blocks = (block for line in settings if line.name == "layer4" for block in line.settings)
    for number, block in enumerate(blocks):
        sockets = [socket(word) for word in (_name(block), *block.words)]
        key, name = f"{path}#layer4.{number}", block.name
        inside = list(_lines(block))
        yield Site(
            key=key, span=block.span, owner=path, server="caddy", name=name, access=_access(inside),
            is_default=False,
        )  # fmt: skip
        yield from (each for endpoint in sockets for each in _listener(endpoint, key, name, path))
        yield from _upstreams(inside, key, name)


def _name(block: Setting) -> Word:
    """The first address, which the block has for its name."""
    is_open = "{$" in block.name
    return Word(Unknown(block.name, block.span) if is_open else block.name, block.span)


def _lines(block: Setting) -> Iterator[Setting]:
    """All lines in a block, however deep."""
    ahead = list(reversed(block.settings))
    while ahead:
        line = ahead.pop()
        yield line
        ahead += reversed(line.settings)


def _access(lines: list[Setting]) -> Access:
    """Whether only some addresses get through, which a matcher says: `@near remote_ip 10.0.0.0/8`."""
    for line in lines:
        words = [Word(line.name, line.span), *line.words]
        if any(word.value == "remote_ip" for word in words):
            return Access(denies=("all",), allows=tuple(word.value for word in words[1:]))
    return Access()


def _listener(endpoint: Endpoint, owner: str, name: str, path: str) -> Iterator[Listener]:
    if endpoint.network.startswith(_NOT_NETWORK) or endpoint.ports is None:
        return
    yield Listener(
        key=f"{owner}!{endpoint.text}",
        span=endpoint.span,
        owner=owner,
        name=name,
        address=host_of(endpoint),
        ports=endpoint.ports if isinstance(endpoint.ports, Unknown) else Ports(*endpoint.ports),
        protocol="udp" if endpoint.network.startswith("udp") else "tcp",
        origin="socket",
        project=path,
        web_server=path,
    )


def _upstreams(lines: list[Setting], owner: str, name: str) -> Iterator[Upstream]:
    proxies = (line for line in lines if line.name == "proxy")
    named = (word for line in proxies for each in (line, *line.all("upstream")) for word in each.words)
    for number, word in enumerate(named):
        try:
            endpoint = upstream(word).endpoint
        except Invalid:
            continue
        is_network = not endpoint.network.startswith(_NOT_NETWORK)
        ports = endpoint.ports
        yield Upstream(
            key=f"{owner}>{number}",
            span=word.span,
            owner=owner,
            server="caddy",
            name=name,
            text=endpoint.text,
            host=endpoint.host if is_network else None,
            port=ports[0] if isinstance(ports, tuple) else ports,
            socket=None if is_network else endpoint.host,
            protocol="udp" if endpoint.network.startswith("udp") else "tcp",
        )
