"""How text came to count for a service in whose body it does not stand: through anchors and `extends`."""

from bisect import bisect_right
from collections.abc import Iterable

from compolint.syntax.yaml import Node, Scalar, Sequence
from compolint.text import Note, Span
from compolint.tuples import NamedTuple


class _Index(NamedTuple):
    """The stretches of one file by where they begin, each with the number of the one around it."""

    starts: list[int]
    stretches: list[Span]
    around: list[int]


class Origins:
    """The stretches of text that one service takes over, with the places that ask for them.

    Stretches are nodes of YAML: of two, one lies in the other or apart from it.
    """

    def __init__(
        self, name: str, extended: Iterable[tuple[Span, tuple[Note, ...]]], aliasing: Iterable[Node]
    ) -> None:
        """Of several ways to a stretch the first is told."""
        self._notes: dict[Span, tuple[Note, ...]] = {}
        for body in aliasing:
            self._add_aliases(body, name)
        for stretch, notes in extended:
            self._notes.setdefault(stretch, notes)
        self._index = _indexed(self._notes)

    def _add_aliases(self, node: Node, name: str) -> None:
        """Adds what a service shares through anchors."""
        waiting: list[Node] = [node]
        seen: set[int] = set()
        while waiting:
            here = waiting.pop()
            if id(here) in seen or isinstance(here, Scalar):
                continue
            seen.add(id(here))
            inside = here.items if isinstance(here, Sequence) else [value for _, value in here.items]
            for index, at in (here.aliases or {}).items():
                self._notes.setdefault(inside[index].span, (Note(f"{name} takes it over here", at),))
            waiting += inside

    def of(self, place: Span) -> tuple[Note, ...]:
        """How a place came to count, the widest stretch first."""
        index = self._index.get(place.path)
        found: tuple[Note, ...] = ()
        number = bisect_right(index.starts, place.start) - 1 if index else -1
        while index and number >= 0:
            stretch = index.stretches[number]
            if place.end <= stretch.end:
                found = (*self._notes[stretch], *found)
            number = index.around[number]
        return found


def _indexed(stretches: Iterable[Span]) -> dict[str, _Index]:
    indexes: dict[str, _Index] = {}
    opened: list[int] = []
    for stretch in sorted(stretches, key=lambda each: (each.path, each.start, -each.end)):
        index = indexes.get(stretch.path)
        if index is None:
            index = indexes[stretch.path] = _Index([], [], [])
            opened = []
        while opened and index.stretches[opened[-1]].end < stretch.end:
            opened.pop()
        index.around.append(opened[-1] if opened else -1)
        opened.append(len(index.starts))
        index.starts.append(stretch.start)
        index.stretches.append(stretch)
    return indexes
