"""The values of expressions, with the places that give them."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Unknown

_LONGEST = 20_000  # characters that variables make of a text


class Reference:
    """What exists only once it is deployed, such as the id of a group; no file gives it, and none could."""

    __slots__ = ("index", "resource", "text")

    def __init__(self, text: str, resource: str = "", index: str = "") -> None:
        self.text = text  # `aws_security_group.web.id`
        self.resource = resource  # with the modules around it, where one of the tree is meant
        self.index = index  # of one of its instances; empty: any


class Namespace:
    """A name that means nothing without the one behind it: `var`, `local`, `aws_vpc`."""

    __slots__ = ("get", "index", "item", "resource", "text")

    def __init__(
        self,
        text: str,
        get: "Callable[[str, Span], Value]",
        item: "Callable[[str, Span], Value] | None" = None,
        resource: str = "",
        index: str = "",
    ) -> None:
        self.text, self.get = text, get
        self.item = item or get  # what stands in brackets behind it
        self.resource, self.index = resource, index


class Value(NamedTuple):
    """What an expression stands for, and the text that a person must edit to change it."""

    of: "Plain | Unknown"
    span: Span

    @property
    def is_open(self) -> bool:
        return isinstance(self.of, Unknown | Reference | Namespace)


Plain: TypeAlias = (
    str | int | float | bool | tuple[Value, ...] | dict[str, Value] | Reference | Namespace | None
)


def text_of(value: Value) -> str | None:
    """A value as a template takes it in; `None` for one that is no text."""
    if isinstance(value.of, bool):
        return "true" if value.of else "false"
    if isinstance(value.of, float):
        return f"{value.of:.15g}"
    return str(value.of) if isinstance(value.of, str | int) else None


def shown(value: Value) -> str:
    """How the files write what is not known."""
    if isinstance(value.of, Unknown | Reference | Namespace):
        return value.of.text
    return text_of(value) or "…"


def resource_of(value: Value) -> str:
    """The resource that a value is a part of; empty for others."""
    return value.of.resource if isinstance(value.of, Reference | Namespace) else ""


def part_of(value: Value, text: str, span: Span) -> Value:
    """What is known of a resource's part: whose it is."""
    of = value.of
    if isinstance(of, Reference | Namespace):
        return Value(Reference(text, of.resource, of.index), span)
    return opened(text, span, [value])


def opened(text: str, span: Span, values: Iterable[Value]) -> Value:
    """What depends on these values, of which some are not known."""
    unknown = [value.of for value in values if isinstance(value.of, Unknown)]
    if not unknown:
        return Value(Reference(text), span)
    names = dict.fromkeys(name for each in unknown for name in each.names)
    return Value(Unknown(text, unknown[0].span, tuple(names)), span)


def joined(parts: list[Value], span: Span) -> Value:
    """The text that the parts of a template make together."""
    texts = [text_of(part) for part in parts]
    known = [text for text in texts if text is not None]
    if sum(map(len, known)) > _LONGEST:
        return Value(Unknown("a text that is too long", span), span)
    if len(known) == len(parts):
        return Value("".join(known), span)
    written = "".join(
        f"${{{shown(part)}}}" if text is None else text for part, text in zip(parts, texts, strict=True)
    )
    made = opened(written[:_LONGEST], span, parts)
    if isinstance(made.of, Unknown):
        made.of.head, made.of.tail = texts[0] or "", texts[-1] or ""
    return made
