"""All entities together, and the questions that only all of them together can answer."""

from collections.abc import Iterable, Iterator
from typing import TypeVar, cast

from compolint.model import Change, Entity
from compolint.unknown import Undecided, Unknown

E = TypeVar("E", bound=Entity)


class World:
    """The entities by kind and by key, in the order in which the files state them."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._of: dict[type[Entity], list[Entity]] = {}
        self._by_key: dict[tuple[type[Entity], str], Entity] = {}
        self._stated: dict[tuple[type[Entity], str], bool] = {}
        self._by_field: dict[tuple[type[Entity], str], dict[str | None, list[Entity]]] = {}
        for entity in entities:
            kind = type(entity)
            self._of.setdefault(kind, []).append(entity)
            self._by_key.setdefault((kind, entity.key), entity)

    def kinds(self) -> list[type[Entity]]:
        return list(self._of)

    def of(self, kind: type[E]) -> list[E]:
        return cast(list[E], self._of.get(kind, []))

    def get(self, kind: type[E], key: str | None) -> E | None:
        return cast("E | None", self._by_key.get((kind, key))) if key is not None else None

    def states(self, kind: type[Entity], condition: str) -> bool:
        """Whether some entity of a kind says something in a field (`privileged`), or this (`where:RUN`)."""
        answer = self._stated.get((kind, condition))
        if answer is None:
            field, _, wanted = condition.partition(":")
            default = kind._defaults.get(field)
            values = (getattr(entity, field) for entity in self._of.get(kind, ()))
            answer = any(
                isinstance(value, Unknown) or (value == wanted if wanted else value is not default)
                for value in values
            )
            self._stated[kind, condition] = answer
        return answer

    def where(self, kind: type[E], field: str, value: str) -> list[E]:
        """The entities of a kind with this text in a field that names another entity."""
        index = self._by_field.get((kind, field))
        if index is None:
            index = self._by_field[kind, field] = {}
            for entity in self._of.get(kind, ()):
                index.setdefault(getattr(entity, field), []).append(entity)
        return cast(list[E], index.get(value, []))

    def owned(self, kind: type[E], owner: str) -> list[E]:
        """The entities of a kind whose `owner` has this key."""
        return self.where(kind, "owner", owner)

    def changes_since(self, base: "World", kind: type[E]) -> Iterator[Change[E]]:
        """What was added, removed or changed in meaning between two worlds."""
        keys = dict.fromkeys(key for world in (base, self) for of, key in world._by_key if of is kind)
        for key in keys:
            old, new = base.get(kind, key), self.get(kind, key)
            if not _same(old, new):
                yield Change(old, new)


def _same(old: Entity | None, new: Entity | None) -> bool:
    try:
        return old == new
    except Undecided:
        return False
