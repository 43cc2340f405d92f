"""Containers that are in the network of another one: `network_mode: service:vpn`.

They share its addresses and its ports: what it publishes leads to them as well, and `localhost` is all of
them.
"""

from collections.abc import Iterator

from compolint.entities import Entities
from compolint.model.knowledge.services import services_of
from compolint.model.listener import Listener
from compolint.model.workload import Workload
from compolint.record import replace
from compolint.unknown import assume

_KINDS = ("service", "container")
_LONGEST = 8  # chains of containers


def link_shared(linked: Entities) -> None:
    """Workloads with whose network they are in, doors with who waits behind them."""
    workloads = linked.of(Workload)
    named = {(each.project, each.name): each for each in reversed(workloads)}
    guests: dict[str, dict[int, Workload]] = {}  # by the ports that they are known to have
    owners: dict[str, str] = {}
    for workload in workloads:
        owner = _owner(workload, named)
        if owner is not workload:
            owners[workload.key] = owner.key
            waiting = guests.setdefault(owner.key, {})
            for port in known_ports(workload):
                waiting.setdefault(port, workload)

    def housed(workload: Workload) -> Workload:
        owner = owners.get(workload.key)
        return replace(workload, network_of=owner) if owner else workload

    def led(listener: Listener) -> Listener:
        return _led(listener, guests[listener.owner]) if listener.owner in guests else listener

    linked.change(Workload, housed)
    linked.change(Listener, led)


def _owner(workload: Workload, named: dict[tuple[str, str], Workload]) -> Workload:
    for _ in range(_LONGEST):
        kind, _, name = (assume(workload.network_mode, None) or "").partition(":")
        found = named.get((workload.project, name)) if kind in _KINDS else None
        if found is None:
            break
        workload = found
    return workload


def _led(listener: Listener, guests: dict[int, Workload]) -> Listener:
    """A published port, with the image of the one of several containers that is known to have it."""
    target = assume(listener.target, None)
    if target is None or target.last > target.first or target.first not in guests:
        return listener
    guest = guests[target.first]
    is_own = any(target.first in row.ports for row in services_of(listener.image))
    return listener if is_own else replace(listener, image=guest.image, handed_to=guest.key)


def known_ports(workload: Workload) -> Iterator[int]:
    """The ports that the image of a workload is known to have."""
    for row in services_of(workload.image):
        yield from row.ports
