"""Rule that opens a port for everybody which few should reach

Databases, interfaces to administer something and SSH are found within minutes by those who scan the
internet. Let them in from the tailnet, or from the networks where their users are.

```text etc/ufw/user.rules
*filter
### tuple ### allow tcp 5432 0.0.0.0/0 any 0.0.0.0/0 in
-A ufw-user-input -p tcp --dport 5432 -j ACCEPT  #! lets everybody reach 5432/tcp
COMMIT
```

## Instead

```text etc/ufw/user.rules
*filter
### tuple ### allow tcp 5432 0.0.0.0/0 any 0.0.0.0/0 in_tailscale0
-A ufw-user-input -i tailscale0 -p tcp --dport 5432 -j ACCEPT
COMMIT
```

SSH is reported with medium severity, and with low severity where the rule limits how often somebody may
try; as `ssh-exposed` where the project has the configuration of sshd.
"""

from compolint.api import (
    FirewallRule,
    Fix,
    Listener,
    Ports,
    Problem,
    Problems,
    Severity,
    World,
    check,
    is_limit,
    lets_in,
    sensitive_at,
)

_SSH = 22
_WIDE = 100  # ports; a range that wide is not about one of its services


@check(
    Severity.HIGH,
    clauses="C4 H4",
    cwe=(284, 668),
    references=("https://tailscale.com/kb/1077/secure-server-ubuntu",),
)
def port_open_to_world(
    rule: FirewallRule, world: World, *, public_ports: tuple[int, ...] = (80, 443)
) -> Problems:
    if rule.action.kind != "accept" and not is_limit(rule):
        return
    for ports in rule.values("port"):
        if not isinstance(ports, Ports) or all(port in public_ports for port in ports.numbers()):
            continue
        is_ssh = _SSH in ports and ports.last - ports.first < _WIDE
        service, port = ("SSH", _SSH) if is_ssh else sensitive_at(ports) or ("", 0)
        if is_ssh and any(each.name == "sshd" for each in world.of(Listener)):
            continue  # `ssh-exposed` knows where it listens
        if service and lets_in(rule, world, port):
            limited = is_limit(rule) or rule.looks_at("first")
            yield Problem(
                f"lets everybody reach {ports}/tcp, where {service} waits",
                at=rule.at("port"),
                fix=Fix("let it in from the tailnet, or from the networks of its users"),
                severity=(Severity.LOW if limited else Severity.MEDIUM) if is_ssh else None,
            )
            return
