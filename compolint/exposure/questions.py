"""The questions that checks ask about ports and rules, each answered from the packets' way."""

from collections.abc import Hashable, Mapping

from compolint.exposure import cloud as clouds
from compolint.exposure.alike import sort_of, told_of
from compolint.exposure.egress import Egress, egress
from compolint.exposure.layout import Guarded, machines
from compolint.exposure.machine import FAMILIES, Door
from compolint.exposure.reach import Reach, most_open, reach, together
from compolint.exposure.shadow import Dead, dead_rules
from compolint.exposure.tables import tables_of
from compolint.exposure.trace import said
from compolint.model.firewall import Chain, Family, Firewall, FirewallRule
from compolint.model.listener import Listener
from compolint.text import Note, Span
from compolint.unknown import is_in_words
from compolint.world import World

_UNUSED = 4444  # a port that no rule is about


def guarded(world: World) -> tuple[Guarded, ...]:
    """The machines of a project."""
    return world.once(_guarded)


def _guarded(world: World) -> tuple[Guarded, ...]:
    return tuple(machines(world))


def of_zone(world: World, machine: Guarded, door: Door, name: str, *, as_program: bool = False) -> Reach:
    """The answer for a door and a zone, the cloud's firewall included."""

    def here(family: Family | None = None) -> Reach:
        return of_host(world, machine, door, name, family, as_program=as_program)

    answers = clouds.by_family(world, machine, door) if name == "internet" else {}
    if all(cloud.answer == "open" for cloud in answers.values()):
        return here()
    if all(cloud.answer == "closed" for cloud in answers.values()):
        return behind(next(iter(answers.values())), here())
    found = [behind(cloud, here(family)) for family, cloud in answers.items()]
    best = together(found)
    alike = [each for each in found if each.answer == best.answer]
    sources = dict.fromkeys(source for each in alike for source in each.sources)
    by_cloud = any(each.by_cloud for each in alike)
    return best._replace(by_cloud=by_cloud, sources=tuple(sources) if best.is_for_some else best.sources)


def as_if_open(world: World, machine: Guarded, door: Door, name: str) -> Reach:
    """What a zone would get of a port of the host if a program had it open, which nobody says."""
    found = of_zone(world, machine, door, name, as_program=True)

    def reasons() -> tuple[Note, ...]:
        return tuple(note for note in found.because if note != door.note)

    return found._replace(reasons=reasons)


def of_host(
    world: World,
    machine: Guarded,
    door: Door,
    name: str,
    family: Family | None = None,
    *,
    as_program: bool = False,
) -> Reach:
    """The answer of the machine alone, by one family or any; asked once for all doors of a sort."""
    if family is not None:
        door = door._replace(families=(family,))
    known, asked = world.once(_answers_of_hosts), (sort_of(machine, door), name, as_program)
    if asked not in known:
        known[asked] = reach(machine.machine, door, machine.machine.zone(name), as_program=as_program), door
    return told_of(*known[asked], door)


def _answers_of_hosts(world: World) -> dict[Hashable, tuple[Reach, Door]]:
    """The answers by sort and zone, each with the door that was asked about."""
    return {}


def behind(cloud: Reach, rest: Reach) -> Reach:
    """What is left of an answer behind a firewall that does not let everybody in."""
    if rest.answer == "closed" or cloud.answer == "open":
        return rest
    because = (*cloud.because, *rest.because)
    if cloud.is_for_some and rest.answer == "open":
        return cloud._replace(reasons=because, families=rest.families, by_cloud=True)
    families = () if cloud.answer == "closed" else rest.families
    return rest._replace(
        answer=cloud.answer, reasons=because, families=families, by_cloud=True, is_for_some=False
    )


def answer(listener: Listener, world: World, zone: str) -> Reach | None:
    """Whether clients of a zone reach a port, or any of a range."""
    return most_open(of_zone(world, machine, door, zone) for machine, door in doors_of(listener, world))


def bypassed(listener: Listener, world: World) -> Note | None:
    """The rule that would keep the internet from a port if a program of the host had it open.

    An engine forwards its ports before such rules are asked. Where a rule for what is forwarded lets it
    through by itself, as UFW's for routed packets do, somebody wants it so.
    """
    if listener.origin != "published" or not world.of(Firewall):
        return None
    for machine, door in doors_of(listener, world):
        if door.published is None or 4 not in door.families:
            continue
        found = of_host(world, machine, door, "internet", 4)
        if found.answer == "open":
            if found.because[-1].at in _let_through(world):
                return None
            own = door._replace(published=None)
            held = of_host(world, machine, own, "internet", 4, as_program=True)
            if held.answer == "closed":
                return held.because[-1]
    return None


def _let_through(world: World) -> frozenset[Span]:
    """Where the project itself lets in what is forwarded to a port."""
    return world.once(_accepting)


def _accepting(world: World) -> frozenset[Span]:
    return frozenset(
        rule.span
        for rule in world.of(FirewallRule)
        if rule.action.kind == "accept"
        and rule.looks_at("port", "original_port")
        and not (rule.chain.startswith("DOCKER") and rule.chain != "DOCKER-USER")
    )


def open_by_default(chain: Chain, world: World) -> Reach | None:
    """Whether the internet gets to a program with a port that no rule is about; `None` if none is guarded."""
    return as_program(chain, world, _UNUSED, "tcp")


