"""What a service runs: its command, entrypoint, healthcheck and hooks."""

from collections.abc import Iterator

from compolint.load.compose.service import Service
from compolint.model.command import Command


def commands(service: Service) -> Iterator[Command]:
    yield from ()
