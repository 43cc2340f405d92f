"""How exposed a service leaves the system when it is broken into: the score of `systemd-analyze security`.

Hand-written so that it needs no systemd and counts for the machine that a unit is for, not for the one
that is checked. Equal to systemd 252 in every row and in the whole, which a test holds against the real
one; 262 judges PrivateMounts= and some lists of capabilities otherwise.
"""

from collections.abc import Iterator

from compolint.model.knowledge.syscalls import ASSESSED, members
from compolint.model.unit import Settings, Unit
from compolint.model.unit_confinement import Allowed, Confinement, confinement_of
from compolint.tuples import NamedTuple

_WORDS = (
    (100, "DANGEROUS"), (90, "UNSAFE"), (75, "EXPOSED"), (50, "MEDIUM"), (10, "OK"), (1, "SAFE"),
    (0, "PERFECT"),
)  # fmt: skip


class Row(NamedTuple):
    """One thing that is assessed."""

    id: str  # as systemd names it: "CapabilityBoundingSet=~CAP_SYS_ADMIN"
    weight: int
    range: int  # the worst badness
    badness: int | None  # `None`: it does not apply
    exposure: int = 0  # what it adds to the whole, in tenths, rounded up as systemd shows it

    @property
    def setting(self) -> str:
        """What would have to be set: `PrivateDevices`, of `User=/DynamicUser=` the first."""
        return self.id.partition("=")[0]

    @property
    def cost(self) -> int:
        """What it adds to the whole before all is divided by the weights."""
        return _rounded_up((self.badness or 0) * self.weight, self.range)


