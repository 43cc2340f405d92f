"""Addresses as packet filters write them, as numbers.

`ipaddress` of the standard library takes a hundred times as long, and a dump has thousands.
"""

from compolint.model.firewall import Addresses, Family

_WIDTH: dict[Family, int] = {4: 32, 6: 128}
EVERYTHING: dict[Family, Addresses] = {
    family: Addresses(family, 0, (1 << width) - 1) for family, width in _WIDTH.items()
}


def number(text: str) -> tuple[Family, int] | None:
    """An address of either family; none for anything else."""
    parts = text.split(".")
    if len(parts) == 4 and ":" not in text:
        value = 0
        for part in parts:
            if not (part.isascii() and part.isdigit()) or len(part) > 3 or int(part) > 255:
                return None
            value = value << 8 | int(part)
        return 4, value
    if ":" not in text or len(text) > 45:
        return None
    from _socket import AF_INET6, inet_pton  # without what `socket` imports

    try:
        return 6, int.from_bytes(inet_pton(AF_INET6, text), "big")
    except (OSError, ValueError):
        return None


def addresses(text: str) -> Addresses | None:
    """`192.0.2.1`, `192.0.2.0/24`, `192.0.2.0/255.255.255.0`, `192.0.2.1-192.0.2.9`, and the same of IPv6."""
    if "-" in text:
        low, _, high = text.partition("-")
        first, last = number(low.strip()), number(high.strip())
        if first is None or last is None or first[0] != last[0] or first[1] > last[1]:
            return None
        return Addresses(first[0], first[1], last[1])
    base, slash, mask = text.partition("/")
    found = number(base)
    if found is None:
        return None
    family, value = found
    if not slash:
        return Addresses(family, value, value)
    length = _length(family, mask)
    return None if length is None else block(family, value, length)


def block(family: Family, value: int, length: int) -> Addresses:
    """The network of that many bits around an address."""
    rest = (1 << _WIDTH[family] - length) - 1
    return Addresses(family, value & ~rest, value | rest)


def _length(family: Family, mask: str) -> int | None:
    if mask.isascii() and mask.isdigit():
        return int(mask) if len(mask) < 4 and int(mask) <= _WIDTH[family] else None
    found = number(mask)
    if found is None or found[0] != family:
        return None
    rest = EVERYTHING[family].last ^ found[1]
    return None if rest & (rest + 1) else _WIDTH[family] - rest.bit_length()


def shown(part: Addresses) -> str:
    """As people write it."""
    family, first, last = part
    width = (first ^ last).bit_length()
    if block(family, first, _WIDTH[family] - width) == part:
        return _text(family, first) + (f"/{_WIDTH[family] - width}" if width else "")
    return f"{_text(family, first)}-{_text(family, last)}"


def _text(family: Family, value: int) -> str:
    if family == 4:
        return ".".join(str(value >> shift & 255) for shift in (24, 16, 8, 0))
    from _socket import AF_INET6, inet_ntop

    return inet_ntop(AF_INET6, value.to_bytes(16, "big"))
