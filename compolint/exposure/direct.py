"""Containers with an address of the LAN, where all their ports are reached, past what guards the host."""

from compolint.model.workload import Network, Workload
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import assume
from compolint.world import World

_DRIVERS = ("macvlan", "ipvlan")


class Direct(NamedTuple):
    """A container that clients of the LAN need no port of the host for."""

    name: str
    driver: str
    network: str
    at: Span


def direct(world: World) -> list[Direct]:
    found = []
    for workload in world.of(Workload):
        for key in workload.networks:
            declared = world.get(Network, key)
            driver = str(assume(declared.driver, "")) if declared else ""
            if declared and driver in _DRIVERS:
                found.append(Direct(workload.name, driver, declared.name, workload.span))
                break
    return found
