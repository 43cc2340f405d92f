"""Rule that says what an earlier one has said

All packets that the rule matches have met rules before it that do the same with them. Nothing changes without
it, but whoever reads the rules has to find that out. Remove it.

```text rules.v4
*filter
:INPUT DROP [0:0]
-A INPUT -p tcp --dport 22 -j ACCEPT
-A INPUT -s 192.0.2.0/24 -p tcp --dport 22 -j ACCEPT  #! says what rule 1 said
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

from collections.abc import Iterable

from compolint.api import FirewallRule, Fix, Note, Problem, Problems, Severity, World, check, pointless

_MOST = 3  # earlier rules that are named


@check(
    Severity.INFO,
    clauses="C4",
    references=("https://manpages.debian.org/bookworm/iptables/iptables.8.en.html",),
)
def redundant_rule(rule: FirewallRule, world: World) -> Problems:
    dead = pointless(rule, world)
    if dead and dead.kind == "redundant":
        yield Problem(
            f"rule {rule.number} of {rule.chain} says what {_named(dead.by)} said",
            at=rule.span,
            notes=tuple(Note("this one comes first", each.span) for each in dead.by),
            fix=Fix("remove it"),
        )


def _named(earlier: Iterable[FirewallRule]) -> str:
    """The rules by their numbers in the chain: `rule 1`, `rules 1, 2 and 4 more`."""
    numbers = [str(each.number) for each in earlier]
    more = f" and {len(numbers) - _MOST} more" if len(numbers) > _MOST else ""
    return f"rule{'s' if len(numbers) > 1 else ''} {', '.join(numbers[:_MOST])}{more}"
