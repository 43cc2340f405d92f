"""Rule of FORWARD that stands behind Docker's

Docker puts its own rules at the top of FORWARD when it starts, and they accept what goes to published ports.
A rule that is appended there, or that a file loads before Docker starts, is never asked about them: the port
stays open. DOCKER-USER is the chain that Docker asks first.

```yaml compose.yaml
services:
  api:
    image: ghcr.io/acme/api:3.5.0
    ports: ["8000:8000"]
```
```text rules.v4
*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
-A FORWARD -i eth0 -p tcp --dport 8000 -j DROP  #! is never asked about api's 8000/tcp
COMMIT
```

## Instead

```yaml compose.yaml
services:
  api:
    image: ghcr.io/acme/api:3.5.0
    ports: ["8000:8000"]
```
```text rules.v4
*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:DOCKER-USER - [0:0]
-A DOCKER-USER -i eth0 -p tcp -m conntrack --ctorigdstport 8000 --ctdir ORIGINAL -j DROP
COMMIT
```

What a script puts at the top by `-I` is before Docker's rules if Docker has started before, and is left
alone.
"""

from compolint.api import (
    Firewall,
    FirewallRule,
    Fix,
    Listener,
    Note,
    Ports,
    Problem,
    Problems,
    Severity,
    What,
    World,
    assume,
    check,
    is_open_by,
    published_on,
)

_INSERTS = (" -I ", " --insert ")
_NARROW: tuple[What, ...] = (
    "source", "destination", "state", "original_port", "maybe", "never", "first", "any", "mark",
)  # fmt: skip


@check(
    Severity.HIGH,
    clauses="H1",
    cwe=(284,),
    references=("https://docs.docker.com/engine/network/firewall-iptables/",),
    when="chain:FORWARD",
)
def forward_rule_behind_docker(rule: FirewallRule, world: World) -> Problems:
    if (rule.table, rule.chain) != ("filter", "FORWARD") or rule.action.kind not in ("drop", "reject"):
        return
    if rule.looks_at(*_NARROW) or any(word in f" {rule.text} " for word in _INSERTS):
        return
    firewall = world.get(Firewall, rule.firewall)
    if firewall is None or firewall.origin != "intent" or 4 not in rule.families:
        return
    for listener in published_on(rule.firewall, world):
        if _is_meant(rule, listener) and is_open_by(4, listener, world) and not listener.address.is_loopback:
            yield Problem(
                f"is never asked about {listener.name}'s {listener}, which Docker's own rules let through",
                at=rule.span,
                notes=(Note("the port is published here", listener.at("ports")),),
                fix=Fix("write it for DOCKER-USER"),
            )
            return


def _is_meant(rule: FirewallRule, listener: Listener) -> bool:
    """Whether the rule names the port, on either side of the translation."""
    both = [each for each in (assume(listener.ports, None), assume(listener.target, None)) if each]
    named = [each for each in rule.values("port") if isinstance(each, Ports)]
    protocols = rule.values("protocol")
    return (not protocols or listener.protocol in protocols) and any(
        each.overlaps(ports) for each in both for ports in named
    )