def lets_in(rule: FirewallRule, world: World, port: int = _UNUSED, protocol: str = "tcp") -> bool:
    """Whether it is this rule that lets the internet in to a program that has a port open."""
    found = as_program(rule, world, port, protocol)
    if found is None or found.answer != "open":
        return False
    decided = found.because[1:]  # the first is where the port itself stands, which nobody declares here
    # What UFW makes by itself stands all in one place.
    is_it = (
        bool(decided)
        and not rule.looks_at("maybe")
        and decided[-1].at == rule.span
        and decided[-1].text.startswith(said(rule))
    )
    return is_it or (is_limit(rule) and not rule.looks_at("interface", "source"))


def is_limit(rule: FirewallRule) -> bool:
    """Whether it is what UFW makes of `ufw limit`: a jump to a chain that accepts."""
    return rule.action.kind == "jump" and rule.action.chain.endswith("-user-limit-accept")


def as_program(entity: Chain | FirewallRule, world: World, port: int, protocol: str) -> Reach | None:
    """What the internet gets of a port that a program of the host behind a chain or a rule has open.

    All rules of a firewall share the answer, so that it is found once.
    """
    known = world.once(_known)
    question = entity.firewall, entity.families, port, protocol
    if question not in known:
        machine = guarded_by(entity.firewall, world)
        door = Door(entity, Span(entity.span.path, 0, 0), protocol, port, entity.families)
        known[question] = machine and reach(
            machine.machine, door, machine.machine.zone("internet"), as_program=True
        )
    return known[question]


def _known(world: World) -> dict[tuple[object, ...], Reach | None]:
    return {}


def guarded_by(firewall: str, world: World) -> Guarded | None:
    """The machine that a firewall is on."""
    machines = (each for each in guarded(world) if any(other.key == firewall for other in each.firewalls))
    return next(machines, None)


def drops(chain: Chain, world: World) -> bool:
    """Whether a chain of those that decide about packets from outside keeps any out."""
    if chain.kind != "filter" or chain.hook not in ("input", "forward", None):
        return False
    if chain.hook and not is_in_words(chain.policy) and chain.policy not in ("accept", "return"):
        return True
    return (chain.firewall, chain.table, chain.name) in world.once(_dropping)


def _dropping(world: World) -> frozenset[tuple[str, str, str]]:
    return frozenset(
        (rule.firewall, rule.table, rule.chain)
        for rule in world.of(FirewallRule)
        if rule.action.kind in ("drop", "reject")
    )


def decides(chain: Chain, world: World) -> bool:
    """Whether a chain is more than a table of nftables that only keeps senders from sending too much."""
    if chain.table == "filter":
        return True
    rules = [
        rule
        for rule in world.where(FirewallRule, "firewall", chain.firewall)
        if (rule.table, rule.chain) == (chain.table, chain.name) and rule.action.kind != "continue"
    ]
    return not rules or not all(rule.looks_at("first") for rule in rules)


def outward_of(firewall: Firewall, world: World) -> tuple[Egress, ...]:
    """What the containers of the machine reach by themselves that a firewall is the first one on."""
    machine = guarded_by(firewall.key, world)
    return tuple(egress(machine)) if machine and machine.firewalls[0].key == firewall.key else ()


def unfiltered_families(firewall: Firewall, world: World) -> tuple[Family, ...]:
    """The families for which the machine of a firewall has no rules at all."""
    machine = guarded_by(firewall.key, world)
    if machine is None:
        return ()
    filtered = {family for each in machine.firewalls for family in each.families}
    return tuple(family for family in machine.machine.families if family not in filtered)


def outward(world: World) -> tuple[Egress, ...]:
    """What containers reach by themselves."""
    return world.once(_outward)


def _outward(world: World) -> tuple[Egress, ...]:
    return tuple(each for machine in guarded(world) for each in egress(machine))


def pointless(rule: FirewallRule, world: World) -> Dead | None:
    """Why no packet ever gets to a rule; `None` if one may."""
    return world.once(_dead).get(rule.key)


def _dead(world: World) -> Mapping[str, Dead]:
    """Of a rule for both families only what is dead in both."""
    found: dict[Family, dict[str, Dead]] = {}
    for family in FAMILIES:
        found[family] = {}
        for firewall in world.of(Firewall):
            chains = world.where(Chain, "firewall", firewall.key)
            rules = world.where(FirewallRule, "firewall", firewall.key)
            tables = tables_of(family, (firewall,), chains, rules)
            # What firewalld makes of its zones by itself is nobody's mistake.
            found[family] |= {each.rule.key: each for each in dead_rules(tables) if each.rule.text}
    rules_of = {rule.key: rule for rule in world.of(FirewallRule)}
    return {
        key: dead
        for family in FAMILIES
        for key, dead in found[family].items()
        if all(key in found[other] for other in rules_of[key].families)
    }


def doors_of(listener: Listener, world: World) -> list[tuple[Guarded, Door]]:
    """A port as the doors of its machine: one, or one for each port of a range and each way it may be."""
    return world.once(_doors).get(listener.key, [])


def _doors(world: World) -> Mapping[str, list[tuple[Guarded, Door]]]:
    found: dict[str, list[tuple[Guarded, Door]]] = {}
    for machine in guarded(world):
        for door in machine.doors:
            found.setdefault(door.listener.key, []).append((machine, door))
    return found
