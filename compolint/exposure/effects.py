"""What a rule does beyond what it says, or does not do although it says so: asked from the packets' way."""

from collections.abc import Mapping

from compolint.exposure.egress import SOMEBODY, ask, egress
from compolint.exposure.layout import Guarded
from compolint.exposure.machine import FAMILIES, TAILNET, Door, Machine, Setup, covers
from compolint.exposure.networks import Bridge
from compolint.exposure.packet import Place, opening
from compolint.exposure.path import Path, Routes
from compolint.exposure.questions import as_program, doors_of, guarded, guarded_by, of_host
from compolint.exposure.reach import Reach, agreed, most_open, reach
from compolint.machines import Machines
from compolint.model import Entity
from compolint.model.capture import Captured
from compolint.model.firewall import Addresses, Chain, Family, Firewall, FirewallRule
from compolint.model.host import Host
from compolint.model.listener import Listener
from compolint.model.values import Ports
from compolint.model.workload import Workload
from compolint.record import replace
from compolint.text import Note
from compolint.world import World

_HTTPS, _UNUSED = 443, 4444


def containers_on(firewall: str, world: World) -> tuple[Workload, ...]:
    """The containers with networks of their own on the machine of a firewall."""
    machine = guarded_by(firewall, world)
    return tuple(workload for workload, bridges in machine.containers if bridges) if machine else ()


def has_ipv6_containers(firewall: str, world: World) -> bool:
    """Whether some network on the machine of a firewall is known to have IPv6."""
    machine = guarded_by(firewall, world)
    return machine is not None and any(bridge.has_ipv6 for bridge in machine.machine.bridges)


def together_with(firewall: Firewall, world: World) -> tuple[Firewall, ...]:
    """The other firewalls of the same machine."""
    machine = guarded_by(firewall.key, world)
    return tuple(each for each in machine.firewalls if each.key != firewall.key) if machine else ()


def guards_of(listener: Listener, world: World) -> tuple[Firewall, ...]:
    """The firewalls of the machine that a port is on."""
    return next((machine.firewalls for machine, _ in doors_of(listener, world)), ())


def engine_release(entity: Entity, world: World) -> str | None:
    """The release of Docker on the machine of something, where the configuration says it."""
    name = Machines(world.of(Host)).name(entity.span.path)
    hosts = (host for host in world.of(Host) if host.name == name and host.docker)
    return next((host.docker for host in hosts), None)


def cut_off(rule: FirewallRule, world: World, port: int = _UNUSED) -> tuple[str, ...]:
    """The containers that a rule keeps from servers outside."""
    return _asking(rule, world, SOMEBODY, port, "closed")


def not_held_by(rule: FirewallRule, world: World) -> tuple[str, ...]:
    """The containers that do reach what a rule forbids the host to reach."""
    goals = [each for each in rule.values("destination") if isinstance(each, Addresses)]
    ports = [each for each in rule.values("port") if isinstance(each, Ports)]
    goal = goals[0]._replace(last=goals[0].first) if goals else SOMEBODY
    return _asking(rule, world, goal, ports[0].first if ports else _HTTPS, "open")


def _asking(rule: FirewallRule, world: World, goal: Addresses, port: int, wanted: str) -> tuple[str, ...]:
    """The containers whose question to a server outside has this answer; if it is no, by this rule."""
    machine = guarded_by(rule.firewall, world)
    if machine is None or goal.family not in rule.families or goal.family == 6:
        return ()
    protocol = next((str(each) for each in rule.values("protocol")), "tcp")
    found: dict[str, None] = {}
    for name, bridge in _networks(machine).items():
        answer = ask(machine.machine, bridge, goal, port, Note("asks a server", rule.span), protocol)
        if answer.answer == wanted and (wanted == "open" or answer.because[-1].at == rule.span):
            found[name] = None
    return tuple(found)


def _networks(machine: Guarded) -> dict[str, Bridge]:
    """The containers, each with one network by which it gets outside."""
    found = {}
    for workload, bridges in machine.containers:
        outer = [bridge for bridge in bridges if not bridge.internal]
        if outer:
            found[workload.name] = outer[0]
    return found


def overruled(rule: FirewallRule, world: World, port: int, protocol: str) -> Note | None:
    """What keeps the internet from a port of the host that a rule lets in, in a table of its own."""
    found = as_program(rule, world, port, protocol)
    if found is None or found.answer != "closed" or found.because[-1].at == rule.span:
        return None
    decided = found.because[-1]
    other = _table_at(decided, world)
    return decided if other and other != rule.table else None


def _table_at(note: Note, world: World) -> str | None:
    """The table of the rule or of the policy that a note is about."""
    entities: tuple[Chain | FirewallRule, ...] = (*world.of(FirewallRule), *world.of(Chain))
    return next((each.table for each in entities if note.at in (each.span, each.at("policy"))), None)


def forwards_to_containers(chain: Chain, world: World) -> Reach | None:
    """Whether neighbours of a machine reach ports of containers that nobody published."""
    machine = guarded_by(chain.firewall, world)
    if machine is None or not containers_on(chain.firewall, world) or 4 not in chain.families:
        return None
    bridge = next(each for each in machine.machine.bridges if not each.internal)
    answers = [_unpublished(machine.machine, setup, bridge, chain) for setup in machine.machine.setups]
    return agreed(answers, [setup.assumed for setup in machine.machine.setups])


