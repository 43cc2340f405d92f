"""The ports that a project declares, as doors of a machine that packets can knock at."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import pairwise

from compolint.exposure.learnt import Learnt
from compolint.exposure.machine import FAMILIES, Door
from compolint.exposure.networks import Bridge, Gateway, Published
from compolint.exposure.packet import ANY_PORT
from compolint.exposure.sources import network
from compolint.model import Entity
from compolint.model.firewall import Addresses, Family
from compolint.model.listener import Listener
from compolint.model.values import Address, Ports
from compolint.model.web import Site
from compolint.model.workload import Network, Workload
from compolint.unknown import Maybe, Unknown, assume
from compolint.world import World

_RANDOM = Ports(49153, 49153)  # of those that Docker chooses from where a project names none
_UNKNOWN = Ports(ANY_PORT, ANY_PORT)
_MANY = 1024  # ports of one range that are listed one by one
_MOST_LISTED = 2_000  # published ports and ranges, of which the ranges are listed so
_MOST_PARTS = 256  # of a larger one
_GATEWAYS: tuple[Gateway, ...] = ("nat-unprotected", "routed", "isolated")
_OF_LAN = ("macvlan", "ipvlan")
_DEFAULT = frozenset(("bridge", "default"))
_OWN = Bridge("docker0", "", subnets=(network("172.17.0.0/16"),))


def listeners_of_hosts(world: World) -> list[Listener]:
    """The ports that hosts have open; a program inside a container opens none of theirs."""
    found = []
    for listener in world.of(Listener):
        site = world.get(Site, listener.owner) if listener.web_server else None
        if site is None or site.homes is None or _is_on_host(site, world):
            found.append(listener)
    return found


def _is_on_host(site: Site, world: World) -> bool:
    workloads = [each for key in site.homes or () if (each := world.get(Workload, key))]
    return any(assume(each.network_mode, "") == "host" for each in workloads)


class Doors:
    """Makes the doors of one machine, and finds the networks behind them."""

    def __init__(self, world: World, learnt: Learnt, cuts: tuple[int, ...], *, has_proxy: bool) -> None:
        self._world = world
        self._learnt = learnt
        self._cuts = cuts
        self._has_proxy = has_proxy
        self._numbers: dict[str, int] = {}  # of workloads
        self.bridges: dict[str, Bridge] = {}
        self.published: list[Published] = []

    def of(self, listeners: Iterable[Listener]) -> Iterator[Door]:
        """The doors of all ports, of each as the network is known by all of them."""
        open_ones = [listener for listener in listeners if not self._is_on_lan(listener)]
        for listener in open_ones:
            if self._is_forwarded(listener):
                self._bridge(listener)
        for listener in open_ones:
            yield from self._of(listener)

    def _of(self, listener: Listener) -> Iterator[Door]:
        """A port, or the parts of a range; of one whose number or address is open, those that it may have."""
        ports = _RANDOM if listener.ports is None else assume(listener.ports, _UNKNOWN)
        target = ports if listener.target is None else assume(listener.target, _UNKNOWN)
        parts = self._parts(ports, target)
        ports = _UNKNOWN if parts == [_UNKNOWN] else ports
        asked = tuple(part.first for part in parts)
        for address, families in _addresses(listener.address):
            published = None
            if self._is_forwarded(listener):
                published = self._published(listener, address, families, ports, target, asked)
                self.published.append(published)
            routed = published.routed if published else ()
            mapped = tuple(family for family in families if family not in routed)
            span, protocol = listener.at("address"), listener.protocol
            for first, last in parts:
                if mapped:
                    has_socket = published is None or self._has_proxy
                    yield Door(
                        listener, span, protocol, first, mapped, address, published, has_socket, last=last
                    )
                if published and routed:
                    inside, end = published.inside(first), published.inside(last)
                    yield Door(
                        listener, span, protocol, inside, routed, None, published,
                        has_socket=False, is_direct=True, last=end,
                    )  # fmt: skip

    def _parts(self, ports: Ports, target: Ports) -> list[Ports]:
        """The ports of a range one by one; of a large one, those together that no rule tells apart."""
        if ports.last - ports.first < _MANY and len(self.published) < _MOST_LISTED:
            return [Ports(number, number) for number in ports.numbers()]
        starts = {ports.first, *self._cuts_in(ports)}
        if target.last > target.first:
            starts.update(cut - target.first + ports.first for cut in self._cuts_in(target))
        if len(starts) > _MOST_PARTS:
            return [_UNKNOWN]  # what holds for any port is asked instead
        return [Ports(first, end - 1) for first, end in pairwise((*sorted(starts), ports.last + 1))]

    def _cuts_in(self, ports: Ports) -> tuple[int, ...]:
        return self._cuts[bisect_right(self._cuts, ports.first) : bisect_right(self._cuts, ports.last)]

    def all_bridges(self) -> tuple[Bridge, ...]:
        """The networks of the engine: its own is there beside those that the project declares."""
        own = {_OWN.key: _OWN} if self.bridges else {}
        return tuple({**own, **self.bridges}.values())

    def _published(
        self,
        listener: Listener,
        address: Addresses | None,
        families: tuple[Family, ...],
        ports: Ports,
        target: Ports,
        asked: tuple[int, ...],
    ) -> Published:
        bridge = self._bridge(listener)
        number = self._numbers.setdefault(listener.owner, len(self._numbers) + 1)
        reached: tuple[Family, ...] = FAMILIES if bridge.has_ipv6 else (4,)
        return Published(
            listener,
            number,
            bridge,
            listener.protocol,
            ports,
            target,
            address,
            tuple(family for family in reached if family in families),
            self._is_podman(listener),
            asked,
        )

    def _bridge(self, listener: Listener) -> Bridge:
        """The network that a port is forwarded to: one with a gateway, where there is one."""
        workload = self._world.get(Workload, listener.owner)
        found = self.networks(workload) if workload else []
        outer = [each for each in found if not each.internal] or found
        bridge = outer[0] if outer else self._joined(_OWN, listener)
        ports = assume(listener.ports, None)
        name = self._learnt.ports.get((listener.protocol, ports.first)) if ports else None
        if name and "?" in bridge.name:
            bridge = self.bridges[bridge.key] = bridge._replace(name=name)
        return bridge

    def networks(self, workload: Workload) -> list[Bridge]:
        """The networks that a container is on."""
        found = self._networks(workload)
        if workload.kind == "container":
            for bridge in found:
                self.bridges[bridge.key] = self.bridges[bridge.key]._replace(is_podman=True)
        return [self.bridges[bridge.key] for bridge in found]

    def _networks(self, workload: Workload) -> list[Bridge]:
        if workload.networks:
            return [self._network(key, workload) for key in workload.networks]
        mode = assume(workload.network_mode, "") or ""
        if mode in ("host", "none") or mode.partition(":")[0] in ("service", "container"):
            return []
        own = f"{workload.project}/default"
        is_compose = workload.kind == "service" and mode not in _DEFAULT
        return [self._network(own, workload) if is_compose else self._joined(_OWN, workload)]

    def _network(self, key: str, workload: Workload) -> Bridge:
        """One that the project declares, or the one that Compose makes by itself."""
        declared = self._world.get(Network, key)
        if declared:
            return self._joined(_bridge(declared), declared)
        return self._joined(Bridge(f"br-?{key}", key), workload)

    def _joined(self, bridge: Bridge, origin: Entity) -> Bridge:
        return self.bridges.setdefault(bridge.key, bridge._replace(origin=origin))

    def _is_on_lan(self, listener: Listener) -> bool:
        """Whether the container has an address of the LAN, so that Docker publishes nothing of the host's."""
        workload = self._world.get(Workload, listener.owner)
        keys = workload.networks if workload and listener.origin == "published" else ()
        declared = [each for key in keys if (each := self._world.get(Network, key))]
        # One whose driver is not known has an ordinary one, as nearly all have.
        return bool(declared) and all(assume(each.driver, "") in _OF_LAN for each in declared)

    def _is_forwarded(self, listener: Listener) -> bool:
        """Whether rules lead to it; the engine of a user has none, and opens a socket instead."""
        workload = self._world.get(Workload, listener.owner)
        return listener.origin == "published" and not (workload and workload.rootless)

    def _is_podman(self, listener: Listener) -> bool:
        workload = self._world.get(Workload, listener.owner)
        return workload is not None and workload.kind == "container"


