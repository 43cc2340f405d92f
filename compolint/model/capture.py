"""What a machine was seen to have open, when somebody looked."""

from typing import Literal

from compolint.model import Entity
from compolint.model.values import Address, Ports

Source = Literal["ss", "netstat", "docker ps", "docker inspect", "docker port"]


class Captured(Entity):
    """A door as a program shows it that was asked on the machine itself.

    `families` tells what a wildcard stands for: `*:80` of `ss` is a socket for both, `[::]:80` for one.
    """

    source: Source
    name: str  # of the process or the container; empty where it is not shown
    address: Address
    ports: Ports
    protocol: str = "tcp"
    target: Ports | None = None  # inside the container
    families: tuple[Literal[4, 6], ...] = (4, 6)
    interface: str = ""  # that the socket is bound to
    capture: str = ""  # the file, which is the state of one moment
    host: str | None = None

    def __str__(self) -> str:
        """As people say it: `5432/tcp`, `8080->80/tcp`."""
        shown = str(self.ports)
        if self.target is not None and self.target != self.ports:
            shown += f"->{self.target}"
        return f"{shown}/{self.protocol}"