def _unpublished(machine: Machine, setup: Setup, bridge: Bridge, chain: Chain) -> Reach:
    chains = setup.chains[4]
    lan = machine.zone("lan")
    stretches = tuple(each for each in bridge.subnets if each.family == 4)
    goal = Place("container", stretches, name=bridge.name)

    def behind(place: Place) -> str:
        return lan.interfaces[0] if place.is_clients else bridge.name

    first = opening("tcp", goal, _UNUSED, lan.interfaces[0], family=4)
    path = Path(chains, Routes(behind, machine.address_on, machine.place, setup.forwards))
    clients = chains.axis.mask(tuple(each for each in lan.sources[4] if not covers(stretches, each)))
    answer = path.converse(first, clients, lambda passed: not passed.is_local)
    if not answer.through & clients:
        return Reach("closed")
    return Reach("open" if not answer.stopped & clients else "undecided", (Note("", chain.span),), (4,))


def published_on(firewall: str, world: World) -> tuple[Listener, ...]:
    """The ports that are published on the machine of a firewall."""
    return world.once(_published).get(firewall, ())


def _published(world: World) -> Mapping[str, tuple[Listener, ...]]:
    found = {}
    for machine in guarded(world):
        listeners = {door.listener.key: door.listener for door in machine.doors}
        published = tuple(
            each for each in listeners.values() if isinstance(each, Listener) and each.origin == "published"
        )
        found.update(dict.fromkeys((each.key for each in machine.firewalls), published))
    return found


def reached_by(listener: Listener, world: World) -> Mapping[Family, Reach] | None:
    """What the internet gets of a port, for each family; `None` where rules are declared for one only."""
    for machine, door in doors_of(listener, world):
        filtered = {family for each in machine.firewalls for family in each.families}
        if filtered == {*FAMILIES} == {*machine.machine.families} == {*door.families}:
            return {family: of_host(world, machine, door, "internet", family) for family in FAMILIES}
    return None


def is_open_by(family: Family, listener: Listener, world: World) -> bool:
    """Whether the internet gets to a port by one family."""
    return any(
        family in door.families and of_host(world, machine, door, "internet", family).answer == "open"
        for machine, door in doors_of(listener, world)
    )


def reaches_internet(workload: Workload, world: World) -> Reach | None:
    """Whether a container gets to servers outside by itself; `None` for one without a network of its own."""
    for machine in guarded(world):
        for other, bridges in machine.containers:
            if other is workload and bridges:
                asking = Note("asks a server", workload.span)
                found = [ask(machine.machine, each, SOMEBODY, _HTTPS, asking) for each in bridges]
                return most_open(found)
    return None


def asked_from(chain: Chain, world: World) -> tuple[FirewallRule, ...]:
    """The rules that packets of a base chain may meet: its own, and those of chains that they lead to."""
    machine = guarded_by(chain.firewall, world)
    rules: dict[str, list[FirewallRule]] = {}
    for key in [each.key for each in machine.firewalls] if machine else [chain.firewall]:
        for rule in world.where(FirewallRule, "firewall", key):
            if rule.table == chain.table and not set(rule.families).isdisjoint(chain.families):
                rules.setdefault(rule.chain, []).append(rule)
    names = [chain.name]  # grows while it is read
    found: list[FirewallRule] = []
    seen = {chain.name}
    for name in names:
        for rule in rules.get(name, ()):
            found.append(rule)
            if rule.action.chain and rule.action.chain not in seen:
                seen.add(rule.action.chain)
                names.append(rule.action.chain)
    return tuple(found)


def on_the_internet(firewall: str, world: World) -> tuple[str, ...]:
    """The containers on the machine of a firewall that reach the internet by themselves."""
    machine = guarded_by(firewall, world)
    reaching = (each for each in (egress(machine) if machine else ()) if each.to["internet"].answer == "open")
    return tuple(dict.fromkeys(name for each in reaching for name in each.workloads))


def kept_out_by_ipv4(rule: FirewallRule, world: World, port: int, protocol: str) -> Note | None:
    """What keeps the internet, or most of it, from a port by IPv4, on a machine that has rules for it."""
    machine = guarded_by(rule.firewall, world)
    if machine is None or not any(4 in each.families for each in machine.firewalls):
        return None
    found = as_program(replace(rule, families=(4,)), world, port, protocol)
    return found.because[-1] if found and (found.answer == "closed" or found.is_for_some) else None


def open_to_neighbours(listener: Listener, world: World) -> Reach | None:
    """How machines of the same network reach a port of the tailnet's address, if they do.

    The kernel takes packets for any of its addresses on every interface.
    """
    for machine, door in doors_of(listener, world):
        zone = machine.machine.zone("lan")._replace(dials=TAILNET)
        found = reach(machine.machine, door, zone)
        if found.answer == "open":
            return found
    return None


def unanswered(listener: Listener, world: World) -> Note | None:
    """What keeps the answers of a port from the internet, where questions do come in."""
    for machine, door in doors_of(listener, world):
        if door.published is not None:
            continue
        found = of_host(world, machine, door, "internet")
        asked = of_host(world, machine, door, "internet", as_program=True)
        if (found.answer, asked.answer) == ("closed", "open"):
            return found.because[-1]
    return None


def may_share_machine(one: Entity, other: Entity, world: World) -> bool:
    """Whether the configuration leaves it open that two things are on one machine, or says so."""
    return Machines(world.of(Host)).may_be_one(one.span.path, other.span.path)


def is_let_in(seen: Captured, world: World) -> bool:
    """Whether no firewall that may be on its machine keeps the internet from a port that was seen open."""
    if seen.address.is_loopback or seen.address.is_tailnet or seen.address.is_private:
        return False
    door = Door(seen, seen.span, seen.protocol, seen.ports.first, seen.families)
    machines = (
        each for each in guarded(world) if any(may_share_machine(seen, one, world) for one in each.firewalls)
    )
    return all(of_host(world, each, door, "internet", as_program=True).answer == "open" for each in machines)
