"""Settings of a host's own programs that open it, each with what it does.

https://docs.kernel.org/admin-guide/sysctl/kernel.html, https://docs.kernel.org/networking/ip-sysctl.html,
https://docs.kernel.org/admin-guide/sysctl/fs.html, https://man.openbsd.org/sshd_config,
https://docs.docker.com/reference/cli/dockerd/
"""

from typing import Literal

from compolint.model.setting import Setting
from compolint.pattern import pattern
from compolint.tuples import NamedTuple

Danger = Literal["high", "medium", "low"]


class Weakness(NamedTuple):
    """What a value of a setting does, and how much that matters."""

    what: str  # goes on after the setting's name and value
    danger: Danger = "medium"


# By the name, in which `*` stands for an interface; the values that weaken.
_KERNEL: dict[str, tuple[tuple[str, ...], str]] = {
    "kernel.randomize_va_space": (("0", "1"), "makes memory addresses predictable for exploits"),
    "kernel.kptr_restrict": (("0",), "shows every user where the kernel's own functions are"),
    "kernel.dmesg_restrict": (("0",), "shows every user the kernel's log"),
    "kernel.yama.ptrace_scope": (("0",), "lets a program read the memory of its user's other programs"),
    "kernel.unprivileged_bpf_disabled": (("0",), "lets every user load programs into the kernel"),
    "kernel.perf_event_paranoid": (("-1", "0"), "lets every user watch the kernel at work"),
    "fs.protected_hardlinks": (
        ("0",),
        "lets users have files changed that they cannot write to",
    ),
    "fs.protected_symlinks": (("0",), "lets links in /tmp lead programs of other users astray"),
    "fs.protected_fifos": (("0",), "lets pipes in /tmp stand in for other users' files"),
    "fs.protected_regular": (("0",), "lets files in /tmp stand in for other users' files"),
    "fs.suid_dumpable": (("1",), "writes the memory of privileged programs to disk when they crash"),
    "vm.mmap_min_addr": (("0",), "turns a null pointer in the kernel into a way to its rights"),
    "net.ipv4.tcp_syncookies": (("0",), "lets a flood of half-open connections block its ports"),
    "net.ipv4.icmp_echo_ignore_broadcasts": (("0",), "makes it answer pings to a whole network"),
    "net.ipv4.conf.*.route_localnet": (("1",), "lets neighbours reach what listens on the loopback"),
    "net.ipv4.conf.*.accept_source_route": (("1",), "lets the sender of a packet choose its route"),
    "net.ipv6.conf.*.accept_source_route": (("1",), "lets the sender of a packet choose its route"),
    "net.ipv4.conf.*.accept_redirects": (("1",), "lets neighbours change its routes"),
    "net.ipv6.conf.*.accept_redirects": (("1",), "lets neighbours change its routes"),
    "net.ipv4.conf.*.rp_filter": (("0",), "takes packets whose sender is forged"),
}
_INTERFACE = pattern(r"(net\.ipv[46]\.conf)\.[^.]+(?:\.\d+)?\.(\w+)")

_SSH: dict[str, tuple[tuple[str, ...], Weakness]] = {
    "permitrootlogin": (("yes",), Weakness("lets root log in with a password", "high")),
    "permitemptypasswords": (("yes",), Weakness("lets accounts without a password log in", "high")),
    "passwordauthentication": (("yes",), Weakness("lets everybody try passwords")),
    "hostbasedauthentication": (("yes",), Weakness("trusts what other hosts say of their users")),
    "ignorerhosts": (("no",), Weakness("lets users name hosts that need no password")),
    "permituserenvironment": (("yes",), Weakness("lets users change how their login starts")),
    "strictmodes": (("no",), Weakness("takes keys that anybody can write to")),
    "protocol": (("1", "1,2", "2,1"), Weakness("speaks a protocol that is broken", "high")),
    "gatewayports": (("yes",), Weakness("opens forwarded ports to every interface")),
}
# Without values: whatever it is set to.
_DAEMON: dict[str, tuple[tuple[str, ...], Weakness]] = {
    "insecure-registries": ((), Weakness("pulls images over connections that anybody can change", "high")),
    "iptables": (("false",), Weakness("leaves containers without the rules that keep them apart")),
    "ip6tables": (("false",), Weakness("leaves IPv6 of containers without rules")),
    "ip-forward-no-drop": (("true",), Weakness("leaves forwarding open to every network")),
    "allow-direct-routing": (("true",), Weakness("lets neighbours reach containers at their own addresses")),
    "no-new-privileges": (("false",), Weakness("lets programs in containers raise their privileges", "low")),
    "seccomp-profile": (("unconfined",), Weakness("gives containers every system call", "high")),
    "selinux-enabled": (("false",), Weakness("switches SELinux off for containers", "low")),
}


def kernel_weakness(setting: Setting) -> str | None:
    """What a setting of the kernel weakens; goes on after its name and value."""
    if setting.scope != "sysctl":
        return None
    values, what = _KERNEL.get(_INTERFACE.sub(r"\1.*.\2", setting.name), ((), ""))
    return what if setting.value in values else None


def program_weakness(setting: Setting) -> Weakness | None:
    """What a setting of sshd or of the Docker daemon opens."""
    rows = {"sshd": _SSH, "docker_daemon": _DAEMON}.get(setting.scope)
    row = rows.get(setting.name) if rows else None
    if row is None:
        return None
    values, weakness = row
    value = setting.value.lower()
    return weakness if value in values or not values else None
