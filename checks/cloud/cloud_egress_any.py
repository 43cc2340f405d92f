"""Cloud firewall that lets everything out

Whoever takes over the machine can fetch tools from anywhere and send away what it holds: nothing that the
cloud does would stop it. Most services need a few destinations only, such as a mirror of packages, an API, a
database. Name their networks and ports, or send the traffic through a proxy that does.

```hcl main.tf
resource "aws_security_group" "worker" {
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"  #! aws_security_group.worker lets everything out to everywhere
    cidr_blocks = ["0.0.0.0/0"]
  }
}
```

## Instead

```hcl main.tf
resource "aws_security_group" "worker" {
  egress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.8.0/24"]
  }
}
```
"""

from compolint.api import CloudRule, Fix, Problem, Problems, Severity, check


@check(
    Severity.INFO,
    clauses="W1",
    cwe=(923,),
    references=("https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html",),
)
def cloud_egress_any(rule: CloudRule) -> Problems:
    if rule.direction != "egress" or rule.action != "allow" or rule.is_stateless:
        return
    if rule.everybody("destinations") and rule.is_every_port:
        yield Problem(
            f"{rule.resource} lets everything out to everywhere",
            at=rule.at("protocol"),
            fix=Fix("name the destinations that are needed, with their ports"),
        )
