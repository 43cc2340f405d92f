"""Package managers: what a command installs or removes, by the manuals of the managers themselves.

apt-get(8) https://manpages.debian.org/apt-get, apk(8) https://man.archlinux.org/man/apk.8.en,
dnf(8) https://dnf.readthedocs.io, zypper(8) https://doc.opensuse.org, pip https://pip.pypa.io/en/stable/cli,
npm https://docs.npmjs.com/cli, pnpm https://pnpm.io/cli/add, yarn https://classic.yarnpkg.com/en/docs/cli,
bun https://bun.sh/docs/cli, gem https://guides.rubygems.org/command-reference, go https://go.dev/ref/mod
"""

import re
from typing import NamedTuple

from compolint.model.command import Command
from compolint.model.knowledge.operands import operands, subcommand
from compolint.text import Span


class Packages(NamedTuple):
    """What a command does with packages."""

    manager: str  # apt, apk, dnf, zypper, pip, npm, gem, go
    action: str  # "install", "remove", "update", "upgrade", "clean", or the manager's own word
    words: tuple[int, ...]  # the numbers of the words that name packages


_ACTIONS = {
    "install": "install", "add": "install", "i": "install", "in": "install", "groupinstall": "install",
    "localinstall": "install", "reinstall": "install", "get": "install",
    "remove": "remove", "purge": "remove", "del": "remove", "erase": "remove", "uninstall": "remove", "rm": "remove",
    "autoremove": "remove", "autopurge": "remove", "update": "update", "refresh": "update", "makecache": "update",
    "upgrade": "upgrade", "dist-upgrade": "upgrade", "full-upgrade": "upgrade", "clean": "clean", "cache": "clean",
    "ci": "ci",
}  # fmt: skip
_MANAGERS = {
    "apt-get": "apt", "apt": "apt", "aptitude": "apt", "apk": "apk", "yum": "dnf", "dnf": "dnf", "dnf5": "dnf",
    "microdnf": "dnf", "tdnf": "dnf", "zypper": "zypper", "pip": "pip", "pip2": "pip", "pip3": "pip", "npm": "npm",
    "pnpm": "npm", "yarn": "npm", "bun": "npm", "gem": "gem", "go": "go",
}  # fmt: skip
# The options whose value is the next word.
_VALUED = {
    "apt": "-o --option -t --target-release -c --config-file -a --host-architecture --solver",
    "apk": "-t --virtual -X --repository -p --root --keys-dir --repositories-file --arch --cache-dir --wait",
    "dnf": "-c --config --enablerepo --disablerepo --repo --releasever --installroot --exclude -x --setopt",
    "zypper": "-r --repo --from -R --root -p --plus-repo -t --type",
    "pip": "-r --requirement -c --constraint -i --index-url --extra-index-url -f --find-links -t --target"
    " --trusted-host --prefix --root --src --platform --python-version --implementation --abi --cache-dir"
    " --timeout --retries --progress-bar --report --log --proxy --cert --config-settings --only-binary --no-binary"
    " -e --editable --python -p --upgrade-strategy --exists-action --keyring-provider -C",
    "npm": "--prefix --registry --cache -w --workspace --loglevel --tag --omit --include --only --filter -C --dir"
    " --cwd --cache-folder --modules-folder --network-timeout --mutex --global-folder --store-dir --otp --os --cpu",
    "gem": "-v --version -i --install-dir -n --bindir -s --source -P --trust-policy -p --http-proxy --platform -g",
    "go": "-tags -ldflags -gcflags -mod -o -p -buildvcs -asmflags -pkgdir -toolexec -C -modfile",
}


def packages_of(command: Command) -> Packages | None:
    """What a command does with packages; `None` for one that is no package manager's."""
    words, start = command.words, 1
    manager = _MANAGERS.get(command.name or "")
    if manager is None:
        start = _python_start(command)
        if not start:
            return None
        manager = "pip"
    plain = operands(command, _VALUED[manager], start)
    if manager == "npm" and plain and isinstance(words[plain[0]], str) and words[plain[0]] == "global":
        plain = plain[1:]
    if not plain:
        # Without a word yarn installs; the others print how they are used.
        return Packages(manager, "install", ()) if command.name == "yarn" else None
    verb = words[plain[0]]
    if not isinstance(verb, str):
        return None
    return Packages(manager, _ACTIONS.get(verb, verb), tuple(plain[1:]))


