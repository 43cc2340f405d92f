"""Compilers and their like, by the names of the packages that bring them.

https://packages.debian.org, https://pkgs.alpinelinux.org, https://packages.fedoraproject.org
"""

from compolint.model.command import Command
from compolint.model.knowledge.packages import packages_of
from compolint.text import Span
from compolint.tuples import NamedTuple


class Tool(NamedTuple):
    """A compiler or its like that a command installs."""

    name: str
    at: Span


# Packages that compile, and those that bring them all.
_TOOLS = frozenset((
    "gcc", "g++", "gcc-c++", "clang", "llvm", "make", "cmake", "autoconf", "automake", "build-essential",
    "build-base", "alpine-sdk", "base-devel", "golang", "golang-go", "go", "rustc", "rust", "cargo",
    "gfortran", "nasm", "yasm", "bison", "flex", "ninja-build", "ninja", "meson", "linux-headers-generic",
    "kernel-devel", "dpkg-dev", "rpm-build", "maven", "gradle", "ant",
))  # fmt: skip
_GROUPS = frozenset(("Development Tools", "@Development Tools", "@development-tools", "development-tools"))


def build_tools(commands: list[Command]) -> list[Tool]:
    """The compilers that are still there when the commands have run in this order."""
    kept: dict[str, Tool] = {}
    bundles: dict[str, list[str]] = {}  # apk add --virtual NAME
    for command in commands:
        packages = packages_of(command)
        if (
            packages is None
            or packages.manager not in {"apt", "apk", "dnf", "zypper"}
            or command.where != "RUN"
        ):
            continue
        names = [(number, command.words[number]) for number in packages.words]
        if packages.action == "install":
            tools = [(number, word) for number, word in names if _is_tool(word)]
            kept |= {str(word): Tool(str(word), command.at("words", number)) for number, word in tools}
            if bundle := _bundle(command):
                bundles[bundle] = [str(word) for _, word in tools]
        elif packages.action == "remove":
            if not names or not all(isinstance(word, str) for _, word in names):
                kept.clear()  # what is not known is taken to be what was installed for the build
            for _, word in names:
                for name in bundles.get(str(word), [str(word)]):
                    kept.pop(name, None)
    return list(kept.values())


def _is_tool(word: object) -> bool:
    if not isinstance(word, str):
        return False
    name = word.partition("=")[0].partition("~")[0]
    return (
        name in _TOOLS
        or word in _GROUPS
        or (name.startswith(("gcc-", "g++-", "clang-")) and name[-1].isdigit())
    )


def _bundle(command: Command) -> str | None:
    """The name behind which apk remembers what is installed together: `--virtual .build-deps`."""
    for number, word in enumerate(command.words):
        if not isinstance(word, str):
            continue
        if word in {"-t", "--virtual"} and number + 1 < len(command.words):
            return str(command.words[number + 1])
        if word.startswith("--virtual="):
            return word.partition("=")[2]
    return None
