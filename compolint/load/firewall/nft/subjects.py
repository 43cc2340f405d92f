"""What the fields of packets mean, and how their values are read."""

from collections.abc import Callable
from functools import cache
from typing import Literal

from compolint.load.firewall.addresses import addresses, number
from compolint.load.firewall.nft.values import Atom, Range, Refused, Value
from compolint.load.firewall.ports import port_number
from compolint.model.firewall import Addresses, Family, Marking, Match, What
from compolint.model.knowledge.portnames import protocol
from compolint.model.values import Ports
from compolint.tuples import NamedTuple

_STATES = frozenset(("new", "established", "related", "invalid", "untracked"))
_FAMILIES: dict[str, Family] = {
    "ipv4": 4, "ipv6": 6, "ip": 4, "ip6": 6, "2": 4, "10": 6, "0x0800": 4, "0x800": 4, "0x86dd": 6,
}  # fmt: skip

_LAST_PORT = 65535
_BACKWARDS = "this range ends before it begins"

Read = Callable[[Value], object]  # of one value; None where that can't be told


class Subject(NamedTuple):
    """What a field means."""

    what: What | None  # none for what can't be decided
    read: Read
    needs: tuple[Match, ...] = ()  # what a packet must be to have the field
    negated_needs: tuple[Match, ...] = ()  # and what only a negated match says


def _address(family: Family | None) -> Read:
    def read(value: Value) -> object:
        if isinstance(value, Range):
            first, last = number(value.first.text), number(value.last.text)
            if first is None or last is None or first[0] != last[0]:
                return None
            if first[1] > last[1]:
                raise Refused(_BACKWARDS, value.span)
            found: Addresses | None = Addresses(first[0], first[1], last[1])
        elif isinstance(value, Atom):
            if value.text == "*":
                return "*"
            found = addresses(value.text)
            if found is None and number(value.text.partition("/")[0]):
                raise Refused("this is no network", value.span)
        else:
            return None
        if found and family and found.family != family:
            raise Refused(f"this is no address of IPv{family}", value.span)
        return found

    return read


def _ports(value: Value) -> object:
    if isinstance(value, Range):
        first, last = port_number(value.first.text), port_number(value.last.text)
        if first is None or last is None:
            return None
        if last < first:
            raise Refused(_BACKWARDS, value.span)
        return Ports(first, last)
    if not isinstance(value, Atom):
        return None
    if value.text == "*":
        return "*"
    port = port_number(value.text)
    if port is None and value.text.isdecimal():
        raise Refused(f"the last port is {_LAST_PORT}", value.span)
    return None if port is None else Ports(port, port)


def number_of(value: Value) -> int | None:
    text = value.text if isinstance(value, Atom) else ""
    if not text or len(text) > 20:
        return None
    try:
        found = int(text, 0)
    except ValueError:
        return None
    return found if 0 <= found <= 0xFFFFFFFF else None


def _state(value: Value) -> object:
    """Of a connection, all of whose names are known."""
    if not isinstance(value, Atom) or value.text[:1].isdigit():
        return None
    if value.text not in _STATES:
        from compolint.spelling import meant

        raise Refused(f"a connection has no such state{meant(value.text, _STATES)}", value.span)
    return value.text


def _mark(value: Value) -> object:
    found = number_of(value)
    return None if found is None else Marking(found)


def _word(known: frozenset[str]) -> Read:
    return lambda value: value.text if isinstance(value, Atom) and value.text in known else None


def _protocol(value: Value) -> object:
    return protocol(value.text) if isinstance(value, Atom) else None


def _family(value: Value) -> object:
    return _FAMILIES.get(value.text.lower()) if isinstance(value, Atom) else None


def _interface(value: Value) -> object:
    """A name; of one by its number, or with a star that is meant as such, there is no telling."""
    if not isinstance(value, Atom) or value.text.endswith("\\*"):
        return None
    return value.text if value.is_quoted or not value.text.isdecimal() else None


def _nothing(value: Value) -> object:
    return None


UNDECIDED = Subject(None, _nothing)
_FAMILY_OF: dict[str, tuple[Match, ...]] = {"ip": (Match("family", (4,)),), "ip6": (Match("family", (6,)),)}
_DIRECT: dict[str, Subject] = {
    "ip saddr": Subject("source", _address(4), (), _FAMILY_OF["ip"]),
    "ip daddr": Subject("destination", _address(4), (), _FAMILY_OF["ip"]),
    "ip6 saddr": Subject("source", _address(6), (), _FAMILY_OF["ip6"]),
    "ip6 daddr": Subject("destination", _address(6), (), _FAMILY_OF["ip6"]),
    "ip protocol": Subject("protocol", _protocol, _FAMILY_OF["ip"]),
    "ip6 nexthdr": Subject("protocol", _protocol, _FAMILY_OF["ip6"]),
    "meta l4proto": Subject("protocol", _protocol),
    "ct protocol": Subject("protocol", _protocol),
    "ct original protocol": Subject("protocol", _protocol),
    "th dport": Subject("port", _ports),
    "th sport": Subject("source_port", _ports),
    "meta iif": Subject("interface", _interface),
    "meta iifname": Subject("interface", _interface),
    "meta oif": Subject("out_interface", _interface),
    "meta oifname": Subject("out_interface", _interface),
    "meta nfproto": Subject("family", _family),
    "meta protocol": Subject("family", _family),
    "ether type": Subject("family", _family),
    "ct l3proto": Subject("family", _family),
    "ct original l3proto": Subject("family", _family),
    "meta mark": Subject("mark", _mark),
    "ct mark": Subject("connection_mark", _mark),
    "ct state": Subject("state", _state),
    "ct status": Subject("status", _word(frozenset(("dnat", "snat")))),
    "ct direction": Subject("direction", _word(frozenset(("original", "reply")))),
    "ct original proto-dst": Subject("original_port", _ports),
    "ct original proto-src": Subject("original_source_port", _ports),
}


@cache
def subject_of(name: str) -> Subject:
    if name in _DIRECT:
        return _DIRECT[name]
    head, _, key = name.partition(" ")
    if head in ("tcp", "udp"):
        needs = (Match("protocol", (head,)),)
        if key == "dport":
            return Subject("port", _ports, needs)
        if key == "sport":
            return Subject("source_port", _ports, needs)
        return Subject("flags" if key == "flags" else None, _nothing, needs)
    if head in ("ip", "ip6"):
        return Subject(None, _nothing, _FAMILY_OF[head])
    if name.startswith("ct original") and name.endswith(("saddr", "daddr")):
        return _original(name)
    return UNDECIDED


def _original(name: str) -> Subject:
    what: Literal["original_source", "original_destination"] = (
        "original_source" if name.endswith("saddr") else "original_destination"
    )
    family: Family | None = 6 if " ip6 " in name else 4 if " ip " in name else None
    needs = _FAMILY_OF["ip6" if family == 6 else "ip"] if family else ()
    return Subject(what, _address(family), (), needs)
