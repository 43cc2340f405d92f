"""What single programs listen on: their own ports, and those that nobody has to tell to listen for everybody.

By their manuals: https://redis.io/docs/latest/operate/oss_and_stack/management/config-file, mongod(1),
https://www.postgresql.org/docs/current/app-postgres.html, memcached(1), ttyd(1), socat(1), ssh(1),
podman-system-service(1), https://docs.python.org/3/library/http.server.html, https://github.com/sorenisanerd/gotty,
https://github.com/ollama/ollama/blob/main/docs/faq.md, https://www.gradio.app/guides/environment-variables,
https://flask.palletsprojects.com/en/stable/cli
"""

from collections.abc import Callable, Iterator
from itertools import pairwise

from compolint.model.command import Command
from compolint.pattern import pattern
from compolint.tuples import NamedTuple


class Program(NamedTuple):
    """A program that listens on a port of its own where it is told none."""

    port: int
    image: str = ""  # that of its container, which tells what it is where the port does not
    limits: tuple[str, ...] | None = None  # the options without which it listens for everybody


class Opened(NamedTuple):
    """A door for everybody who reaches the machine."""

    word: int
    port: int


class Named(NamedTuple):
    """Variables that tell a program where to listen."""

    port_name: str
    port: int


PROGRAMS = {
    **dict.fromkeys(("redis-server", "valkey-server", "keydb-server"), Program(6379)),
    **dict.fromkeys(("mysqld", "mariadbd", "mysqld_safe", "mariadbd-safe"), Program(3306)),
    **dict.fromkeys(("postgres", "postmaster"), Program(5432)),
    **dict.fromkeys(("jupyter", "jupyter-lab", "jupyter-notebook"), Program(8888, "base-notebook")),
    "mongod": Program(27017),
    "mongos": Program(27017),
    "memcached": Program(11211, "", ("-l", "--listen", "-s", "--unix-socket")),
    "ollama": Program(11434),
    "prometheus": Program(9090, "prom/prometheus"),
    "alertmanager": Program(9093, "prom/alertmanager"),
    "grafana-server": Program(3000, "grafana/grafana"),
    "code-server": Program(8080, "codercom/code-server"),
    "vault": Program(8200, "hashicorp/vault"),
    "minio": Program(9000, "minio/minio"),
    "ttyd": Program(7681, "tsl0922/ttyd", ("-i", "--interface")),
    "gotty": Program(8080, "sorenisanerd/gotty", ("-a", "--address")),
    "uvicorn": Program(8000),
    "gunicorn": Program(8000),
}
STARTERS = frozenset(("podman", "ssh", "autossh"))
VARIABLES = {
    "OLLAMA_HOST": Named("", 11434),
    "GRADIO_SERVER_NAME": Named("GRADIO_SERVER_PORT", 7860),
    "FLASK_RUN_HOST": Named("FLASK_RUN_PORT", 5000),
    "UVICORN_HOST": Named("UVICORN_PORT", 8000),
    "MEILI_HTTP_ADDR": Named("", 7700),
    "VAULT_DEV_LISTEN_ADDRESS": Named("", 8200),
}
# TCP-LISTEN:2375,fork   tcp4-l:80,bind=127.0.0.1   OPENSSL-LISTEN:443
_SOCAT = pattern(
    r"(?i:tcp[46]?|openssl|ssl)-(?i:listen|l):(?P<port>[0-9]{1,5})(?P<options>(?:,[^,\s]*){0,50})"
)
# tcp:0.0.0.0:8080   tcp://:8080
_PODMAN = pattern(r"tcp:(?://)?(?:0\.0\.0\.0|\[::\]|)?:(?P<port>[0-9]{1,5})")
# 0.0.0.0:5432:db:5432   *:1080   :80:web:80
_FORWARDED = pattern(r"(?:0\.0\.0\.0|\[::\]|\*|):(?P<port>[0-9]{1,5})(?::[^:]+:[0-9]+)?")
_NUMBER = pattern(r"[0-9]{1,5}")


def opened(command: Command, port: int | None) -> Iterator[Opened]:
    """The doors that a program opens for everybody by itself; `port` is what an option of it says."""
    name = command.name or ""
    program = PROGRAMS.get(name)
    if program and program.limits and not _is_told(command, program.limits):
        yield Opened(0, port or program.port)
        return
    reader = _http_server if name.startswith("python") else _READERS.get(name)
    if reader is None or (name.startswith("python") and _is_told(command, ("-b", "--bind"))):
        return
    # What is open in it is none of the words that are looked for.
    words = [word if isinstance(word, str) else "" for word in command.words]
    yield from (each for each in reader(words) if 0 < each.port < 65536)


def _is_told(command: Command, options: tuple[str, ...]) -> bool:
    starts = tuple(option for option in options if not option.startswith("--"))
    return command.has(*options) or any(
        isinstance(word, str) and word.startswith(starts) for word in command.words[1:]
    )


def _mongod(words: list[str]) -> Iterator[Opened]:
    for number, word in enumerate(words):
        if word in {"--bind_ip_all", "--bind_ip_all=true"}:
            told = next((words[at + 1] for at in range(len(words) - 1) if words[at] == "--port"), "")
            yield Opened(number, int(told) if _NUMBER.fullmatch(told) else 27017)
            return


def _socat(words: list[str]) -> Iterator[Opened]:
    for number, word in enumerate(words):
        match = _SOCAT.match(word)
        options = match["options"].lower().split(",") if match else []
        bound = next((each.partition("=")[2] for each in options if each.startswith("bind=")), "")
        if match and bound in {"", "0.0.0.0", "[::]", "::"}:
            yield Opened(number, int(match["port"]))


def _podman(words: list[str]) -> Iterator[Opened]:
    if [word for word in words if word in {"system", "service"}] == ["system", "service"]:
        for number, word in enumerate(words):
            if match := _PODMAN.fullmatch(word):
                yield Opened(number, int(match["port"]))


def _ssh(words: list[str]) -> Iterator[Opened]:
    """`-L *:5432:db:5432`, `-NL …`, `-D 0.0.0.0:1080`."""
    for number, (option, value) in enumerate(pairwise(words)):
        is_forward = option.startswith("-") and option[-1] in "LD" and option[1:].isalpha()
        if is_forward and (match := _FORWARDED.fullmatch(value)):
            yield Opened(number + 1, int(match["port"]))


def _http_server(words: list[str]) -> Iterator[Opened]:
    """`python3 -m http.server [--bind ADDRESS] [PORT]`"""
    at = words.index("http.server") if "http.server" in words else 0
    if words[at - 1] != "-m":
        return
    numbers = (
        number
        for number in range(at + 1, len(words))
        if _NUMBER.fullmatch(words[number]) and words[number - 1] not in _VALUED
    )
    port = next(numbers, None)
    yield Opened(at, 8000) if port is None else Opened(port, int(words[port]))


_VALUED = frozenset(("-d", "--directory", "-p", "--protocol"))
_READERS: dict[str, Callable[[list[str]], Iterator[Opened]]] = {
    "mongod": _mongod,
    "mongos": _mongod,
    "socat": _socat,
    "podman": _podman,
    "ssh": _ssh,
    "autossh": _ssh,
}
