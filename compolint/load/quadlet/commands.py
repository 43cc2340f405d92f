"""What the container of a quadlet runs, and what runs beside it."""

from collections.abc import Callable

from compolint.load.commands import Commands, Run, Said
from compolint.load.unit.commands import commands as run_beside
from compolint.load.unit.reading import Reading
from compolint.model import Entity
from compolint.model.command import Where
from compolint.syntax.unit import Setting
from compolint.syntax.unit_words import whole


def commands(reading: Reading, add: Callable[[Entity], object]) -> None:
    maker = Commands(reading.key, reading.title, add)
    arguments = [text.said() for text in reading.words("Exec")]
    entrypoint = reading.last("Entrypoint")
    words = [*(_entrypoint(reading, entrypoint) if entrypoint else ()), *arguments]
    maker.of_words(words, _run(reading, "entrypoint" if entrypoint else "command"))
    if (check := reading.last("HealthCmd")) and check.value != "none":
        said = reading.filling.text(check, whole(check.value)).said()
        maker.of_text(said, _run(reading, "healthcheck"))
    run_beside(reading, add, "Service")


def _run(reading: Reading, where: Where) -> Run:
    return Run(where, f"{reading.key}!{where}")


def _entrypoint(reading: Reading, setting: Setting) -> list[Said]:
    """One program, or a list of words in JSON."""
    if not setting.value.startswith("["):
        return [text.said() for text in reading.words_of(setting)]
    from json import JSONDecodeError, loads

    try:
        words = loads(setting.value)
    except (JSONDecodeError, RecursionError):
        return []
    at = setting.value_span
    return [Said(word, lambda start, end: at) for word in words if isinstance(word, str)]
