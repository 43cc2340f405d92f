"""Packet filters, in one vocabulary: what iptables, nft, UFW and firewalld have in common.

The kernel knows hooks, chains on them in the order of their priority, rules of matches and an action.
Whatever language a rule set is written in, it becomes that: UFW's and firewalld's files the chains that
they make, a script of commands the chains that it leaves.
"""

from typing import Literal

from compolint.model import Entity
from compolint.model.values import Ports
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe

Family = Literal[4, 6]
Hook = Literal["prerouting", "input", "forward", "output", "postrouting"]
Tool = Literal["iptables", "nftables", "ufw", "firewalld"]
HOOKS: tuple[Hook, ...] = ("prerouting", "input", "forward", "output", "postrouting")
# The places of iptables' tables among the chains of a hook; those of nftables have the same names.
PRIORITIES = {"raw": -300, "mangle": -150, "dstnat": -100, "filter": 0, "security": 50, "srcnat": 100}
CONNTRACK = -200  # earlier chains do not know yet which connection a packet belongs to
# The chains that each table of iptables has by itself, named like the hook that they hang on.
BUILT_IN: dict[str, tuple[str, ...]] = {
    "raw": ("PREROUTING", "OUTPUT"),
    "mangle": ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
    "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
    "security": ("INPUT", "FORWARD", "OUTPUT"),
}
_HOOKS: dict[str, Hook] = {hook.upper(): hook for hook in HOOKS}


class Addresses(NamedTuple):
    """A stretch of addresses of one family, as numbers, both ends included."""

    family: Family
    first: int
    last: int


class Marking(NamedTuple):
    """Bits of a packet's mark: matched, or set."""

    value: int
    mask: int = 0xFFFFFFFF


What = Literal[
    "source", "destination",  # Addresses
    "original_source", "original_destination",  # Addresses, as the client wrote them before any translation
    "port", "source_port", "either_port", "original_port", "original_source_port",  # Ports
    "protocol",  # "tcp", "udp", "icmp", "icmpv6", … in lower case, numbers only where they have no name
    "interface", "out_interface",  # a name, or "br-*" for all that begin so
    "state",  # "new", "established", "related", "invalid", "untracked"
    "status",  # of its connection: "dnat", "snat"
    "direction",  # "original", "reply"
    "source_type", "destination_type",  # "local", "unicast", "broadcast", "multicast", "anycast"
    "mark", "connection_mark",  # Marking
    "flags",  # of TCP: "mask/set", each with commas, in upper case: "SYN,ACK,FIN,RST/SYN"
    "family",  # 4, 6
    "any",  # tuples of matches, of which one must match as a whole
    "never",  # nothing that opens a connection by TCP or UDP
    "first",  # a connection's first packet of a sender not seen before: limits that it does not reach
    "maybe",  # what can't be decided from the rules
    "claim",  # the number of the container for which an engine makes the rule, of several that claim a port
]  # fmt: skip


class Match(NamedTuple):
    """One condition of a rule: one of the values, or with `negated` none of them."""

    what: What
    values: tuple[object, ...] = ()
    negated: bool = False
    text: str = ""  # as the file writes it; what a verdict that hangs on it cites


Verdict = Literal["accept", "drop", "reject", "return"]
Kind = Literal[
    "accept", "drop", "reject", "return", "jump", "goto", "continue", "dnat", "redirect", "snat",
    "masquerade", "mark", "connection_mark", "save_mark", "restore_mark", "notrack", "unknown",
]  # fmt: skip


class Action(NamedTuple):
    """What becomes of a packet that a rule matches; `continue` is to log, to count or to do nothing."""

    kind: Kind
    chain: str = ""  # of `jump` and `goto`
    addresses: Maybe[Addresses] | None = None  # the new ones of `dnat` and `snat`; `None` leaves them
    ports: Maybe[Ports] | None = None
    mark: Marking | None = None
    text: str = ""


ChainKind = Literal["filter", "nat", "route"]


class Hooked(NamedTuple):
    """Where a chain of iptables hangs, and what it is for."""

    hook: Hook | None
    kind: ChainKind
    priority: int = 0


def hooked(table: str, chain: str) -> Hooked:
    """What the kernel makes of a chain of iptables, which hangs nowhere if somebody made it."""
    hook = _HOOKS[chain] if chain in BUILT_IN.get(table, ()) else None
    if table == "nat":
        is_early = hook in ("prerouting", "output")
        return Hooked(hook, "nat", PRIORITIES["dstnat" if is_early else "srcnat"] if hook else 0)
    is_route = table == "mangle" and hook == "output"
    return Hooked(hook, "route" if is_route else "filter", PRIORITIES[table] if hook else 0)


class Firewall(Entity):
    """The packet filter of a machine, as far as one file, or the files of one tool, say."""

    tool: Tool
    origin: Literal["state", "intent"]  # a dump of what is loaded, or what is to be loaded
    families: tuple[Family, ...] = (4, 6)
    enabled: Maybe[bool] = True
    flushes: bool = False  # loading it removes what other tools loaded
    is_persistent: bool = True  # loaded again at the next start
    backend: Literal["", "legacy", "nft"] = (
        ""  # of iptables, where a dump says; a kernel may have rules of both
    )
    hides: Literal["", "legacy"] = ""  # a backend that has tables, too, of which the dump shows nothing
    host: str | None = None


class Chain(Entity):
    """Rules in their order. A base chain hangs on a hook; the others are jumped to."""

    firewall: str
    table: str  # "filter", "inet fw"
    name: str
    families: tuple[Family, ...] = (4, 6)
    hook: Hook | None = None
    kind: ChainKind = "filter"
    priority: int = 0
    policy: Maybe[Verdict] = "accept"

    def __str__(self) -> str:
        return self.name if self.table == "filter" else f"{self.table} {self.name}"


class FirewallRule(Entity):
    """One rule. `spans` has the place of each kind of match by its name, and of `action`."""

    firewall: str
    table: str
    chain: str
    families: tuple[Family, ...] = (4, 6)
    number: int = 0  # among those of its chain, from 1
    matches: tuple[Match, ...] = ()
    action: Action = Action("continue")
    comment: str = ""
    packets: int | None = None  # that it has matched, where a dump counts them
    text: str = ""  # as the file writes it

    def values(self, what: What) -> tuple[object, ...]:
        """What the matches of one kind say, negated ones left out."""
        return tuple(
            value
            for match in self.matches
            if match.what == what and not match.negated
            for value in match.values
        )

    def looks_at(self, *whats: What) -> bool:
        return any(match.what in whats for match in self.matches)

    @property
    def is_of_loopback(self) -> bool:
        """Whether it is about packets that a host sends to itself."""
        if "lo" in self.values("interface"):
            return True
        sources = [each for each in self.values("source") if isinstance(each, Addresses)]
        return bool(sources) and all(each.family == 4 and each.first >> 24 == 127 for each in sources)
