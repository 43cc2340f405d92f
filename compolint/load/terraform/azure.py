"""Network security groups of Azure.

https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/network_security_group
"""

from collections.abc import Callable

from compolint.load.hcl.fields import Fields
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
        ports_at=ports[0][1] if ports else "",
    )


READERS: dict[str, Callable[[Rules], None]] = {
    "azurerm_network_security_group": security_group,
    "azurerm_network_security_rule": security_rule,
}
