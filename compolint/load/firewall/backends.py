"""The two backends of iptables, of which a kernel may have rules at once: a packet must pass both.

A tool of the newer one says that the older one has tables, and shows nothing of them.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Literal

from compolint.model import Entity
from compolint.model.firewall import Chain, Family, Firewall, FirewallRule, Hook
from compolint.pattern import pattern
from compolint.record import replace
from compolint.text import Source, Span
from compolint.unknown import Unknown

Backend = Literal["nft", "legacy", ""]
WARNING = "# Warning: ip"
# # Warning: ip6tables-legacy tables present, use ip6tables-legacy-save to see them
_WARNING = pattern(r"(?m)^# Warning: (ip6?)tables-legacy tables present[^\r\n]*")
_PASSED: tuple[Hook, ...] = ("input", "forward", "output")


def with_unseen(found: Iterable[Entity], source: Source, shown: Collection[Family] = ()) -> Iterable[Entity]:
    """What a file shows, and the chains that it only hints at; of some families it shows them."""
    hints = _hints(source, shown) if WARNING in source.text else {}
    return _with_hints(found, hints) if hints else found


def _with_hints(found: Iterable[Entity], hints: dict[Family, Span]) -> Iterator[Entity]:
    is_told = False
    for entity in found:
        if isinstance(entity, Firewall) and not is_told:
            is_told = True
            span = next(iter(hints.values()))
            yield replace(entity, hides="legacy", spans={**entity.spans, "hides": span})
            for family, at in hints.items():
                yield from _chains(entity.key, family, at)
        else:
            yield entity


def apart(found: Iterable[Entity]) -> Iterator[Entity]:
    """Tables of iptables-legacy beside those of the other backend, which have the same names."""
    for entity in found:
        if isinstance(entity, Chain | FirewallRule):
            yield replace(entity, table=f"legacy {entity.table}")
        else:
            yield entity


def _hints(source: Source, shown: Collection[Family]) -> dict[Family, Span]:
    found: dict[Family, Span] = {}
    for match in _WARNING.finditer(source.text):
        family: Family = 6 if match[1] == "ip6" else 4
        if family not in shown:
            found.setdefault(family, Span(source.path, *match.span()))
    return found


def _chains(firewall: str, family: Family, at: Span) -> Iterator[Chain]:
    """One for each hook, of which nobody knows what it drops."""
    for hook in _PASSED:
        name = hook.upper()
        yield Chain(
            key=f"{firewall}#{family if family == 6 else ''}legacy/{name}",
            span=at,
            spans={"policy": at},
            firewall=firewall,
            table="legacy filter",
            name=name,
            families=(family,),
            hook=hook,
            policy=Unknown("the rules of iptables-legacy", at),
        )
