"""What a machine had open when somebody looked, as sets of ports that can be held against others.

A set of ports is a whole number here, whose bits they are: captures have lines for ranges of ten thousand
ports, and a line costs the same whatever its range.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Literal

from compolint.model.capture import Captured
from compolint.model.values import Ports
from compolint.record import replace
from compolint.text import Span
from compolint.tuples import NamedTuple

Kind = Literal[
    "new", "gone", "changed", "undeclared", "of the system", "other address", "not running", "undecided"
]
SOCKETS = ("ss", "netstat")
PROXIES = ("docker-proxy", "rootlessport", "slirp4netns", "pasta")  # that hold a container's ports open
_LOCAL = ("lo", "tailscale")  # interfaces behind which no stranger is


class Difference(NamedTuple):
    """One port of which two sides do not say the same."""

    kind: Kind
    message: str
    name: str
    address: str
    ports: str
    protocol: str
    at: Span
    side: Literal["before", "after", "captured", "declared"]  # whose file the place is in
    fails: bool = False  # it opens what nobody approved


class Bound:
    """Which ports are open where: sets by protocol, address, family and interface."""

    def __init__(self) -> None:
        self._sets: dict[tuple[str, str, int, str], int] = {}
        self._all: dict[str, int] = {}

    def add(
        self, protocol: str, address: str, families: Iterable[int], ports: Ports, interface: str = ""
    ) -> None:
        """The address is empty for every one of the interface, and that for all of them."""
        bits = _bits(ports)
        self._all[protocol] = self._all.get(protocol, 0) | bits
        for family in families:
            key = protocol, address, family, interface
            self._sets[key] = self._sets.get(key, 0) | bits

    def has_protocol(self, protocol: str) -> bool:
        return protocol in self._all

    def has_any(self, protocol: str, ports: Ports) -> bool:
        return bool(_bits(ports) & self._all.get(protocol, 0))

    def has_all(self, protocol: str, ports: Ports) -> bool:
        return not _bits(ports) & ~self._all.get(protocol, 0)

    def has_binding(self, door: Captured) -> bool:
        """Whether all of a door's ports are open just where it is."""
        return all(self._has(door, family, wider=False) for family in door.families)

    def uncovered(self, door: Captured) -> tuple[int, ...]:
        """The families by which a door is open, at least at some port, where nothing here is."""
        return tuple(family for family in door.families if not self._has(door, family, wider=True))

    def _has(self, door: Captured, family: int, *, wider: bool) -> bool:
        own = address_of(door)
        places = [(own, door.interface), *([(own, ""), ("", door.interface), ("", "")] if wider else ())]
        found = 0
        for address, interface in places:
            found |= self._sets.get((door.protocol, address, family, interface), 0)
        return not _bits(door.ports) & ~found


class Seen:
    """What a capture shows: its doors, where they are, whose they are."""

    def __init__(self, doors: Iterable[Captured]) -> None:
        self.all = tuple(doors)
        self.sources = frozenset(door.source for door in self.all)
        self.bound = Bound()
        self.containers: dict[tuple[str, int], str] = {}
        self._addresses: dict[tuple[str, int], dict[str, None]] = {}
        self._names: dict[tuple[str, int], dict[str, None]] = {}
        for door in self.all:
            self.bound.add(door.protocol, address_of(door), door.families, door.ports, door.interface)
            port = door.protocol, door.ports.first
            self._addresses.setdefault(port, {})[where(door)] = None
            if door.source not in SOCKETS and door.name:
                self.containers.setdefault(port, door.name)
            if door.name and door.name not in PROXIES:
                self._names.setdefault(port, {})[door.name] = None

    def doors(self) -> Iterator[Captured]:
        """Each once, though several lines show it: for two families, by two programs."""
        found: dict[tuple[object, ...], Captured] = {}
        for door in self.all:
            own = door.protocol, door.ports, where(door)
            first = found.setdefault(own, door)
            if first is not door:
                best = door if first.source in SOCKETS and door.source not in SOCKETS else first
                families = tuple(sorted({*first.families, *door.families}))
                found[own] = best if best.families == families else replace(best, families=families)
        yield from found.values()

    def name(self, door: Captured) -> str:
        """Whose it is: of a port that an engine's proxy holds open, the container."""
        if door.name and door.name not in PROXIES:
            return door.name
        container = self.containers.get((door.protocol, door.ports.first))
        return container or door.name or "a process that the capture does not name"

    def names(self, door: Captured) -> Collection[str]:
        return self._names.get((door.protocol, door.ports.first), {}).keys()

    def addresses(self, door: Captured) -> list[str]:
        """Where a port is open, in words."""
        return [*self._addresses.get((door.protocol, door.ports.first), ())]


def is_wide(door: Captured) -> bool:
    """Whether strangers can ask for it: on every interface, or on an address of the internet."""
    if door.interface.startswith(_LOCAL):
        return False
    return door.address.is_wildcard or door.address.is_public


def is_approved(door: Captured, public: Collection[int]) -> bool:
    return all(port in public for port in door.ports.numbers())


def revert(door: Captured) -> str:
    """What is to be done about a door that nobody approved."""
    return f"revert it, or list {door.ports} as public-ports in the configuration"


def close(door: Captured) -> str:
    """What is to be done about a program that no project's file could declare."""
    return f"stop it, bind it to 127.0.0.1, or list {door.ports} as public-ports in the configuration"


def where(door: Captured) -> str:
    if door.interface and door.address.is_wildcard:
        return f"every address of {door.interface}"
    return str(door.address)


def address_of(door: Captured) -> str:
    return "" if door.address.is_wildcard else door.address.text


def difference(
    kind: Kind,
    message: str,
    name: str,
    door: Captured,
    side: Literal["before", "after", "captured"],
    *,
    fails: bool = False,
) -> Difference:
    address = door.address.text or "*"
    return Difference(kind, message, name, address, str(door.ports), door.protocol, door.span, side, fails)


def _bits(ports: Ports) -> int:
    return ((1 << (ports.last - ports.first + 1)) - 1) << ports.first
