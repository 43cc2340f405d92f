"""Security groups and network ACLs of AWS.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group
"""

from collections.abc import Callable

from compolint.load.hcl.fields import Fields, as_text
from compolint.load.hcl.operators import truth
from compolint.load.terraform.rules import (
    Port,
    Rules,
    Said,
    action_of,
    between,
    direction_of,
    has_ports,
    is_known_as,
    protocol_of,
    said,
)
from compolint.unknown import Maybe, Unknown

_PEERS = ("cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups", "source_security_group_id")
_PEERS_OF_RULE = ("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id")
_PEERS_OF_ACL = ("cidr_block", "ipv6_cidr_block")


def security_group(rules: Rules) -> None:
    for direction in ("ingress", "egress"):
        for block in rules.resource.blocks(direction):
            _add(rules, block, direction, "protocol", _PEERS)


def security_group_rule(rules: Rules) -> None:
    _add(rules, rules.resource, direction_of(rules.resource, "type"), "protocol", _PEERS)


def ingress_rule(rules: Rules) -> None:
    _add(rules, rules.resource, "ingress", "ip_protocol", _PEERS_OF_RULE)


def egress_rule(rules: Rules) -> None:
    _add(rules, rules.resource, "egress", "ip_protocol", _PEERS_OF_RULE)


def network_acl(rules: Rules) -> None:
    for direction in ("ingress", "egress"):
        for block in rules.resource.blocks(direction):
            _add_to_acl(rules, block, direction, "rule_no", "action")


def network_acl_rule(rules: Rules) -> None:
    egress = rules.resource.get("egress")
    known = truth(egress) if egress else False
    direction: Maybe[str] = "egress" if known else "ingress"
    if egress and known is None and isinstance(egress.of, Unknown):
        direction = egress.of
    _add_to_acl(rules, rules.resource, direction, "rule_number", "rule_action")


def _add(
    rules: Rules, fields: Fields, direction: Maybe[str], protocol_at: str, peers: tuple[str, ...]
) -> None:
    protocol = protocol_of(fields, protocol_at)
    rules.add(
        fields,
        direction,
        protocol,
        [_ports(fields, protocol)],
        map(_peer, said(fields, *peers)),
        protocol_at=protocol_at,
        ports_at="from_port",
    )


def _add_to_acl(rules: Rules, fields: Fields, direction: Maybe[str], number: str, action: str) -> None:
    protocol = protocol_of(fields)
    rules.add(
        fields,
        direction,
        protocol,
        [_ports(fields, protocol)],
        said(fields, *_PEERS_OF_ACL),
        action=action_of(fields.text(action)),
        priority=fields.text(number),
        is_stateless=True,
        ports_at="from_port",
    )


def _peer(said: Said) -> Said:
    """What a rule names; which networks are in a list of somebody's own stands elsewhere."""
    named = as_text(said.value)
    if not said.attribute.startswith("prefix_list") or isinstance(named, Unknown):
        return said
    is_of_aws = named.startswith("data.")
    return said if is_of_aws else said._replace(value=said.value._replace(of=Unknown(named, said.value.span)))


def _ports(fields: Fields, protocol: Maybe[str]) -> Port:
    """The ports, which count for nothing where every protocol is meant."""
    if is_known_as(protocol, "all") or not has_ports(protocol):
        return Port(None)
    return between(fields.get("from_port"), fields.get("to_port"))


READERS: dict[str, Callable[[Rules], None]] = {
    "aws_default_network_acl": network_acl,
    "aws_default_security_group": security_group,
    "aws_network_acl": network_acl,
    "aws_network_acl_rule": network_acl_rule,
    "aws_security_group": security_group,
    "aws_security_group_rule": security_group_rule,
    "aws_vpc_security_group_egress_rule": egress_rule,
    "aws_vpc_security_group_ingress_rule": ingress_rule,
}
