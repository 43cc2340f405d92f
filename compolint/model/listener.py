"""Doors: sockets that a host opens, and routes that lead to them."""

from typing import Literal

from compolint.model import Entity
from compolint.model.values import Address, ImageName, Ports
from compolint.unknown import Maybe, Unknown


class Listener(Entity):
    """A port of a host on which something waits for connections.

    `origin` tells how the packets come: a published port is forwarded by Docker's own rules, past a
    firewall that filters what the host itself receives; a socket of the host is not, nor is that of a
    container on the host's network.
    """

    owner: str
    name: str  # of the workload
    address: Maybe[Address]
    ports: Maybe[Ports] | None  # on the host; `None`: a free one that Docker chooses
    target: Maybe[Ports] | None = None  # inside the container
    protocol: str = "tcp"
    origin: Literal["published", "host", "socket", "container"] = "published"
    image: Maybe[ImageName] | None = None  # of the workload behind it
    project: str = ""
    profiles: tuple[str, ...] = ()
    host: str | None = None
    web_server: str = ""  # the key of the one whose socket it is, which its sites share
    # The workload that a web server hands its connections on to as they come, "" for one that is not here;
    # `None`: none does.
    handed_to: str | None = None

    @property
    def verb(self) -> str:
        """What its owner does with the port, in a word."""
        return "publishes" if self.origin == "published" else "opens"

    def __str__(self) -> str:
        """As people say it: `5432/tcp`, `8080->80/tcp`, `a random port->80/tcp`."""
        if isinstance(self.ports, Unknown) and not self.ports.names and self.target is None:
            return str(self.ports)  # in words
        if isinstance(self.target, Unknown) and not self.target.names and self.ports is None:
            return "random ports"
        shown = "a random port" if self.ports is None else str(self.ports)
        if self.target is not None and str(self.target) != shown:
            shown += f"->{self.target}"
        return f"{shown}/{self.protocol}"


class Route(Entity):
    """A way through a proxy to a workload, declared by the workload's own labels."""

    owner: str
    name: str  # of the workload
    proxy: Literal["traefik", "nginx-proxy"]
    hosts: tuple[Maybe[str], ...] = ()
    port: Maybe[int] | None = None
    service: Maybe[str] | None = None  # of the proxy: `api@internal` is Traefik's own dashboard
    middlewares: Maybe[str] = ""  # names of Traefik's, with commas
    authenticated: Maybe[bool] = False
    image: Maybe[ImageName] | None = None
