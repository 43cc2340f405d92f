"""Values in rules of iptables: addresses, ports, marks, by its own readers' rules.

Each function gives `None` for what only the machine can tell (a name, a variable of a script), and raises
`Refused` for what iptables does not take.
"""

from functools import lru_cache

from compolint.model.firewall import Addresses, Family, Marking
from compolint.model.knowledge.portnames import PORTS
from compolint.model.values import Ports
from compolint.pattern import pattern

_BITS: dict[Family, int] = {4: 32, 6: 128}
_LAST_PORT = 65535
_WORD = 0xFFFFFFFF
# 0x1f   017   15
_NUMBER = pattern(r"0[xX][0-9a-fA-F]{1,16}|[0-9]{1,20}")
# What looks like an address and no name: digits and dots, or a colon
_NUMERIC = pattern(r"[0-9.]+|[^:]*:.*")
# $LAN   ${LAN}   $(cat lan)   `cat lan`   {{ lan }}   @LAN@
_OPEN = pattern(r"[$`]|\{\{|\{%|@\w+@|%\(\w+\)")


class Refused(Exception):
    """A value that iptables does not take; the message says why, for a person."""

    @property
    def message(self) -> str:
        return str(self.args[0])


def is_open(text: str) -> bool:
    """Whether a word is filled in by a shell or by a template."""
    return bool(_OPEN.search(text))


def whole(family: Family) -> Addresses:
    return Addresses(family, 0, (1 << _BITS[family]) - 1)


@lru_cache(4096)
def networks(text: str, family: Family) -> tuple[Addresses, ...] | None:
    """`10.0.0.0/8,192.168.1.0/255.255.255.0`."""
    found: list[Addresses] = []
    for part in text.split(","):
        one = _network(part, family)
        if one is None:
            return None
        found.append(one)
    return tuple(found)


@lru_cache(4096)
def stretch(text: str, family: Family) -> Addresses | None:
    """`10.0.0.1-10.0.0.9`, or one address."""
    first, dash, last = text.partition("-")
    low = _number(first, family)
    high = _number(last, family) if dash else low
    if low is None or high is None:
        return None
    return Addresses(family, low, high)


def _network(text: str, family: Family) -> Addresses | None:
    address, slash, mask = text.partition("/")
    number = _number(address, family)
    if number is None:
        return None
    bits = _BITS[family]
    if not slash:
        return Addresses(family, number, number)
    if mask.isascii() and mask.isdecimal():
        length = int(mask[:4])
        if length > bits:
            raise Refused(f"{text} has a mask of more than {bits} bits")
        free = (1 << (bits - length)) - 1
    else:
        kept = _number(mask, family)
        if kept is None:
            return None
        free = ((1 << bits) - 1) ^ kept
        if free & (free + 1):
            return None  # bits in the middle: no stretch of addresses
    return Addresses(family, number & ~free, number | free)


def _number(text: str, family: Family) -> int | None:
    """An address as a number; `None` for a name."""
    if is_open(text):
        return None
    number = _dotted(text) if family == 4 else _colons(text)
    if number is not None:
        return number
    if not text or _NUMERIC.fullmatch(text):
        other = (_colons(text) if family == 4 else _dotted(text)) is not None
        raise Refused(
            f"{text} is an address of IPv{10 - family} in a rule of IPv{family}"
            if other
            else f"{text or 'nothing'} is no address"
        )
    return None


def _dotted(text: str) -> int | None:
    """`10.1` is the network 10.1.0.0."""
    parts = text.split(".")
    if len(parts) > 4:
        return None
    number = 0
    for part in parts:
        if not part.isdecimal() or len(part) > 3 or not part.isascii() or (value := int(part)) > 255:
            return None
        number = number << 8 | value
    return number << 8 * (4 - len(parts))


