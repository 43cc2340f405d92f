"""What a machine has open by itself: the doors of programs that no project's file declares."""

from collections.abc import Iterator

from compolint.exposure.captures import is_wide
from compolint.model.capture import Captured
from compolint.tuples import NamedTuple


class _Usual(NamedTuple):
    """A door that many machines have."""

    protocol: str
    ports: tuple[int, ...]  # none: any
    programs: tuple[str, ...]  # as the kernel cuts their names off, after 15 characters
    words: str
    is_told_by_number: bool = False  # a capture by somebody who is not root names no program


_USUAL = (
    _Usual("tcp", (22,), ("sshd", "systemd", "dropbear"), "by which it is administered", True),
    _Usual(
        "udp", (68, 546),
        ("dhclient", "dhcpcd", "systemd-network", "NetworkManager", "udhcpc", "connmand"),
        "by which it gets its address", True,
    ),
    _Usual("udp", (123, 323), ("chronyd", "ntpd", "openntpd"), "by which it keeps the time"),
    _Usual("udp", (5353,), ("avahi-daemon", "systemd-resolve"), "by which names of the LAN are found"),
    _Usual("udp", (), ("avahi-daemon",), "by which names of the LAN are found"),
    _Usual("udp", (5355,), ("systemd-resolve",), "by which names of the LAN are found"),
    _Usual("tcp", (5355,), ("systemd-resolve",), "by which names of the LAN are found"),
    _Usual("udp", (), ("tailscaled",), "by which it is in the tailnet", True),
)  # fmt: skip
_TAILSCALE = 41641


def usual(door: Captured, *, has_ssh: bool = False) -> str:
    """What a door is that every machine has, in words; "" for one that somebody made.

    Where the files say which ports SSH has, another one is none that every machine has.
    """
    if not is_wide(door) and door.address.is_loopback and door.name == "systemd-resolve":
        return "by which it looks names up"
    return next((each.words for each in _alike(door) if not (has_ssh and each.ports == (22,))), "")


def _alike(door: Captured) -> Iterator[_Usual]:
    if door.ports.first != door.ports.last:
        return
    port = door.ports.first
    for each in _USUAL:
        is_named = door.name in each.programs
        is_unnamed = not door.name and each.is_told_by_number and port in (each.ports or (_TAILSCALE,))
        if each.protocol == door.protocol and (is_unnamed or (is_named and port in (each.ports or (port,)))):
            yield each