class Score(NamedTuple):
    tenths: int
    rows: tuple[Row, ...]

    @property
    def value(self) -> str:
        return f"{self.tenths // 10}.{self.tenths % 10}"

    @property
    def word(self) -> str:
        return next(word for least, word in _WORDS if self.tenths >= least)

    def gains(self) -> list[tuple[str, int]]:
        """The settings that would gain most, with the tenths that each would take away, the most first."""
        weights = sum(row.weight for row in self.rows if row.badness is not None)
        costs: dict[str, int] = {}
        for row in self.rows:
            if row.badness:
                costs[row.setting] = costs.get(row.setting, 0) + row.cost
        gained = ((setting, cost * 100 // weights) for setting, cost in costs.items())
        return sorted(gained, key=lambda each: -each[1])

    def __str__(self) -> str:
        return f"{self.value} {self.word}"


def score_of(unit: Unit) -> Score | None:
    """The score of a unit; `None` of one that starts no process, or whose own file is not here."""
    if unit.type not in {"service", "socket", "mount", "swap"} or not unit.is_complete:
        return None
    return score(unit.settings, unit.section)


def score(settings: Settings, section: str) -> Score:
    """The score of what the settings in the section of a unit's type leave to its processes."""
    left = confinement_of(settings, section)
    assessed = [
        (id_, weight, range_, None if left.is_early and id_ in _LATE else badness)
        for id_, weight, range_, badness in _assessed(left)
    ]
    weights = sum([weight for _, weight, _, badness in assessed if badness is not None])
    rows = tuple([Row(*row, _exposure(*row[1:], weights) if row[3] else 0) for row in assessed])
    return Score(_rounded_up(sum([row.cost for row in rows if row.badness]) * 100, weights), rows)


def _exposure(weight: int, range_: int, badness: int | None, weights: int) -> int:
    return _rounded_up(_rounded_up((badness or 0) * weight * 100, range_), weights)


def _rounded_up(number: int, divisor: int) -> int:
    return -(-number // divisor)


def _assessed(left: Confinement) -> Iterator[tuple[str, int, int, int | None]]:
    """The rows in the order of systemd's manual: the name, the weight, the range, the badness."""
    yield "User=/DynamicUser=", 2000, 10, _user(left)
    yield "SupplementaryGroups=", 200, 1, None if left.is_root else int(left.has_groups)
    for switch, weight in _SWITCHES:
        yield f"{switch}=", weight, 1, int(switch not in left.switches)
    yield "ProtectHome=", 1000, 10, _HOMES[left.home]
    yield "ProtectSystem=", 1000, 10, _SYSTEMS[left.system]
    yield "RootDirectory=/RootImage=", 200, 1, int(not left.has_own_root)
    for shown, weight, names in _CAPABILITIES:
        yield f"CapabilityBoundingSet=~CAP_{shown}", weight, 1, int(left.has(*names))
    yield "UMask=", 100, 10, next((bad for bit, bad in _UMASKS if not left.umask & bit), 0)
    yield "KeyringMode=", 1000, 1, int(left.keyring != "private")
    yield "ProtectProc=", 1000, 3, _PROCESSES[left.processes]
    yield "ProcSubset=", 10, 1, int(left.proc_subset != "pid")
    yield "NotifyAccess=", 1000, 1, int(left.notify == "all")
    yield "RemoveIPC=", 100, 1, None if left.is_root else int("RemoveIPC" not in left.switches)
    yield "Delegate=", 100, 1, int("Delegate" in left.switches)
    for namespace, weight in _NAMESPACES:
        yield f"RestrictNamespaces=~{namespace}", weight, 1, int(namespace in left.namespaces)
    for shown, weight, families in _FAMILIES:
        yield f"RestrictAddressFamilies=~{shown}", weight, 1, _family(left.families, families)
    yield "SystemCallArchitectures=", 1000, 10, _architectures(left)
    for group in ASSESSED:
        yield f"SystemCallFilter=~{group}", _CALLS.get(group, 1000), 10, _calls(left.calls, members(group))
    yield "IPAddressDeny=", 1000, 10, _ADDRESSES[left.addresses]
    yield "DeviceAllow=", 1000, 10, _DEVICES[left.devices]
    yield "AmbientCapabilities=", 500, 1, int(left.ambient != 0)


def _user(left: Confinement) -> int:
    if left.user == "nobody":
        return 9
    return 10 if left.is_root else 0


def _family(families: Allowed, these: frozenset[str]) -> int:
    is_named = bool(families.names & these if these else families.names - _KNOWN)
    return int(is_named == families.is_allowlist)


def _architectures(left: Confinement) -> int:
    if not left.architectures:
        return 10
    return 0 if left.architectures == {"native"} else 8


def _calls(calls: Allowed, group: frozenset[str]) -> int:
    if calls.is_allowlist:
        return 9 if calls.names & group else 0
    return 0 if group <= calls.names else 10


# Where a unit starts before the file systems are there, these do not apply.
_LATE = frozenset({"PrivateTmp=", "ProtectHome=", "ProtectSystem=", "RootDirectory=/RootImage="})
_SWITCHES = (
    ("PrivateDevices", 1000), ("PrivateMounts", 1000), ("PrivateNetwork", 2500), ("PrivateTmp", 1000),
    ("PrivateUsers", 1000), ("ProtectControlGroups", 1000), ("ProtectKernelModules", 1000),
    ("ProtectKernelTunables", 1000), ("ProtectKernelLogs", 1000), ("ProtectClock", 1000),
    ("ProtectHostname", 50), ("LockPersonality", 100), ("MemoryDenyWriteExecute", 100),
    ("NoNewPrivileges", 1000), ("RestrictRealtime", 500), ("RestrictSUIDSGID", 1000),
)  # fmt: skip
_HOMES = {"no": 10, "read-only": 5, "tmpfs": 1, "yes": 0}
_SYSTEMS = {"no": 10, "yes": 5, "full": 3, "strict": 0}
_PROCESSES = {"default": 3, "noaccess": 1, "invisible": 0, "ptraceable": 0}
_ADDRESSES = {"all": 10, "others": 5, "localhost": 2, "nobody": 0, "filtered": 0}
_DEVICES = {"all": 10, "some": 5, "none": 0}
_UMASKS = ((0o002, 10), (0o004, 5), (0o020, 2), (0o040, 1))
_CAPABILITIES = (
    ("SYS_ADMIN", 1500, ("SYS_ADMIN",)),
    ("SET(UID|GID|PCAP)", 1500, ("SETUID", "SETGID", "SETPCAP")),
    ("SYS_PTRACE", 1500, ("SYS_PTRACE",)),
    ("SYS_TIME", 1000, ("SYS_TIME",)),
    ("NET_ADMIN", 1000, ("NET_ADMIN",)),
    ("SYS_RAWIO", 1000, ("SYS_RAWIO",)),
    ("SYS_MODULE", 1000, ("SYS_MODULE",)),
    ("AUDIT_*", 500, ("AUDIT_CONTROL", "AUDIT_READ", "AUDIT_WRITE")),
    ("SYSLOG", 500, ("SYSLOG",)),
    ("SYS_(NICE|RESOURCE)", 500, ("SYS_NICE", "SYS_RESOURCE")),
    ("MKNOD", 500, ("MKNOD",)),
    ("(CHOWN|FSETID|SETFCAP)", 1000, ("CHOWN", "FSETID", "SETFCAP")),
    ("(DAC_*|FOWNER|IPC_OWNER)", 1000, ("DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "IPC_OWNER")),
    ("KILL", 500, ("KILL",)),
    ("NET_(BIND_SERVICE|BROADCAST|RAW)", 500, ("NET_BIND_SERVICE", "NET_BROADCAST", "NET_RAW")),
    ("SYS_BOOT", 100, ("SYS_BOOT",)),
    ("MAC_*", 100, ("MAC_ADMIN", "MAC_OVERRIDE")),
    ("LINUX_IMMUTABLE", 75, ("LINUX_IMMUTABLE",)),
    ("IPC_LOCK", 50, ("IPC_LOCK",)),
    ("SYS_CHROOT", 50, ("SYS_CHROOT",)),
    ("BLOCK_SUSPEND", 25, ("BLOCK_SUSPEND",)),
    ("WAKE_ALARM", 25, ("WAKE_ALARM",)),
    ("LEASE", 25, ("LEASE",)),
    ("SYS_TTY_CONFIG", 25, ("SYS_TTY_CONFIG",)),
    ("SYS_PACCT", 25, ("SYS_PACCT",)),
    ("BPF", 25, ("BPF",)),
)
_NAMESPACES = (
    ("user", 1500), ("mnt", 500), ("ipc", 500), ("pid", 500), ("cgroup", 500), ("net", 500), ("uts", 100),
)  # fmt: skip
_FAMILIES: tuple[tuple[str, int, frozenset[str]], ...] = (
    ("AF_(INET|INET6)", 1500, frozenset({"INET", "INET6"})),
    ("AF_UNIX", 25, frozenset({"UNIX"})),
    ("AF_NETLINK", 200, frozenset({"NETLINK"})),
    ("AF_PACKET", 1000, frozenset({"PACKET"})),
    ("…", 1250, frozenset()),
)
_KNOWN = frozenset({"INET", "INET6", "UNIX", "NETLINK", "PACKET"})
_CALLS = {"@obsolete": 250, "@cpu-emulation": 250, "@privileged": 700, "@resources": 700}
