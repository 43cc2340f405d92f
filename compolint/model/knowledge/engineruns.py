"""What `docker run` and its like give to the container that they start."""

from compolint.model.command import Command
from compolint.model.knowledge.capabilities import capability
from compolint.model.knowledge.engines import engine_socket
from compolint.model.knowledge.engineswitches import GLOBAL_VALUED, is_switch, valued_letter
from compolint.model.knowledge.paths import sensitive_path
from compolint.model.workload import Mount
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe


class EngineRun(NamedTuple):
    """A container that a command starts or enters, and what it gets of the host."""

    verb: str  # "run", "create", "exec", "compose run"
    image: str  # as it is written
    powers: tuple[tuple[int, str], ...]  # the numbers of words, and what they give


_NOWHERE = Span("", 0, 0)
_ENGINES = frozenset(("docker", "podman", "nerdctl", "docker-compose", "podman-compose"))
_VERBS = frozenset(("run", "create", "exec"))
# Read-only they tell a container the names of the users, as every program of the host may know them.
_READABLE = frozenset(("/etc/passwd", "/etc/group"))
_HOST_NAMESPACES = {
    "--network": "the network of the host",
    "--net": "the network of the host",
    "--pid": "the processes of the host",
    "--ipc": "the shared memory of the host",
    "--userns": "the users of the host",
}


def engine_run(command: Command) -> EngineRun | None:
    """What a command of a container engine starts; `None` if it starts nothing."""
    if command.name not in _ENGINES or command.has("--help"):
        return None
    verb, at = _verb(command)
    if verb is None:
        return None
    powers: list[tuple[int, str]] = []
    while at < len(command.words):
        word = command.words[at]
        if not isinstance(word, str) or not word.startswith("-") or word == "-":
            break
        if word == "--":
            at += 1
            break
        option, equals, value = word.partition("=")
        if not option.startswith("--"):
            option, value, equals = _short(word)
        number = at
        given: Maybe[str] = value
        if not equals and not is_switch(option) and at + 1 < len(command.words):
            at += 1
            given = command.words[at]
        at += 1
        if power := _power(option, given, bool(equals)):
            powers.append((number, power))
    image = command.words[at] if at < len(command.words) else None
    return EngineRun(verb, str(image) if isinstance(image, str) else "a container", tuple(powers))


def _verb(command: Command) -> tuple[str | None, int]:
    said: list[str] = []
    at = 1
    while at < len(command.words) and len(said) < 3:
        word = command.words[at]
        at += 1
        if not isinstance(word, str):
            break
        if word.startswith("-"):
            at += word in GLOBAL_VALUED
            continue
        said.append(word)
        if word in _VERBS:
            return " ".join(said), at
        if word not in {"compose", "container"}:
            break
    return None, at


def _short(word: str) -> tuple[str, str, str]:
    """A joined short option as option, value, and "=" if it holds its value: `-it`, `-v/:/host`."""
    at = valued_letter(word)
    if not at:
        return "--tty", "", ""
    return f"-{word[at]}", word[at + 1 :], "=" if word[at + 1 :] else ""


def _power(option: str, given: Maybe[str], has_value: bool) -> str | None:
    if option == "--privileged":
        return "--privileged" if not has_value or given != "false" else None
    if not isinstance(given, str):
        return None
    if option in _HOST_NAMESPACES:
        return _HOST_NAMESPACES[option] if given == "host" else None
    if option == "--cap-add":
        known = capability(given.upper().removeprefix("CAP_"))
        return f"the capability {given}" if known and known.reach == "host" else None
    if option == "--security-opt":
        value = given.replace(":", "=", 1)
        return given if value.endswith(("=unconfined", "=disable")) else None
    if option in {"-v", "--volume"}:
        source, _, rest = given.partition(":")
        is_readable = source in _READABLE and "ro" in rest.partition(":")[2].split(",")
        return _mounted(source) if rest and not is_readable else None
    if option == "--mount":
        fields = dict(part.partition("=")[::2] for part in given.split(","))
        source = fields.get("src") or fields.get("source") or ""
        is_readable = source in _READABLE and not {"readonly", "ro"}.isdisjoint(fields)
        return _mounted(source) if fields.get("type") == "bind" and not is_readable else None
    return None


def _mounted(source: str) -> str | None:
    mount = Mount(key="", span=_NOWHERE, owner="", name="", kind="bind", source=source.rstrip("/") or "/")
    socket, path = engine_socket(mount), sensitive_path(mount)
    if path and path.grade in {"takeover", "program", "kernel"} and not (socket and not socket.folder):
        return f"{source}: {path.what}"
    return "the socket of the container engine" if socket else None
