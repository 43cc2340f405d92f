"""Where requests are handed on to."""

from collections.abc import Iterator

from compolint.load.caddy.configuration import Proxy
from compolint.load.caddy.configuration import Upstream as Named
from compolint.model.web import Location, Site, Upstream
from compolint.pattern import pattern
from compolint.text import Span
from compolint.unknown import Maybe, Unknown

_PLACEHOLDER = pattern(r"\{([^{}$\s]+)\}")
# What a client says: its short names and its long ones, as https://caddyserver.com/docs/conventions has them.
_CLIENT = ("dir", "host", "hostport", "path", "port", "query", "uri")
_CLIENT_PARTS = (
    "cookie.", "header.", "http.regexp.", "http.request.cookie.", "http.request.header.", "http.request.host",
    "http.request.orig_uri", "http.request.port", "http.request.uri", "labels.", "path.", "query.", "re.",
)  # fmt: skip
_OF_HOST = ("host", "labels.", "http.request.host")


def upstreams(proxy: Proxy, location: Location, site: Site) -> Iterator[Upstream]:
    """The upstreams of a location, each text once."""
    seen: set[str] = set()
    for named in proxy.upstreams:
        text = _text(named)
        if text not in seen:
            seen.add(text)
            yield _upstream(named, text, proxy, location, site)
    if proxy.dynamic and len(proxy.dynamic.words) > 1:
        name, *rest = proxy.dynamic.words[1:]
        yield _made(
            f"dynamic {name}", name.span, proxy, location, _host(name.value, name.span),
            int(str(rest[0])) if rest and str(rest[0]).isdecimal() and len(str(rest[0])) < 6 else None,
        )  # fmt: skip


def _text(named: Named) -> str:
    return f"{named.scheme}://{named.endpoint.text}" if named.scheme else named.endpoint.text


def _upstream(named: Named, text: str, proxy: Proxy, location: Location, site: Site) -> Upstream:
    endpoint = named.endpoint
    is_network = not endpoint.network.startswith(("unix", "fd"))
    ports = endpoint.ports
    return _made(
        text,
        endpoint.span,
        proxy,
        location,
        _host(endpoint.host, endpoint.span) if is_network else None,
        ports[0] if isinstance(ports, tuple) else ports,
        named.scheme,
        _chosen(text, site),
        endpoint.host if endpoint.network.startswith("unix") else None,
    )


def _made(
    text: str,
    at: Span,
    proxy: Proxy,
    location: Location,
    host: Maybe[str] | None,
    port: Maybe[int] | None,
    scheme: str = "",
    chosen: tuple[str, ...] = (),
    socket: Maybe[str] | None = None,
) -> Upstream:
    transport = proxy.transport
    is_fastcgi = transport.protocol == "fastcgi"
    spans = {"host": at}
    if transport.skips_verification:
        spans["verified"] = transport.skips_verification
    return Upstream(
        key=f"{location.key}>{text}",
        span=at,
        spans=spans,
        owner=location.key,
        server="caddy",
        name=location.name,
        text=text,
        scheme="https" if transport.tls else "fastcgi" if is_fastcgi else scheme or "http",
        host=host,
        port=port,
        socket=socket,
        protocol="fastcgi" if is_fastcgi else "http",
        chosen_by_client=chosen,
        verified=transport.skips_verification is None if transport.tls else None,
    )


def _host(host: Maybe[str], at: Span) -> Maybe[str]:
    if isinstance(host, Unknown):
        return host
    holes = [match.span() for match in _PLACEHOLDER.finditer(host)]
    if holes:
        return Unknown(host, at, (), host[: holes[0][0]], host[holes[-1][1] :])
    return host or "localhost"


def _chosen(text: str, site: Site) -> tuple[str, ...]:
    """The client's words in an upstream; its names are none where the site has just those."""
    is_fixed = bool(site.hosts) and not any("*" in str(host) for host in site.hosts)
    return tuple(
        name
        for name in _PLACEHOLDER.findall(text)
        if (name in _CLIENT or name.startswith(_CLIENT_PARTS))
        and not (name.startswith(_OF_HOST) and (is_fixed or f"{{{name}}}." in text))
    )
