"""The rules that container engines write themselves, for the ports that the project publishes.

Docker's chains differ by its release: up to 27 it relies on the policy of FORWARD, 28 and later drop what
nobody published, 29 has no chains that isolate networks any more. Where a dump has them, they are taken as
they are; only the ports that it does not know yet are added.
"""

from typing import Literal

from compolint.exposure.networks import Bridge, Published
from compolint.exposure.otherrules import add_podman
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
    table_of,
)
from compolint.exposure.packet import numbered
from compolint.exposure.tables import Tables
from compolint.model import Entity
from compolint.model.firewall import Action, Addresses, Family, FirewallRule, Match
from compolint.model.values import Ports
from compolint.tuples import NamedTuple

Release = Literal["27", "28", "29"]
RELEASES: tuple[Release, ...] = ("27", "28", "29")
_STAGES = ("DOCKER-ISOLATION-STAGE-1", "DOCKER-ISOLATION-STAGE-2")
# Which chain tells the release of its engine, the newest first.
_CHAINS_OF: tuple[tuple[Release, str], ...] = (
    ("29", "DOCKER-INTERNAL"), ("28", "DOCKER-FORWARD"), ("27", _STAGES[0]),
)  # fmt: skip


class Engine(NamedTuple):
    """How a Docker daemon is set up, as far as it changes what it writes."""

    release: Release = "29"
    writes_rules: bool = True  # `iptables`, `ip6tables`
    has_proxy: bool = True  # `userland-proxy`
    uses_nftables: bool = False  # `firewall-backend`


def with_engine(
    tables: Tables, engine: Engine, bridges: tuple[Bridge, ...], ports: tuple[Published, ...]
) -> Tables:
    """The tables with what the engine adds."""
    found = tables.copy()
    ports = tuple(port for port in ports if _concerns(port, found.family))
    add_podman(found, bridges, tuple(port for port in ports if port.is_podman))
    ports = tuple(port for port in ports if not port.is_podman)
    bridges = every = tuple(bridge for bridge in bridges if not bridge.is_podman)
    origins = (*(port.origin for port in ports), *(bridge.origin for bridge in bridges))
    origin = next((each for each in origins if each), None)
    if not engine.writes_rules or origin is None:
        return found
    _add_zone(found, origin, bridges)
    is_translated, told = has_translation(found), release_of(found)
    engine = engine._replace(release=told or engine.release)
    if told:
        bridges = tuple(bridge for bridge in bridges if bridge.name not in _named(found))
    elif not is_translated:
        _chains(found, engine, origin)
    if told or not is_translated:
        _filter(found, engine, origin, bridges)
    if not is_translated:
        _translation(found, engine, origin)
        bridges = every
    _hide(found, engine, origin, bridges)
    _add_ports(found, engine, tuple(port for port in ports if not _is_there(found, port)))
    return found


def has_translation(tables: Tables) -> bool:
    """Whether a dump has what Docker does to addresses."""
    return (table_of(tables, "nat"), "DOCKER") in tables.chains


def release_of(tables: Tables) -> Release | None:
    """The release of the Docker whose rules a dump has: the one whose chains they are."""
    filters = table_of(tables, "filter")
    if (filters, "DOCKER") not in tables.chains:
        return None
    return next((release for release, chain in _CHAINS_OF if (filters, chain) in tables.chains), None)


def _named(tables: Tables) -> set[object]:
    """The networks for which a dump has rules."""
    filters = table_of(tables, "filter")
    return {
        name
        for (table, chain), rules in tables.rules.items()
        if table == filters and chain.startswith("DOCKER") and chain != "DOCKER-USER"
        for rule in rules
        for name in (*rule.values("interface"), *rule.values("out_interface"))
    }


def _add_zone(tables: Tables, origin: Entity, bridges: tuple[Bridge, ...]) -> None:
    """Where firewalld runs, Docker puts its networks in a zone from which and to which everything may go."""
    rule = Rules(tables, origin, "inet firewalld")
    for chain in ("filter_INPUT", "filter_FORWARD"):
        if ("inet firewalld", chain) in tables.chains:
            tables.insert(*(rule(chain, ACCEPT, coming_in(bridge)) for bridge in bridges))
            if chain == "filter_FORWARD":
                tables.insert(*(rule(chain, ACCEPT, going_out(bridge)) for bridge in bridges))


