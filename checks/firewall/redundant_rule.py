"""Rule that says what an earlier one has said

All packets that the rule matches have met rules before it that do the same with them. Nothing changes without
it, but whoever reads the rules has to find that out. Remove it.

```text rules.v4
*filter
:INPUT DROP [0:0]
-A INPUT -p tcp --dport 22 -j ACCEPT
-A INPUT -s 192.0.2.0/24 -p tcp --dport 22 -j ACCEPT  #! says what
COMMIT
```

## Instead

```text rules.v4
*filter
:INPUT DROP [0:0]
-A INPUT -s 192.0.2.0/24 -p tcp --dport 22 -j ACCEPT
COMMIT
```
"""

from compolint.api import FirewallRule, Fix, Note, Problem, Problems, Severity, World, check, pointless


@check(
    Severity.INFO,
    clauses="C4",
    references=("https://manpages.debian.org/bookworm/iptables/iptables.8.en.html",),
)
def redundant_rule(rule: FirewallRule, world: World) -> Problems:
    dead = pointless(rule, world)
    if dead and dead.kind == "redundant":
        earlier = "an earlier one" if len(dead.by) == 1 else "earlier ones"
        yield Problem(
            f"this rule of {rule.chain} says what {earlier} said",
            at=rule.span,
            notes=tuple(Note("this one comes first", each.span) for each in dead.by),
            fix=Fix("remove it"),
        )
