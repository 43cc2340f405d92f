"""What the settings of a unit leave to its processes, after systemd merged them and added what they imply.

By systemd.exec(5), systemd.resource-control(5) and the behaviour of systemd 252: which of several lines
counts differs from setting to setting, and some lines that are wrong it passes over.
"""

from collections.abc import Collection

from compolint.model.knowledge.syscalls import members
from compolint.model.unit import Settings, boolean
from compolint.pattern import pattern
from compolint.tuples import NamedTuple

# In the order of their numbers: capabilities(7)
CAPABILITIES = (
    "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP",
    "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER",
    "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE",
    "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP",
    "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF",
    "CHECKPOINT_RESTORE",
)  # fmt: skip
NAMESPACES = ("user", "mnt", "ipc", "pid", "cgroup", "net", "uts")
_FAMILIES = frozenset((
    "UNSPEC", "LOCAL", "UNIX", "FILE", "INET", "AX25", "IPX", "APPLETALK", "NETROM", "BRIDGE", "ATMPVC",
    "X25", "INET6", "ROSE", "DECnet", "NETBEUI", "SECURITY", "KEY", "NETLINK", "ROUTE", "PACKET", "ASH",
    "ECONET", "ATMSVC", "RDS", "SNA", "IRDA", "PPPOX", "WANPIPE", "LLC", "IB", "MPLS", "CAN", "TIPC",
    "BLUETOOTH", "IUCV", "RXRPC", "ISDN", "PHONET", "IEEE802154", "CAIF", "ALG", "NFC", "VSOCK", "KCM",
    "QIPCRTR", "SMC", "XDP", "MCTP",
))  # fmt: skip
_SAME_FAMILY = {"LOCAL": "UNIX", "FILE": "UNIX", "ROUTE": "NETLINK"}
_ARCHITECTURES = frozenset((
    "native", "x86", "x86-64", "x32", "arm", "arm64", "loongarch64", "mips", "mips64", "mips64-n32",
    "mips-le", "mips64-le", "mips64-le-n32", "parisc", "parisc64", "ppc", "ppc64", "ppc64-le", "riscv64",
    "s390", "s390x",
))  # fmt: skip
_WORD = pattern(r"[^ \t\n\r]+")
_ALL = 2**64 - 1
_BITS = {name: 1 << number for number, name in enumerate(CAPABILITIES)}


class Allowed(NamedTuple):
    """A list of what is allowed, or of what is not."""

    is_allowlist: bool
    names: frozenset[str]


class Confinement(NamedTuple):
    is_early: bool  # it starts before the file systems are there
    user: str  # nothing where none is given
    is_dynamic: bool
    has_groups: bool
    switches: frozenset[str]  # the booleans that are on
    home: str  # "no", "yes", "read-only", "tmpfs"
    system: str  # "no", "yes", "full", "strict"
    processes: str  # ProtectProc=
    proc_subset: str
    keyring: str
    notify: str
    has_own_root: bool
    umask: int
    capabilities: int  # by bits
    ambient: int
    namespaces: frozenset[str]  # that may be made
    families: Allowed
    architectures: frozenset[str]
    calls: Allowed
    addresses: (
        str  # who may talk to it: "all", "others", "localhost", "nobody"; "filtered": whom a program lets
    )
    devices: str  # "all", "some", "none"

    @property
    def is_root(self) -> bool:
        return self.user in {"0", "root"} or not (self.is_dynamic or self.user)

    def has(self, *capabilities: str) -> bool:
        """Whether one of the capabilities can still be had."""
        return any(self.capabilities & _BITS[name] for name in capabilities)


