"""The ways that lead from machines to firewalls, from resource to resource."""

from collections.abc import Iterator
from typing import Literal

from compolint.load.hcl.values import Value
from compolint.load.terraform.graph import Graph, Resource, TooMuch
from compolint.load.terraform.links import (
    ATTACHED_BY_THEMSELVES,
    BETWEEN,
    FIREWALLS,
    INSTEAD,
    JOINS,
    MACHINES,
    SUBNETS,
)
from compolint.text import Span
from compolint.tuples import NamedTuple

_MOST_STEPS = 200_000
Layer = Literal["machine", "subnet"]


class Link(NamedTuple):
    """Where the attribute of a resource leads."""

    to: Resource | Value  # a value: to something that is declared elsewhere, or is not known
    at: Span
    is_sure: bool = True
    names_subnet: bool = False  # whatever it is


class Found(NamedTuple):
    """The end of a way from a machine."""

    link: Link
    layer: Layer
    is_sure: bool


class Links:
    """All links among the resources of a graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._steps = _MOST_STEPS
        self._from: dict[str, list[Link]] = {}
        # By provider, where it is not known what they begin at.
        self._from_anything: dict[str, list[tuple[Link, Layer]]] = {}
        self._from_subnets: dict[str, list[Link]] = {}
        for resource in graph.resources:
            for way in MACHINES.get(resource.kind, BETWEEN.get(resource.kind, ())):
                self._read(resource, way)
            for way in ATTACHED_BY_THEMSELVES.get(resource.kind, ()):
                for value, at in resource.along(way):
                    self._begin(resource, way, value, Link(resource, _place(value, at), resource.is_sure))
            if resource.kind in JOINS:
                self._join(resource, *JOINS[resource.kind])

    def add(self, start: Resource, link: Link) -> None:
        self.count()
        self._from.setdefault(start.address, []).append(link)

    def walk(self, machine: Resource) -> Iterator[Found]:
        """The firewalls that ways lead to, and what they lose themselves in."""
        seen = {machine.address}
        waiting: list[tuple[Link, Layer, bool]] = [
            (link, layer, False) for link, layer in self._from_anything.get(machine.provider, ())
        ]
        waiting += self._next(machine.address, "machine")
        while waiting:
            link, layer, is_sure = waiting.pop()
            self.count()
            to = link.to
            if isinstance(to, Value) and link.names_subnet:
                others = self._from_subnets.get(machine.provider, ())
                yield from (Found(other, "subnet", False) for other in others)
            elif isinstance(to, Value) or to.kind in FIREWALLS:
                yield Found(link, layer, is_sure)
            elif to.address not in seen:
                seen.add(to.address)
                behind = self._next(to.address, "subnet" if to.kind in SUBNETS else layer)
                waiting += ((each, where, is_sure and sure) for each, where, sure in behind)

    def near(self, resource: Resource) -> list[Resource]:
        """The resources that it names."""
        return [link.to for link in self._from.get(resource.address, ()) if isinstance(link.to, Resource)]

    def count(self) -> None:
        self._steps -= 1
        if self._steps < 0:
            raise TooMuch

    def _next(self, address: str, layer: Layer) -> list[tuple[Link, Layer, bool]]:
        return [(link, layer, link.is_sure) for link in self._from.get(address, ())]

    def _read(self, resource: Resource, way: str) -> None:
        if (other := INSTEAD.get(way.partition(".")[0])) and resource.fields.get(other):
            return
        for value, at in resource.along(way):
            for to in self._ends(value, resource):
                self.add(resource, Link(to, _place(value, at), names_subnet=_is_of_subnet(way)))

    def _join(self, resource: Resource, start: str, end: str) -> None:
        for value, at in resource.along(end):
            for to in self._ends(value, resource):
                for first, _ in resource.along(start):
                    self._begin(resource, start, first, Link(to, _place(value, at), resource.is_sure))

    def _ends(self, value: Value, resource: Resource) -> list[Resource | Value]:
        """What a value names; the value where that is not here."""
        return [*self.graph.referred(value, resource.provider)] or [value]

    def _begin(self, resource: Resource, way: str, start: Value, link: Link) -> None:
        """Adds a link that begins at what a value names."""
        self.count()
        those = self.graph.referred(start, resource.provider)
        for each in those:
            self.add(each, link)
            if each.kind in SUBNETS:
                self._from_subnets.setdefault(resource.provider, []).append(link)
        # The number of one machine in a file is none of those that are declared beside it.
        if not those and not isinstance(start.of, str | int):
            layer: Layer = "subnet" if _is_of_subnet(way) else "machine"
            self._from_anything.setdefault(resource.provider, []).append((link, layer))


def _is_of_subnet(way: str) -> bool:
    return way.rpartition(".")[2].startswith("subnet")


def _place(value: Value, at: Span) -> Span:
    """The item itself, where it stands in the attribute."""
    is_inside = value.span.path == at.path and at.start <= value.span.start and value.span.end <= at.end
    return value.span if is_inside else at
