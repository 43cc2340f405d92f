"""The rules that container engines write themselves, for the ports that the project publishes.

Docker's chains differ by its release: up to 27 it relies on the policy of FORWARD, 28 and later drop what
nobody published, 29 has no chains that isolate networks any more. Where a dump has them, they are taken as
they are; only the ports that it does not know yet are added.
"""

from typing import Literal

from compolint.exposure.packet import Taken, numbered
from compolint.exposure.sources import network
from compolint.exposure.tables import Tables
from compolint.model import Entity
from compolint.model.firewall import Action, Addresses, Family, FirewallRule, Marking, Match
from compolint.model.values import Ports
from compolint.tuples import NamedTuple

Release = Literal["27", "28", "29"]
Gateway = Literal["nat", "nat-unprotected", "routed", "isolated"]
RELEASES: tuple[Release, ...] = ("27", "28", "29")
_STAGES = ("DOCKER-ISOLATION-STAGE-1", "DOCKER-ISOLATION-STAGE-2")
# Which chain tells the release of its engine, the newest first.
_CHAINS_OF: tuple[tuple[Release, str], ...] = (
    ("29", "DOCKER-INTERNAL"), ("28", "DOCKER-FORWARD"), ("27", _STAGES[0]),
)  # fmt: skip
_TO_LOCAL = Match("destination_type", ("local",))
_KNOWN = Match("state", ("related", "established"))
_LOOPBACK: dict[Family, Addresses] = {4: network("127.0.0.0/8"), 6: network("::1/128")}


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
    _add_podman(found, bridges, tuple(port for port in ports if port.is_podman))
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
    return (_shown(tables, "nat"), "DOCKER") in tables.chains


def release_of(tables: Tables) -> Release | None:
    """The release of the Docker whose rules a dump has: the one whose chains they are."""
    filters = _shown(tables, "filter")
    if (filters, "DOCKER") not in tables.chains:
        return None
    return next((release for release, chain in _CHAINS_OF if (filters, chain) in tables.chains), None)


def _shown(tables: Tables, table: str) -> str:
    """The name of a table of Docker's: a dump of nftables has the family in front of it."""
    whole = f"ip {table}" if tables.family == 4 else f"ip6 {table}"
    chain = "PREROUTING" if table == "raw" else "DOCKER"
    return whole if (whole, chain) in tables.chains else table


def _named(tables: Tables) -> set[object]:
    """The networks for which a dump has rules."""
    filters = _shown(tables, "filter")
    return {
        name
        for (table, chain), rules in tables.rules.items()
        if table == filters and chain.startswith("DOCKER") and chain != "DOCKER-USER"
        for rule in rules
        for name in (*rule.values("interface"), *rule.values("out_interface"))
    }


def _add_zone(tables: Tables, origin: Entity, bridges: tuple[Bridge, ...]) -> None:
    """Where firewalld runs, Docker puts its networks in a zone from which and to which everything may go."""
    rule = _Rules(tables, origin, "inet firewalld")
    for chain in ("filter_INPUT", "filter_FORWARD"):
        if ("inet firewalld", chain) in tables.chains:
            tables.insert(*(rule(chain, _ACCEPT, _in(bridge)) for bridge in bridges))
            if chain == "filter_FORWARD":
                tables.insert(*(rule(chain, _ACCEPT, _out(bridge)) for bridge in bridges))


def _chains(tables: Tables, engine: Engine, origin: Entity) -> None:
    """The chains that Docker makes when it starts, and the ways into them."""
    rule = _Rules(tables, origin)
    own = _STAGES if engine.release != "29" else ("DOCKER-INTERNAL",)
    more = () if engine.release == "27" else ("DOCKER-FORWARD", "DOCKER-CT", "DOCKER-BRIDGE")
    for chain in ("DOCKER", "DOCKER-USER", *more, *own, "FORWARD"):
        tables.ensure(("filter", chain), origin)
    if engine.release == "27":
        tables.insert(rule("FORWARD", _jump("DOCKER-USER")), rule("FORWARD", _jump(_STAGES[0])))
        return
    top = [rule("FORWARD", _jump("DOCKER-FORWARD"))]
    if not engine.uses_nftables:
        top.insert(0, rule("FORWARD", _jump("DOCKER-USER")))
    tables.insert(*top)
    ways = ("DOCKER-CT", own[0], "DOCKER-BRIDGE")
    tables.append(*(rule("DOCKER-FORWARD", _jump(each)) for each in ways))


