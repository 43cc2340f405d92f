"""Rule that no packet can match

The conditions of the rule exclude each other, so it does nothing; most often one of them was meant for
another rule.

```text rules.v4
*filter
:INPUT DROP [0:0]
-A INPUT -p tcp -m multiport --dports 80,443 -m tcp --dport 8080 -j ACCEPT  #! exclude each other
COMMIT
```

## Instead

```text rules.v4
*filter
:INPUT DROP [0:0]
-A INPUT -p tcp -m multiport --dports 80,443,8080 -j ACCEPT
COMMIT
```
"""

from compolint.api import FirewallRule, Fix, Problem, Problems, Severity, World, check, pointless


@check(
    Severity.LOW,
    clauses="C4",
    references=("https://manpages.debian.org/bookworm/iptables/iptables.8.en.html",),
)
def contradictory_rule(rule: FirewallRule, world: World) -> Problems:
    dead = pointless(rule, world)
    if dead and dead.kind == "contradictory":
        yield Problem(
            f"the conditions of this rule of {rule.chain} exclude each other, so that it never matches",
            at=rule.span,
            fix=Fix("leave one of them out, or make two rules of it"),
            severity=Severity.MEDIUM if rule.action.kind in ("drop", "reject") else None,
        )
