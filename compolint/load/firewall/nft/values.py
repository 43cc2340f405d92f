"""What rules of nftables are made of, be they written in its language or in its JSON."""

from typing import Literal

from compolint.text import Span
from compolint.tuples import NamedTuple


class Refused(Exception):
    """Words that are no statement of nftables."""

    is_sure = True

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.message, self.span = message, span


class Unfamiliar(Refused):
    """Words that a later nftables may know, and what is too much for us."""

    is_sure = False


class Atom(NamedTuple):
    """A literal: a number, an address with or without its length, a name."""

    text: str
    span: Span
    is_quoted: bool = False


class Range(NamedTuple):
    first: Atom
    last: Atom
    span: Span


class Concat(NamedTuple):
    """Parts with dots between them."""

    parts: "tuple[Value, ...]"
    span: Span


class Pair(NamedTuple):
    """An element of a map."""

    key: "Value"
    value: "Value"
    span: Span


class Elements(NamedTuple):
    """A set, or a map, between braces."""

    items: "tuple[Value | Pair, ...]"
    span: Span


class Listed(NamedTuple):
    """Flags with commas or `|` between them."""

    items: "tuple[Value, ...]"
    span: Span


class Named(NamedTuple):
    """`@name`: a set or a map of the table."""

    name: str
    span: Span


class Field(NamedTuple):
    """Something of a packet: `ip saddr`, `meta iifname`, `ct original proto-dst`, `fib daddr type`."""

    name: str
    span: Span


class Masked(NamedTuple):
    """Some bits of a field: `tcp flags & (syn | ack)`."""

    field: Field
    mask: "Value"
    span: Span


class Combined(NamedTuple):
    """Operands with `&`, `|` or `^` between them, which are not taken apart further."""

    operands: "tuple[Value, ...]"
    operators: tuple[str, ...]
    span: Span


class Mapped(NamedTuple):
    """What a map gives for a key."""

    key: "Value"
    data: "Value"
    span: Span


class Verdict(NamedTuple):
    """`accept`, `jump chain`; as a statement, or in a map of verdicts."""

    kind: Literal["accept", "drop", "reject", "return", "jump", "goto", "continue", "unknown"]
    span: Span
    chain: str | None = None  # none for one that is not known
    chain_span: Span | None = None


class Open(NamedTuple):
    """What can't be told from the file, or is not followed here."""

    text: str
    span: Span


Value = (
    Atom | Range | Concat | Elements | Listed | Named | Field | Masked | Combined | Mapped | Verdict | Open
)


# --- statements ---


class Relation(NamedTuple):
    left: Value
    operator: str  # "" where none stands there
    right: Value
    span: Span


class Lookup(NamedTuple):
    """A map of verdicts."""

    key: Value
    data: Value
    span: Span


class Translation(NamedTuple):
    kind: Literal["dnat", "snat", "redirect", "masquerade"]
    address: Value | None
    port: Value | None
    span: Span
    family: Literal[4, 6] | None = None
    is_pair: bool = False  # `address` is a concatenation of both


class Assignment(NamedTuple):
    field: str
    value: Value
    span: Span


class Limit(NamedTuple):
    """A rate, a quota, a number of connections: whether it matches below it, or above."""

    is_within: bool
    span: Span
    key: Value | None = None  # what it is counted for: a packet that lacks it is passed over


class Counter(NamedTuple):
    packets: int | None
    span: Span


class Comment(NamedTuple):
    text: str
    span: Span


class Quiet(NamedTuple):
    """What changes nothing about where a packet goes: logs, copies, entries into sets."""

    span: Span
    key: Value | None = None  # of an entry: a packet that lacks it is passed over


class Notrack(NamedTuple):
    span: Span


class Unclear(NamedTuple):
    """A match that can't be decided, or what does something with packets that is not followed here."""

    text: str
    span: Span
    is_match: bool = True


Part = (
    Relation
    | Lookup
    | Translation
    | Assignment
    | Limit
    | Counter
    | Comment
    | Quiet
    | Notrack
    | Unclear
    | Verdict
)
