"""The questions that checks ask about ports and rules, each answered from the packets' way."""

from collections.abc import Iterator, Mapping

from compolint.exposure.cloud import lets_in
from compolint.exposure.egress import Egress, egress
from compolint.exposure.layout import Guarded, machines
from compolint.exposure.machine import FAMILIES, Door, Zone
from compolint.exposure.reach import Reach, held_as_program, reach
from compolint.exposure.shadow import Dead, dead_rules
from compolint.exposure.tables import tables_of
from compolint.model.cloud import CloudRule
from compolint.model.firewall import Chain, Family, Firewall, FirewallRule
from compolint.model.listener import Listener
from compolint.text import Note
from compolint.world import World

_WORST_FIRST = ("open", "undecided", "closed")
_UNUSED = 4444  # a port that no rule is about


def guarded(world: World) -> tuple[Guarded, ...]:
    """The machines of a project."""
    return world.once(_guarded)


def _guarded(world: World) -> tuple[Guarded, ...]:
    return tuple(machines(world))


def of_zone(world: World, machine: Guarded, door: Door, name: str) -> Reach:
    """The answer for a door and a zone, the cloud's firewall included."""
    answer = reach(machine.machine, door, zone_of(machine, name))
    if name != "internet":
        return answer
    cloud = lets_in(world.of(CloudRule), door)
    return behind(cloud, answer) if cloud and cloud.answer != "open" else answer


def zone_of(machine: Guarded, name: str) -> Zone:
    return next(zone for zone in machine.machine.zones if zone.name == name)


def behind(cloud: Reach, rest: Reach) -> Reach:
    """What is left of an answer behind a firewall that does not let everybody in."""
    if rest.answer == "closed":
        return rest
    return rest._replace(answer=cloud.answer, because=(*cloud.because, *rest.because))


def reached(listener: Listener, world: World, zone: str = "internet") -> Reach | None:
    """Whether clients of a zone reach a port, or any of a range; `None` where no firewall is declared."""
    if not world.of(Firewall) and not world.of(CloudRule):
        return None
    answers = [of_zone(world, machine, door, zone) for machine, door in _doors(listener, world)]
    return min(answers, key=lambda each: _WORST_FIRST.index(each.answer), default=None)


def bypassed(listener: Listener, world: World) -> Note | None:
    """The rule that would keep the internet from a port if a program of the host had it open.

    An engine forwards its ports before such rules are asked.
    """
    if listener.origin != "published" or not world.of(Firewall):
        return None
    for machine, door in _doors(listener, world):
        zone = zone_of(machine, "internet")
        answer = reach(machine.machine, door, zone)
        if door.published and answer.answer == "open" and 4 in answer.families:
            held = held_as_program(machine.machine, door, zone)
            if held is not None:
                return held
    return None


def open_by_default(chain: Chain, world: World) -> Reach | None:
    """Whether the internet reaches a port that no rule is about; `None` if it guards nothing here."""
    for machine in guarded(world):
        if any(each.key == chain.firewall for each in machine.firewalls):
            door = Door(chain, chain.span, "tcp", _UNUSED, chain.families)
            return reach(machine.machine, door, zone_of(machine, "internet"))
    return None


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
            found[family] |= {each.rule.key: each for each in dead_rules(tables)}
    rules_of = {rule.key: rule for rule in world.of(FirewallRule)}
    return {
        key: dead
        for family in FAMILIES
        for key, dead in found[family].items()
        if all(key in found[other] for other in rules_of[key].families)
    }


def _doors(listener: Listener, world: World) -> Iterator[tuple[Guarded, Door]]:
    for machine in guarded(world):
        for door in machine.doors:
            if door.listener is listener:
                yield machine, door
