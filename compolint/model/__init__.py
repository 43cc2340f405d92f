"""What the files say, whatever the language they say it in.

Two entities are equal when they mean the same: where they stand in the files does not count.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from compolint.record import Record
from compolint.text import Note, Span

E_co = TypeVar("E_co", bound="Entity", covariant=True)
_NOWHERE: Mapping[Any, Any] = MappingProxyType({})


class Entity(Record):
    """A thing that the files declare.

    `spans` tells where each field stands: `"address"`, and `"cap_add.0"` or `"labels.NAME"` for one of
    several. A place is always the text that a person must edit; `via` says of a place how it came to
    count here (an anchor, an extended service, a variable).
    """

    _uncompared = ("span", "spans", "via")

    key: str  # names the same thing in every revision
    span: Span
    spans: Mapping[str, Span] = _NOWHERE
    via: Mapping[Span, tuple[Note, ...]] = _NOWHERE

    def at(self, field: str, part: object = None) -> Span:
        """Where the files state a field, or one part of it; the entity itself where they leave it out."""
        if part is not None and (span := self.spans.get(f"{field}.{part}")):
            return span
        return self.spans.get(field) or self.span

    def places(self) -> tuple[Span, ...]:
        """Every place that it stands at."""
        return (self.span, *self.spans.values())

    def each(self, field: str) -> Iterator[tuple[Any, Span]]:
        """The members of a field with their places: items of a sequence, or pairs of a mapping."""
        members = getattr(self, field)
        if isinstance(members, Mapping):
            for name, value in members.items():
                yield (name, value), self.at(field, name)
        else:
            for number, value in enumerate(members):
                yield value, self.at(field, number)


class Change(Generic[E_co]):
    """One entity in two revisions; `None` where it is not there."""

    __slots__ = ("new", "old")

    def __init__(self, old: E_co | None, new: E_co | None) -> None:
        self.old, self.new = old, new

    @property
    def entity(self) -> E_co:
        entity = self.new or self.old
        assert entity is not None
        return entity
