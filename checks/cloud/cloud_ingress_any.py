"""Cloud firewall that lets everybody in

The rule names the whole internet as its source. Scanners find an open port within minutes, and of a database,
a share or an interface to administer something they try the known passwords and holes by themselves. Name the
addresses that need the port: a security group, the network of a VPN, your own address. Ports that the whole
world is meant to reach are listed as `public-ports`, which are 80 and 443 where nothing is listed.

```hcl main.tf
resource "aws_security_group" "db" {
  ingress {
    from_port   = 5432  #! aws_security_group.db lets everybody reach 5432/tcp, where PostgreSQL waits
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
```

## Instead

```hcl main.tf
resource "aws_security_group" "db" {
  ingress {
    from_port       = 5432
    to_port         = 5432
    protocol        = "tcp"
    security_groups = [aws_security_group.app.id]
  }
}
```

Where nothing is listed, the ports of mail servers and VPNs are reported with low severity. So are those of a
network ACL, behind which security groups filter again; ports that answers come back on are not reported,
because an ACL has to let them in. SSH, which asks for a key, is no critical port.
"""

from compolint.api import (
    CloudRule,
    Fix,
    Note,
    Problem,
    Problems,
    Severity,
    assume,
    check,
    is_for_everybody,
    sensitive_service,
)

_WEB = (80, 443)
_WITH_PORTS = ("tcp", "udp", "all", "tcp_udp", "sctp")


@check(
    Severity.HIGH,
    clauses="C5",
    cwe=(284, 668),
    references=("https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html",),
)
def cloud_ingress_any(rule: CloudRule, *, public_ports: tuple[int, ...] = _WEB) -> Problems:
    # A port that is not known is not known to be public either.
    ports = assume(rule.ports, None)
    if rule.direction != "ingress" or rule.action != "allow":
        return
    if ports and all(port in public_ports for port in ports.numbers()):
        return
    at = rule.everybody("sources")
    if at is None or rule.protocol not in _WITH_PORTS or rule.lets_answers_in:
        return
    service = sensitive_service(rule)
    where = f", where {service} waits" if service and not rule.is_every_port else ""
    is_expected = rule.is_stateless or (public_ports == _WEB and is_for_everybody(rule))
    yield Problem(
        f"{rule.resource} lets everybody reach {rule}{where}",
        at=rule.at("ports") if "ports" in rule.spans else rule.at("protocol"),
        notes=(Note("this is the whole internet", at),),
        fix=Fix("name the addresses that need it as the source"),
        severity=Severity.LOW if is_expected else Severity.CRITICAL if service else None,
    )
