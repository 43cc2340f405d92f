"""Commands that act on the services and the firewall of a machine.

By the manuals: systemctl(1) and init(8) https://man7.org/linux/man-pages, https://docs.docker.com/reference/cli,
ufw(8) https://manpages.ubuntu.com/manpages/noble/man8/ufw.8.html, iptables(8), nft(8) https://wiki.nftables.org,
https://firewalld.org/documentation
"""

from typing import Literal

from compolint.model.command import Command
from compolint.model.knowledge.operands import acts_on_host, operands, subcommand
from compolint.model.workload import Workload
from compolint.unknown import Maybe, Unknown

_SYSTEMCTL = frozenset((
    "stop", "restart", "try-restart", "reload-or-restart", "kill", "disable", "mask", "isolate",
    "reboot", "poweroff", "halt", "kexec", "suspend", "rescue", "emergency",
))  # fmt: skip
_SYSTEMCTL_VALUED = "-H --host -M --machine -t --type -s --signal -p --property -n --lines --root --job-mode"
_SERVICE = frozenset(["stop", "restart", "force-reload"])
_HALTS = frozenset(["reboot", "shutdown", "poweroff", "halt"])
_ENGINES = frozenset(["docker", "podman", "nerdctl", "docker-compose", "podman-compose"])
_ENGINE_VALUED = (
    "-H --host -c --context --config -l --log-level -f --file -p --project-name --profile --env-file"
)
_ENGINE_ACTIONS = frozenset(["stop", "restart", "kill", "rm", "down", "pause"])
_FIREWALL_SERVICES = frozenset(
    name + end
    for name in ("ufw", "firewalld", "nftables", "iptables", "netfilter-persistent", "fail2ban")
    for end in ("", ".service")
)


def service_action(command: Command) -> str | None:
    """What a command says to stop or restart something beside its own container: `systemctl stop nginx`."""
    name = command.name or ""
    if name in _ENGINES:
        words = subcommand(command, _ENGINE_VALUED)
        rest = words[1:] if words[:1] in {("compose",), ("container",), ("service",)} else words
        # A name is needed to stop something; compose and its own program take everything without.
        needs_name = words[:1] != ("compose",) and not name.endswith("compose")
        if rest and rest[0] in _ENGINE_ACTIONS and (len(rest) > 1 or not needs_name):
            return _told(command, _ENGINE_VALUED, 3)
        return None
    if not acts_on_host(command):
        return None
    if name in _HALTS:
        return name
    if name in {"init", "telinit"} and command.words[1:] in (("0",), ("6",)):
        return name
    if name == "kill" and command.words[-1] == "-1" and len(command.words) > 2:
        return "kill -1"
    words = subcommand(command, _SYSTEMCTL_VALUED)
    if (
        name == "systemctl"
        and words
        and words[0] in _SYSTEMCTL
        and not command.has("--user")
        and not _FIREWALL_SERVICES.intersection(words)
    ):
        return _told(command, _SYSTEMCTL_VALUED, 2)
    is_service = name == "service" and len(words) > 1 and words[1] in _SERVICE
    return _told(command, _SYSTEMCTL_VALUED, 2) if is_service else None


def _told(command: Command, valued: str, count: int) -> str:
    """A command up to some of its operands: `systemctl stop $NAME`, `systemctl stop ….service`."""
    words = [command.words[number] for number in operands(command, valued)[:count]]
    return " ".join([command.name or "", *map(_shown, words)])


def _shown(word: Maybe[str]) -> str:
    if isinstance(word, Unknown) and not word.names and not word.text.startswith("$"):
        return f"{word.head}…{word.tail}"
    return str(word)


def acts_on_host_network(command: Command, workload: Workload | None) -> bool:
    """Whether what a command does to the network, it does to that of a machine."""
    if acts_on_host(command):
        return True
    if (
        workload is None
        or isinstance(workload.network_mode, Unknown)
        or any(map(_is_engine, command.wrappers))
    ):
        return False
    return workload.network_mode == "host"


def _is_engine(label: str) -> bool:
    return label.partition(" ")[0] in _ENGINES


def raises_firewall(command: Command) -> bool:
    """Whether a command switches a firewall on: `ufw enable`, `iptables -P INPUT DROP`, `nft -f FILE`."""
    words = subcommand(command, _SYSTEMCTL_VALUED)
    match command.name:
        case "ufw":
            return "enable" in words
        case "systemctl":
            return bool(words) and words[0] in _RAISING and not _FIREWALL_SERVICES.isdisjoint(words[1:])
        case "nft":
            return command.has("-f", "--file")
        case "iptables" | "ip6tables" | "iptables-nft" | "iptables-legacy":
            return command.has("-P", "--policy") and "DROP" in command.words
    return command.name in _RESTORERS


_RAISING = frozenset(("start", "restart", "enable", "reload-or-restart"))
_RESTORERS = frozenset(("iptables-restore", "netfilter-persistent"))


def firewall_action(command: Command) -> Literal["disables", "changes"] | None:
    """What a command does to a firewall."""
    if read := _READERS.get(command.name or ""):
        return read(command)
    written = [*command.writes, *(command.words[1:] if command.name in _WRITERS else ())]
    is_written = any(isinstance(path, str) and path.startswith(_FIREWALL_FILES) for path in written)
    return "changes" if is_written else None