def _bridge(declared: Network) -> Bridge:
    name = declared.interface
    # Docker names those that it makes for the project; how others are called their makers know.
    is_made_here = declared.external is False and not isinstance(name, Unknown)
    return Bridge(
        name=name if isinstance(name, str) and name else f"{'br-' if is_made_here else ''}?{declared.key}",
        key=declared.key,
        internal=assume(declared.internal, False) is True,
        talks=assume(declared.talks, True) is not False,
        gateways=(_gateway(declared.gateway_mode), _gateway(declared.gateway_mode_ipv6)),
        subnets=tuple(found for text in declared.subnets if (found := _network(text))),
        has_ipv6=assume(declared.ipv6, True) is True,
    )


def _gateway(mode: Maybe[str] | None) -> Gateway:
    known = assume(mode, None)
    return next((each for each in _GATEWAYS if each == known), "nat")


def _addresses(address: Maybe[Address]) -> Iterator[tuple[Addresses | None, tuple[Family, ...]]]:
    """The addresses of a port: `None` for all of a family's; several where the files leave it open."""
    if isinstance(address, Unknown):
        yield None, FAMILIES
        yield network("127.0.0.1"), (4,)
    elif address.text in ("", "*"):
        yield None, FAMILIES
    elif address.is_wildcard:
        yield None, (6,) if ":" in address.text else (4,)
    elif address.text == "localhost":
        yield network("127.0.0.1"), (4,)
    elif found := _network(address.text.partition("%")[0]):
        yield found, (found.family,)
    else:
        yield None, FAMILIES  # a name, which may be that of any address


def _network(text: str) -> Addresses | None:
    try:
        return network(text)
    except ValueError:
        return None
