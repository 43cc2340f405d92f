"""The chains and rules of nftables' tables, in the words of the model."""

from collections.abc import Iterable, Iterator
from typing import Literal

from compolint.load.firewall.nft.conditions import Sets
from compolint.load.firewall.nft.sketches import UNKNOWN, Sketch, Sketched, Text, sketched
from compolint.load.firewall.nft.tables import FAMILIES, HOOKS, Chain, Rule, Table
from compolint.load.firewall.nft.values import Refused
from compolint.model import Entity
from compolint.model import firewall as model
from compolint.model.firewall import Action, Firewall, FirewallRule, Match
from compolint.model.linter import Fault
from compolint.text import Span

_MOST = 300_000  # rules


class Given:
    """The firewall that tables belong to."""

    def __init__(
        self,
        key: str,
        tables: Iterable[Table],
        texts: dict[str, str],
        origin: Literal["state", "intent"],
        *,
        is_fresh: bool = False,
    ) -> None:
        self.key, self.origin, self.is_fresh = key, origin, is_fresh
        self.tables = [table for table in tables if FAMILIES[table.family]]
        self.text = Text(texts)
        self.faults: list[Fault] = []
        self.refusals: set[Span] = set()  # where nft gives the file up
        self._count = 0

    def entities(self, flushes: bool, at: Span) -> Iterator[Entity]:
        families = {family for table in self.tables for family in FAMILIES[table.family]}
        yield Firewall(
            key=self.key,
            span=at,
            tool="nftables",
            origin=self.origin,
            families=tuple(sorted(families)) or (4, 6),
            flushes=flushes,
        )
        for table in self.tables:
            sets = Sets(
                {name: found.elements(table.span) for name, found in table.sets.items()},
                FAMILIES[table.family],
                {},
            )
            if table.is_declared:
                self._check_jumps(table)
            for chain in table.chains.values():
                yield self._chain(table, chain)
                yield from self._rules(table, chain, sets)
            if table.is_declared:
                self._check_sets(sets)

    def _chain(self, table: Table, chain: Chain) -> model.Chain:
        hook, offset = HOOKS[chain.hook] if chain.hook and not table.is_dormant else (None, 0)
        return model.Chain(
            key=self._key(table, chain),
            span=chain.span,
            spans={"policy": chain.policy_span} if chain.policy_span else {},
            firewall=self.key,
            table=table.title,
            name=chain.name,
            families=FAMILIES[table.family],
            hook=hook,
            kind=chain.kind,
            priority=chain.priority + offset,
            policy="accept" if offset else chain.policy,
        )

    def _key(self, table: Table, chain: Chain) -> str:
        return f"{self.key}#{table.title}/{chain.name}"

    def _rules(self, table: Table, chain: Chain, sets: Sets) -> Iterator[FirewallRule]:
        number = 0
        only = self._devices(chain)
        for rule in chain.rules:
            drawn = self._sketched(rule, sets)
            text = self.text.at(rule.span)
            for sketch in drawn.rules:
                self._count += 1
                if self._count > _MOST:
                    return
                number += 1
                yield self._rule(table, chain, number, sketch, rule.span, drawn, text, only)
        for action, matches, at, text in self._last(table, chain):
            number += 1
            sketch = Sketch(matches, action, {})
            yield self._rule(table, chain, number, sketch, at, Sketched([], None, ""), text, only)

    def _last(self, table: Table, chain: Chain) -> Iterator[tuple[Action, tuple[Match, ...], Span, str]]:
        """What comes at the end of a chain that is not a rule of it."""
        if table.is_cut:
            yield UNKNOWN, (Match("maybe", text="the text is cut off"),), table.span, "the text is cut off"
        if chain.hook and HOOKS[chain.hook][1] and chain.policy == "drop":
            yield Action("drop"), (), chain.policy_span or chain.span, "policy drop"

    def _devices(self, chain: Chain) -> tuple[Match, ...]:
        if not chain.hook or not HOOKS[chain.hook][1]:
            return ()
        if not chain.devices:
            return (Match("maybe", text="device"),)
        return (Match("interface" if chain.hook == "ingress" else "out_interface", chain.devices),)

    def _sketched(self, rule: Rule, sets: Sets) -> Sketched:
        if rule.drawn is not None:
            return rule.drawn
        if rule.parts is not None:
            try:
                return sketched(rule.parts, sets, self.text)
            except Refused as refused:
                if refused.is_sure:
                    self.refusals.add(refused.span)
                self._fault("syntax", refused.message, refused.span)
        text = self.text.at(rule.span)
        return Sketched([Sketch((Match("maybe", text=text),), Action("unknown", text=text), {})], None, "")

    def _rule(
        self,
        table: Table,
        chain: Chain,
        number: int,
        sketch: Sketch,
        span: Span,
        drawn: Sketched,
        text: str,
        only: tuple[Match, ...],
    ) -> FirewallRule:
        return FirewallRule(
            key=f"{self._key(table, chain)}/{number}",
            span=span,
            spans=sketch.spans,
            firewall=self.key,
            table=table.title,
            chain=chain.name,
            families=FAMILIES[table.family],
            number=number,
            matches=(*only, *sketch.matches),
            action=sketch.action,
            comment=drawn.comment,
            packets=drawn.packets,
            text=text,
        )

    def _check_jumps(self, table: Table) -> None:
        from compolint.load.firewall.nft.jumps import circular, leading_nowhere

        for at, message in leading_nowhere(table):
            if self.is_fresh:  # else the chain may be there already
                self.refusals.add(at)
            self._fault("invalid", message, at)
        for at, message in circular(table):
            self.refusals.add(at)
            self._fault("invalid", message, at)

    def _check_sets(self, sets: Sets) -> None:
        for at, name in sets.missing.items():
            if self.is_fresh:  # else the set may be there already
                self.refusals.add(at)
            self._fault("invalid", f"there is no set {name} in the table", at)

    def _fault(self, kind: Literal["syntax", "invalid"], message: str, at: Span) -> None:
        if len(self.faults) < 200:
            self.faults.append(
                Fault(
                    key=f"{at.path}!{kind}.rules.{len(self.faults)}",
                    span=at,
                    kind=kind,
                    message=message,
                    fatal=True,
                )
            )