def _filter(tables: Tables, engine: Engine, origin: Entity, bridges: tuple[Bridge, ...]) -> None:
    """What Docker adds to these chains for each network."""
    if engine.release == "27":
        _filter_27(tables, origin, bridges)
    else:
        _filter_28(tables, engine, origin, bridges)


def _filter_27(tables: Tables, origin: Entity, bridges: tuple[Bridge, ...]) -> None:
    rule = _Rules(tables, origin)
    top: list[FirewallRule] = []
    for bridge in bridges:
        if bridge.internal:
            tables.insert(
                rule(_STAGES[0], _DROP, _in(bridge), _out(bridge, negated=True)),
                rule(_STAGES[0], _DROP, _in(bridge, negated=True), _out(bridge)),
            )
            top.append(rule("FORWARD", _ACCEPT if bridge.talks else _DROP, _in(bridge), _out(bridge)))
            continue
        top += [
            rule("FORWARD", _ACCEPT, _out(bridge), _KNOWN),
            rule("FORWARD", _jump("DOCKER"), _out(bridge)),
            rule("FORWARD", _ACCEPT, _in(bridge), _out(bridge, negated=True)),
        ]
        if bridge.talks:
            top.append(rule("FORWARD", _ACCEPT, _in(bridge), _out(bridge)))
        else:
            tables.append(rule("FORWARD", _DROP, _in(bridge), _out(bridge)))
        tables.insert(
            rule(_STAGES[0], _jump(_STAGES[1]), _in(bridge), _out(bridge, negated=True)),
            rule(_STAGES[1], _DROP, _out(bridge)),
        )
    there = tables.rules.setdefault((_shown(tables, "filter"), "FORWARD"), [])
    jumps = (number for number, each in enumerate(there, 1) if each.action.chain == _STAGES[0])
    start = next(jumps, 0)
    there[start:start] = top


def _filter_28(tables: Tables, engine: Engine, origin: Entity, bridges: tuple[Bridge, ...]) -> None:
    rule = _Rules(tables, origin)
    isolates = engine.release == "28"
    stage = _STAGES[0] if isolates else "DOCKER-INTERNAL"
    for bridge in bridges:
        if bridge.internal:
            talk = _ACCEPT if bridge.talks else _DROP
            tables.insert(
                rule(stage, _DROP, _in(bridge), _out(bridge, negated=True)),
                rule(stage, _DROP, _in(bridge, negated=True), _out(bridge)),
            )
            tables.append(rule("DOCKER-FORWARD", talk, _in(bridge), _out(bridge)))
            continue
        tables.append(
            rule("DOCKER-CT", _ACCEPT, _out(bridge), _KNOWN),
            rule("DOCKER-BRIDGE", _jump("DOCKER"), _out(bridge)),
            rule("DOCKER", _ACCEPT if bridge.gateway(tables.family) == "nat-unprotected" else _DROP,
                 _in(bridge, negated=True), _out(bridge)),
        )  # fmt: skip
        if bridge.talks:
            tables.append(rule("DOCKER-FORWARD", _ACCEPT, _in(bridge)))
        else:
            tables.append(
                rule("DOCKER-FORWARD", _DROP, _in(bridge), _out(bridge)),
                rule("DOCKER-FORWARD", _ACCEPT, _in(bridge), _out(bridge, negated=True)),
            )
        if isolates:
            tables.append(
                rule(stage, _jump(_STAGES[1]), _in(bridge), _out(bridge, negated=True)),
                rule(_STAGES[1], _DROP, _out(bridge)),
            )


