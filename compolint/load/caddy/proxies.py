"""`reverse_proxy`, and what Caddy makes of `php_fastcgi` and `forward_auth`."""

from compolint.load.caddy.addresses import Invalid, upstream
from compolint.load.caddy.configuration import Proxy, Setting, Transport, Upstream, Word
from compolint.load.caddy.scope import Scope

_SKIPS = "tls_insecure_skip_verify"


def proxy(name: str, words: tuple[Word, ...], settings: tuple[Setting, ...], scope: Scope) -> Proxy:
    named = [*words, *(each for line in settings if line.name == "to" for each in line.words)]
    found: list[Upstream] = []
    scheme = ""
    for each in named:
        try:
            found.append(upstream(each))
        except Invalid as error:
            scope.fault("invalid", str(error), each.span)
            continue
        if scheme and found[-1].scheme != scheme:
            scope.fault("invalid", "all upstreams of a proxy must have the same scheme", each.span)
        scheme = scheme or found[-1].scheme
    transport, dynamic, root, uri = None, None, None, None
    trusted: tuple[Word, ...] = ()
    for line in settings:
        if line.name == "transport" and line.words:
            transport = _transport(line)
        elif line.name == "dynamic":
            dynamic = line
        elif line.name == "trusted_proxies":
            trusted += line.words
        elif line.name == "root" and name == "php_fastcgi" and line.words:
            root = line.words[0]
        elif line.name == "uri" and name == "forward_auth" and line.words:
            uri = line.words[0]
    if transport is None:
        transport = Transport("fastcgi" if name == "php_fastcgi" else "http")
    if transport.protocol == "http" and any(each.scheme == "https" for each in found):
        transport = transport._replace(tls=True)
    return Proxy(tuple(found), transport, dynamic, trusted, root, uri)


def _transport(line: Setting) -> Transport:
    skips = line.first(_SKIPS)
    return Transport(
        str(line.words[0]),
        tls=any(each.name == "tls" or each.name.startswith("tls_") for each in line.settings),
        skips_verification=skips and skips.span,
        span=line.span,
        settings=line.settings,
    )
