"""Frozen records: what a frozen, slotted, keyword-only dataclass is, at a tenth of its price at start-up.

The standard decorator compiles seven methods for each class when it is imported, about a millisecond
a class. Here equality, representation and immutability are inherited, and the constructor is
compiled when the first instance is made, so a kind of entity that does not occur costs nothing.
"""

from collections.abc import Iterator
from typing import Any, Never, TypeVar, dataclass_transform

R = TypeVar("R", bound="Record")
_MISSING: Any = object()


@dataclass_transform(frozen_default=True, kw_only_default=True)
class _RecordType(type):
    """Makes slots of the annotations and remembers the defaults."""

    _fields: tuple[str, ...]
    _compared: tuple[str, ...]
    _defaults: dict[str, Any]

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> "_RecordType":
        own = tuple(body.get("__annotations__", ()))
        defaults = {field: body.pop(field) for field in own if field in body}
        uncompared = frozenset(body.pop("_uncompared", ()))
        body["__slots__"] = own
        made = super().__new__(cls, name, bases, body)
        parents = [base for base in bases if isinstance(base, _RecordType)]
        made._fields = tuple(f for base in parents for f in base._fields) + own
        made._defaults = {**{f: d for base in parents for f, d in base._defaults.items()}, **defaults}
        compared = tuple(f for base in parents for f in base._compared)
        made._compared = compared + tuple(f for f in own if f not in uncompared)
        return made


class Record(metaclass=_RecordType):
    """A value whose fields are given by name and never change."""

    def __init__(self, **values: Any) -> None:
        cls = type(self)
        initialize = _constructor(cls)
        cls.__init__ = initialize  # type: ignore[method-assign]
        initialize(self, **values)

    def __setattr__(self, name: str, value: object) -> Never:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __delattr__(self, name: str) -> Never:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in type(self)._compared)

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, name) for name in type(self)._compared))

    def __repr__(self) -> str:
        cls = type(self)
        said = (f"{name}={getattr(self, name)!r}" for name in cls._compared if not _is_default(self, name))
        return f"{cls.__name__}({', '.join(said)})"

    def __getstate__(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in type(self)._fields}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]


def fields(record: Record) -> Iterator[tuple[str, Any]]:
    """The names and values of what a record means: its places are left out."""
    return ((name, getattr(record, name)) for name in type(record)._compared)


def replace(record: R, **changes: Any) -> R:
    """The record with some of its fields changed."""
    return type(record)(**{**record.__getstate__(), **changes})


def _is_default(record: Record, name: str) -> bool:
    return getattr(record, name) is type(record)._defaults.get(name, _MISSING)


def _constructor(cls: _RecordType) -> Any:
    names = {"defaults": cls._defaults}
    parameters, body = [], []
    for name in cls._fields:
        parameters.append(f"{name}=defaults[{name!r}]" if name in cls._defaults else name)
        names[f"set_{name}"] = getattr(cls, name).__set__
        body.append(f" set_{name}(self, {name})")
    source = f"def __init__(self, *, {', '.join(parameters)}):\n" + "\n".join(body or [" pass"])
    exec(source, names)
    return names["__init__"]
