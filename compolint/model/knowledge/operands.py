"""How the words of a command fall into options, their values and operands, and on what machine it acts."""

from functools import cache

from compolint.model.command import Command

_ENGINES = ("docker", "podman", "nerdctl", "kubectl", "oc", "lxc", "incus")
_LEAVING = frozenset(("nsenter", "chroot"))
# The short options of curl that take a value: https://curl.se/docs/manpage.html
_CURL_VALUED = frozenset("AbcCdDeEFHKmoPQrtTuUwxXyYz")


def operands(command: Command, valued: str = "", start: int = 1) -> list[int]:
    """The numbers of the words that are neither options nor, for the `valued` options, their values."""
    found: list[int] = []
    takes_value = False
    for number in range(start, len(command.words)):
        word = command.words[number]
        if takes_value:
            takes_value = False
        elif isinstance(word, str) and word.startswith("-") and word != "-":
            takes_value = word in _options(valued)
        else:
            found.append(number)
    return found


def listed(command: Command, numbers: list[int]) -> str:
    """Some words of a command for people: `flask, redis, numpy and 4 more`."""
    words = [str(command.words[number]) for number in numbers[:3]]
    named = ", ".join("what is found" if word == "{}" else word for word in words)
    return f"{named} and {len(numbers) - 3} more" if len(numbers) > 3 else named


def subcommand(command: Command, valued: str = "") -> tuple[str, ...]:
    """The operands as texts: `("compose", "down")` of `docker -H x compose down -v`; "" for an open one."""
    words = (command.words[number] for number in operands(command, valued))
    return tuple(word if isinstance(word, str) else "" for word in words)


def short_option(command: Command, letter: str, valued: frozenset[str] = _CURL_VALUED) -> int | None:
    """The number of the word that has a short option, joined ones such as `-fsSLk` looked into."""
    for number, word in enumerate(command.words[1:], 1):
        if not isinstance(word, str) or len(word) < 2 or word[0] != "-" or word[1] == "-":
            continue
        for each in word[1:]:
            if each == letter:
                return number
            if each in valued:
                break
    return None


def acts_on_host(command: Command) -> bool:
    """Whether a command acts on a machine, rather than on an image or inside of a container."""
    on_host = command.is_on_host
    for label in command.wrappers:
        program = label.partition(" ")[0]
        if program == "ssh" or (program in _LEAVING and command.where != "RUN"):
            on_host = True
        elif program in _ENGINES:
            on_host = False
    return on_host


@cache
def _options(valued: str) -> frozenset[str]:
    return frozenset(valued.split())
