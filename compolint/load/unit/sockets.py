"""The doors that a socket unit opens: `ListenStream=80`, `ListenDatagram=[::1]:53`.

By systemd.socket(5). Sockets in the file system, and those that only other programs of the machine or of
its virtual machines can reach, are no doors to a network.
"""

import re
from collections.abc import Iterator

from compolint.load.unit.reading import Reading
from compolint.load.unit.texts import Text
from compolint.model.listener import Listener
from compolint.model.values import Address, Ports
from compolint.pattern import pattern
from compolint.syntax.unit import Setting
from compolint.syntax.unit_words import whole
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown

_PROTOCOLS = {"ListenStream": "tcp", "ListenDatagram": "udp"}
# As C writes them: 80   0x50   0120
_NUMBER = pattern(r"\+?(?:[1-9][0-9]{0,5}|0[xX][0-9a-fA-F]{1,5}|0[0-7]{1,7}|0[oO][0-7]{1,7}|0[bB][01]{1,17})")
_LOCAL = ("/", "@", "vsock:", "vsock-", "unix:", "qipcrtr:")
# 80   127.0.0.1:80   [::1]:80%eth0
_ADDRESS = pattern(r"(?:(?P<address>[^\[\]]*|\[[^\]]*\]):)?(?P<port>[^:\[\]]*?)(?:%(?P<interface>[\w.-]+))?")


class Door(NamedTuple):
    address: Maybe[Address]
    ports: Maybe[Ports]
    spans: dict[str, Span]


def listeners(reading: Reading) -> Iterator[Listener]:
    if reading.suffix != "socket":
        return
    seen: set[str] = set()
    for setting in _listening(reading):
        door = _door(reading, reading.filling.text(setting, whole(setting.value)), setting)
        if door is None:
            continue
        protocol = _protocol(reading, _PROTOCOLS[setting.key])
        shown = door.address if isinstance(door.address, Unknown) else door.address.text
        name = f"{reading.key}:{shown}:{door.ports}/{protocol}"
        if name in seen:
            continue
        seen.add(name)
        yield Listener(
            key=name,
            span=setting.value_span,
            spans=door.spans,
            owner=reading.key,
            name=reading.name,
            address=door.address,
            ports=door.ports,
            protocol=protocol,
            origin="socket",
            project=reading.path,
        )


def _listening(reading: Reading) -> list[Setting]:
    """The settings that open doors; an empty one of any kind of socket forgets all of them."""
    found: list[Setting] = []
    for setting in reading.settings:
        if setting.section != "Socket" or not setting.key.startswith("Listen"):
            continue
        if not setting.value:
            found = []
        elif setting.key in _PROTOCOLS:
            found.append(setting)
    return found


def _door(reading: Reading, text: Text, setting: Setting) -> Door | None:
    """Where a socket listens; `None` for one that only the machine itself can reach, and for nonsense."""
    # A folder that only the machine knows is one of paths all the same: `%t/podman/podman.sock`.
    if text.text.startswith(_LOCAL) or (text.text[:1] == "%" and "/" in text.text):
        return None
    match = _ADDRESS.fullmatch(text.text)
    ports = _ports(text.part(*match.span("port"))) if match else None
    address = _address(text, match) if match else None
    if match is None or ports is None or address is None:
        message = "this is no port, no `address:port` and no path; systemd passes over it"
        reading.fault(message, setting.value_span)
        return None
    spans = {"ports": text.place(*match.span("port"))}
    if match["address"] is not None:
        spans["address"] = text.place(*match.span("address"))
    if not isinstance(address, Unknown) and address.is_wildcard:
        address, at = narrowed(reading, address)
        if at:
            spans["address"] = at
    return Door(address, ports, spans)


def _address(text: Text, match: re.Match[str]) -> Maybe[Address] | None:
    if match["address"] is None:
        return Address.of("")
    written = text.part(*match.span("address"))
    if isinstance(written, Unknown):
        return written
    from ipaddress import ip_address

    address = Address.of(written)
    try:
        version = ip_address(address.text).version
    except ValueError:
        return None
    return address if written.startswith("[") == (version == 6) else None


def _ports(text: Maybe[str]) -> Maybe[Ports] | None:
    if isinstance(text, Unknown):
        return text
    number = int(text, _base(text)) if _NUMBER.fullmatch(text) else 0
    return Ports(number, number) if 0 < number < 65536 else None


def _base(text: str) -> int:
    """The base that a number of C is of."""
    return 0 if text.lstrip("+")[:1] != "0" or text.lstrip("+")[1:2].isalpha() else 8


def _protocol(reading: Reading, usual: str) -> str:
    said = reading.last("SocketProtocol")
    return "sctp" if said and said.value == "sctp" else usual


def narrowed(reading: Reading, address: Address) -> tuple[Maybe[Address], Span | None]:
    """Where a socket on every interface is reachable: on its device only, or for those who may come."""
    if device := reading.last("BindToDevice"):
        name = reading.filling.value(device)
        if name == "lo":
            return Address.of("127.0.0.1"), device.value_span
        return Unknown(f"the address of {name}", device.value_span), device.value_span
    denied = [(word, setting) for setting in reading.said("IPAddressDeny") for word in setting.value.split()]
    names = {word for word, _ in denied}
    if "any" not in names and not {"0.0.0.0/0", "::/0"} <= names:
        return address, None
    allowed = [
        (word, setting) for setting in reading.said("IPAddressAllow") for word in setting.value.split()
    ]
    if not allowed:
        return Address.of("127.0.0.1"), denied[0][1].value_span  # nobody at all
    reachable = [(_network(word), setting.value_span) for word, setting in allowed]
    # The one that lets in most stands for all.
    return max(reachable, key=lambda each: (not each[0].is_private, not each[0].is_loopback))


_NAMED = {"any": "", "localhost": "127.0.0.1", "link-local": "169.254.0.1", "multicast": "224.0.0.1"}


def _network(word: str) -> Address:
    """The first address of those that a word of `IPAddressAllow=` lets in."""
    address, _, length = _NAMED.get(word, word).partition("/")
    return Address.of("" if length == "0" else address)
