"""What containers reach outside: the internet, and the address where clouds keep their credentials."""

from collections.abc import Iterator, Mapping

from compolint.exposure.layout import Guarded
from compolint.exposure.machine import Machine, Setup
from compolint.exposure.networks import Bridge
from compolint.exposure.packet import Place, opening
from compolint.exposure.path import Path, Routes
from compolint.exposure.reach import Reach, agreed, together
from compolint.exposure.sources import network, shown
from compolint.exposure.trace import decisions
from compolint.model.firewall import Addresses
from compolint.model.workload import Workload
from compolint.text import Note, Span
from compolint.tuples import NamedTuple

METADATA = network("169.254.169.254")
# They stand for all servers of the internet.
SOMEBODY, SOMEBODY_BY_IPV6 = network("1.1.1.1"), network("2606:4700:4700::1111")
_HTTP, _HTTPS = 80, 443


class Egress(NamedTuple):
    """What the containers of one network reach by themselves."""

    name: str  # of the network, as the project calls it
    span: Span
    workloads: tuple[str, ...]  # their names
    to: Mapping[str, Reach]  # "internet", and the address of the metadata service

    @property
    def metadata(self) -> Reach:
        return self.to[shown(METADATA)]


def egress(guarded: Guarded) -> Iterator[Egress]:
    """The networks of a machine with what their containers reach."""
    on: dict[str, tuple[Bridge, list[Workload]]] = {}
    for workload, bridges in guarded.containers:
        for bridge in bridges:
            on.setdefault(bridge.key, (bridge, []))[1].append(workload)
    for bridge, workloads in on.values():
        span = workloads[0].span
        machine = guarded.machine
        yield Egress(
            bridge.key.rpartition("/")[2] or "bridge",
            span,
            tuple(workload.name for workload in workloads),
            {
                "internet": _internet(machine, bridge, Note("asks a server", span)),
                shown(METADATA): ask(machine, bridge, METADATA, _HTTP, Note("asks a cloud's metadata", span)),
            },
        )


def _internet(machine: Machine, bridge: Bridge, asking: Note) -> Reach:
    """By either family, if the network has both."""
    answers = [ask(machine, bridge, SOMEBODY, _HTTPS, asking)]
    if bridge.has_ipv6 and 6 in machine.families:
        answers.append(ask(machine, bridge, SOMEBODY_BY_IPV6, _HTTPS, asking))
    return together(answers)


def ask(
    machine: Machine, bridge: Bridge, target: Addresses, port: int, asking: Note, protocol: str = "tcp"
) -> Reach:
    """Whether containers of a network talk to a server outside."""
    if machine.doubt:
        return Reach("undecided", (asking, machine.doubt), (target.family,))
    answers = [_of_setup(machine, setup, bridge, target, port, asking, protocol) for setup in machine.setups]
    return agreed(answers, [setup.assumed for setup in machine.setups])


def _of_setup(
    machine: Machine,
    setup: Setup,
    bridge: Bridge,
    target: Addresses,
    port: int,
    asking: Note,
    protocol: str,
) -> Reach:
    family = target.family
    chains = setup.chains[family]
    goal = Place("elsewhere", (target,))

    def behind(place: Place) -> str:
        return bridge.name if place.is_clients else setup.wan

    path = Path(chains, Routes(behind, machine.address_on, machine.place, setup.forwards))
    first = opening(protocol, goal, port, bridge.name, family=family)
    subnet = bridge.subnet(family)
    everybody = chains.axis.mask((subnet,) if subnet else machine.pools[family])
    answer = path.converse(first, everybody, lambda passed: not passed.is_local)
    through, stopped = answer.through & everybody, answer.stopped & everybody

    def told(some: int, which: str) -> tuple[Note, ...]:
        found = decisions(path, first, chains.axis.one(some), lambda passed: True, which)
        return (asking, *(each.note for each in found))

    if not through:
        return Reach("closed", told(stopped, "closed"))
    if not stopped:
        return Reach("open", told(through, "open"), (family,))
    both = through & stopped
    return Reach("undecided", told(both or stopped, "undecided" if both else "closed"), (family,))
