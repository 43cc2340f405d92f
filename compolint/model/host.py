"""Machines, as the project's configuration lists them."""

from compolint.model import Entity
from compolint.model.values import Address

ZONES = ("internet", "tailnet", "lan", "containers", "host")  # where clients of every machine may be


class Host(Entity):
    """A machine of the inventory."""

    name: str
    role: str = ""
    public: tuple[Address, ...] = ()
    tailscale: tuple[Address, ...] = ()
    status: str = "active"
    paths: tuple[str, ...] = ()  # globs of the files that belong to it
    interfaces: tuple[tuple[str, str], ...] = ()  # each with the zone behind it
    docker: str = ""  # the release of its engine; "": not known
    ipv6: bool = True

    @property
    def is_compromised(self) -> bool:
        return self.status == "compromised"


class OwnZone(Entity):
    """A place that clients come from, beside those that every machine has."""

    name: str
    sources: tuple[str, ...]  # networks
    interfaces: tuple[str, ...] = ()


class Mention(Entity):
    """A name or an address of another machine that a file speaks of."""

    owner_name: str
    text: str
    role: str = ""  # "upstream", "extra host", "ssh target", …
