"""The doors that the process of a unit opens by itself: `ExecStart=app --host 0.0.0.0 --port 8000`."""

from collections.abc import Iterable, Iterator, Mapping

from compolint.load.unit.reading import Reading
from compolint.load.unit.sockets import narrowed
from compolint.model.command import Command
from compolint.model.knowledge.binding import Bound, bound, bound_by
from compolint.model.listener import Listener
from compolint.model.unit import boolean
from compolint.model.values import Address, ImageName, Ports
from compolint.model.workload import Variable
from compolint.secret import Secret
from compolint.text import Span
from compolint.unknown import Maybe, Unknown

# What is said behind these is for a container or for another machine.
_ENGINES = frozenset(("docker", "nerdctl", "docker-compose", "podman-compose", "kubectl"))
_ENTERED = _ENGINES | {"podman", "ssh"}


def bindings(
    reading: Reading, commands: Iterable[Command], environment: Mapping[str, Variable]
) -> Iterator[Listener]:
    """The doors, each once."""
    found = {each.key: each for each in _all(reading, commands, environment)}
    yield from found.values()


def _all(
    reading: Reading, commands: Iterable[Command], environment: Mapping[str, Variable]
) -> Iterator[Listener]:
    network = reading.last("PrivateNetwork")
    if network and boolean(network.value):
        return
    main = [command for command in commands if command.where == "ExecStart"]
    own = [command for command in main if command.name not in _ENGINES and not _is_elsewhere(command)]
    for command in own:
        for found in bound(command):
            yield _listener(reading, found, command.at("words", found.word))
    if main and not own:
        return  # then they are for containers
    texts = {name: _text(variable) for name, variable in environment.items()}
    for name, variable in environment.items():
        if given := bound_by(name, texts):
            yield _listener(reading, given, variable.at("value"))


def _text(variable: Variable) -> str:
    return variable.value.reveal() if isinstance(variable.value, Secret) else ""


def _listener(reading: Reading, found: Bound, at: Span) -> Listener:
    address, place = narrowed(reading, Address.of(found.host))
    own_port: Maybe[Ports] = Unknown("its own port", at)
    ports = Ports(found.port, found.port) if found.port else own_port
    return Listener(
        key=f"{reading.key}:{found.host}:{ports}",
        span=at,
        spans={"address": place or at},
        owner=reading.key,
        name=reading.name,
        address=address,
        ports=ports,
        origin="host",
        image=ImageName.of(found.image) if found.image else None,
        project=reading.path,
    )


def _is_elsewhere(command: Command) -> bool:
    return not _ENTERED.isdisjoint(label.partition(" ")[0] for label in command.wrappers)
