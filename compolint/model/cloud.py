"""The firewalls of clouds: security groups, network ACLs, firewall rules."""

from typing import Literal

from compolint.model import Entity
from compolint.model.values import Ports
from compolint.pattern import pattern
from compolint.text import Span
from compolint.unknown import Maybe, Undecided, Unknown

_EVERYBODY = frozenset(("*", "any", "internet", "all"))
# 0.0.0.0/0   ::/0
_NETWORK = pattern(r"([0-9a-f.:]*)/([0-9]{1,3})$")
_NARROW = tuple(f"/{length}" for length in (8, 16, 20, 22, 24, 28, 32, 48, 56, 64, 128))
# Shorter prefixes have more in them than one owner can have: 0.0.0.0/1 is half of the internet, 2000::/3 all.
_SHORTEST_V4, _SHORTEST_V6 = 8, 12


class CloudRule(Entity):
    """A rule of a cloud's firewall, about one range of ports."""

    provider: str  # "aws", "azure", "digitalocean", "google", "hetzner", …
    resource: str  # its address: `aws_security_group.db`
    name: str  # the last part of that
    direction: Maybe[Literal["ingress", "egress"]]
    protocol: Maybe[str] = "all"  # "tcp", "udp", "icmp", …
    ports: Maybe[Ports] | None = None  # `None`: all
    sources: tuple[Maybe[str], ...] = ()  # networks, groups, prefix lists
    destinations: tuple[Maybe[str], ...] = ()
    action: Maybe[Literal["allow", "deny"]] = "allow"
    priority: Maybe[str] | None = None
    is_stateless: bool = False  # answers to what went out need a rule, too
    is_partial: bool = False  # it looks at more than ports and sources: at single destinations
    firewalls: tuple[Maybe[str], ...] = ()  # that it is a rule of, by their keys

    def __str__(self) -> str:
        """The ports as people say them: `5432/tcp`, `every port of tcp`, `every port`."""
        protocol = "" if self.protocol == "all" else f"/{self.protocol}"
        if self.is_every_port:
            return f"every port of {self.protocol}" if protocol else "every port"
        return f"{self.ports}{protocol}"

    @property
    def is_every_port(self) -> bool:
        return self.ports is None or (self.ports.first <= 1 and self.ports.last == 65535)

    @property
    def lets_answers_in(self) -> bool:
        """Whether it opens the ports that a client is answered on, which a stateless firewall has to."""
        return (
            self.is_stateless
            and self.ports is not None
            and self.ports.first > 1023
            and self.ports.last > 60000
        )

    def everybody(self, field: Literal["sources", "destinations"]) -> Span | None:
        """Where it names the whole internet, if it does."""
        doubts: list[Undecided] = []
        for text, at in self.each(field):
            try:
                if is_everybody(text):
                    return at
            except Undecided as doubt:
                doubts.append(doubt)
        if doubts:
            raise doubts[0]
        return None


class CloudMachine(Entity):
    """A server that the project has at a cloud."""

    provider: str
    resource: str  # its address: `hcloud_server.web`
    names: tuple[str, ...] = ()
    network: str = ""  # its name, where that is known


class CloudAttachment(Entity):
    """A firewall that is attached to a machine, or to the subnet that it is in."""

    provider: str
    machine: str  # its key
    firewall: Maybe[str]  # its key, which rules name
    name: str  # its address, or what the files write in its place
    layer: Literal["machine", "subnet"] = "machine"  # packets have to get through both
    is_sure: bool = True
    is_whole: bool = True  # its rules are declared where it is


def is_everybody(text: Maybe[str]) -> bool:
    """Whether a network is the internet, or so large a part of it that it makes no difference."""
    if isinstance(text, Unknown) and text.endswith(_NARROW):  # `${var.address}/32`
        return False
    lower = text.lower()
    found = _NETWORK.match(lower)
    if not found:
        return lower in _EVERYBODY
    network, length = found[1], int(found[2])
    if ":" not in network:
        return length < _SHORTEST_V4
    return length == 0 or (length < _SHORTEST_V6 and not network.startswith("f"))  # fc00::/7 is private