def _python_start(command: Command) -> int:
    """Where pip's own words begin in `python3 -m pip install` and `uv pip install`; 0 if pip is not called."""
    first = command.words[1:3]
    if command.name == "uv":
        return 2 if first[:1] == ("pip",) else 0
    is_python = (command.name or "").startswith("python")
    return 3 if is_python and _are(first, ("-m", "pip")) else 0


def _are(words: tuple[object, ...], wanted: tuple[str, ...]) -> bool:
    return len(words) == len(wanted) and all(
        isinstance(word, str) and word == each for word, each in zip(words, wanted, strict=True)
    )


# --- what is wrong with it ---

# Installers that come with every image of their language, and are raised to install the rest.
_INSTALLERS = frozenset(("pip", "setuptools", "wheel", "npm"))
_LOCAL = ("./", "../", "/", "file:", "-")
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
    if not isinstance(word, str) or not word or word == "." or word.startswith(_LOCAL):
        return False
    if word in _INSTALLERS or word.endswith(_ARCHIVES) or "://" in word:
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
    manager = _MANAGERS.get(command.name or "", command.name or "")
    is_repository = any(isinstance(path, str) and path.startswith(_REPOSITORIES) for path in command.writes)
    for number, word in enumerate(command.words):
        if not isinstance(word, str):
            continue
        if is_repository and _UNSIGNED_REPOSITORY.search(word):
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
_REPOSITORIES = ("/etc/apt/", "/etc/yum.repos.d/", "/etc/zypp/repos.d/", "/etc/dnf/", "/etc/yum.conf")
# deb [trusted=yes] …, gpgcheck=0
_UNSIGNED_REPOSITORY = re.compile(r"\btrusted=yes\b|\b(?:repo_)?gpgcheck\s*=\s*(?:0|false|no)\b")
# -o APT::Get::AllowUnauthenticated=true
_APT_UNSIGNED = re.compile(r"::Allow(?:Unauthenticated|InsecureRepositories)=(?:true|1|yes|on)$", re.I)


def unlocked_install(command: Command) -> bool:
    """Whether all dependencies of a project are installed by a command that does not insist on its lockfile."""
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


def left_cache(command: Command, script: list[Command]) -> Left | None:
    """What an installation leaves in the image, unless another command of its script removes it."""
    packages = packages_of(command)
    if packages is None or packages.action != "install" or packages.manager not in _CACHES:
        return None
    what, folders, remedy = _CACHES[packages.manager]
    if any(
        cache.startswith(folders) or folder.startswith(cache + "/")
        for cache in command.caches
        for folder in folders
    ):
        return None
    if packages.manager == "apk" and (command.has("--no-cache") or not _fetches_index(command, script)):
        return None
    for other in script:
        done = packages_of(other)
        if done and done.manager == packages.manager and done.action == "clean" and done.manager != "apt":
            return None
        if other.name in {"rm", "find"} and any(_is_within(word, folders) for word in other.words[1:]):
            return None
    return Left(what, remedy)


def _fetches_index(command: Command, script: list[Command]) -> bool:
    if command.has("-U", "-u", "--update", "--update-cache"):
        return True
    done = (packages_of(other) for other in script)
    return any(each.manager == "apk" and each.action == "update" for each in done if each)


def _is_within(word: object, folders: tuple[str, ...]) -> bool:
    text = word if isinstance(word, str) else getattr(word, "text", "")
    return text.startswith(folders) or text.rstrip("/*") in {"/var/cache", "/var/lib", "/var"} or "{" in text


class Tool(NamedTuple):
    """A compiler or its like that a command installs."""

    name: str
    at: Span


# Packages that compile, and those that bring them all.
_TOOLS = frozenset(
    [
        "gcc",
        "g++",
        "gcc-c++",
        "clang",
        "llvm",
        "make",
        "cmake",
        "autoconf",
        "automake",
        "build-essential",
        "build-base",
        "alpine-sdk",
        "base-devel",
        "golang",
        "golang-go",
        "go",
        "rustc",
        "rust",
        "cargo",
        "gfortran",
        "nasm",
        "yasm",
        "bison",
        "flex",
        "ninja-build",
        "ninja",
        "meson",
        "linux-headers-generic",
        "kernel-devel",
        "dpkg-dev",
        "rpm-build",
        "maven",
        "gradle",
        "ant",
    ]
)
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
