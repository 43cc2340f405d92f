"""Firewall rules of Google Cloud.

https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_firewall
"""

from collections.abc import Callable

from compolint.load.hcl.operators import truth
from compolint.load.hcl.values import Value
from compolint.load.terraform.rules import Rules, Said, direction_of, is_known_as, protocol_of, said, written

_SOURCES = ("source_ranges", "source_tags", "source_service_accounts")
_EVERYBODY = "0.0.0.0/0"


def firewall(rules: Rules) -> None:
    fields = rules.resource
    disabled = fields.get("disabled")
    if disabled and truth(disabled):
        return
    direction = direction_of(fields)
    names = ("destination_ranges",) if is_known_as(direction, "egress") else _SOURCES
    # A rule that names nobody is for everybody.
    peers = list(said(fields, *names)) or [Said(Value(_EVERYBODY, fields.span), names[0])]
    for action in ("allow", "deny"):
        for block in fields.blocks(action):
            ports = [written(port) for port in block.items("ports")]
            rules.add(
                block,
                direction,
                protocol_of(block),
                ports,
                peers,
                action=action,
                priority=fields.text("priority"),
                ports_at="ports",
            )


READERS: dict[str, Callable[[Rules], None]] = {"google_compute_firewall": firewall}
