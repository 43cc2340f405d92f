"""The machines of a project, as far as its files tell: which firewall guards which ports, and from whom.

What belongs to one machine is decided by the configuration's hosts, else by folder: a firewall's files guard
the ports that are declared nearest to them.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

from compolint.exposure.doors import Doors, listeners_of_hosts
from compolint.exposure.engine import RELEASES, Engine, Release, has_translation, release_of, with_engine
from compolint.exposure.learnt import Learnt, learn
from compolint.exposure.machine import AND, FAMILIES, POOLS, Door, Machine, Setup, Zone, homes_of, setup
from compolint.exposure.networks import Bridge
from compolint.exposure.otherrules import with_tailscale
from compolint.exposure.path import Loopback
from compolint.exposure.sources import network
from compolint.exposure.tables import Tables, tables_of
from compolint.exposure.zones import zones_of
from compolint.machines import Machines
from compolint.model import Entity
from compolint.model.firewall import Addresses, Chain, Family, Firewall, FirewallRule
from compolint.model.host import Host, OwnZone
from compolint.model.listener import Listener
from compolint.model.setting import Setting
from compolint.model.values import Address, Ports
from compolint.model.workload import Workload
from compolint.text import Note
from compolint.tuples import NamedTuple
from compolint.unknown import assume
from compolint.world import World

_TAILSCALE = "tailscale0"
_MOST_MACHINES = 16  # that ports may be on, each of which is asked
_SWITCHED = ("ufw", "firewalld")  # on or off as a whole


class Guarded(NamedTuple):
    """A machine with its doors, and what guards them."""

    machine: Machine
    doors: tuple[Door, ...]
    firewalls: tuple[Firewall, ...]
    containers: tuple[tuple[Workload, tuple[Bridge, ...]], ...]  # with the networks that they are on
    host: str | None = None


def machines(world: World) -> Iterator[Guarded]:
    """Each machine with the ports that are declared for it."""
    firewalls = world.of(Firewall)
    owners = Machines(world.of(Host))
    together: dict[tuple[str | None, tuple[str, ...]], tuple[list[Listener], list[Workload]]] = {}

    def of(entity: Listener | Workload | Firewall, host: str | None) -> tuple[list[Listener], list[Workload]]:
        host = host or owners.name(entity.span.path)
        guards = _guards(entity, host, firewalls, owners)
        return together.setdefault((host, tuple(each.key for each in guards)), ([], []))

    for listener in listeners_of_hosts(world):
        of(listener, listener.host)[0].append(listener)
    for workload in world.of(Workload):
        if workload.kind != "unit" and not workload.rootless:
            of(workload, None)[1].append(workload)
    guarding = {key for _, keys in together for key in keys}
    for firewall in firewalls:
        if firewall.key not in guarding:
            of(firewall, firewall.host)  # it guards a machine of which no port is declared
    by_key = {each.key: each for each in firewalls}
    by_name = {host.name: host for host in world.of(Host)}
    for (name, keys), (listeners, workloads) in together.items():
        guards = [by_key[key] for key in keys]
        yield _machine(world, by_name.get(name or ""), guards, listeners, workloads)


def _guards(entity: Entity, host: str | None, firewalls: list[Firewall], owners: Machines) -> list[Firewall]:
    """The firewalls of the machine that something is on."""
    same = [each for each in firewalls if owners.name(each.span.path) == host]
    if host is not None:
        return same
    nearest = max((_nearness(entity.span.path, each.span.path) for each in same), default=0)
    return [each for each in same if _nearness(entity.span.path, each.span.path) == nearest]


def _nearness(path: str, other: str) -> int:
    """How many folders two files have in common; what lies in one `/etc` belongs to one machine."""
    found = 0
    for one, two in zip(_folders(path), _folders(other), strict=False):
        if one != two:
            break
        found += 1
    return found


def _folders(path: str) -> list[str]:
    folders = path.split("/")[:-1]
    return folders[: folders.index("etc")] if "etc" in folders else folders


def _machine(
    world: World,
    host: Host | None,
    firewalls: list[Firewall],
    listeners: list[Listener],
    workloads: list[Workload],
) -> Guarded:
    daemon = _daemon(world, listeners)
    alone = _alone(world, firewalls)
    doubt = _doubt(alone) if len(alone) > _MOST_MACHINES else None
    alternatives = [
        each for those, words in (alone[:1] if doubt else alone) for each in _loaded(world, those, words)
    ]
    every = [each for tables, _ in alternatives for each in tables.values()]
    learnt = learn(every)
    cuts = _cuts(every)
    maker = Doors(world, learnt, cuts, has_proxy=daemon.has_proxy)
    doors = tuple(maker.of(listeners))
    containers = tuple((workload, tuple(maker.networks(workload))) for workload in workloads)
    bridges, published = _networks(maker.all_bridges(), learnt), tuple(maker.published)
    given = tuple(_given(world, listeners))
    zones = zones_of(every, bridges, learnt, host, world.of(OwnZone), given)
    pools = {
        family: (*POOLS[family], *(each for each in given if each.family == family)) for family in FAMILIES
    }
    releases = _releases(host) if bridges else ("29",)
    wan = zones[0].interfaces[0]
    setups: list[Setup] = []
    networks = [subnet for bridge in bridges for subnet in bridge.subnets]
    networks += [home.addresses for home in learnt.homes]
    has_podman = any(each.is_podman for each in published)
    routed = has_podman or (daemon.writes_rules and not daemon.has_proxy)
    loopback = Loopback(frozenset(bridge.name for bridge in bridges if routed), _routes_loopback(world, host))
    filtered = {family: each.span for each in firewalls for family in each.families}
    for tables, assumed in alternatives:
        told = release_of(tables[4]) or release_of(tables[6])
        known = bool(told) or has_translation(tables[4]) or not daemon.writes_rules
        for release in (told,) if told else releases[-1:] if known else releases:
            engine = daemon._replace(release=release)
            made = {family: with_engine(each, engine, bridges, published) for family, each in tables.items()}
            is_sure = known or len(releases) == 1
            words = assumed if is_sure else _and(assumed, f"with Docker {release}")
            setups += (
                setup(ready, zones, each, wan, filtered, networks=networks, loopback=loopback)
                for ready, each in _with_tailnet(made, words, doors, firewalls)
            )
    own = _own(host, zones)
    machine = Machine(
        zones, tuple(setups), bridges, published, own,
        learnt=learnt, doubt=doubt, homes=homes_of(published), pools=pools, cuts=cuts,
    )  # fmt: skip
    if host and not host.ipv6:
        machine = machine._replace(families=(4,))
    name = host.name if host else None
    return Guarded(machine, doors, tuple(firewalls), containers, name)


def _networks(ours: tuple[Bridge, ...], learnt: Learnt) -> tuple[Bridge, ...]:
    """The networks of a machine's engine, those of other projects included that rules speak of."""
    names = [name for name in learnt.interfaces if all(bridge.name != name for bridge in ours)]
    has_ipv6 = any(bridge.has_ipv6 for bridge in ours)
    theirs = (Bridge(name, name, has_ipv6=has_ipv6) for name in names)
    return (*ours, *theirs) if ours else ()


