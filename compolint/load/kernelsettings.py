"""Settings of the kernel that commands make: `sysctl -w NAME=VALUE`, `echo VALUE > /proc/sys/NAME`."""

from collections.abc import Iterable, Iterator

from compolint.load.host.sysctl import dotted
from compolint.model.command import Command
from compolint.model.knowledge.operands import acts_on_host
from compolint.model.setting import Setting

_FOLDER = "/proc/sys/"


def settings_of(commands: Iterable[Command]) -> Iterator[Setting]:
    for command in commands:
        if command.name in {"sysctl", "echo", "printf"} and acts_on_host(command):
            yield from _assigned(command) if command.name == "sysctl" else _written(command)


def _assigned(command: Command) -> Iterator[Setting]:
    for number, word in enumerate(command.words):
        if number and isinstance(word, str) and not word.startswith("-"):
            name, equals, value = word.partition("=")
            if equals:
                yield _setting(command, number, dotted(name.strip()), value.strip())


def _written(command: Command) -> Iterator[Setting]:
    if len(command.words) != 2 or not isinstance(value := command.words[1], str):
        return
    for target in command.writes:
        if isinstance(target, str) and target.startswith(_FOLDER):
            yield _setting(command, 1, target.removeprefix(_FOLDER).replace("/", "."), value.strip())


def _setting(command: Command, number: int, name: str, value: str) -> Setting:
    at = command.at("words", number)
    return Setting(
        key=f"{command.key}!{number}", span=at, spans={"value": at}, scope="sysctl", name=name, value=value
    )
