"""What a site says of TLS: who signs, what is spoken, and whom clients have to show."""

from collections.abc import Iterator
from typing import Literal

from compolint.load.caddy.configuration import Condition, Handler, Options, Setting, Site, Tls, Word
from compolint.text import Span
from compolint.unknown import Maybe, Unknown

_PROTOCOLS = {"tls1.0": "TLSv1", "tls1.1": "TLSv1.1", "tls1.2": "TLSv1.2", "tls1.3": "TLSv1.3"}


def issuer(tls: Tls | None, options: Options) -> tuple[Maybe[str] | None, Span | None]:
    if tls and tls.is_internal:
        return "internal", tls.is_internal
    if tls and tls.files:
        return "file", tls.files[0].span
    named = (
        next((each for each in tls.settings if each.name == "issuer" and each.words), None) if tls else None
    )
    if named:
        return named.words[0].value, named.words[0].span
    return ("internal", options.local_certs) if options.local_certs else (None, None)


def protocols(words: tuple[Word, ...]) -> tuple[Maybe[str], ...]:
    """All between the first and the last that are named."""
    for word in words:
        if isinstance(word.value, Unknown):
            return (word.value,)
    names = [_PROTOCOLS.get(str(word), str(word)) for word in words[:2]]
    order = list(_PROTOCOLS.values())
    if any(name not in order for name in names):
        return tuple(names)
    last = order.index(names[1]) if len(names) > 1 else len(order) - 1
    return tuple(order[order.index(names[0]) : last + 1])


def client_certificate(tls: Tls | None, site: Site) -> Literal["", "requested", "verified"]:
    if tls is None or tls.client_auth is None:
        return ""
    mode = str(tls.client_mode) if tls.client_mode else "verify" if tls.client_trust else "require"
    return "verified" if "verif" in mode or _is_handed_on(site.handlers) else "requested"


def needs_certificate(tls: Tls | None) -> bool:
    if tls is None or tls.client_auth is None:
        return False
    mode = str(tls.client_mode) if tls.client_mode else None
    return mode == "require_and_verify" or (mode is None and tls.client_trust is not None)


def tls_spans(tls: Tls) -> dict[str, Span]:
    spans = {f"protocols.{number}": each.span for number, each in enumerate(tls.protocols[:1])}
    if tls.ciphers:
        spans["ciphers"] = tls.ciphers[0].span._replace(end=tls.ciphers[-1].span.end)
    if tls.on_demand:
        spans["on_demand"] = tls.on_demand
    if tls.secrets_log:
        spans["key_log"] = tls.secrets_log.span
    client = tls.client_mode.span if tls.client_mode else tls.client_auth
    if client:
        spans["client_certificate"] = client
    return spans


def _is_handed_on(handlers: tuple[Handler, ...]) -> bool:
    """Whether something looks at the certificate, here or behind the proxy."""
    return any("tls.client" in text or "tls_client" in text for text in _texts(handlers))


def _texts(handlers: tuple[Handler, ...]) -> Iterator[str]:
    waiting: list[Handler | Setting | Condition] = [*handlers]
    while waiting:
        each = waiting.pop()
        yield from map(str, each.words)
        if isinstance(each, Condition):
            waiting += each.conditions
            continue
        waiting += each.settings
        if isinstance(each, Handler):
            waiting += each.handlers
            waiting += each.matcher.conditions if each.matcher else ()
