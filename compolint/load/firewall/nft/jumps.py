"""Jumps of nftables that lead nowhere, or around in a circle."""

from collections.abc import Iterator, Sequence

from compolint.load.firewall.nft.tables import Table
from compolint.load.firewall.nft.values import Elements, Lookup, Named, Pair, Part, Value, Verdict
from compolint.text import Span


def faulty(table: Table) -> Iterator[tuple[Span, str]]:
    """The places of such jumps."""
    edges: dict[str, list[tuple[str, Span]]] = {}
    for name, chain in table.chains.items():
        for rule in chain.rules:
            for verdict in _verdicts(rule.parts or (), table):
                target = verdict.chain
                if target is None:
                    continue
                at = verdict.chain_span or verdict.span
                if target in table.chains:
                    edges.setdefault(name, []).append((target, at))
                else:
                    yield at, f"there is no chain {target} in this table"
    for at in _circles(edges):
        yield at, "this leads back to the chain that it comes from, so nft refuses it"


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


def _circles(edges: dict[str, list[tuple[str, Span]]]) -> Iterator[Span]:
    """The jumps that close a circle, each chain being walked once."""
    done: set[str] = set()
    for start in edges:
        if start in done:
            continue
        open_chains = {start: iter(edges[start])}
        while open_chains:
            name, targets = next(reversed(open_chains.items()))
            target, at = next(targets, (None, None))
            if target is None or at is None:
                done.add(name)
                del open_chains[name]
            elif target in open_chains:
                yield at
            elif target not in done:
                open_chains[target] = iter(edges.get(target, ()))