def _routes_loopback(world: World, host: Host | None) -> bool | None:
    """Whether the kernel takes packets for 127.0.0.1 from outside; `None` where nobody says."""
    owners = Machines(world.of(Host))
    name = host.name if host else None
    said = [
        each.value
        for each in world.of(Setting)
        if each.scope == "sysctl"
        and each.name.endswith(".route_localnet")
        and owners.name(each.span.path) == name
    ]
    values = {assume(each, "") for each in said}
    if "1" in values:
        return True
    return False if values == {"0"} else None


def _doubt(alone: list[tuple[list[Firewall], str]]) -> Note:
    words = f"{len(alone)} firewalls may be this machine's, and no `hosts` of the configuration says which"
    return Note(words, alone[0][0][0].span)


def _cuts(tables: Iterable[Tables]) -> tuple[int, ...]:
    """The ports where another sort of ports begins, as far as rules of files tell them apart."""
    cuts = {0}
    for those in tables:
        for _, ports in those.values(Ports):
            cuts |= {ports.first, ports.last + 1}
        for turn in those.turns():
            cuts |= {turn.ports.first, turn.ports.last + 1}
    return tuple(sorted(cuts))


def _releases(host: Host | None) -> tuple[Release, ...]:
    """Those that the engine of a machine may be of."""
    said = host.docker if host else ""
    return tuple(release for release in RELEASES if said in ("", release))


def _with_tailnet(
    tables: Mapping[Family, Tables], assumed: str, doors: tuple[Door, ...], firewalls: list[Firewall]
) -> Iterator[tuple[Mapping[Family, Tables], str]]:
    """Tailscale puts its own rules above all others; whether it did, only a dump tells."""
    mentioned = any(_TAILSCALE in each.interfaces() for each in tables.values())
    if (
        not mentioned
        or not doors
        or ("filter", "ts-input") in tables[4].chains
        or any(each.origin == "state" for each in firewalls)
    ):
        yield tables, assumed
        return
    origin = firewalls[0] if firewalls else doors[0].listener
    with_it = {family: with_tailscale(each, origin) for family, each in tables.items()}
    yield tables, _and(assumed, "if Tailscale has no rules of its own")
    yield with_it, _and(assumed, "if Tailscale has its own rules on top")


