"""The doors of containers that commands start: `docker run -p 5432:5432 postgres`."""

from collections.abc import Iterable, Iterator

from compolint.load.engineoptions import publishes, run_of
from compolint.model.command import Command
from compolint.model.listener import Listener
from compolint.model.values import ImageName
from compolint.unknown import Unknown


def listeners(commands: Iterable[Command], path: str) -> Iterator[Listener]:
    seen: set[str] = set()
    for command in commands:
        run = run_of(command)
        if run is None:
            continue
        word = command.words[run.image] if run.image is not None else None
        image = ImageName.of(word) if isinstance(word, str) else word
        for option, port in publishes(run.options):
            shown = port.address if isinstance(port.address, Unknown) else port.address.text
            key = f"{path}:{shown}:{'' if port.ports is None else port.ports}:{port.target}/{port.protocol}"
            if key in seen:
                continue
            seen.add(key)
            yield Listener(
                key=key,
                span=option.place,
                spans=port.spans,
                owner=path,
                name=image.base if isinstance(image, ImageName) else "a container",
                address=port.address,
                ports=port.ports,
                target=port.target,
                protocol=port.protocol,
                image=image,
                project=path,
            )
