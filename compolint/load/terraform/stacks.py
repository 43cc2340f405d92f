"""Security groups of OpenStack, and security lists of Oracle's cloud.

https://registry.terraform.io/providers/terraform-provider-openstack/openstack/latest/docs/resources/networking_secgroup_rule_v2,
https://registry.terraform.io/providers/oracle/oci/latest/docs/resources/core_security_list
"""

from collections.abc import Callable

from compolint.load.hcl.fields import Fields
from compolint.load.hcl.operators import truth
from compolint.load.hcl.values import Value
from compolint.load.terraform.rules import (
    Port,
    Rules,
    Said,
    between,
    direction_of,
    has_ports,
    is_known_as,
    protocol_of,
    said,
)
from compolint.unknown import Maybe


def openstack_rule(rules: Rules) -> None:
    fields = rules.resource
    direction, protocol = direction_of(fields), protocol_of(fields)
    # A rule that names nobody is for everybody.
    everybody = Said(Value("0.0.0.0/0", fields.span), "remote_ip_prefix")
    peers = list(said(fields, "remote_ip_prefix", "remote_group_id", "remote_address_group_id")) or [
        everybody
    ]
    ports = between(fields.get("port_range_min"), fields.get("port_range_max"))
    rules.add(
        fields, direction, protocol, [ports] if has_ports(protocol) else [], peers, ports_at="port_range_min"
    )


def openstack_group(rules: Rules) -> None:
    for block in rules.resource.blocks("rule"):
        protocol = protocol_of(block, "ip_protocol")
        ports = [between(block.get("from_port"), block.get("to_port"))] if has_ports(protocol) else []
        peers = said(block, "cidr", "from_group_id")
        rules.add(block, "ingress", protocol, ports, peers, protocol_at="ip_protocol", ports_at="from_port")


def oracle_list(rules: Rules) -> None:
    for direction, peer in (("ingress", "source"), ("egress", "destination")):
        for block in rules.resource.blocks(f"{direction}_security_rules"):
            _add_oracle(rules, block, direction, peer, nested="")


def oracle_rule(rules: Rules) -> None:
    direction = direction_of(rules.resource)
    peer = "destination" if is_known_as(direction, "egress") else "source"
    _add_oracle(rules, rules.resource, direction, peer, nested="destination_port_range")


def _add_oracle(rules: Rules, fields: Fields, direction: Maybe[str], peer: str, *, nested: str) -> None:
    protocol = protocol_of(fields)
    ports: list[Port] = []
    for options in fields.blocks("tcp_options", "udp_options") if has_ports(protocol) else ():
        for limits in options.blocks(nested) if nested else (options,):
            if limits.get("min") or limits.get("max"):
                ports.append(between(limits.get("min"), limits.get("max")))
    stateless = fields.get("stateless")
    rules.add(
        fields,
        direction,
        protocol,
        ports,
        said(fields, peer),
        is_stateless=bool(stateless and truth(stateless)),
    )


READERS: dict[str, Callable[[Rules], None]] = {
    "oci_core_default_security_list": oracle_list,
    "oci_core_network_security_group_security_rule": oracle_rule,
    "oci_core_security_list": oracle_list,
    "openstack_compute_secgroup_v2": openstack_group,
    "openstack_networking_secgroup_rule_v2": openstack_rule,
}
