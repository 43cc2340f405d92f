"""What was read from a text that stands in another file, with its places there."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from compolint.record import Record, replace
from compolint.text import Span
from compolint.unknown import Unknown

R = TypeVar("R", bound=Record)


def moved(record: R, place: Callable[[Span], Span]) -> R:
    """The record with all its places, and those of what it holds, where a person finds them."""
    values = record.__getstate__().items()
    changes = {name: new for name, value in values if (new := _moved(value, place)) is not value}
    return replace(record, **changes)


def _moved(value: Any, place: Callable[[Span], Span]) -> Any:
    match value:
        case Span():
            return place(value)
        case Unknown():
            return Unknown(value.text, place(value.span), value.names, value.head, value.tail)
        case tuple() if value:
            items = [_moved(item, place) for item in value]
            if all(new is old for new, old in zip(items, value, strict=True)):
                return value
            return type(value)._make(items) if hasattr(value, "_make") else tuple(items)
        case Mapping() if value:
            return {_moved(key, place): _moved(item, place) for key, item in value.items()}
        case _:
            return value