def _colons(text: str) -> int | None:
    if ":" not in text or len(text) > 45:
        return None
    from socket import AF_INET6, inet_pton

    try:
        return int.from_bytes(inet_pton(AF_INET6, text), "big")
    except (OSError, ValueError):
        return None


@lru_cache(4096)
def ports(text: str, separator: str = ":") -> Ports | None:
    """`22`, `ssh`, `1024:`, `:1023`, `6000:6010`; what ends before it begins is for the caller."""
    first, split, last = text.partition(separator)
    low = _port(first, text) if first or not split else 0
    high = low if not split else _port(last, text) if last else _LAST_PORT
    if low is None or high is None:
        return None
    return Ports(low, high)


def _port(text: str, whole: str) -> int | None:
    if _NUMBER.fullmatch(text):
        number = integer(text)
        if number > _LAST_PORT:
            raise Refused(f"{text} is no port")
        return number
    if is_open(text):
        return None
    if text in PORTS:
        return PORTS[text]
    if "," in whole:
        raise Refused(f"{whole} is more than one port, which takes `-m multiport --dports`")
    if not text or (text[0].isdecimal() and "-" in text):
        raise Refused(f"{whole or 'nothing'} is no port; a range is written with a colon")
    return None


def integer(text: str) -> int:
    """A number as C reads it: `0x10`, `020` and `16` are the same."""
    if text[:2] in ("0x", "0X"):
        return int(text[2:], 16)
    if len(text) > 1 and text[0] == "0":
        if not set(text) <= set("01234567"):
            raise Refused(f"{text} is no number: one that begins with 0 is octal")
        return int(text, 8)
    return int(text)


@lru_cache(256)
def marking(text: str) -> Marking | None:
    """`0x1`, `0x10/0xf0`."""
    value, slash, mask = text.partition("/")
    low, high = _word(value), _word(mask) if slash else _WORD
    return None if low is None or high is None else Marking(low, high)


def _word(text: str) -> int | None:
    if is_open(text):
        return None
    if not _NUMBER.fullmatch(text):
        raise Refused(f"{text or 'nothing'} is no number")
    number = integer(text)
    if number > _WORD:
        raise Refused(f"{text} has more than 32 bits")
    return number


class Target:
    """Where `--to-destination` or `--to-source` leads."""

    __slots__ = ("addresses", "is_known", "ports")

    def __init__(self, addresses: Addresses | None, ports: Ports | None, *, is_known: bool = True) -> None:
        self.addresses, self.ports, self.is_known = addresses, ports, is_known


# 10.0.0.2   10.0.0.2-10.0.0.9:80-90   :8080   [2001:db8::1]-[2001:db8::2]:80   2001:db8::1
_TARGET_4 = pattern(r"([^:]*)(?::(.+))?")
_TARGET_6 = pattern(r"(?:(\[[^\]]*\](?:-\[[^\]]*\])?)(?::(.+))?|():(\d.*(?<!:))|([^\[].*))?")


def target(text: str, family: Family) -> Target:
    if is_open(text):
        return Target(None, None, is_known=False)
    match = (_TARGET_4 if family == 4 else _TARGET_6).fullmatch(text)
    if not match:
        raise Refused(f"{text} is no address to translate to")
    if family == 6 and match[4] and "." not in text and ":" not in match[4]:
        place, port = "", match[4]
    elif family == 6:
        place = match[1] or match[5] or (text if match[4] else "")
        port = match[2] or ""
    else:
        place, port = match[1], match[2] or ""
    found = stretch(place.replace("[", "").replace("]", ""), family) if place else None
    if place and found is None:
        raise Refused(f"{place} is no address to translate to")
    return Target(found, range_of_ports(port) if port else None)


def range_of_ports(text: str) -> Ports | None:
    """`8080-8090`, of a translation; what it shifts by, `8080-8090/80`, is left out."""
    found = ports(text.partition("/")[0], "-")
    if found and found.first > found.last:
        raise Refused(f"the ports {text} end before they begin")
    return found
