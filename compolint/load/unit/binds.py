"""The doors that the process of a unit opens by itself: `ExecStart=app --host 0.0.0.0 --port 8000`."""

from collections.abc import Iterable, Iterator

from compolint.load.unit.reading import Reading
from compolint.load.unit.sockets import narrowed
from compolint.model.command import Command
from compolint.model.listener import Listener
from compolint.model.unit import boolean
from compolint.model.values import Address, Ports
from compolint.unknown import Maybe, Unknown

_ENGINES = frozenset(("docker", "podman", "nerdctl", "docker-compose", "podman-compose", "kubectl", "ssh"))


def bindings(reading: Reading, commands: Iterable[Command]) -> Iterator[Listener]:
    network = reading.last("PrivateNetwork")
    if network and boolean(network.value):
        return
    for command in commands:
        if command.where == "ExecStart" and _ENGINES.isdisjoint((command.name, *_starters(command))):
            yield from _of(reading, command)


def _of(reading: Reading, command: Command) -> Iterator[Listener]:
    from compolint.model.knowledge.binding import bound

    for found in bound(command):
        at = command.at("words", found.word)
        address, place = narrowed(reading, Address.of(found.host))
        own_port: Maybe[Ports] = Unknown("its port", at)
        ports = Ports(found.port, found.port) if found.port else own_port
        yield Listener(
            key=f"{reading.key}:{found.host}:{ports}",
            span=at,
            spans={"address": place or at},
            owner=reading.key,
            name=reading.name,
            address=address,
            ports=ports,
            origin="host",
            project=reading.path,
        )


def _starters(command: Command) -> list[str]:
    return [label.partition(" ")[0] for label in command.wrappers]
