"""The sockets that a server of Nginx opens: `listen 127.0.0.1:8080 ssl`."""

from compolint.load.nginx.configuration import Statement
from compolint.load.nginx.variables import is_filled_in
from compolint.model.values import Address, Ports
from compolint.pattern import pattern
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown

# 8080   8080-8082   *:80   [::]:80   example.com:80   127.0.0.1
_LISTEN = pattern(r"(?:(?P<address>\[[^\]]*\]|[^:\[\]]*?):)?(?P<first>[0-9]{1,5})(?:-(?P<last>[0-9]{1,5}))?")
_NUMERIC = pattern(r"\[[0-9a-fA-F:.%\w]*\]|[0-9.]+|\*|localhost|")


class Listen(NamedTuple):
    address: Maybe[Address]
    ports: Maybe[Ports]
    at: Span
    protocol: str = "tcp"
    is_tls: bool = False
    is_default: bool = False
    is_stated: bool = True


def listen(statement: Statement, protocol: str = "tcp") -> Listen | None:
    """What a `listen` opens; None for a socket in the file system."""
    if not statement.arguments:
        return None
    word, *options = statement.arguments
    texts = {option.text for option in options}
    if word.text.startswith("unix:"):
        return None
    place = _place(word.text, word.span, "ipv6only=off" in texts)
    if place is None:
        return None
    return Listen(
        *place,
        word.span,
        "udp" if texts & {"udp", "quic"} else protocol,
        not texts.isdisjoint(("ssl", "quic", "spdy")),
        not texts.isdisjoint(("default_server", "default")),
    )


def unstated(server: Statement) -> Listen:
    """What a server opens that says nothing about it."""
    return Listen(Address("0.0.0.0"), Ports(80, 80), server.directive.name_span, is_stated=False)


def _place(text: str, at: Span, takes_both: bool) -> tuple[Maybe[Address], Maybe[Ports]] | None:
    if is_filled_in(text):
        open_value = Unknown(text, at)
        host, colon, port = text.rpartition(":")
        if not colon and not text[:1].isdigit():  # ${PORT}
            return Address("0.0.0.0"), open_value
        if is_filled_in(host):
            is_number = port.isdigit() and len(port) < 6
            return open_value, Ports(int(port), int(port)) if is_number else open_value
        known = _address(host, at, takes_both)
        return None if known is None else (known, open_value)
    found = _LISTEN.fullmatch(text)
    if not found:
        alone = _address(text, at, takes_both)
        return None if alone is None else (alone, Ports(80, 80))
    address = _address(found["address"] or "*", at, takes_both)
    first = int(found["first"])
    last = int(found["last"]) if found["last"] else first
    if address is None or not 0 < first <= last < 65536:
        return None
    return address, Ports(first, last)


def _address(text: str, at: Span, takes_both: bool) -> Maybe[Address] | None:
    if not _NUMERIC.fullmatch(text):
        return Unknown(text, at) if text.strip(".") else None  # a name, which is looked up at the start
    if text == "*":
        return Address("0.0.0.0")
    if text == "localhost":
        return Address("127.0.0.1")
    address = Address.of(text)
    return Address("") if takes_both and address.is_wildcard and ":" in text else address
