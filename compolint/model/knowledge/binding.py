"""The doors that the options of a program open, whatever program it is: `--host 0.0.0.0 --port 8000`."""

import re
from collections.abc import Iterator, Mapping

from compolint.model.command import Command
from compolint.pattern import pattern
from compolint.tuples import NamedTuple

# 0.0.0.0:80   tcp://[::]:80/   *:80   :80   0.0.0.0   ::
_BOUND = pattern(
    r"(?:[a-z][a-z0-9+]*://)?(?P<host>0\.0\.0\.0|\[::\]|::|\*|)(?::(?P<port>[1-9][0-9]{0,4}))?/?", re.ASCII
)
# What an option is about: --bind   --web.listen-address   -addr   --http_host
_WORD = pattern(r"[a-z]+")
_BINDING = frozenset(
    ("bind", "listen", "addr", "address", "addresses", "host", "hostname", "ip", "interface", "serve")
)
_SURELY = frozenset(("bind", "listen", "addr", "address"))
_LETTERS = frozenset(("-b", "-l", "-a", "-h", "-H", "-S"))
_PORTS = frozenset(("-p", "--port", "-port", "--http-port", "--listen-port", "--server.port"))
_EVERYWHERE = "0.0.0.0", "[::]", "::", "*"


class Bound(NamedTuple):
    word: int  # its number
    host: str  # nothing for every interface of any family
    port: int | None  # `None`: the program's own, which is not known
    image: str = ""  # of the program's container, where that tells what it is


def bound(command: Command) -> Iterator[Bound]:
    """What a program listens on for everybody who reaches the machine."""
    from compolint.model.knowledge.listening import PROGRAMS, STARTERS, opened

    program = PROGRAMS.get(command.name or "")
    said = port_of(command)
    image = program.image if program else ""
    is_another = command.name in STARTERS  # what follows is said to a program elsewhere
    told = [] if is_another else list(_told(command, said or (program.port if program else None)))
    numbers = {each.word for each in told}
    yield from (each._replace(image=image) for each in told)
    for each in opened(command, said):
        if each.word not in numbers:
            yield Bound(each.word, "", each.port, image)


def bound_by(name: str, variables: Mapping[str, str]) -> Bound | None:
    """What a variable makes a program listen on: `OLLAMA_HOST=0.0.0.0`."""
    from compolint.model.knowledge.listening import VARIABLES

    named = VARIABLES.get(name)
    match = _BOUND.fullmatch(variables[name]) if named else None
    if named is None or match is None or not match["host"]:
        return None
    said = match["port"] or variables.get(named.port_name, "")
    is_number = said.isascii() and said.isdigit() and len(said) < 6
    port = int(said) if is_number else named.port
    return Bound(0, match["host"].strip("[]*"), port) if 0 < port < 65536 else None


def _told(command: Command, own_port: int | None) -> Iterator[Bound]:
    """What the options of any program say."""
    for number, word in enumerate(command.words):
        if number and isinstance(word, str) and ("0.0.0.0" in word or ":" in word or word.endswith("*")):
            option, value = _option(command, number, word)
            match = _BOUND.fullmatch(value)
            if match and _is_bound(option, match):
                port = int(match["port"]) if match["port"] else own_port
                if port is None or 0 < port < 65536:
                    yield Bound(number, match["host"].strip("[]*"), port)


def _option(command: Command, number: int, word: str) -> tuple[str, str]:
    """The option that a word belongs to, if any, and the word's value."""
    if word.startswith("-"):
        option, equals, value = word.partition("=")
        return option, value if equals else "-"
    before = command.words[number - 1]
    if before == "-c" and "=" in word:  # postgres -c listen_addresses=*
        option, _, value = word.partition("=")
        return option, value
    is_option = isinstance(before, str) and before.startswith("-") and "=" not in before
    return (str(before) if is_option else ""), word


def _is_bound(option: str, match: re.Match[str]) -> bool:
    names = set(_WORD.findall(option.lower()))
    if match["port"] is None:
        return match["host"] in _EVERYWHERE and (not _BINDING.isdisjoint(names) or option in _LETTERS)
    # `:80` may be a part of something else, of a display or a time; nobody connects to `0.0.0.0:80`.
    return bool(match["host"]) or not _SURELY.isdisjoint(names)


def port_of(command: Command) -> int | None:
    """The port that an option names: `--port 7000`."""
    words = [str(word) for word in command.words]
    for word, following in zip(words, [*words[1:], ""], strict=True):
        option, equals, value = word.partition("=")
        said = value if equals else following
        if option in _PORTS and said.isascii() and said.isdigit() and len(said) < 6:
            return int(said)
    return None
