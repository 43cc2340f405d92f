"""Rules that stand in no file: what engines write for the networks and ports that a project declares."""

from compolint.exposure.networks import Bridge, Published
from compolint.exposure.packet import Taken
from compolint.exposure.sources import network
from compolint.exposure.tables import Tables
from compolint.model import Entity
from compolint.model.firewall import Action, Addresses, Family, FirewallRule, Match
from compolint.model.values import Ports

KNOWN = Match("state", ("related", "established"))
TO_LOCAL = Match("destination_type", ("local",))
LOOPBACK: dict[Family, Addresses] = {4: network("127.0.0.0/8"), 6: network("::1/128")}
ACCEPT, DROP = Action("accept"), Action("drop")


def jump(chain: str) -> Action:
    return Action("jump", chain)


def coming_in(bridge: Bridge, *, negated: bool = False) -> Match:
    return Match("interface", (bridge.name,), negated)


def going_out(bridge: Bridge, *, negated: bool = False) -> Match:
    return Match("out_interface", (bridge.name,), negated)


class Rules:
    """Makes rules that stand where the project declares what they are for."""

    def __init__(self, tables: Tables, origin: Entity, table: str = "filter") -> None:
        self._tables, self._origin, self._table = tables, origin, table_of(tables, table)

    def __call__(self, chain: str, action: Action, *matches: Match) -> FirewallRule:
        name = f"{self._table}/{chain}"
        return FirewallRule(
            key=f"{self._origin.key}:{name}",
            span=self._origin.span,
            firewall="",
            table=self._table,
            chain=chain,
            families=(self._tables.family,),
            matches=matches,
            action=action,
        )


def claimed(port: Published, published: Ports) -> tuple[Match, Match]:
    """The port of the host; of several services that claim it, whichever is asked about has it."""
    return Match("port", (Taken(*published),)), Match("claim", (port.number,))


def pairs(port: Published) -> list[tuple[Ports, Ports | None]]:
    """Ports of the host, each with that of the container; `None` where all keep their numbers."""
    if port.ports == port.target:
        return [(port.ports, None)]
    if port.ports.first == port.ports.last:
        return [(port.ports, port.target)]
    inside = ((first, port.inside(first)) for first in port.asked)
    return [(Ports(first, first), Ports(target, target)) for first, target in inside]


def table_of(tables: Tables, table: str) -> str:
    """The name of a table of Docker's: a dump of nftables has the family in front of it."""
    whole = f"ip {table}" if tables.family == 4 else f"ip6 {table}"
    chain = "PREROUTING" if table == "raw" else "DOCKER"
    return whole if (whole, chain) in tables.chains else table
