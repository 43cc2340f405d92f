"""Network security groups of Azure.

https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/network_security_group
"""

from collections.abc import Callable

from compolint.load.hcl.fields import Fields, as_text
from compolint.load.terraform.rules import (
    Rules,
    action_of,
    direction_of,
    has_ports,
    is_known_as,
    protocol_of,
    said,
    written,
)

_PORTS = ("destination_port_range", "destination_port_ranges")
_NARROWING = (
    "destination_address_prefix", "destination_address_prefixes", "source_port_range", "source_port_ranges",
)  # fmt: skip
# https://learn.microsoft.com/azure/virtual-network/service-tags-overview
_ANYTHING = frozenset(("*", "any", "virtualnetwork", "0.0.0.0/0", "0-65535"))


def security_group(rules: Rules) -> None:
    for block in rules.resource.blocks("security_rule"):
        _add(rules, block)


def security_rule(rules: Rules) -> None:
    _add(rules, rules.resource)


def _add(rules: Rules, fields: Fields) -> None:
    direction = direction_of(fields)
    side = "destination" if is_known_as(direction, "egress") else "source"
    protocol = protocol_of(fields)
    ports = [(written(value), name) for name in _PORTS for value in fields.items(name)]
    rules.add(
        fields,
        direction,
        protocol,
        [port for port, _ in ports] if has_ports(protocol) else [],
        said(
            fields,
            f"{side}_address_prefix",
            f"{side}_address_prefixes",
            f"{side}_application_security_group_ids",
        ),
        action=action_of(fields.text("access")),
        priority=fields.text("priority"),
        is_partial=is_known_as(direction, "ingress") and _is_partial(fields),
        ports_at=ports[0][1] if ports else "",
    )


def _is_partial(fields: Fields) -> bool:
    """Whether a rule is for some of the machines, or for clients that ask from certain ports."""
    if fields.get("destination_application_security_group_ids"):
        return True
    texts = [as_text(value) for name in _NARROWING for value in fields.items(name)]
    return not all(isinstance(text, str) and text.lower() in _ANYTHING for text in texts)


READERS: dict[str, Callable[[Rules], None]] = {
    "azurerm_network_security_group": security_group,
    "azurerm_network_security_rule": security_rule,
}
