"""The doors of containers that commands start: `docker run -p 5432:5432 postgres`."""

from collections.abc import Iterable, Iterator

from compolint.load.engineoptions import Published, publishes, run_of
from compolint.model.command import Command
from compolint.model.listener import Listener
from compolint.model.values import ImageName
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown


class Owner(NamedTuple):
    """Whose doors they are."""

    key: str
    project: str
    name: str | None = None  # `None`: each container is called by its image


def of_commands(commands: Iterable[Command], owner: Owner) -> Iterator[Listener]:
    """The ports of all containers that the commands start, each once."""
    found: dict[str, Listener] = {}
    for command in commands:
        if run := run_of(command):
            image = _image(command, run.image)
            for option, port in publishes(run.options):
                listener = listener_of(owner, port, option.place, image)
                found.setdefault(listener.key, listener)
    yield from found.values()


def listener_of(owner: Owner, port: Published, at: Span, image: Maybe[ImageName] | None) -> Listener:
    """A port that the engine publishes for a container."""
    shown = port.address if isinstance(port.address, Unknown) else port.address.text
    called = image.base if isinstance(image, ImageName) else "a container"
    # Of free ports there may be one for each container.
    free = called if owner.name is None else ""
    numbers = free if port.ports is None else port.ports
    return Listener(
        key=f"{owner.key}:{shown}:{numbers}:{port.target}/{port.protocol}",
        span=at,
        spans=port.spans,
        owner=owner.key,
        name=called if owner.name is None else owner.name,
        address=port.address,
        ports=port.ports,
        target=port.target,
        protocol=port.protocol,
        image=image,
        project=owner.project,
    )


def _image(command: Command, number: int | None) -> Maybe[ImageName] | None:
    word = command.words[number] if number is not None else None
    return ImageName.of(word) if isinstance(word, str) else word
