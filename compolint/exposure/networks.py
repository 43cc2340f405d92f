"""Networks of containers, and the ports that an engine forwards to them."""

from typing import Literal

from compolint.model import Entity
from compolint.model.firewall import Addresses, Family
from compolint.model.values import Ports
from compolint.tuples import NamedTuple

Gateway = Literal["nat", "nat-unprotected", "routed", "isolated"]


class Bridge(NamedTuple):
    """A network of containers, as the host sees it."""

    name: str  # of its interface; "br-?" where only the beginning is known
    key: str = ""
    internal: bool = False
    talks: bool = True  # its containers with each other
    gateways: tuple[Gateway, Gateway] = ("nat", "nat")  # of IPv4, of IPv6
    subnets: tuple[Addresses, ...] = ()
    has_ipv6: bool = False
    origin: Entity | None = None  # what declares it, or is on it
    is_podman: bool = False

    def gateway(self, family: Family) -> Gateway:
        return self.gateways[family == 6]

    def subnet(self, family: Family) -> Addresses | None:
        return next((each for each in self.subnets if each.family == family), None)


class Published(NamedTuple):
    """A port that an engine forwards to a container."""

    origin: Entity  # what declares it
    number: int  # of the container
    bridge: Bridge
    protocol: str
    ports: Ports  # of the host
    target: Ports
    address: Addresses | None  # of the host; `None`: every one
    families: tuple[Family, ...] = (4,)  # in which the container has an address
    is_podman: bool = False
    asked: tuple[int, ...] = ()  # of the host's ports those that stand for all between which no rule tells

    @property
    def routed(self) -> tuple[Family, ...]:
        """The families in which clients ask for the container's own address."""
        return tuple(family for family in self.families if self.bridge.gateway(family) == "routed")

    def inside(self, port: int) -> int:
        """The port of the container that one of the host's leads to."""
        first, last = self.target
        return first if first == last else first + port - self.ports.first
