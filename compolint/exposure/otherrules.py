"""The rules that Podman writes for its containers, and Tailscale for itself."""

from compolint.exposure.networks import Bridge, Published
from compolint.exposure.ownrules import (
    ACCEPT,
    DROP,
    KNOWN,
    LOOPBACK,
    TO_LOCAL,
    Rules,
    claimed,
    coming_in,
    going_out,
    jump,
    pairs,
)
from compolint.exposure.packet import numbered
from compolint.exposure.sources import network
from compolint.exposure.tables import Tables
from compolint.model import Entity
from compolint.model.firewall import Action, Marking, Match


def add_podman(tables: Tables, bridges: tuple[Bridge, ...], ports: tuple[Published, ...]) -> None:
    """What Podman's network program adds; whether FORWARD's policy holds beside it differs by release."""
    maybe = Match("maybe", text="the release of Podman")
    for bridge in bridges:
        if bridge.is_podman and bridge.origin and not bridge.internal:
            rule = Rules(tables, bridge.origin)
            tables.ensure(("filter", "FORWARD"), bridge.origin)
            tables.insert(
                rule("FORWARD", ACCEPT, coming_in(bridge), maybe),
                rule("FORWARD", ACCEPT, going_out(bridge), KNOWN, maybe),
            )
    for port in ports:
        nat, rule = Rules(tables, port.origin, "nat"), Rules(tables, port.origin)
        for name in (("nat", "PREROUTING"), ("nat", "OUTPUT"), ("nat", "POSTROUTING"), ("filter", "FORWARD")):
            tables.ensure(name, port.origin)
        loopback = Match("source", (LOOPBACK[tables.family],))
        tables.append(nat("POSTROUTING", Action("masquerade"), loopback, going_out(port.bridge)))
        where = (Match("destination", (port.address,)),) if port.address else (TO_LOCAL,)
        protocol = Match("protocol", (port.protocol,))
        for published, target in pairs(port):
            to = Action("dnat", addresses=numbered(port.number, tables.family), ports=target)
            for chain in ("PREROUTING", "OUTPUT"):
                tables.append(nat(chain, to, *where, protocol, *claimed(port, published)))
        container = Match("destination", (numbered(port.number, tables.family),))
        back = Match("source", (numbered(port.number, tables.family),))
        tables.insert(
            rule("FORWARD", ACCEPT, back),
            rule("FORWARD", ACCEPT, container, KNOWN),
            rule("FORWARD", ACCEPT, container, maybe),
        )


def with_tailscale(tables: Tables, origin: Entity) -> Tables:
    """The tables with the rules that tailscaled puts above all others."""
    found = tables.copy()
    rule = Rules(found, origin)
    for chain in ("ts-input", "ts-forward", "INPUT", "FORWARD"):
        found.ensure(("filter", chain), origin)
    tailnet = Match("interface", ("tailscale0",))
    tailscale = Marking(0x40000, 0xFF0000)
    if found.family == 4:
        range_ = Match("source", (network("100.64.0.0/10"),))
        found.append(rule("ts-input", DROP, range_, tailnet._replace(negated=True)))
    found.append(
        rule("ts-input", ACCEPT, tailnet),
        rule("ts-forward", Action("mark", mark=tailscale), tailnet),
        rule("ts-forward", ACCEPT, Match("mark", (tailscale,))),
    )
    found.insert(rule("INPUT", jump("ts-input")))
    found.insert(rule("FORWARD", jump("ts-forward")))
    return found
