"""What rights a unit hands to its processes: groups, capabilities, and files that others can write."""

from collections.abc import Iterable, Iterator
from typing import Literal

from compolint.model.command import Command
from compolint.model.knowledge.capabilities import capability
from compolint.model.unit import Unit
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown, assume

# What a group of Debian and Fedora may do that makes its members root, or as good as root.
# https://wiki.debian.org/SystemGroups, https://docs.docker.com/engine/install/linux-postinstall/,
# https://documentation.ubuntu.com/lxd/stable-5.21/explanation/security/, https://libvirt.org/auth.html
_GROUPS = {
    "docker": "starts containers that mount the host's disk",
    "podman": "starts containers that mount the host's disk",
    "lxd": "starts containers that mount the host's disk",
    "incus-admin": "starts containers that mount the host's disk",
    "libvirt": "starts machines that use the host's disks",
    "libvirt-qemu": "changes the disks of virtual machines",
    "disk": "reads and writes the disks past all rights of files",
    "kmem": "reads the memory of the kernel",
    "shadow": "reads the hashes of all passwords",
    "sudo": "may become root",
    "wheel": "may become root",
    "admin": "may become root",
}
# Beyond those that are told of containers: a container's are its own, these are the host's.
# https://man7.org/linux/man-pages/man7/capabilities.7.html
_CAPABILITIES = {
    "DAC_OVERRIDE": "read and write any file of the host",
    "FOWNER": "change the rights of any file",
    "CHOWN": "take any file for its own",
    "SETUID": "become any user, root included",
    "SETGID": "join any group",
    "SETFCAP": "give programs capabilities",
    "MKNOD": "make devices of the host's disks",
}
_ROOTS = frozenset(("root", "0"))
_FOR_ALL = ("/tmp/", "/var/tmp/", "/dev/shm/")
_INTERPRETERS = ("sh", "bash", "dash", "zsh", "ksh", "python", "perl", "ruby", "node", "php", "java", "deno")


class Writable(NamedTuple):
    """A file that a unit of root's takes for good although another user can write it."""

    path: str
    by: str
    at: Span
    reach: Literal["all", "owner"]


def is_of_root(unit: Unit) -> bool:
    """Whether the processes of a unit run as root; whoever leaves the user open means another one."""
    if unit.is_user or assume(unit.flag("DynamicUser"), True):
        return False
    return unit.user is None or assume(unit.user, "another") in _ROOTS


def group_power(group: Maybe[str]) -> str | None:
    """What the members of a group may do, where that makes them root or as good as root."""
    return _GROUPS.get(group) if isinstance(group, str) else None


def ambient_powers(unit: Unit) -> Iterator[tuple[str, str, Span]]:
    """The capabilities that each process of a unit starts with and that reach far: what they let it do."""
    for value, at in unit.each_of("AmbientCapabilities"):
        if isinstance(value, Unknown):
            continue
        is_inverted = value.startswith("~")
        if is_inverted:
            yield "the set of all but a few capabilities", "do what root may do", at
            continue
        for word in value.split():
            name = word.upper().removeprefix("CAP_")
            if power := _capability_power(name):
                yield name, power, at


def _capability_power(name: str) -> str | None:
    if gives := _CAPABILITIES.get(name):
        return gives
    known = capability(name)
    return known.gives if known and known.reach in {"host", "namespace"} else None


def writable_files(unit: Unit, commands: Iterable[Command]) -> Iterator[Writable]:
    """The programs, scripts and files of variables of a unit that others than root can write."""
    for command in commands:
        if command.is_of_unit:
            for number in _run_words(command):
                yield from _writable(command.words[number], command.at("words", number))
    for value, at in unit.each_of("EnvironmentFile"):
        if not isinstance(value, Unknown):
            yield from _writable(value.removeprefix("-"), at)


def _run_words(command: Command) -> Iterator[int]:
    """The numbers of the words that are programs: the first, and the script that an interpreter is given."""
    if not command.words:
        return
    yield 0
    if (command.name or "").rstrip("0123456789.") not in _INTERPRETERS:
        return
    for number, word in enumerate(command.words[1:], 1):
        if not isinstance(word, str) or word in {"-c", "-e", "-m", "-lc", "-jar"}:
            return
        if not word.startswith("-"):
            yield number
            return


def _writable(path: Maybe[str], at: Span) -> Iterator[Writable]:
    known = path.head if isinstance(path, Unknown) else path
    if known.startswith(_FOR_ALL):
        yield Writable(str(path), "everybody", at, "all")
    elif known.startswith("/home/") and (owner := known.split("/")[2]) and known.count("/") > 2:
        yield Writable(str(path), owner, at, "owner")
