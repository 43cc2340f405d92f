"""What is wrong with how packages are installed: no version, no signature, no lockfile, caches left behind.

By the manuals that `packages` names, and https://docs.docker.com/build/building/best-practices/#apt-get
"""

import re
from collections.abc import Iterator

from compolint.model.command import Command
from compolint.model.knowledge.operands import subcommand
from compolint.model.knowledge.packages import MANAGERS, Packages, packages_of
from compolint.pattern import pattern
from compolint.tuples import NamedTuple

# Installers that come with every image of their language, and are raised to install the rest.
_INSTALLERS = frozenset(("pip", "setuptools", "wheel", "npm"))
_LOCAL = ("./", "../", "/", "file:", "-")
_VERSION = pattern(r"[<>=!~@\[]")
_ARCHIVES = (".whl", ".tar.gz", ".tgz", ".zip", ".deb", ".rpm", ".apk", ".gem")


def unpinned_packages(command: Command, packages: Packages) -> list[int]:
    """The numbers of the words that name a package of no version."""
    if packages.action != "install" or command.has(
        "-c", "--constraint", "-v", "--version", "--path", "--locked"
    ):
        return []
    if packages.manager == "go" and command.has("-mod"):
        return []
    return [number for number in packages.words if _is_unpinned(command.words[number], packages.manager)]


def _is_unpinned(word: object, manager: str) -> bool:
    if not isinstance(word, str) or not word[1:] or word.isdigit() or word.startswith(_LOCAL):
        return False
    if _VERSION.split(word, maxsplit=1)[0] in _INSTALLERS or word.endswith(_ARCHIVES) or "://" in word:
        return False
    match manager:
        case "pip":
            return not any(mark in word for mark in ("==", "@", "/", "~="))
        case "npm":
            version = word[1:].partition("@")[2]
            is_other = "/" in word and not word.startswith("@")  # owner/repository
            return not is_other and not any(character.isdigit() for character in version)
        case "gem":
            return ":" not in word
        case "go":
            version = word.partition("@")[2]
            return "@" in word and not any(character.isdigit() for character in version)
        case "dnf":
            return not any(
                character.isdigit() for character in word.rpartition("-")[2]
            ) and not word.startswith("@")
        case "apk":
            return not any(mark in word for mark in "=<>~")
    return "=" not in word and "/" not in word


def unsigned_packages(command: Command) -> int | None:
    """The number of the word that keeps a package manager from checking signatures."""
    manager = MANAGERS.get(command.name or "", command.name or "")
    for number, word in enumerate(command.words):
        if not isinstance(word, str):
            continue
        if command.name in _PRINTING and _UNSIGNED_REPOSITORY.search(word):
            return number
        if word in _UNSIGNED.get(manager, ()) or (manager == "apt" and _APT_UNSIGNED.search(word)):
            return number
    return None


_UNSIGNED = {
    "apk": ("--allow-untrusted",),
    "apt": ("--allow-unauthenticated", "--force-yes", "--allow-insecure-repositories"),
    "dnf": ("--nogpgcheck", "--no-gpgchecks", "--setopt=gpgcheck=0", "--setopt=gpgcheck=false"),
    "rpm": ("--nosignature", "--nodigest", "--nogpg"),
    "zypper": ("--no-gpg-checks",),
}
# What writes a repository's file: `echo "deb [trusted=yes] …" > /etc/apt/sources.list.d/x.list`, `gpgcheck=0`
_PRINTING = frozenset(("echo", "printf", "sed", "yum-config-manager", "dnf"))
_UNSIGNED_REPOSITORY = pattern(r"^deb\b[^\n]*\btrusted=yes\b|\b(?:repo_)?gpgcheck\s*=\s*(?:0|false|no)\b")
# -o APT::Get::AllowUnauthenticated=true
_APT_UNSIGNED = pattern(r"::Allow(?:Unauthenticated|InsecureRepositories)=(?:true|1|yes|on)$", re.I)


def unlocked_install(command: Command) -> bool:
    """Whether a command installs all dependencies of a project without insisting on its lockfile."""
    packages = packages_of(command)
    if packages is None or packages.manager != "npm" or packages.action != "install" or packages.words:
        return False
    if command.has("-g", "--global") or "global" in subcommand(command):
        return False
    if command.name == "npm":
        return True
    return not command.has("--frozen-lockfile", "--immutable", "--pure-lockfile", "--frozen", "--ci")


class Left(NamedTuple):
    """What a package manager leaves lying."""

    what: str
    remedy: str


_CACHES = {
    "apt": ("lists", ("/var/lib/apt",), "`rm -rf /var/lib/apt/lists/*` in the same RUN"),
    "apk": ("index", ("/var/cache/apk", "/etc/apk/cache"), "add `--no-cache`"),
    "dnf": (
        "cache",
        ("/var/cache/dnf", "/var/cache/yum", "/var/cache/libdnf5"),
        "`dnf clean all` in the same RUN",
    ),
    "zypper": ("cache", ("/var/cache/zypp",), "`zypper clean --all` in the same RUN"),
}


# `apt-get clean` leaves the lists.
_CLEANING = {"apt": ("dist-clean", "distclean"), "apk": ("clean",), "dnf": ("clean",), "zypper": ("clean",)}


def left_caches(script: list[Command]) -> Iterator[tuple[Command, Left]]:
    """What one RUN leaves in the image: the first installation of each manager, unless it is removed."""
    steps = [(command, packages) for command in script if (packages := packages_of(command))]
    removers = [command for command in script if command.name in {"rm", "find"}]
    removed = [word for command in removers for word in command.words[1:]]
    left: dict[str, Command] = {}
    for command, packages in steps:
        if packages.action == "install" and packages.manager in _CACHES:
            left.setdefault(packages.manager, command)
        elif packages.action in _CLEANING.get(packages.manager, ()):
            left.pop(packages.manager, None)
    is_fetched = any(packages.manager == "apk" and packages.action == "update" for _, packages in steps)
    for manager, command in left.items():
        what, folders, remedy = _CACHES[manager]
        if manager == "apk" and not _keeps_index(command, is_fetched):
            continue
        if not any(_is_within(word, folders) for word in removed) and not _is_mounted(command, folders):
            yield command, Left(what, remedy)


def _keeps_index(command: Command, is_fetched: bool) -> bool:
    updates = command.has("-U", "-u", "--update", "--update-cache")
    return (is_fetched or updates) and not command.has("--no-cache")


def _is_mounted(command: Command, folders: tuple[str, ...]) -> bool:
    """Whether a cache mount keeps the folders out of the image."""
    return any(
        cache.startswith(folders) or folder.startswith(f"{cache}/")
        for cache in command.caches
        for folder in folders
    )


def _is_within(word: object, folders: tuple[str, ...]) -> bool:
    text = word if isinstance(word, str) else getattr(word, "text", "")
    return text.startswith(folders) or text.rstrip("/*") in {"/var/cache", "/var/lib", "/var"} or "{" in text
