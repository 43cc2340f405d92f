"""The doors of containers that a unit starts: `ExecStart=docker run -p 80:80 nginx`."""

from collections.abc import Iterable, Iterator

from compolint.load.engineoptions import Published, publishes, run_of
from compolint.load.unit.reading import Reading
from compolint.model.command import Command
from compolint.model.listener import Listener
from compolint.model.values import ImageName
from compolint.text import Span
from compolint.unknown import Maybe, Unknown


def published(reading: Reading, commands: Iterable[Command]) -> Iterator[Listener]:
    seen: set[str] = set()
    for command in commands:
        run = run_of(command)
        if run is None:
            continue
        image = _image(command, run.image)
        for option, port in publishes(run.options):
            listener = listener_of(reading, port, option.place, image)
            if listener.key not in seen:
                seen.add(listener.key)
                yield listener


def listener_of(reading: Reading, port: Published, at: Span, image: Maybe[ImageName] | None) -> Listener:
    """A port that the engine publishes for a container."""
    shown = port.address if isinstance(port.address, Unknown) else port.address.text
    numbers = "" if port.ports is None else port.ports
    return Listener(
        key=f"{reading.key}:{shown}:{numbers}:{port.target}/{port.protocol}",
        span=at,
        spans=port.spans,
        owner=reading.key,
        name=reading.title,
        address=port.address,
        ports=port.ports,
        target=port.target,
        protocol=port.protocol,
        image=image,
        project=reading.path,
    )


def _image(command: Command, number: int | None) -> Maybe[ImageName] | None:
    word = command.words[number] if number is not None else None
    return ImageName.of(word) if isinstance(word, str) else word
