"""What Compose refuses although each half of it is well formed."""

import re
from collections.abc import Iterator

from compolint.load.compose.service import Service
from compolint.load.compose.values import Values, is_null
from compolint.model import Entity
from compolint.pattern import pattern
from compolint.syntax.yaml import Mapping, Node, Sequence
from compolint.unknown import Maybe, Unknown

_LIMITS = (("mem_limit", "memory"), ("cpus", "cpus"), ("pids_limit", "pids"))
# 512m   0.5   1GiB
_AMOUNT = pattern(r"\s*([0-9]*\.?[0-9]+)\s*([kmgtp]?)i?b?\s*", re.IGNORECASE)


def read(service: Service) -> Iterator[Entity]:
    """No entities: it says of a service what contradicts itself."""
    body, fault = service.fields, service.project.fault
    mode = body.get("network_mode")
    if mode is not None and not is_null(mode) and _has_items(body.get("networks")):
        message = f"{service.name} has both `network_mode` and `networks`"
        fault("invalid", message, mode.span, fatal=False)
    limits: Node | None = body.get("deploy")
    for step in ("resources", "limits"):
        limits = limits.get(step) if isinstance(limits, Mapping) else None
    if isinstance(limits, Mapping):
        for own, other in _LIMITS:
            one, two = body.get(own), limits.get(other)
            if one is not None and two is not None and _differ(service.values, one, two):
                message = f"`{own}` and `deploy.resources.limits.{other}` of {service.name} differ"
                fault("invalid", message, one.span, fatal=False)
    return iter(())


def _has_items(node: Node | None) -> bool:
    return (
        bool(node.items) if isinstance(node, Sequence) else isinstance(node, Mapping) and bool(node.pairs())
    )


def _differ(values: Values, one: Node, two: Node) -> bool:
    amounts = [_amount(values.text(node)) for node in (one, two)]
    return None not in amounts and amounts[0] != amounts[1]


def _amount(text: Maybe[str] | None) -> float | None:
    """`1g` and `1024m` as the same number; None for what is open or no number."""
    match = None if text is None or isinstance(text, Unknown) else _AMOUNT.fullmatch(text)
    return float(match[1]) * 1024 ** " kmgtp".index(match[2].lower() or " ") if match else None
