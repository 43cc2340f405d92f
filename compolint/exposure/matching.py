"""Whether a packet matches what a rule asks for, each kind of question by itself."""

from collections.abc import Callable, Mapping

from compolint.exposure.packet import ANY_PORT, Packet, Place, Taken
from compolint.model.firewall import Marking, Match
from compolint.model.values import Ports
from compolint.pattern import pattern

_MADE_UP = pattern(r"br-[0-9a-f]{12}$")  # by Docker, from the number of a network
# Cards, tunnels, and Docker's own network: eth0   enp3s0   wg0   docker0
_OF_OTHERS = pattern(r"(?:lo|eth|en|wl|ww|wan|lan|ppp|tun|tap|wg|ts|tailscale|zt|veth|docker0$|br-\?)")


# What the kernel knows of connections: a packet that it does not follow passes no such match, negated or not.
OF_CONNECTIONS = frozenset(
    (
        "original_source", "original_destination", "original_port", "original_source_port", "direction",
        "connection_mark",
    )
)  # fmt: skip
FOLLOWED = ("new", "established")


def fails(match: Match, packet: Packet) -> bool:
    """Whether a packet surely has not what a match asks of its port or its interface."""
    return TESTS[match.what](match.values, packet) == match.negated


_CHEAP = ("port", "interface", "out_interface", "protocol", "state")


def cost(match: Match) -> int:
    return _CHEAP.index(match.what) if match.what in _CHEAP else len(_CHEAP) + (match.what == "any")


def place_of(packet: Packet, what: str) -> Place:
    match what:
        case "source":
            return packet.source
        case "destination":
            return packet.destination
        case "original_source":
            return packet.asked_from
    return packet.asked


Test = Callable[[tuple[object, ...], Packet], bool | None]


def _has_port(values: tuple[object, ...], port: int) -> bool | None:
    answer: bool | None = False
    for each in values:
        if isinstance(each, Ports):
            if each.first <= port <= each.last:
                return True
            if port == ANY_PORT and not isinstance(each, Taken):
                answer = None
        else:
            answer = None
    return answer


def _either_port(values: tuple[object, ...], packet: Packet) -> bool | None:
    source, target = _has_port(values, packet.source_port), _has_port(values, packet.port)
    return True if source or target else None if None in (source, target) else False


def _state(values: tuple[object, ...], packet: Packet) -> bool | None:
    return (packet.state or "invalid") in values


def _status(values: tuple[object, ...], packet: Packet) -> bool | None:
    return packet.state in FOLLOWED and (
        ("dnat" in values and packet.translated is not None)
        or ("snat" in values and packet.disguise is not None)
    )


def _direction(values: tuple[object, ...], packet: Packet) -> bool | None:
    return ("reply" if packet.is_reply else "original") in values


def may_be(values: tuple[object, ...], name: str) -> bool | None:
    """Of `br-?web` only the beginning is known, and that it is not `br-?db`, nor one that somebody named.

    A network that somebody else made, `?web`, may be called anything but what other interfaces are called.
    """
    answer: bool | None = False
    beginning, is_open, _ = name.partition("?")
    for each in values:
        if not isinstance(each, str):
            answer = None
        elif each == name and name:
            return True
        elif each.endswith("*"):
            if name and beginning.startswith(each[:-1]):
                return True
            if is_open and each.startswith(beginning) and not (name[0] == "?" and _OF_OTHERS.match(each)):
                answer = None
        elif is_open and (_MADE_UP.match(each) or (name[0] == "?" and not _OF_OTHERS.match(each))):
            answer = None
    return answer


def _type_of(place: Place, values: tuple[object, ...]) -> bool | None:
    if place.is_clients:
        return "unicast" in values
    return ("local" if place.is_local else "unicast") in values


def _mark(values: tuple[object, ...], mark: int | None) -> bool | None:
    if mark is None:
        return None
    return any(isinstance(each, Marking) and mark & each.mask == each.value for each in values)


def _flags(values: tuple[object, ...], packet: Packet) -> bool | None:
    if packet.protocol != "tcp":
        return False
    for each in values:
        looked, _, wanted = str(each).partition("/")
        if packet.flags & _flag_names(looked) == _flag_names(wanted):
            return True
    return False


def _flag_names(text: str) -> frozenset[str]:
    if text == "ALL":
        return frozenset(("SYN", "ACK", "FIN", "RST", "URG", "PSH"))
    return frozenset(text.split(",")) - {"NONE", ""}


TESTS: Mapping[str, Test] = {
    "port": lambda values, packet: _has_port(values, packet.port),
    "source_port": lambda values, packet: _has_port(values, packet.source_port),
    "either_port": _either_port,
    "original_port": lambda values, packet: _has_port(values, packet.asked_port),
    "original_source_port": lambda values, packet: _has_port(values, packet.client_port),
    "protocol": lambda values, packet: packet.protocol in values,
    "interface": lambda values, packet: may_be(values, packet.interface),
    "out_interface": lambda values, packet: may_be(values, packet.out_interface),
    "state": _state,
    "status": _status,
    "direction": _direction,
    "source_type": lambda values, packet: _type_of(packet.source, values),
    "destination_type": lambda values, packet: _type_of(packet.destination, values),
    "mark": lambda values, packet: _mark(values, packet.tags.mark),
    "connection_mark": lambda values, packet: _mark(values, packet.tags.connection),
    "flags": _flags,
    "family": lambda values, packet: packet.family in values,
    "claim": lambda values, packet: not packet.claim or packet.claim in values,
    "never": lambda values, packet: False,
    "maybe": lambda values, packet: None,
}
