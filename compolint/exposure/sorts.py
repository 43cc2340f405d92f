"""What the rules of a chain look at: packets that they cannot tell apart share one answer.

Two ports that no rule names differ in nothing for a chain, nor do two interfaces for rules about ports.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from operator import attrgetter

from compolint.exposure.packet import Packet
from compolint.exposure.tables import Name, Tables, flat
from compolint.model.values import Ports

# The fields of a packet that each kind of match looks at.
_LOOKED_AT: Mapping[str, tuple[str, ...]] = {
    "source": ("source",),
    "destination": ("destination",),
    "source_type": ("source",),
    "destination_type": ("destination",),
    "protocol": ("protocol",),
    "port": ("port",),
    "source_port": ("source_port",),
    "either_port": ("port", "source_port"),
    "interface": ("interface",),
    "out_interface": ("out_interface",),
    "original_source": ("asked_from",),
    "original_destination": ("asked",),
    "original_port": ("asked_port",),
    "original_source_port": ("client_port",),
    "status": ("translated", "disguise"),
    "direction": ("is_reply",),
    "flags": ("protocol", "flags"),
    "claim": ("claim",),
    "family": (),
    "state": (),
    "mark": (),
    "connection_mark": (),
    "first": (),
    "never": (),
    "maybe": (),
}
_ALWAYS = ("tags", "state")  # written by rules; looked at by many kinds of matches
_PORTS = ("port", "source_port", "asked_port", "client_port")


class Sorts:
    """Tells which packets are of one sort for a chain and for those that it jumps to."""

    def __init__(self, tables: Tables) -> None:
        self._fields = _fields_of_chains(tables)
        self._starts = _starts_of_tables(tables)
        self._known: dict[Name, Callable[[Packet], tuple[object, ...]]] = {}

    def of(self, name: Name, packet: Packet) -> tuple[object, ...]:
        """The same for all packets with which a chain does the same."""
        sort = self._known.get(name)
        if sort is None:
            sort = self._known[name] = self._sort(name)
        return sort(packet)

    def _sort(self, name: Name) -> Callable[[Packet], tuple[object, ...]]:
        looked_at = self._fields.get(name, frozenset())
        plain = attrgetter(*_ALWAYS, *(field for field in looked_at if field not in _PORTS))
        ports = [attrgetter(field) for field in _PORTS if field in looked_at]
        starts = self._starts.get(name[0], ())

        def sort(packet: Packet) -> tuple[object, ...]:
            return (*plain(packet), *[bisect_right(starts, port(packet)) for port in ports])

        return sort if ports else plain


def _fields_of_chains(tables: Tables) -> dict[Name, frozenset[str]]:
    """The fields that the rules of each chain look at, those behind its jumps included."""
    found: dict[Name, frozenset[str]] = {}
    callers: dict[Name, dict[Name, None]] = {}
    for name, rules in tables.rules.items():
        kinds: set[str] = set()
        for rule in rules:
            kinds.update(match.what for match in flat(rule.matches))
            if rule.action.chain:
                callers.setdefault((rule.table, rule.action.chain), {})[name] = None
        found[name] = frozenset(field for kind in kinds for field in _LOOKED_AT[kind])
    waiting = list(found)
    while waiting:
        name = waiting.pop()
        for caller in callers.get(name, ()):
            if not found[name] <= found[caller]:
                found[caller] |= found[name]
                waiting.append(caller)
    return found


def _starts_of_tables(tables: Tables) -> dict[str, list[int]]:
    """The ports of each table where another sort of ports begins."""
    found: dict[str, set[int]] = {}
    for table, ports in tables.values(Ports):
        found.setdefault(table, {0}).update((ports.first, ports.last + 1))
    return {table: sorted(starts) for table, starts in found.items()}
