"""Addresses as Caddy takes them apart: of sites, of sockets to listen on, and of upstreams."""

from compolint.load.caddy.configuration import Address, Endpoint, Upstream, Word
from compolint.load.caddy.words import part
from compolint.text import Span
from compolint.unknown import Maybe, Unknown

_PORTLESS = ("unix", "fd")  # and whatever begins so: unixgram, unix+h2c, fdgram
_SITE_SCHEMES = ("", "http", "https")


class Invalid(ValueError):
    """An address that Caddy refuses; the message says why."""


def site_address(key: Word) -> Address:
    """The address of a site; `Invalid` for one that can be none."""
    text = str(key).strip()
    scheme, separator, rest = text.partition("://")
    if not separator:
        scheme, rest = "", text
    host_and_port, slash, path = rest.partition("/")
    host, port = _host_and_port(host_and_port)
    if scheme not in _SITE_SCHEMES and not isinstance(part(key, scheme), Unknown):
        refusal = "is for browsers only" if scheme in ("ws", "wss") else "is none that a site can have"
        raise Invalid(f"the scheme {scheme}:// {refusal}")
    number: Maybe[int] | None = None
    if port:
        number = _port(key, port)
    return Address(key.value, scheme, part(key, host), number, f"/{path}" if slash else "", key.span)


def listen_endpoint(bind: Word | None, port: int | Unknown, at: Span) -> Endpoint:
    """Where a site listens, by a word of `bind` and the port of its address."""
    network, host, _ = _socket(str(bind)) if bind else ("", "", "")
    network = "" if network == "tcp" else network
    if network.startswith(_PORTLESS):
        return _endpoint(network, host, "", bind or Word("", at), None)
    ports: Maybe[tuple[int, int]] = port if isinstance(port, Unknown) else (port, port)
    return _endpoint(network, host, str(port), bind or Word("", at), ports)


def socket(whole: Word, default_port: str = "") -> Endpoint:
    """A socket as `admin` and JSON write it; without a port it has the default one."""
    network, host, port = _socket(str(whole))
    is_portless = not port and not network.startswith(_PORTLESS)
    ports = _ports(whole, default_port if is_portless else port)
    return _endpoint(network, host, port, whole, ports)._replace(text=str(whole))


def upstream(whole: Word) -> Upstream:
    """What a word of `reverse_proxy` names; a range of ports stays one upstream."""
    text = str(whole)
    if "://" in text:
        scheme, _, rest = text.partition("://")
        scheme, network = scheme.lower(), ""
        host, port = _host_and_port(rest.partition("/")[0])
        host = host.strip("[]")
        _check_url(whole, scheme, rest, port)
        port = port or {"http": "80", "h2c": "80", "https": "443"}.get(scheme, "")
    else:
        scheme = ""
        network, host, port = _socket(text)
        if not port and "{" not in host and not network.startswith(_PORTLESS):
            port = "80"
    if network == "unix+h2c":
        network, scheme = "unix", "h2c"
    ports = _ports(whole, port)
    if isinstance(ports, tuple) and not ports[0] <= ports[1] <= 65535:
        raise Invalid(f"{port} is no range of ports" if "-" in port else f"{port} is no port")
    return Upstream(_endpoint(network, host, port, whole, ports), scheme)


def _check_url(whole: Word, scheme: str, rest: str, port: str) -> None:
    if "{" in rest.replace("{$", ""):
        raise Invalid("an upstream with a scheme cannot have placeholders")
    if "/" in rest or "?" in rest or "#" in rest:
        raise Invalid("an upstream is a scheme, a host and a port, without a path")
    if (scheme, port) in (("http", "443"), ("h2c", "443"), ("https", "80")):
        raise Invalid(f"{scheme}:// and port {port} contradict each other")


def _host_and_port(text: str) -> tuple[str, str]:
    """`[::1]:80` and `host:80`; what is neither is a host as a whole. `user:password@` is no part of it."""
    text = text.rpartition("@")[2]
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if bracket and (not rest or rest.startswith(":")) and "[" not in host:
            return host, rest[1:]
        return text, ""
    host, colon, port = text.rpartition(":")
    if not colon or ":" in host:
        return text, ""
    return host, port


def _socket(text: str) -> tuple[str, str, str]:
    """The network, the host and the port of `tcp4/127.0.0.1:80`, `unix//run/a.sock`, `:80` or `host`."""
    network, slash, rest = text.partition("/")
    if slash:
        network = network.strip().lower()
    else:
        network, rest = "", text
    if network.startswith(_PORTLESS):
        return network, rest, ""
    host, port = _host_and_port(rest)
    return network, host.strip("[]"), port


def _endpoint(
    network: str, host: str, port: str, whole: Word, ports: Maybe[tuple[int, int]] | None
) -> Endpoint:
    return Endpoint(_joined(network, host, port), network or "tcp", part(whole, host), ports, whole.span)


def _joined(network: str, host: str, port: str) -> str:
    """The address as Caddy writes it."""
    prefix = f"{network}/" if network else ""
    if network.startswith(_PORTLESS) or (host and not port):
        return prefix + host
    return f"{prefix}[{host}]:{port}" if ":" in host or "%" in host else f"{prefix}{host}:{port}"


def _port(whole: Word, text: str) -> Maybe[int]:
    if isinstance(found := part(whole, text), Unknown):
        return found
    digits = text.removeprefix("+")
    if not (digits.isascii() and digits.isdecimal()):
        raise Invalid("what stands behind the colon is no port")
    if int(digits[:6]) > 65535:
        raise Invalid(f"{text} is no port")
    return int(digits[:6])


def _ports(whole: Word, text: str) -> Maybe[tuple[int, int]] | None:
    found = part(whole, text)
    if isinstance(found, Unknown):
        return found
    first, dash, last = text.partition("-")
    if not (first.isdecimal() and first.isascii()):
        return Unknown(text, whole.span) if text else None
    low = int(first[:6])
    return (low, int(last[:6])) if dash and last.isdecimal() and last.isascii() else (low, low)
