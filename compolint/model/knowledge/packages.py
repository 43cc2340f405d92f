"""Package managers: what a command installs or removes, by the manuals of the managers themselves.

apt-get(8) https://manpages.debian.org/apt-get, apk(8) https://man.archlinux.org/man/apk.8.en,
dnf(8) https://dnf.readthedocs.io, zypper(8) https://doc.opensuse.org, pip https://pip.pypa.io/en/stable/cli,
npm https://docs.npmjs.com/cli, pnpm https://pnpm.io/cli/add, yarn https://classic.yarnpkg.com/en/docs/cli,
bun https://bun.sh/docs/cli, gem https://guides.rubygems.org/command-reference, go https://go.dev/ref/mod
"""

from compolint.model.command import Command
from compolint.model.knowledge.operands import operands
from compolint.tuples import NamedTuple


class Packages(NamedTuple):
    """What a command does with packages."""

    manager: str  # apt, apk, dnf, zypper, pip, npm, gem, go
    action: str  # "install", "remove", "update", "upgrade", "clean", or the manager's own word
    words: tuple[int, ...]  # the numbers of the words that name packages


_ACTIONS = {
    "install": "install", "add": "install", "i": "install", "in": "install", "get": "install",
    "groupinstall": "install", "localinstall": "install", "reinstall": "install",
    "remove": "remove", "rm": "remove", "del": "remove", "purge": "remove", "erase": "remove",
    "uninstall": "remove", "autoremove": "remove", "autopurge": "remove",
    "update": "update", "refresh": "update", "makecache": "update",
    "upgrade": "upgrade", "dist-upgrade": "upgrade", "full-upgrade": "upgrade",
    "clean": "clean", "cache": "clean", "ci": "ci",
}  # fmt: skip
MANAGERS = {
    "apt-get": "apt", "apt": "apt", "aptitude": "apt", "apk": "apk", "yum": "dnf", "dnf": "dnf",
    "dnf5": "dnf", "microdnf": "dnf", "tdnf": "dnf", "zypper": "zypper", "pip": "pip", "pip2": "pip",
    "pip3": "pip", "npm": "npm", "pnpm": "npm", "yarn": "npm", "bun": "npm", "gem": "gem", "go": "go",
}  # fmt: skip
# The options whose value is the next word.
_VALUED = {
    "apt": "-o --option -t --target-release -c --config-file -a --host-architecture --solver",
    "apk": "-t --virtual -X --repository -p --root --keys-dir --repositories-file --arch --cache-dir --wait",
    "dnf": "-c --config --enablerepo --disablerepo --repo --releasever --installroot --exclude -x --setopt",
    "zypper": "-r --repo --from -R --root -p --plus-repo -t --type",
    "pip": "-r --requirement -c --constraint -i --index-url --extra-index-url -f --find-links -t --target"
    " --trusted-host --prefix --root --src --platform --python-version --implementation --abi --cache-dir"
    " --timeout --retries --resume-retries --progress-bar --report --log --proxy --cert --config-settings"
    " --only-binary --no-binary -e --editable --python -p --upgrade-strategy --exists-action"
    " --keyring-provider -C",
    "npm": "--prefix --registry --cache -w --workspace --loglevel --tag --omit --include --only --filter -C"
    " --dir --cwd --cache-folder --modules-folder --network-timeout --mutex --global-folder --store-dir"
    " --otp --os --cpu",
    "gem": "-v --version -i --install-dir -n --bindir -s --source -P --trust-policy -p --http-proxy"
    " --platform -g",
    "go": "-tags -ldflags -gcflags -mod -o -p -buildvcs -asmflags -pkgdir -toolexec -C -modfile",
}


def packages_of(command: Command) -> Packages | None:
    """What a command does with packages; `None` for one that is no package manager's."""
    words, start, name = command.words, 1, command.name or ""
    manager = MANAGERS.get(name)
    if manager is None:
        start = _python_start(command) if name.startswith(("python", "uv")) else 0
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
    """Where pip's own words begin: behind `python3 -m pip` and `uv pip`; 0 if pip is not called."""
    first = command.words[1:3]
    if command.name == "uv":
        return 2 if _are(first[:1], ("pip",)) else 0
    is_python = (command.name or "").startswith("python")
    return 3 if is_python and _are(first, ("-m", "pip")) else 0


def _are(words: tuple[object, ...], wanted: tuple[str, ...]) -> bool:
    return len(words) == len(wanted) and all(
        isinstance(word, str) and word == each for word, each in zip(words, wanted, strict=True)
    )
