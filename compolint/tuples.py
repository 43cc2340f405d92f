"""Named tuples: what `typing.NamedTuple` makes, at a fifth of its price at start-up.

The standard one compiles a constructor for each class when it is imported, and a scan imports some
sixty. Here the constructor is compiled when the first instance is made, and all other methods are
inherited. Type checkers see the standard one.
"""

from collections import _tuplegetter  # type: ignore[attr-defined]
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:

    class _NamedTupleType(type):
        """Makes items of the annotations and remembers the defaults."""

        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
            if bases == (NamedTuple,):
                fields = tuple(body.get("__annotations__", ()))
                body["_field_defaults"] = {field: body[field] for field in fields if field in body}
                body["_fields"] = body["__match_args__"] = fields
                for number, field in enumerate(fields):
                    body[field] = _tuplegetter(number, None)
            body.setdefault("__slots__", ())
            return type.__new__(cls, name, bases, body)

    NamedTuple = ()

    class NamedTuple(tuple, metaclass=_NamedTupleType):  # noqa: F811
        """A tuple whose items have names; its methods are those of the standard one."""

        _fields = ()

        def __new__(cls, *values: Any, **named: Any) -> Self:
            home = next(base for base in cls.__mro__ if "_fields" in vars(base))
            home.__new__ = staticmethod(_constructor(home))
            return home.__new__(cls, *values, **named)

        @classmethod
        def _make(cls, values: Iterable[Any]) -> Self:
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
            return made

        def _replace(self, **changes: Any) -> Self:
            replaced = tuple.__new__(type(self), map(changes.pop, self._fields, self))
            if changes:
                raise ValueError(f"Got unexpected field names: {list(changes)!r}")
            return replaced

        def _asdict(self) -> dict[str, Any]:
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self) -> str:
            items = ", ".join(f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({items})"

        def __getnewargs__(self) -> tuple[Any, ...]:
            return tuple(self)

    def _constructor(cls: type) -> Any:
        fields = ", ".join(cls._fields)
        parameters = ", ".join(
            f"{field}=defaults[{field!r}]" if field in cls._field_defaults else field for field in cls._fields
        )
        names = {"new": tuple.__new__, "defaults": cls._field_defaults}
        comma = "," if cls._fields else ""
        return eval(f"lambda cls, {parameters}: new(cls, ({fields}{comma}))", names)