def _alone(world: World, firewalls: list[Firewall]) -> list[tuple[list[Firewall], str]]:
    """The firewalls that may be on one machine together; several sets where files are of several machines.

    Two dumps of the same chain are not of one machine, nor are files of one name in two folders. Which of
    them the ports are on nobody says.
    """
    fillers: dict[tuple[object, ...], dict[str, Firewall]] = {}
    for each in firewalls:
        name = "" if each.origin == "state" else each.key.rpartition("/")[2]
        for chain in world.where(Chain, "firewall", each.key):
            for family in chain.families if chain.hook else ():
                filled = each.tool, name, each.backend == "legacy", chain.table, chain.name, family
                fillers.setdefault(filled, {})[each.key] = each
    places: dict[str, tuple[str, int]] = {}
    for those in fillers.values():
        seen: dict[str, int] = {}
        for each in those.values() if len(those) > 1 else ():
            folder = _folder(each)
            seen[folder] = seen.get(folder, 0) + 1
            places.setdefault(each.key, (folder, seen[folder]))
    if not places:
        return [(firewalls, "")]
    folders = {folder for folder, _ in places.values()}
    found = []
    for place in dict.fromkeys(places.values()):
        own = [each for each in firewalls if places.get(each.key) == place]
        others = [
            each for each in firewalls if each.key not in places and _folder(each) not in folders - {place[0]}
        ]
        first = max(own, key=lambda each: 4 in each.families)
        path, _, number = first.key.partition("~")
        name = f"dump {number} of {path}" if number else path
        found.append(([*own, *others], f"if {name} is of this machine"))
    return found


def _and(*conditions: str) -> str:
    return AND.join(filter(None, conditions))


def _folder(firewall: Firewall) -> str:
    return firewall.span.path.rpartition("/")[0]


def _loaded(
    world: World, firewalls: list[Firewall], assumed: str
) -> Iterator[tuple[dict[Family, Tables], str]]:
    """The rules that are loaded, by family; several sets where nobody says which of them are."""
    active = [each for each in firewalls if each.enabled is not False]
    open_ones = [each for each in active if each.enabled is not True]
    if not open_ones:
        yield _tables(world, active), assumed
        return
    is_on, is_off = _whether_on(open_ones[0])
    yield _tables(world, active), _and(assumed, is_on)
    closed = [each for each in active if each.enabled is True]
    yield _tables(world, closed), _and(assumed, is_off)


def _whether_on(firewall: Firewall) -> tuple[str, str]:
    if firewall.tool in _SWITCHED:
        return f"if {firewall.tool} is on", f"if {firewall.tool} is off"
    name = firewall.span.path.rpartition("/")[2]
    return f"if {name} is loaded", f"if {name} is not loaded"


def _tables(world: World, firewalls: Iterable[Firewall]) -> dict[Family, Tables]:
    chains, rules = world.of(Chain), world.of(FirewallRule)
    found: dict[Family, Tables] = {}
    for family in FAMILIES:
        own = [each for each in firewalls if family in each.families]
        dumps = [each for each in own if each.origin == "state"]
        full = [each for each in dumps if each.tool in ("iptables", "nftables")]
        found[family] = tables_of(family, full or dumps or own, chains, rules)
    return found


def _daemon(world: World, listeners: list[Listener]) -> Engine:
    """What the configuration of the machine's daemon says that changes which rules it writes."""
    said = {each.name: str(each.value).lower() for each in _settings(world, listeners)}
    return Engine(
        writes_rules=said.get("iptables") != "false",
        has_proxy=said.get("userland-proxy") != "false",
        uses_nftables=said.get("firewall-backend") == "nftables",
    )


def _settings(world: World, listeners: list[Listener]) -> list[Setting]:
    """What the nearest configuration of a daemon says."""
    owners = Machines(world.of(Host))
    path = listeners[0].span.path if listeners else ""
    settings = [
        each
        for each in world.of(Setting)
        if each.scope == "docker_daemon" and owners.may_be_one(each.span.path, path)
    ]
    nearest = max((_nearness(path, each.span.path) for each in settings), default=0)
    return [each for each in settings if _nearness(path, each.span.path) == nearest]


def _given(world: World, listeners: list[Listener]) -> Iterator[Addresses]:
    """The addresses from which the daemon is told to take those of its networks."""
    for setting in _settings(world, listeners):
        if setting.name in ("bip", "default-address-pools.base"):
            with suppress(ValueError):
                yield network(str(setting.value))


def _own(host: Host | None, zones: tuple[Zone, ...]) -> dict[tuple[str, Family], Addresses]:
    """The machine's addresses that the inventory lists."""
    found: dict[tuple[str, Family], Addresses] = {}
    for zone in zones[:2] if host else ():
        listed: tuple[Address, ...] = host.public if zone.name == "internet" else host.tailscale  # type: ignore[union-attr]
        for address in listed:
            known = network(address.text)
            for interface in zone.interfaces:
                found.setdefault((interface, known.family), known)
    return found
