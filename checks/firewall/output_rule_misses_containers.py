"""Rule of OUTPUT that containers do not meet

What a container sends is forwarded: the chains of OUTPUT, and `ufw deny out`, hold for programs of the
host itself. The rule forbids something that every container goes on doing. Write it for DOCKER-USER, too.

```yaml compose.yaml
services:
  worker:
    image: ghcr.io/acme/worker:3.5.0
```
```text rules.v4
*filter
:INPUT DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A OUTPUT -p tcp --dport 25 -j REJECT  #! containers reach what it forbids: worker
COMMIT
```

## Instead

```yaml compose.yaml
services:
  worker:
    image: ghcr.io/acme/worker:3.5.0
```
```text rules.v4
*filter
:INPUT DROP [0:0]
:OUTPUT ACCEPT [0:0]
:DOCKER-USER - [0:0]
-A OUTPUT -p tcp --dport 25 -j REJECT
-A DOCKER-USER -p tcp --dport 25 -j REJECT
COMMIT
```

Of the address of a cloud's metadata service `metadata-reachable` says so.
"""

from compolint.api import FirewallRule, Fix, Problem, Problems, Severity, What, World, check, not_held_by

_CHAINS = ("OUTPUT", "ufw-user-output", "ufw-before-output")
_DROPS = ("drop", "reject")
# Of which program, user or connection a packet is, only the host's own have.
_OWN: tuple[What, ...] = ("maybe", "never", "first", "state", "interface", "mark", "source", "any", "flags")
_LINK_LOCAL = 0xA9FE
_MOST = 20  # rules of a chain that are asked about; a longer one is a list of addresses


@check(
    Severity.MEDIUM,
    clauses="W1",
    cwe=(284,),
    references=("https://docs.docker.com/engine/network/packet-filtering-firewalls/",),
)
def output_rule_misses_containers(rule: FirewallRule, world: World) -> Problems:
    if rule.chain not in _CHAINS or rule.action.kind not in _DROPS or rule.table != "filter":
        return
    if rule.looks_at(*_OWN) or not rule.looks_at("destination", "port") or not rule.text:
        return
    if any(getattr(each, "first", 0) >> 16 == _LINK_LOCAL for each in rule.values("destination")):
        return
    if rule.number <= _MOST and (names := not_held_by(rule, world)):
        yield Problem(
            f"containers reach what it forbids: {', '.join(names)}",
            at=rule.span,
            fix=Fix("write the rule for DOCKER-USER, too"),
        )
