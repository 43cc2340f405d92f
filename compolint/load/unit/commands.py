"""What a unit runs: the command lines of `ExecStart=` and its like."""

from collections.abc import Callable, Iterator

from compolint.load.commands import Commands, Run
from compolint.load.unit.reading import Reading
from compolint.load.unit.texts import Text
from compolint.model import Entity
from compolint.model.command import Where
from compolint.model.unit import Exec
from compolint.pattern import pattern
from compolint.syntax.unit import Setting
from compolint.syntax.unit_words import CommandLine, Unbalanced, command_lines
from compolint.text import Span
from compolint.tuples import NamedTuple

_KEYS: dict[str, tuple[Where, ...]] = {
    "Service": (
        "ExecCondition", "ExecStartPre", "ExecStart", "ExecStartPost", "ExecReload", "ExecReloadPost",
        "ExecStop", "ExecStopPost",
    ),
    "Socket": ("ExecStartPre", "ExecStartPost", "ExecStopPre", "ExecStopPost"),
}  # fmt: skip
_SHELLS = frozenset(("sh", "bash", "dash", "zsh", "ksh", "ash"))
# -c   -lc   -euxc
_COMMAND = pattern(r"-[a-z]*c")
# %i   %I   %f, but not %%i
_INSTANCE = pattern(r"(?<!%)(?:%%)*%[iIfjJ]")


class Line(NamedTuple):
    """One command line, with the place of its program."""

    exec: Exec
    at: Span


def commands(reading: Reading, add: Callable[[Entity], object], section: str | None = None) -> list[Line]:
    """Hands on the commands, and gives the command lines that they stand in."""
    maker = Commands(reading.key, reading.title, add)
    found: list[Line] = []
    for key in _KEYS.get(section or reading.section, ()):
        for number, setting in enumerate(reading.said(key, section)):
            for line in _lines(reading, setting):
                if not all(reading.has_room(setting) for _ in line.words):
                    return found
                texts = _texts(reading, setting, line)
                exec_ = Exec(key, line.prefixes, texts[0].known(), _pastes_instance(line))
                found.append(Line(exec_, texts[0].span))
                maker.of_words([text.said() for text in texts], Run(key, f"{reading.key}!{key}.{number}"))
    return found


def _pastes_instance(line: CommandLine) -> bool:
    """Whether `%i` and its like stand in the text of a `sh -c`, in which no quotes help against a quote."""
    words = [word.text for word in line.words]
    if words[0].rpartition("/")[2] not in _SHELLS:
        return False
    option = next((at for at, word in enumerate(words) if _COMMAND.fullmatch(word)), len(words))
    return any(_INSTANCE.search(word) for word in words[option + 1 : option + 2])


def _lines(reading: Reading, setting: Setting) -> Iterator[CommandLine]:
    try:
        yield from command_lines(setting.value)
    except Unbalanced as error:
        consequence = "refuses the unit" if error.fatal else "passes over the command"
        place = setting.place(error.at, error.at + 1)
        message = f"the quote is never closed; systemd {consequence}"
        reading.fault(message, place, "syntax", fatal=True)


def _texts(reading: Reading, setting: Setting, line: CommandLine) -> list[Text]:
    program, *arguments = line.words
    if "@" in line.prefixes:
        arguments = arguments[1:]  # the first one is what the program is told to be called
    filling = reading.filling
    texts = [filling.text(setting, program)]
    for word in arguments:
        texts += [filling.text(setting, word)] if ":" in line.prefixes else filling.arguments(setting, word)
    return texts
