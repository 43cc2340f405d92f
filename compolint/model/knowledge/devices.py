"""Devices of a host that give a container more than a device.

Serial ports, graphics cards, cameras, sound, `/dev/net/tun` and `/dev/fuse` are no rows: they do what
their names say and nothing to the rest of the host.
"""

from typing import Literal

from compolint.pattern import pattern
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe


class Power(NamedTuple):
    """What the one who may open a device can do with it."""

    gives: str  # goes on after "web can …"
    reach: Literal["host", "part", "little"] = "host"
    need: str = ""  # what an image that has it rightly is known to need


_DISK = Power("read and write the host's disk past its file system", need="disk")
_MEMORY = Power("read and write the host's memory")
_DEVICES = {
    "/dev": Power("reach every device of the host"),
    "/dev/mem": _MEMORY,  # https://man7.org/linux/man-pages/man4/mem.4.html
    "/dev/kmem": _MEMORY,
    "/dev/port": Power("talk to the host's hardware past the kernel"),
    # https://docs.kernel.org/driver-api/vfio.html
    "/dev/vfio": Power("drive hardware of the host directly", "part"),
    "/dev/kmsg": Power("read and write the kernel's log", "part", "/dev/kmsg"),  # https://docs.kernel.org/admin-guide/dynamic-debug-howto.html
    "/dev/uinput": Power("type and click on the host", "part"),  # https://docs.kernel.org/input/uinput.html
    "/dev/input": Power("read what is typed on the host", "part"),  # https://docs.kernel.org/input/input.html
    "/dev/kvm": Power("run virtual machines", "little"),  # https://docs.kernel.org/virt/kvm/api.html
}  # fmt: skip
# Disks, their partitions, and what takes raw commands for one:
# https://docs.kernel.org/admin-guide/devices.html
_KINDS = "sd hd vd xvd nvme mmcblk md dm- mapper disk loop zd zvol nbd bcache"
_DISKS = (
    *(f"/dev/{kind}" for kind in _KINDS.split()),
    *(f"/dev/sg{number}" for number in range(10)),
)
# a *:* rwm   b 8:* rmw   c 1:1 r
_RULE = pattern(r"([abc])(?:\s+(\d+|\*):(\d+|\*)\s+[rwm]+)?\s*")


def device_power(path: Maybe[str]) -> Power | None:
    """What a device of the host gives beyond itself, by its path."""
    if path.startswith(_DISKS):
        return _DISK
    if path.startswith("/dev/vfio/"):
        path = "/dev/vfio"
    return next((power for row, power in _DEVICES.items() if path == row), None)


def device_rule_power(rule: Maybe[str]) -> Power | None:
    """What a rule of the device cgroup gives: `a *:* rwm`."""
    matched = _RULE.fullmatch(rule.strip())
    if not matched:
        return None
    kind, major, minor = matched[1], matched[2] or "*", matched[3] or "*"
    if kind == "a" or (kind == "c" and major == "*"):
        return _DEVICES["/dev"]
    if kind == "b":
        return _DISK
    # Character device 1 is memory: 1 mem, 2 kmem, 4 port; 3 null and 5 zero are everybody's.
    return _MEMORY if major == "1" and minor in {"*", "1", "2", "4"} else None