def _chains(tables: Tables, engine: Engine, origin: Entity) -> None:
    """The chains that Docker makes when it starts, and the ways into them."""
    rule = Rules(tables, origin)
    own = _STAGES if engine.release != "29" else ("DOCKER-INTERNAL",)
    more = () if engine.release == "27" else ("DOCKER-FORWARD", "DOCKER-CT", "DOCKER-BRIDGE")
    for chain in ("DOCKER", "DOCKER-USER", *more, *own, "FORWARD"):
        tables.ensure(("filter", chain), origin)
    if engine.release == "27":
        tables.insert(rule("FORWARD", jump("DOCKER-USER")), rule("FORWARD", jump(_STAGES[0])))
        return
    top = [rule("FORWARD", jump("DOCKER-FORWARD"))]
    if not engine.uses_nftables:
        top.insert(0, rule("FORWARD", jump("DOCKER-USER")))
    tables.insert(*top)
    ways = ("DOCKER-CT", own[0], "DOCKER-BRIDGE")
    tables.append(*(rule("DOCKER-FORWARD", jump(each)) for each in ways))


def _filter(tables: Tables, engine: Engine, origin: Entity, bridges: tuple[Bridge, ...]) -> None:
    """What Docker adds to these chains for each network."""
    if engine.release == "27":
        _filter_27(tables, origin, bridges)
    else:
        _filter_28(tables, engine, origin, bridges)


def _filter_27(tables: Tables, origin: Entity, bridges: tuple[Bridge, ...]) -> None:
    rule = Rules(tables, origin)
    top: list[FirewallRule] = []
    for bridge in bridges:
        if bridge.internal:
            tables.insert(
                rule(_STAGES[0], DROP, coming_in(bridge), going_out(bridge, negated=True)),
                rule(_STAGES[0], DROP, coming_in(bridge, negated=True), going_out(bridge)),
            )
            top.append(
                rule("FORWARD", ACCEPT if bridge.talks else DROP, coming_in(bridge), going_out(bridge))
            )
            continue
        top += [
            rule("FORWARD", ACCEPT, going_out(bridge), KNOWN),
            rule("FORWARD", jump("DOCKER"), going_out(bridge)),
            rule("FORWARD", ACCEPT, coming_in(bridge), going_out(bridge, negated=True)),
        ]
        if bridge.talks:
            top.append(rule("FORWARD", ACCEPT, coming_in(bridge), going_out(bridge)))
        else:
            tables.append(rule("FORWARD", DROP, coming_in(bridge), going_out(bridge)))
        tables.insert(
            rule(_STAGES[0], jump(_STAGES[1]), coming_in(bridge), going_out(bridge, negated=True)),
            rule(_STAGES[1], DROP, going_out(bridge)),
        )
    there = tables.rules.setdefault((table_of(tables, "filter"), "FORWARD"), [])
    jumps = (number for number, each in enumerate(there, 1) if each.action.chain == _STAGES[0])
    start = next(jumps, 0)
    there[start:start] = top


def _filter_28(tables: Tables, engine: Engine, origin: Entity, bridges: tuple[Bridge, ...]) -> None:
    rule = Rules(tables, origin)
    isolates = engine.release == "28"
    stage = _STAGES[0] if isolates else "DOCKER-INTERNAL"
    for bridge in bridges:
        if bridge.internal:
            talk = ACCEPT if bridge.talks else DROP
            tables.insert(
                rule(stage, DROP, coming_in(bridge), going_out(bridge, negated=True)),
                rule(stage, DROP, coming_in(bridge, negated=True), going_out(bridge)),
            )
            tables.append(rule("DOCKER-FORWARD", talk, coming_in(bridge), going_out(bridge)))
            continue
        tables.append(
            rule("DOCKER-CT", ACCEPT, going_out(bridge), KNOWN),
            rule("DOCKER-BRIDGE", jump("DOCKER"), going_out(bridge)),
            rule("DOCKER", ACCEPT if bridge.gateway(tables.family) == "nat-unprotected" else DROP,
                 coming_in(bridge, negated=True), going_out(bridge)),
        )  # fmt: skip
        if bridge.talks:
            tables.append(rule("DOCKER-FORWARD", ACCEPT, coming_in(bridge)))
        else:
            tables.append(
                rule("DOCKER-FORWARD", DROP, coming_in(bridge), going_out(bridge)),
                rule("DOCKER-FORWARD", ACCEPT, coming_in(bridge), going_out(bridge, negated=True)),
            )
        if isolates:
            tables.append(
                rule(stage, jump(_STAGES[1]), coming_in(bridge), going_out(bridge, negated=True)),
                rule(_STAGES[1], DROP, going_out(bridge)),
            )


