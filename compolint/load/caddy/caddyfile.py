"""A Caddyfile as a configuration."""

from compolint.load.caddy.addresses import Invalid, listen_endpoint, site_address
from compolint.load.caddy.configuration import (
    Address,
    Configuration,
    Fault,
    Listen,
    Options,
    Route,
    Site,
    Tls,
    Word,
)
from compolint.load.caddy.handlers import handlers
from compolint.load.caddy.options import options
from compolint.load.caddy.order import is_directive
from compolint.load.caddy.scope import Scope
from compolint.load.caddy.tls import tls
from compolint.load.caddy.words import setting, settings, word
from compolint.syntax.caddy import Block, Caddyfile, Segment
from compolint.unknown import Maybe, Unknown

_MOST_LISTENS = 1_000  # of one site
_NOT_HANDLERS = frozenset({"bind", "handle_errors", "log", "tls"})


def adapted(caddyfile: Caddyfile, path: str) -> Configuration:
    """What the blocks of a Caddyfile mean together."""
    first = caddyfile.blocks[0] if caddyfile.blocks else None
    own = first if first and first.kind == "options" else None
    scope = Scope(options(settings(own.segments), own.span) if own else Options())
    sites: list[Site] = []
    routes: list[Route] = []
    for block in caddyfile.blocks:
        if block is own:
            continue
        if block.kind == "options":
            scope.fault("invalid", "only the first block can be without an address", block.span, fatal=True)
        elif block.kind == "route":
            name = block.keys[0].text[2:-1]
            routes.append(Route(name, block.span, handlers(block.segments, scope)))
        else:
            sites.append(_site(block, scope))
    faults = [Fault(each.kind, each.message, each.span) for each in caddyfile.faults]
    return Configuration(
        path,
        scope.options,
        tuple(sites),
        tuple(routes),
        tuple(sorted(dict.fromkeys((*faults, *scope.faults)), key=lambda fault: fault.span)),
        tuple(lexed.source for lexed in caddyfile.read),
        tuple(span for lexed in caddyfile.read for span in lexed.comments),
        tuple(
            token
            for lexed in caddyfile.read
            for token in lexed.tokens
            if any(each.by_default for each in token.variables)
        ),
    )


def _site(block: Block, scope: Scope) -> Site:
    named: dict[str, list[Segment]] = {name: [] for name in _NOT_HANDLERS}
    others: list[Segment] = []
    for segment in block.segments:
        named.get(segment.name.text, others).append(segment)
    addresses = _addresses(block, scope)
    binds = tuple(word(token) for segment in named["bind"] for token in segment.arguments)
    own_tls = tls(named["tls"])
    return Site(
        block.span,
        addresses,
        _listens(addresses, binds, own_tls, scope),
        own_tls,
        handlers(tuple(others), scope),
        tuple(each for segment in named["handle_errors"] for each in handlers(segment.body or (), scope)),
        tuple(setting(segment) for segment in named["log"]),
        tuple(setting(segment) for segment in named["bind"]),
    )


def _addresses(block: Block, scope: Scope) -> tuple[Address, ...]:
    found = []
    for key in block.keys:
        if is_directive(key.text):
            message = f"{key.text} is a directive, which must stand in the block of a site"
            scope.fault("invalid", message, key.span)
            continue
        try:
            found.append(site_address(word(key)))
        except Invalid as error:
            scope.fault("invalid", str(error), key.span)
    return tuple(found)


def _listens(
    addresses: tuple[Address, ...], binds: tuple[Word, ...], own_tls: Tls | None, scope: Scope
) -> tuple[Listen, ...]:
    found: dict[str, Listen] = {}
    places = {str(each): each for each in binds or scope.options.default_bind}
    ways: dict[tuple[str, str], tuple[Address, Maybe[int], Maybe[bool]]] = {}
    for address in addresses:
        port = _port(address, scope)
        if _is_contradiction(address, port, scope.options):
            message = "http:// and the port of HTTPS, or https:// and the port of HTTP, contradict each other"
            scope.fault("invalid", message, address.span)
            continue
        _check_unique(address, tuple(places), scope)
        is_encrypted = _is_encrypted(address, port, own_tls is not None, scope.options)
        ways.setdefault((str(port), str(is_encrypted)), (address, port, is_encrypted))
    for address, port, is_encrypted in ways.values():
        for bind in places.values() or (None,):
            if len(found) == _MOST_LISTENS:
                scope.fault("unsupported", f"a site has more than {_MOST_LISTENS} sockets", address.span)
                return tuple(found.values())
            endpoint = listen_endpoint(bind, port, address.span)
            found.setdefault(endpoint.text, Listen(endpoint, is_encrypted, bind and bind.span))
    return tuple(found.values())


def _check_unique(address: Address, binds: tuple[str, ...], scope: Scope) -> None:
    site = str(address.text).lower(), binds
    if site in scope.taken and not isinstance(address.text, Unknown):
        scope.fault("invalid", f"another site has the address {site[0]}", address.span)
    scope.taken.add(site)


def _port(address: Address, scope: Scope) -> Maybe[int]:
    if address.port is not None:
        return address.port
    if address.scheme == "http":
        return scope.options.http_port
    if isinstance(address.text, Unknown) and not address.scheme and address.text.head == "":
        # It may hold a scheme and a port as well.
        return Unknown(str(address.text), address.span, address.text.names)
    return scope.options.https_port


def _is_contradiction(address: Address, port: Maybe[int], options: Options) -> bool:
    if isinstance(port, Unknown):
        return False
    wrong = {"http": options.https_port, "https": options.http_port}.get(address.scheme)
    return isinstance(wrong, int) and port == wrong


def _is_encrypted(address: Address, port: Maybe[int], has_tls: bool, options: Options) -> Maybe[bool]:
    if address.scheme in ("http", "https"):
        return address.scheme == "https"
    for each in (port, options.http_port, options.https_port):
        if isinstance(each, Unknown):
            return each
    if port == options.http_port:
        return False
    if has_tls or port == options.https_port:
        return True
    return address.host if isinstance(address.host, Unknown) else address.host != ""
