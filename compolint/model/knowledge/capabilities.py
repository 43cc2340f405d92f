"""What the capabilities of Linux give to the one who has them.

Only those that Docker does not give to every container
(https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities). Where a row
says nothing else, it is after capabilities(7): https://man7.org/linux/man-pages/man7/capabilities.7.html
"""

from typing import Literal

from compolint.tuples import NamedTuple


class Capability(NamedTuple):
    """A capability beyond Docker's own set, and what a process may do with it."""

    gives: str  # goes on after "lets web …"
    reach: Literal["host", "namespace", "own", "mild"]
    namespace: Literal["network_mode", "pid"] | None = None  # the one that says how far it reaches


# host: root in the container is root on the host, or reads what only root may read.
_HOST = {
    "ALL": "do everything that root may do",
    "SYS_ADMIN": "mount file systems and leave its namespaces",
    "SYS_MODULE": "load code into the host's kernel",
    "SYS_RAWIO": "reach the host's memory and disks past the kernel",
    # open_by_handle_at(2) opens any file of a file system of which the container sees one file
    "DAC_READ_SEARCH": "read any file of the host",
    # kexec_load(2); Docker's seccomp profile opens it with the capability:
    # https://docs.docker.com/engine/security/seccomp/
    "SYS_BOOT": "boot another kernel",
    "BPF": "run its own programs inside the host's kernel",
}
# namespace: what it reaches ends where the container's namespace does.
_NAMESPACE: dict[str, tuple[str, Literal["network_mode", "pid"]]] = {
    "NET_ADMIN": ("change addresses, routes and firewall rules", "network_mode"),
    "SYS_PTRACE": ("read and change the memory of every process that it sees", "pid"),
}
# own: there is one for all containers and the host, but it does not make them one's own.
_OWN = {
    "PERFMON": "watch what the kernel and other processes do",
    "SYSLOG": "read the kernel's log and addresses",
    "SYS_TIME": "set the host's clock",
    "CHECKPOINT_RESTORE": "map the memory of other processes",
    "MAC_ADMIN": "change mandatory access rules",
    "MAC_OVERRIDE": "pass mandatory access rules",
    "AUDIT_CONTROL": "switch the host's audit log off",
    "AUDIT_READ": "read the host's audit log",
    "LINUX_IMMUTABLE": "unlock files that are marked immutable",
    "SYS_TTY_CONFIG": "take over terminals",
    "SYS_PACCT": "switch the host's accounting of processes off",
}
# mild: it can slow others down, and hardly more.
_MILD = {
    "SYS_RESOURCE": "pass the limits that keep it from using up the host",
    "SYS_NICE": "take processor time from other processes",
    "IPC_LOCK": "keep memory from being swapped out",
    "IPC_OWNER": "use shared memory of any user",
    "LEASE": "delay others that open a file",
    "BLOCK_SUSPEND": "keep the host awake",
    "WAKE_ALARM": "wake the host up",
    "NET_BROADCAST": "send broadcasts",
}


def capability(name: str) -> Capability | None:
    """What a capability gives beyond Docker's own set, by its name in upper case without `CAP_`."""
    if gives := _HOST.get(name):
        return Capability(gives, "host")
    if within := _NAMESPACE.get(name):
        return Capability(within[0], "namespace", within[1])
    if gives := _OWN.get(name):
        return Capability(gives, "own")
    return Capability(gives, "mild") if (gives := _MILD.get(name)) else None
