"""The headers that a rule asks a packet for: one of the network's and one of the transport's."""

from collections.abc import Iterator, Sequence

from compolint.load.firewall.nft.values import (
    Atom,
    Concat,
    Field,
    Limit,
    Lookup,
    Masked,
    Part,
    Quiet,
    Refused,
    Relation,
)

_NETWORK = ("ip", "ip6")
_CARRIERS = {"icmp": "ip", "icmpv6": "ip6"}
_NAMING = ("meta l4proto", "ip protocol", "ip6 nexthdr")
_TRANSPORT = frozenset(("tcp", "udp", "udplite", "sctp", "dccp", "icmp", "icmpv6"))


def agree(parts: Sequence[Part], family: str) -> None:
    """Raises `Refused` at a match for which no packet is left."""
    network, transport = (family if family in _NETWORK else ""), ""
    for part in parts:
        transport = transport or _named(part)
        for header in _headers(part):
            if header in _NETWORK:
                network = _only(network, header, part)
            elif header in _TRANSPORT:
                transport = _only(transport, header, part)
                network = network or _CARRIERS.get(header, "")  # nft minds it only if it comes first


def _named(part: Part) -> str:
    """The protocol that a match asks for by its name."""
    if not isinstance(part, Relation) or part.operator not in ("", "==") or not isinstance(part.left, Field):
        return ""
    name = part.right.text if part.left.name in _NAMING and isinstance(part.right, Atom) else ""
    return name if name in _TRANSPORT else ""


def _only(one: str, other: str, part: Part) -> str:
    if one and other != one:
        raise Refused(f"no packet is of {one} and of {other}", part.span)
    return other


def _headers(part: Part) -> Iterator[str]:
    value = part.left if isinstance(part, Relation) else None
    if isinstance(part, Lookup | Limit | Quiet):
        value = part.key
    for each in value.parts if isinstance(value, Concat) else (value,):
        field = each.field if isinstance(each, Masked) else each
        if isinstance(field, Field):
            yield field.name.partition(" ")[0]
