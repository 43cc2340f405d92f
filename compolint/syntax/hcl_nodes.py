"""The nodes of HCL's expressions."""

from typing import TypeAlias

from compolint.text import Span
from compolint.tuples import NamedTuple


class Fault(NamedTuple):
    """What cannot be read, and where it begins."""

    message: str
    span: Span


class Literal(NamedTuple):
    """A text, a number, a truth value or null."""

    span: Span
    value: str | int | float | bool | None
    begins: int = -1  # of a text: where it stands as it is; -1 where it is written in another way


class Template(NamedTuple):
    """A text with expressions in it: `a-${b}`."""

    span: Span
    parts: "tuple[Expression, ...]"


class Opaque(NamedTuple):
    """What is well-formed and not taken apart."""

    span: Span


class Tuple(NamedTuple):
    span: Span
    items: "tuple[Expression, ...]"


class Object(NamedTuple):
    span: Span
    items: "tuple[tuple[Expression, Expression], ...]"


class Name(NamedTuple):
    """What a traversal begins with; `*` is the item that a splat is at."""

    span: Span
    text: str


class Member(NamedTuple):
    """`of.name`"""

    span: Span
    of: "Expression"
    name: str


class Index(NamedTuple):
    """`of[key]`"""

    span: Span
    of: "Expression"
    key: "Expression"


class Splat(NamedTuple):
    """`of[*].each`"""

    span: Span
    of: "Expression"
    each: "Expression"


class Call(NamedTuple):
    span: Span
    name: str
    arguments: "tuple[Expression, ...]"
    expands: bool  # the last argument is a list of arguments


class Unary(NamedTuple):
    span: Span
    sign: str
    of: "Expression"


class Binary(NamedTuple):
    span: Span
    sign: str
    left: "Expression"
    right: "Expression"


class Conditional(NamedTuple):
    span: Span
    condition: "Expression"
    yes: "Expression"
    no: "Expression"


class For(NamedTuple):
    """`[for name in of : value if condition]`, or `{for …: key => value}`"""

    span: Span
    names: tuple[str, ...]
    of: "Expression"
    key: "Expression | None"
    value: "Expression"
    condition: "Expression | None"
    grouped: bool


Expression: TypeAlias = (
    Literal | Template | Opaque | Tuple | Object | Name | Member | Index | Splat | Call | Unary | Binary
    | Conditional | For
)  # fmt: skip
