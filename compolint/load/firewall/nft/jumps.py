"""Jumps of nftables that lead nowhere, or around in a circle."""

from collections.abc import Iterator, Sequence

from compolint.load.circles import circles
from compolint.load.firewall.nft.tables import Table
from compolint.load.firewall.nft.values import Elements, Lookup, Named, Pair, Part, Value, Verdict
from compolint.text import Span


def leading_nowhere(table: Table) -> Iterator[tuple[Span, str]]:
    for _, target, at in _jumps(table):
        if target not in table.chains:
            yield at, f"there is no chain {target} in this table"


def circular(table: Table) -> Iterator[tuple[Span, str]]:
    steps: dict[str, list[tuple[str, Span]]] = {}
    for name, target, at in _jumps(table):
        steps.setdefault(name, []).append((target, at))
    for *_, (_, (_, at)) in circles(steps):
        yield at, "this leads back to the chain that it comes from, so nft refuses it"


def _jumps(table: Table) -> Iterator[tuple[str, str, Span]]:
    """From which chain, to which, and where that is said."""
    for name, chain in table.chains.items():
        for rule in chain.rules:
            for verdict in _verdicts(rule.parts or (), table):
                if verdict.chain is not None:
                    yield name, verdict.chain, verdict.chain_span or verdict.span


def _verdicts(parts: Sequence[Part], table: Table) -> Iterator[Verdict]:
    for part in parts:
        if isinstance(part, Verdict):
            yield part
        elif isinstance(part, Lookup):
            yield from _in_map(part.data, table)


def _in_map(data: Value, table: Table) -> Iterator[Verdict]:
    items: tuple[Value | Pair, ...] | list[Value | Pair] = ()
    if isinstance(data, Elements):
        items = data.items
    elif isinstance(data, Named) and data.name in table.sets:
        items = table.sets[data.name].items
    for item in items:
        if isinstance(item, Pair) and isinstance(item.value, Verdict):
            yield item.value