def _translation(tables: Tables, engine: Engine, origin: Entity) -> None:
    """The ways into the chain that turns ports into those of containers."""
    rule = _Rules(tables, origin, "nat")
    for chain in ("DOCKER", "PREROUTING", "OUTPUT", "POSTROUTING"):
        tables.ensure(("nat", chain), origin)
    not_loopback = Match("destination", (_LOOPBACK[tables.family],), negated=True)
    loopback = (not_loopback,) if engine.has_proxy else ()
    tables.append(
        rule("PREROUTING", _jump("DOCKER"), _TO_LOCAL),
        rule("OUTPUT", _jump("DOCKER"), *loopback, _TO_LOCAL),
    )


def _hide(tables: Tables, engine: Engine, origin: Entity, bridges: tuple[Bridge, ...]) -> None:
    """What Docker does to the addresses of each network."""
    rule = _Rules(tables, origin, "nat")
    for bridge in bridges:
        subnet = bridge.subnet(tables.family)
        if subnet and bridge.gateway(tables.family) != "routed":
            inside = Match("source", (subnet,))
            tables.append(rule("POSTROUTING", Action("masquerade"), inside, _out(bridge, negated=True)))
        if not engine.has_proxy:
            tables.append(
                rule("POSTROUTING", Action("masquerade"), _out(bridge), Match("source_type", ("local",)))
            )
        elif engine.release != "29":
            tables.insert(rule("DOCKER", Action("return"), _in(bridge)))


def _add_ports(tables: Tables, engine: Engine, ports: tuple[Published, ...]) -> None:
    """What Docker adds for each port: before the rules of its chain that drop the rest."""
    for port in ports:
        rule = _Rules(tables, port.origin)
        container = Match("destination", (numbered(port.number, tables.family),))
        protocol = Match("protocol", (port.protocol,))
        from_outside = _in(port.bridge, negated=True)
        gateway = port.bridge.gateway(tables.family)
        for published, target in _pairs(port):
            to = Match("port", (target or published,))
            if (_shown(tables, "filter"), "DOCKER") in tables.chains and gateway != "nat-unprotected":
                tables.insert(
                    rule("DOCKER", _ACCEPT, container, from_outside, _out(port.bridge), protocol, to)
                )
            if gateway not in ("routed", "isolated"):
                tables.append(_forwarding(tables, engine, port, published, target))
        if engine.release != "27" and gateway == "nat":
            raw = _Rules(tables, port.origin, "raw")
            tables.ensure((_shown(tables, "raw"), "PREROUTING"), port.origin)
            tables.append(raw("PREROUTING", _DROP, container, from_outside))
            if port.address and tables.family == 4 and _is_loopback(port.address):
                tables.append(
                    raw("PREROUTING", _DROP, Match("destination", (port.address,)),
                        Match("interface", ("lo",), negated=True), protocol, Match("port", (port.ports,)))
                )  # fmt: skip


def _add_podman(tables: Tables, bridges: tuple[Bridge, ...], ports: tuple[Published, ...]) -> None:
    """What Podman's network program adds; whether FORWARD's policy holds beside it differs by release."""
    maybe = Match("maybe", text="the release of Podman")
    for bridge in bridges:
        if bridge.is_podman and bridge.origin and not bridge.internal:
            rule = _Rules(tables, bridge.origin)
            tables.ensure(("filter", "FORWARD"), bridge.origin)
            tables.insert(
                rule("FORWARD", _ACCEPT, _in(bridge), maybe),
                rule("FORWARD", _ACCEPT, _out(bridge), _KNOWN, maybe),
            )
    for port in ports:
        nat, rule = _Rules(tables, port.origin, "nat"), _Rules(tables, port.origin)
        for name in (("nat", "PREROUTING"), ("nat", "OUTPUT"), ("nat", "POSTROUTING"), ("filter", "FORWARD")):
            tables.ensure(name, port.origin)
        loopback = Match("source", (_LOOPBACK[tables.family],))
        tables.append(nat("POSTROUTING", Action("masquerade"), loopback, _out(port.bridge)))
        where = (Match("destination", (port.address,)),) if port.address else (_TO_LOCAL,)
        protocol = Match("protocol", (port.protocol,))
        for published, target in _pairs(port):
            to = Action("dnat", addresses=numbered(port.number, tables.family), ports=target)
            for chain in ("PREROUTING", "OUTPUT"):
                tables.append(nat(chain, to, *where, protocol, *_claimed(port, published)))
        container = Match("destination", (numbered(port.number, tables.family),))
        back = Match("source", (numbered(port.number, tables.family),))
        tables.insert(
            rule("FORWARD", _ACCEPT, back),
            rule("FORWARD", _ACCEPT, container, _KNOWN),
            rule("FORWARD", _ACCEPT, container, maybe),
        )


