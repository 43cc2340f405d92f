"""The entities by kind while they are linked, so that a step looks at the kinds only that it is about."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TypeVar, cast

from compolint.model import Entity

E = TypeVar("E", bound=Entity)


class Entities:
    """Lists of entities by kind; a kind may be asked for by its name, which spares its import."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._of: dict[str, list[Entity]] = {}
        self.add(entities)

    def __iter__(self) -> Iterator[Entity]:
        return chain.from_iterable(self._of.values())

    def has(self, *kinds: str) -> bool:
        return all(self._of.get(kind) for kind in kinds)

    def of(self, kind: type[E]) -> list[E]:
        return cast(list[E], self._of.get(kind.__name__, []))

    def add(self, entities: Iterable[Entity]) -> None:
        for entity in entities:
            name = type(entity).__name__
            if name in self._of:
                self._of[name].append(entity)
            else:
                self._of[name] = [entity]

    def change(self, kind: type[E], changed: Callable[[E], E]) -> None:
        """Puts in the place of each entity of a kind what it is seen to be with all others in view."""
        if found := self.of(kind):
            self._of[kind.__name__] = [changed(entity) for entity in found]

    def drop(self, is_dropped: Callable[[Entity], bool]) -> None:
        for kind, entities in self._of.items():
            self._of[kind] = [entity for entity in entities if not is_dropped(entity)]
