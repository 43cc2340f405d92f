"""Rule that an earlier one overrules

The first rule that matches a packet decides. A rule that stands behind one that takes all of its packets, and
does something else with them, is never asked: what it was written for does not happen.

```text rules.v4
*filter
:INPUT DROP [0:0]
-A INPUT -p tcp -m multiport --dports 80,443,8000:9000 -j ACCEPT
-A INPUT -p tcp --dport 8080 -j DROP  #! is never asked
COMMIT
```

## Instead

```text rules.v4
*filter
:INPUT DROP [0:0]
-A INPUT -p tcp --dport 8080 -j DROP
-A INPUT -p tcp -m multiport --dports 80,443,8000:9000 -j ACCEPT
COMMIT
```
"""

from compolint.api import FirewallRule, Fix, Note, Problem, Problems, Severity, World, check, pointless

_DROPS = ("drop", "reject")


@check(
    Severity.LOW,
    clauses="C4",
    cwe=(561,),
    references=("https://manpages.debian.org/bookworm/iptables/iptables.8.en.html",),
)
def shadowed_rule(rule: FirewallRule, world: World) -> Problems:
    if rule.chain == "DOCKER-USER" and rule.action.kind in _DROPS:
        return  # which is found by `ineffective-docker-user-rule`
    dead = pointless(rule, world)
    if dead and dead.kind == "shadowed":
        yield Problem(
            f"this rule of {rule.chain} is never asked: {_before(len(dead.by))} all of its packets",
            at=rule.span,
            notes=tuple(Note("this one comes first", each.span) for each in dead.by),
            fix=Fix("put it above, or remove it"),
            severity=Severity.MEDIUM if rule.action.kind in _DROPS else None,
        )


def _before(count: int) -> str:
    return "a rule before it takes" if count == 1 else f"{count} rules before it take"
