"""What `tailscale serve` and `tailscale funnel` open, by their words.

https://tailscale.com/kb/1242/tailscale-serve, https://tailscale.com/kb/1223/funnel
"""

from collections.abc import Sequence

from compolint.pattern import pattern
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown

_VERBS = ("serve", "funnel")
_WITH_VALUES = ("set-path", "service", "proxy-protocol")
_PROTOCOLS = ("https", "http", "tcp", "tls-terminated-tcp")
_OTHER_ARGUMENTS = frozenset((
    "advertise", "clear", "drain", "get-config", "help", "off", "on", "reset", "set-config", "status",
))  # fmt: skip
# https:8443   tcp:5432, as it was written before there were options
_OLD = pattern(r"(https?|tcp|tls-terminated-tcp)(?::([0-9]{1,5}))?")
# 3000   localhost:3000   http://10.0.0.5   https+insecure://[::1]:8443/path   tcp://db:5432
_TARGET = pattern(
    r"(?:([a-z][a-z+]{0,20})://)?(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9_.-]{1,253})(?::([0-9]{1,5}))?(?:/.*)?"
)


class Served(NamedTuple):
    """A port of a node that leads somewhere."""

    port: int
    is_funnel: bool  # the whole internet comes, not the tailnet only
    is_raw: bool  # connections are handed on, not requests
    path: str
    target: int  # the number of the word that says where to


class Target(NamedTuple):
    scheme: str
    host: str
    port: int


def served(name: str | None, words: Sequence[Maybe[str]]) -> Served | None:
    """What a command opens, as far as it says where that leads."""
    if name != "tailscale" or len(words) < 3 or words[1] not in _VERBS:
        return None
    port, is_raw, path = 443, False, "/"
    places: list[int] = []
    number = 1
    while (number := number + 1) < len(words):
        word = words[number]
        if isinstance(word, Unknown):
            places.append(number)
            continue
        option, equals, value = word.partition("=")
        if not option.startswith("-"):
            places.append(number)
            continue
        bare = option.lstrip("-")
        if bare in _PROTOCOLS or bare in _WITH_VALUES:
            if not equals and number + 1 < len(words):
                number += 1
                following = words[number]
                value = following if isinstance(following, str) else ""
            if bare == "set-path":
                path = f"/{value.strip('/')}"
            elif bare in _PROTOCOLS:
                port, is_raw = _number(value) or port, bare.endswith("tcp")
    first = words[places[0]] if places else None
    if isinstance(first, str) and (old := _OLD.fullmatch(first)) and len(places) > 1:
        port, is_raw = _number(old[2] or "") or (80 if first == "http" else port), old[1].endswith("tcp")
    last = words[places[-1]] if places else None
    if last is None or (isinstance(last, str) and last in _OTHER_ARGUMENTS):
        return None
    return Served(port, words[1] == "funnel", is_raw, path, places[-1])


def opened(words: Sequence[Maybe[str]]) -> int | None:
    """The port of what is served that a command opens to the internet, as it was written: `funnel 443 on`."""
    if len(words) != 4 or words[1] != "funnel" or isinstance(words[2], Unknown) or words[3] != "on":
        return None
    return _number(words[2])


def target_of(text: str) -> Target | None:
    """Where a target leads; `None` for a text or a folder, which Tailscale hands out itself."""
    match = _TARGET.fullmatch(text) if text[:1] != "/" else None
    if match is None:
        return None
    scheme, host, port = match[1] or "http", match[2], match[3] or ""
    if not port and host.isdecimal():
        host, port = "127.0.0.1", host
    return Target(scheme, host.strip("[]"), _number(port) or (443 if scheme.startswith("https") else 80))


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and 0 < int(text[:6]) < 65536 else None