def _translation(tables: Tables, engine: Engine, origin: Entity) -> None:
    """The ways into the chain that turns ports into those of containers."""
    rule = Rules(tables, origin, "nat")
    for chain in ("DOCKER", "PREROUTING", "OUTPUT", "POSTROUTING"):
        tables.ensure(("nat", chain), origin)
    not_loopback = Match("destination", (LOOPBACK[tables.family],), negated=True)
    loopback = (not_loopback,) if engine.has_proxy else ()
    tables.append(
        rule("PREROUTING", jump("DOCKER"), TO_LOCAL),
        rule("OUTPUT", jump("DOCKER"), *loopback, TO_LOCAL),
    )


def _hide(tables: Tables, engine: Engine, origin: Entity, bridges: tuple[Bridge, ...]) -> None:
    """What Docker does to the addresses of each network."""
    rule = Rules(tables, origin, "nat")
    for bridge in bridges:
        subnet = bridge.subnet(tables.family)
        if subnet and bridge.gateway(tables.family) != "routed":
            inside = Match("source", (subnet,))
            tables.append(rule("POSTROUTING", Action("masquerade"), inside, going_out(bridge, negated=True)))
        if not engine.has_proxy:
            tables.append(
                rule("POSTROUTING", Action("masquerade"), going_out(bridge), Match("source_type", ("local",)))
            )
        elif engine.release != "29":
            tables.insert(rule("DOCKER", Action("return"), coming_in(bridge)))


def _add_ports(tables: Tables, engine: Engine, ports: tuple[Published, ...]) -> None:
    """What Docker adds for each port: before the rules of its chain that drop the rest."""
    for port in ports:
        rule = Rules(tables, port.origin)
        container = Match("destination", (numbered(port.number, tables.family),))
        protocol = Match("protocol", (port.protocol,))
        from_outside = coming_in(port.bridge, negated=True)
        gateway = port.bridge.gateway(tables.family)
        for published, target in pairs(port):
            to = Match("port", (target or published,))
            if (table_of(tables, "filter"), "DOCKER") in tables.chains and gateway != "nat-unprotected":
                tables.insert(
                    rule("DOCKER", ACCEPT, container, from_outside, going_out(port.bridge), protocol, to)
                )
            if gateway not in ("routed", "isolated"):
                _add_forwarding(tables, _forwarding(tables, engine, port, published, target))
        if engine.release != "27" and gateway == "nat":
            raw = Rules(tables, port.origin, "raw")
            tables.ensure((table_of(tables, "raw"), "PREROUTING"), port.origin)
            tables.append(raw("PREROUTING", DROP, container, from_outside))
            if port.address and tables.family == 4 and _is_loopback(port.address):
                tables.append(
                    raw("PREROUTING", DROP, Match("destination", (port.address,)),
                        Match("interface", ("lo",), negated=True), protocol, Match("port", (port.ports,)))
                )  # fmt: skip


def _add_forwarding(tables: Tables, rule: FirewallRule) -> None:
    """Before those of a dump, which may show where the port led before the project was changed."""
    rules = tables.rules.setdefault((rule.table, rule.chain), [])
    at = next((number for number, each in enumerate(rules) if each.action.kind == "dnat"), len(rules))
    rules.insert(at, rule)


def _forwarding(
    tables: Tables, engine: Engine, port: Published, published: Ports, target: Ports | None
) -> FirewallRule:
    rule = Rules(tables, port.origin, "nat")
    matches = [Match("protocol", (port.protocol,)), *claimed(port, published)]
    if port.address:
        matches.append(Match("destination", (port.address,)))
    if engine.has_proxy:
        matches.append(coming_in(port.bridge, negated=True))
    to = Action("dnat", addresses=numbered(port.number, tables.family), ports=target)
    return rule("DOCKER", to, *matches)


def _concerns(port: Published, family: Family) -> bool:
    return family in port.families and (port.address is None or port.address.family == family)


def _is_there(tables: Tables, port: Published) -> bool:
    """Whether a dump has the rule for a port already, as the project has it now."""
    return any(
        rule.action.kind == "dnat"
        and port.protocol in rule.values("protocol")
        and any(isinstance(each, Ports) and port.ports.first in each for each in rule.values("port"))
        and port.inside(port.ports.first) in (rule.action.ports or port.ports)
        for rule in tables.rules.get((table_of(tables, "nat"), "DOCKER"), ())
    )


def _is_loopback(addresses: Addresses) -> bool:
    loopback = LOOPBACK[addresses.family]
    return loopback.first <= addresses.first and addresses.last <= loopback.last
