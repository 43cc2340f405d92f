"""All entities together, and the questions that only all of them together can answer."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar, cast

from compolint.model import Change, Entity
from compolint.unknown import Undecided, Unknown

E = TypeVar("E", bound=Entity)
T = TypeVar("T")


class World:
    """The entities by kind and by key, in the order in which the files state them."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._of: dict[type[Entity], list[Entity]] = {}
        self._stated: dict[tuple[type[Entity], str], bool] = {}
        self._by_key: dict[type[Entity], dict[str, Entity]] = {}  # of the kinds that were asked for
        self._by_field: dict[tuple[type[Entity], str], dict[str | None, list[Entity]]] = {}
        self._answers: dict[object, object] = {}
        for entity in entities:
            kind = type(entity)
            if kind in self._of:
                self._of[kind].append(entity)
            else:
                self._of[kind] = [entity]

    def kinds(self) -> list[type[Entity]]:
        return list(self._of)

    def of(self, kind: type[E]) -> list[E]:
        return cast(list[E], self._of.get(kind, []))

    def get(self, kind: type[E], key: str | None) -> E | None:
        return cast("E | None", self._keyed(kind).get(key)) if key is not None else None

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

    def once(self, ask: Callable[["World"], T]) -> T:
        """The answer to a question about all entities together, which is asked only once."""
        if ask not in self._answers:
            self._answers[ask] = ask(self)
        return cast(T, self._answers[ask])

    def changes_since(self, base: "World", kind: type[E]) -> Iterator[Change[E]]:
        """What was added, removed or changed in meaning between two worlds."""
        for key in {**base._keyed(kind), **self._keyed(kind)}:
            old, new = base.get(kind, key), self.get(kind, key)
            if not _same(old, new):
                yield Change(old, new)

    def _keyed(self, kind: type[Entity]) -> dict[str, Entity]:
        """The entities of a kind by their keys; of several with one key the first."""
        index = self._by_key.get(kind)
        if index is None:
            index = self._by_key[kind] = {}
            for entity in self._of.get(kind, ()):
                index.setdefault(entity.key, entity)
        return index


def _same(old: Entity | None, new: Entity | None) -> bool:
    try:
        return old == new
    except Undecided:
        return False