def confinement_of(settings: Settings, section: str) -> Confinement:
    """What the settings in the section of the unit's type leave."""
    said = _Said(settings, section)
    switches = {name for name in _SWITCHES if said.switch(name)}
    is_dynamic = "DynamicUser" in switches
    home = said.choice("ProtectHome", ("read-only", "tmpfs"), "no")
    system = said.choice("ProtectSystem", ("full", "strict"), "no")
    user = said.last("User")
    if is_dynamic:
        switches |= {"PrivateTmp", "RemoveIPC", "NoNewPrivileges", "RestrictSUIDSGID"}
        system, home = "strict", "read-only" if home == "no" else home
        user = user or "dynamic"
    removed = {name for switch in switches for name in _TAKING.get(switch, ())}
    return Confinement(
        is_early=said.switch("DefaultDependencies", "Unit") is False,
        user=user,
        is_dynamic=is_dynamic,
        has_groups=bool(said.words("SupplementaryGroups")),
        switches=frozenset(switches),
        home=home,
        system=system,
        processes=said.choice(
            "ProtectProc", ("noaccess", "invisible", "ptraceable", "default"), "default", False
        ),
        proc_subset=said.choice("ProcSubset", ("all", "pid"), "all", False),
        keyring=said.choice(
            "KeyringMode",
            ("inherit", "private", "shared"),
            "private" if section == "Service" else "shared",
            False,
        ),
        notify=said.choice("NotifyAccess", ("none", "main", "exec", "all"), "none", False)
        if section == "Service"
        else "none",
        has_own_root=any(_is_own_root(said.last(name)) for name in ("RootDirectory", "RootImage")),
        umask=said.umask(),
        capabilities=said.capabilities("CapabilityBoundingSet", _ALL) & ~sum(_BITS[name] for name in removed),
        ambient=said.capabilities("AmbientCapabilities", 0),
        namespaces=said.namespaces(),
        families=said.families(),
        architectures=frozenset(said.words("SystemCallArchitectures")) & _ARCHITECTURES,
        calls=said.calls(),
        addresses=said.addresses(),
        devices=said.devices(switches),
    )


_SWITCHES = (
    "DynamicUser", "PrivateDevices", "PrivateMounts", "PrivateNetwork", "PrivateTmp", "PrivateUsers",
    "ProtectControlGroups", "ProtectKernelModules", "ProtectKernelTunables", "ProtectKernelLogs",
    "ProtectClock", "ProtectHostname", "LockPersonality", "MemoryDenyWriteExecute", "NoNewPrivileges",
    "RemoveIPC", "RestrictRealtime", "RestrictSUIDSGID", "Delegate",
)  # fmt: skip
_TAKING = {
    "PrivateDevices": ("MKNOD", "SYS_RAWIO"),
    "ProtectKernelModules": ("SYS_MODULE",),
    "ProtectKernelLogs": ("SYSLOG",),
    "ProtectClock": ("SYS_TIME", "WAKE_ALARM"),
}


