"""Firewalls of hosting companies: DigitalOcean, Hetzner, Linode, Vultr, Scaleway.

https://registry.terraform.io/browse/providers
"""

from collections.abc import Callable

from compolint.load.hcl.values import Value, text_of
from compolint.load.terraform.rules import (
    Port,
    Rules,
    Said,
    action_of,
    direction_of,
    has_ports,
    is_known_as,
    protocol_of,
    said,
    written,
)
from compolint.unknown import Unknown

_SIDES = (("inbound", "ingress"), ("outbound", "egress"))
_EVERYBODY = "0.0.0.0/0"


def digitalocean(rules: Rules) -> None:
    for side, direction in _SIDES:
        end = "source" if direction == "ingress" else "destination"
        names = (f"{end}_addresses", f"{end}_tags", f"{end}_droplet_ids", f"{end}_load_balancer_uids")
        for block in rules.resource.blocks(f"{side}_rule"):
            protocol = protocol_of(block)
            ports = [written(block.get("port_range"))] if has_ports(protocol) else []
            rules.add(block, direction, protocol, ports, said(block, *names), ports_at="port_range")


def hetzner(rules: Rules) -> None:
    for block in rules.resource.blocks("rule"):
        direction = direction_of(block)
        protocol = protocol_of(block)
        ports = [written(block.get("port"))] if has_ports(protocol) else []
        peers = said(block, "destination_ips" if is_known_as(direction, "egress") else "source_ips")
        rules.add(block, direction, protocol, ports, peers, ports_at="port")


def linode(rules: Rules) -> None:
    fields = rules.resource
    for side, direction in _SIDES:
        for block in fields.blocks(side):
            protocol = protocol_of(block)
            ports = _listed(block.get("ports")) if has_ports(protocol) else []
            action = action_of(block.text("action"))
            peers = said(block, "ipv4", "ipv6")
            rules.add(block, direction, protocol, ports, peers, action=action, ports_at="ports")
        _by_default(rules, f"{side}_policy", direction)


def vultr(rules: Rules) -> None:
    fields = rules.resource
    protocol = protocol_of(fields)
    subnet, size = fields.get("subnet"), fields.text("subnet_size")
    peers = list(said(fields, "source"))
    if subnet and not peers:
        network = text_of(subnet)
        is_known = network is not None and not isinstance(size, Unknown)
        value = Value(f"{network}/{size}", subnet.span) if is_known else subnet
        peers = [Said(value, "subnet")]
    ports = [written(fields.get("port"))] if has_ports(protocol) else []
    rules.add(fields, "ingress", protocol, ports, peers, ports_at="port")


def scaleway(rules: Rules) -> None:
    fields = rules.resource
    for side, direction in _SIDES:
        for block in fields.blocks(f"{side}_rule"):
            protocol = protocol_of(block)
            port = block.get("port") or block.get("port_range")
            # A rule that names nobody is for everybody.
            peers = list(said(block, "ip", "ip_range")) or [Said(Value(_EVERYBODY, block.span), "ip_range")]
            rules.add(
                block,
                direction,
                protocol,
                [written(port)] if has_ports(protocol) else [],
                peers,
                action=action_of(block.text("action")),
                ports_at="port" if block.get("port") else "port_range",
            )
        if not rules.address.rpartition(".")[0].endswith("_rules"):
            # https://registry.terraform.io/providers/scaleway/scaleway/latest/docs/resources/instance_security_group
            _by_default(rules, f"{side}_default_policy", direction, "accept")


def _by_default(rules: Rules, name: str, direction: str, otherwise: str = "drop") -> None:
    """What no rule speaks of."""
    fields = rules.resource
    said = fields.text(name)
    policy = action_of(otherwise if said is None else said)
    if not isinstance(policy, Unknown) and policy == "deny":
        return
    at = fields.at(name)
    peers = [Said(Value(_EVERYBODY, at), name)]
    every = Port(None, Value("all", at))
    rules.add(fields, direction, "all", [every], peers, action=policy, protocol_at=name)


def _listed(value: Value | None) -> list[Port]:
    """`22, 80, 8000-9000`"""
    text = text_of(value) if value else None
    if value is None or text is None or "," not in text:
        return [written(value)]
    return [written(Value(part.strip(), value.span)) for part in text.split(",")[:100]]


READERS: dict[str, Callable[[Rules], None]] = {
    "digitalocean_firewall": digitalocean,
    "hcloud_firewall": hetzner,
    "linode_firewall": linode,
    "scaleway_instance_security_group": scaleway,
    "scaleway_instance_security_group_rules": scaleway,
    "vultr_firewall_rule": vultr,
}