_WRITERS = frozenset(("tee", "cp", "mv", "rm", "ln", "install", "truncate"))
_FIREWALL_FILES = (
    "/etc/ufw/",
    "/etc/default/ufw",
    "/etc/iptables/",
    "/etc/nftables",
    "/etc/firewalld/",
    "/etc/fail2ban/",
)


def _ufw(command: Command) -> Literal["disables", "changes"] | None:
    words = subcommand(command)
    if command.has("--dry-run", "--help") or not words:
        return None
    # `ufw stop` is what a folder of init scripts has: /etc/init.d/ufw stop
    if words[0] in {"disable", "reset", "stop"} or (
        words[0] == "default" and "allow" in words[1:] and "outgoing" not in words
    ):
        return "disables"
    return "changes" if words[0] in _UFW_CHANGES else None


_UFW_CHANGES = frozenset((
    "enable", "reload", "default", "allow", "deny", "reject", "limit", "delete", "insert", "prepend", "route",
    "logging",
))  # fmt: skip


def _iptables(command: Command) -> Literal["disables", "changes"] | None:
    words = [word if isinstance(word, str) else "" for word in command.words[1:]]
    table = next((words[at + 1] for at, word in enumerate(words[:-1]) if word in {"-t", "--table"}), "filter")
    for at, word in enumerate(words):
        if word in {"-F", "--flush", "-X", "--delete-chain"}:
            chain = words[at + 1 : at + 2]
            is_whole = (
                not chain or chain[0].startswith("-") or chain[0] in {"INPUT", "FORWARD", "DOCKER-USER"}
            )
            return "disables" if table == "filter" and is_whole and word in {"-F", "--flush"} else "changes"
        if word in {"-P", "--policy"} and table == "filter":
            target = words[at + 2 : at + 3]
            is_open = target == ["ACCEPT"] and words[at + 1] in {"INPUT", "FORWARD"}
            return "disables" if is_open else "changes"
        if word in _CHAIN_OPTIONS:
            return "changes"
    return None


_CHAIN_OPTIONS = frozenset((
    "-A", "--append", "-D", "--delete", "-I", "--insert", "-R", "--replace", "-N", "--new-chain", "-E",
    "--rename-chain", "-Z", "--zero", "-P", "--policy",
))  # fmt: skip


def _nft(command: Command) -> Literal["disables", "changes"] | None:
    words = " ".join(word if isinstance(word, str) else "" for word in command.words[1:]).split()
    plain = [word for word in words if not word.startswith("-")]
    if plain[:1] == ["flush"] and plain[1:2] in (["ruleset"], ["table"], ["chain"]):
        return "disables"
    if plain[:1] == ["delete"] and plain[1:2] in (["table"], ["chain"]):
        return "disables"
    is_file = any(word in {"-f", "--file"} for word in words)
    changing = {"add", "create", "insert", "replace", "delete", "destroy", "reset", "rename", "flush"}
    return "changes" if is_file or (plain and plain[0] in changing) else None


def _firewalld(command: Command) -> Literal["disables", "changes"] | None:
    if command.has("--panic-off", "--list-all", "--get-active-zones", "--state"):
        return None
    target = any(isinstance(word, str) and word == "--set-target=ACCEPT" for word in command.words)
    changing = (
        "--add-",
        "--remove-",
        "--set-",
        "--change-",
        "--reload",
        "--complete-reload",
        "--direct",
        "--permanent",
    )
    if target:
        return "disables"
    return (
        "changes"
        if any(isinstance(word, str) and word.startswith(changing) for word in command.words)
        else None
    )


def _systemctl(command: Command) -> Literal["disables", "changes"] | None:
    words = subcommand(command, _SYSTEMCTL_VALUED)
    if (
        words
        and words[0] in {"stop", "disable", "mask", "kill"}
        and _FIREWALL_SERVICES.intersection(words[1:])
    ):
        return "disables"
    return None


def _service(command: Command) -> Literal["disables", "changes"] | None:
    words = subcommand(command)
    return "disables" if words[1:2] == ("stop",) and words[0] in _FIREWALL_SERVICES else None


def _init_script(command: Command) -> Literal["disables", "changes"] | None:
    """`update-rc.d ufw disable`, `rc-service iptables stop`, `chkconfig firewalld off`"""
    words = subcommand(command)
    is_off = words[1:2] in {("stop",), ("disable",), ("remove",), ("off",), ("zap",)}
    return "disables" if is_off and words[0] in _FIREWALL_SERVICES else None


def _fail2ban(command: Command) -> Literal["disables", "changes"] | None:
    words = subcommand(command)
    if words[:1] == ("stop",):
        return "disables"
    return "changes" if words[:1] in {("unban",), ("set",), ("reload",)} else None


_READERS = {
    "ufw": _ufw,
    "iptables": _iptables,
    "ip6tables": _iptables,
    "iptables-legacy": _iptables,
    "iptables-nft": _iptables,
    "ip6tables-legacy": _iptables,
    "ip6tables-nft": _iptables,
    "nft": _nft,
    "firewall-cmd": _firewalld,
    "systemctl": _systemctl,
    "service": _service,
    **dict.fromkeys(("update-rc.d", "rc-service", "chkconfig"), _init_script),
    "fail2ban-client": _fail2ban,
}