class _Said:
    """Reads the settings of one section."""

    def __init__(self, settings: Settings, section: str) -> None:
        self._settings, self._section = settings, section

    def all(self, key: str, section: str | None = None) -> list[str]:
        return [str(value) for value in self._settings.get((section or self._section, key), ())]

    def since_reset(self, key: str) -> list[str]:
        found: list[str] = []
        for value in self.all(key):
            if value:
                found.append(value)
            else:
                found.clear()
        return found

    def words(self, key: str) -> list[str]:
        return [word for value in self.since_reset(key) for word in _words(value)]

    def last(self, key: str) -> str:
        return next(reversed(self.all(key)), "")

    def switch(self, key: str, section: str | None = None) -> bool | None:
        """The last boolean; what is none is passed over."""
        if key == "Delegate":
            return self._delegates()
        values = (boolean(value) for value in reversed(self.all(key, section)))
        return next((value for value in values if value is not None), None)

    def choice(self, key: str, choices: Collection[str], default: str, is_boolean: bool = True) -> str:
        """The last value that is one of the choices, or a boolean where that is one, too."""
        for value in reversed(self.all(key)):
            if value in choices:
                return value
            if is_boolean and (flag := boolean(value)) is not None:
                return "yes" if flag else "no"
        return default

    def umask(self) -> int:
        for digits in reversed(self.all("UMask")):
            if digits and len(digits) < 9 and not digits.strip("01234567") and int(digits, 8) <= 0o7777:
                return int(digits, 8)
        return 0o022

    def capabilities(self, key: str, initial: int) -> int:
        """The first line takes the place of the initial set, later ones add, or with `~` take away."""
        found = initial
        for value in self.all(key):
            is_inverted = value.startswith("~")
            named = 0
            for word in _words(value.removeprefix("~")):
                named |= _bit(word)
            if not named or found == initial:
                found = _ALL & ~named if is_inverted else named
            else:
                found = found & ~named if is_inverted else found | named
        return found

    def namespaces(self) -> frozenset[str]:
        every = frozenset(NAMESPACES)
        found: frozenset[str] | None = None
        for value in self.all("RestrictNamespaces"):
            flag = boolean(value)
            named = frozenset(_words(value.removeprefix("~")))
            if not value:
                found = None
            elif flag is not None:
                found = frozenset() if flag else every
            elif named <= every:
                if value.startswith("~"):
                    found = (every if found is None else found) - named
                else:
                    found = named if found is None else found | named
        return every if found is None else found

    def families(self) -> Allowed:
        found: set[str] | None = None
        is_allowlist = False
        for value in self.all("RestrictAddressFamilies"):
            is_inverted = value.startswith("~")
            if value in {"", "none"}:
                found, is_allowlist = None, value == "none"
                continue
            if found is None:
                found, is_allowlist = set(), not is_inverted
            for word in _words(value.removeprefix("~")):
                name = word.removeprefix("AF_")
                if name not in _FAMILIES or name == word:
                    continue
                name = _SAME_FAMILY.get(name, name)
                (found.add if is_allowlist != is_inverted else found.discard)(name)
        return Allowed(is_allowlist, frozenset(found or ()) - {"UNSPEC"})

    def calls(self) -> Allowed:
        found: set[str] | None = None
        is_allowlist = False
        for value in self.all("SystemCallFilter"):
            is_inverted = value.startswith("~")
            if not value:
                found, is_allowlist = None, False
                continue
            if found is None:
                found, is_allowlist = set(), not is_inverted
            for word in _WORD.findall(value.removeprefix("~")):
                name, colon, error = word.partition(":")
                if colon and not (is_inverted and _is_error(error)):
                    continue
                if is_allowlist != is_inverted:
                    found |= members(name)
                else:
                    found -= members(name)
        return Allowed(is_allowlist, frozenset(found or ()))

    def addresses(self) -> str:
        if self.words("IPIngressFilterPath") or self.words("IPEgressFilterPath"):
            return "filtered"
        denied = {each for word in self.words("IPAddressDeny") for each in _networks(word)}
        if not {"0.0.0.0/0", "::/0"} <= denied:
            return "all"
        allowed = {each for word in self.words("IPAddressAllow") for each in _networks(word)}
        if any(not network.startswith(("127.", "::1/")) for network in allowed):
            return "others"
        return "localhost" if allowed else "nobody"

    def devices(self, switches: Collection[str]) -> str:
        policy = self.choice("DevicePolicy", ("auto", "closed", "strict"), "auto", False)
        allowed = any(map(_is_device, self.since_reset("DeviceAllow")))
        if "PrivateDevices" in switches and policy == "auto":
            policy = "closed"
        if policy == "auto":
            return "all"
        # What other settings need is let in, too.
        is_implied = "ProtectClock" in switches or bool(
            self.last("RootImage")
            or self.since_reset("MountImages")
            or self.since_reset("LoadCredentialEncrypted")
            or self.since_reset("SetCredentialEncrypted")
        )
        return "some" if allowed or is_implied else "none"

    def _delegates(self) -> bool:
        """A list of controllers switches it on, and so does nothing."""
        if self._section != "Service":
            return False
        value = next(reversed(self.all("Delegate")), "no")
        return boolean(value) is not False


def _words(value: str) -> list[str]:
    return _WORD.findall(value.replace('"', "").replace("'", ""))


def _bit(word: str) -> int:
    """The bit of a capability; nothing for what is none."""
    if word.isascii() and word.isdigit() and len(word) < 3:
        return 1 << int(word) if int(word) < 64 else 0
    name = word.upper()
    return _BITS.get(name.removeprefix("CAP_"), 0) if name.startswith("CAP_") else 0


def _is_own_root(path: str) -> bool:
    return path.startswith("/") and bool(path.strip("/."))


def _is_device(value: str) -> bool:
    """`/dev/null rw`, `char-tty`"""
    path, *rights = _words(value) or [""]
    is_named = path.startswith(("/dev/", "/run/systemd/inaccessible/", "block-", "char-"))
    return is_named and not "".join(rights).strip("rwm")


def _is_error(text: str) -> bool:
    if text.isascii() and text.isdigit():
        return len(text) < 9 and int(text) <= 4095
    from errno import errorcode

    return text == "kill" or text in errorcode.values()


_NAMED_NETWORKS = {
    "any": ("0.0.0.0/0", "::/0"),
    "localhost": ("127.0.0.0/8", "::1/128"),
    "link-local": ("169.254.0.0/16", "fe80::/64"),
    "multicast": ("224.0.0.0/4", "ff00::/8"),
}


def _networks(word: str) -> tuple[str, ...]:
    """The networks that a word names, as prefixes; none for what is no address."""
    if word in _NAMED_NETWORKS:
        return _NAMED_NETWORKS[word]
    from ipaddress import ip_network

    try:
        return (str(ip_network(word, strict=False)),)
    except ValueError:
        return ()
