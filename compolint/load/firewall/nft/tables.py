"""Tables, chains and sets of nftables on their way from statements to entities."""

from typing import TYPE_CHECKING, Literal

from compolint.load.firewall.nft.values import Elements, Pair, Part, Value
from compolint.model.firewall import Family, Hook, Verdict
from compolint.text import Span
from compolint.unknown import Maybe

if TYPE_CHECKING:
    from compolint.load.firewall.nft.sketches import Sketched

FAMILIES: dict[str, tuple[Family, ...]] = {
    "ip": (4,), "ip6": (6,), "inet": (4, 6), "netdev": (4, 6), "arp": (), "bridge": (),
}  # fmt: skip
# The chains of devices come before all others, and after them.
_FIRST, _LAST = -1_000_000, 1_000_000
HOOKS: dict[str, tuple[Hook, int]] = {
    "prerouting": ("prerouting", 0),
    "input": ("input", 0),
    "forward": ("forward", 0),
    "output": ("output", 0),
    "postrouting": ("postrouting", 0),
    "ingress": ("prerouting", _FIRST),
    "egress": ("postrouting", _LAST),
}


class Rule:
    """A rule as it stands; `parts` is None for one that is not understood.

    Of one whose meaning is known already, they are only its jumps.
    """

    __slots__ = ("drawn", "handle", "parts", "span")

    def __init__(
        self, parts: list[Part] | None, span: Span, handle: str = "", drawn: "Sketched | None" = None
    ) -> None:
        self.parts, self.span, self.handle = parts, span, handle
        self.drawn = drawn


class Chain:
    __slots__ = (
        "devices", "hook", "is_declared", "kind", "name", "policy", "policy_span", "priority", "rules",
        "span",
    )  # fmt: skip

    def __init__(self, name: str, span: Span) -> None:
        self.name, self.span = name, span
        self.is_declared = False
        self.hook = ""
        self.kind: Literal["filter", "nat", "route"] = "filter"
        self.priority = 0
        self.policy: Maybe[Verdict] = "accept"
        self.policy_span: Span | None = None
        self.devices: tuple[str, ...] | None = ()  # None for unknown ones
        self.rules: list[Rule] = []


class Set:
    """A named set or map."""

    __slots__ = ("is_open", "items")

    def __init__(self) -> None:
        self.items: list[Value | Pair] = []
        self.is_open = False  # others may be in it, too

    def elements(self, at: Span) -> Elements | None:
        return None if self.is_open or not self.items else Elements(tuple(self.items), at)


class Table:
    __slots__ = ("chains", "family", "is_cut", "is_declared", "is_dormant", "name", "sets", "span")

    def __init__(self, family: str, name: str, span: Span) -> None:
        self.family, self.name, self.span = family, name, span
        self.chains: dict[str, Chain] = {}
        self.sets: dict[str, Set] = {}
        self.is_dormant = False
        self.is_declared = False
        self.is_cut = False  # its text ends before its closing brace

    @property
    def title(self) -> str:
        return f"{self.family} {self.name}"

    def chain(self, name: str, span: Span) -> Chain:
        if name not in self.chains:
            self.chains[name] = Chain(name, span)
        return self.chains[name]