def _forwarding(
    tables: Tables, engine: Engine, port: Published, published: Ports, target: Ports | None
) -> FirewallRule:
    rule = _Rules(tables, port.origin, "nat")
    matches = [Match("protocol", (port.protocol,)), *_claimed(port, published)]
    if port.address:
        matches.append(Match("destination", (port.address,)))
    if engine.has_proxy:
        matches.append(_in(port.bridge, negated=True))
    to = Action("dnat", addresses=numbered(port.number, tables.family), ports=target)
    return rule("DOCKER", to, *matches)


def _claimed(port: Published, published: Ports) -> tuple[Match, Match]:
    """The port of the host; of several services that claim it, whichever is asked about has it."""
    return Match("port", (Taken(*published),)), Match("claim", (port.number,))


def _pairs(port: Published) -> list[tuple[Ports, Ports | None]]:
    """Ports of the host, each with that of the container; `None` where all keep their numbers."""
    if port.ports == port.target:
        return [(port.ports, None)]
    if port.ports.first == port.ports.last:
        return [(port.ports, port.target)]
    inside = ((first, port.inside(first)) for first in port.asked)
    return [(Ports(first, first), Ports(target, target)) for first, target in inside]


def _concerns(port: Published, family: Family) -> bool:
    return family in port.families and (port.address is None or port.address.family == family)


def _is_there(tables: Tables, port: Published) -> bool:
    """Whether a dump has the rule for a port already."""
    return any(
        rule.action.kind == "dnat"
        and port.protocol in rule.values("protocol")
        and any(isinstance(each, Ports) and port.ports.first in each for each in rule.values("port"))
        for rule in tables.rules.get((_shown(tables, "nat"), "DOCKER"), ())
    )


def _is_loopback(addresses: Addresses) -> bool:
    loopback = _LOOPBACK[addresses.family]
    return loopback.first <= addresses.first and addresses.last <= loopback.last


_ACCEPT, _DROP = Action("accept"), Action("drop")


def _jump(chain: str) -> Action:
    return Action("jump", chain)


def _in(bridge: Bridge, *, negated: bool = False) -> Match:
    return Match("interface", (bridge.name,), negated)


def _out(bridge: Bridge, *, negated: bool = False) -> Match:
    return Match("out_interface", (bridge.name,), negated)


class _Rules:
    """Makes rules that stand where the project declares what they are for."""

    def __init__(self, tables: Tables, origin: Entity, table: str = "filter") -> None:
        self._tables, self._origin, self._table = tables, origin, _shown(tables, table)

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


def with_tailscale(tables: Tables, origin: Entity) -> Tables:
    """The tables with the rules that tailscaled puts above all others."""
    found = tables.copy()
    rule = _Rules(found, origin)
    for chain in ("ts-input", "ts-forward", "INPUT", "FORWARD"):
        found.ensure(("filter", chain), origin)
    tailnet = Match("interface", ("tailscale0",))
    tailscale = Marking(0x40000, 0xFF0000)
    if found.family == 4:
        range_ = Match("source", (network("100.64.0.0/10"),))
        found.append(rule("ts-input", _DROP, range_, tailnet._replace(negated=True)))
    found.append(
        rule("ts-input", _ACCEPT, tailnet),
        rule("ts-forward", Action("mark", mark=tailscale), tailnet),
        rule("ts-forward", _ACCEPT, Match("mark", (tailscale,))),
    )
    found.insert(rule("INPUT", _jump("ts-input")))
    found.insert(rule("FORWARD", _jump("ts-forward")))
    return found
