"""Rule whose accept another table takes back

What one chain of nftables accepts still has to pass the other chains of its hook, those of UFW, firewalld
or another file of rules; only a drop is final. This rule lets a port in, and another table drops its
packets: the service is not reachable, and the next step is often to open more than was meant. Let one
table decide.

```text etc/nftables.conf
table inet mine {
        chain input {
                type filter hook input priority -10; policy accept;
                tcp dport 8080 accept  #! accepts 8080/tcp, and another table drops it
        }
}
table inet filter {
        chain input {
                type filter hook input priority 0; policy drop;
                ct state established,related accept
                tcp dport 443 accept
        }
}
```

## Instead

```text etc/nftables.conf
table inet filter {
        chain input {
                type filter hook input priority 0; policy drop;
                ct state established,related accept
                tcp dport { 443, 8080 } accept
        }
}
```
"""

from compolint.api import (
    Chain,
    FirewallRule,
    Fix,
    Ports,
    Problem,
    Problems,
    Severity,
    World,
    check,
    overruled,
)

_MOST = 100  # rules of a chain that are asked about


@check(
    Severity.LOW,
    clauses="C4",
    cwe=(697,),
    references=("https://wiki.nftables.org/wiki-nftables/index.php/Configuring_chains",),
)
def accept_is_not_final(rule: FirewallRule, world: World) -> Problems:
    if (
        rule.action.kind != "accept"
        or rule.looks_at("source", "interface")
        or rule.number > _MOST
        or not _has_rivals(rule, world)
    ):
        return
    for ports in rule.values("port"):
        protocol = next((str(each) for each in rule.values("protocol")), "tcp")
        decided = isinstance(ports, Ports) and overruled(rule, world, ports.first, protocol)
        if decided:
            yield Problem(
                f"accepts {ports}/{protocol}, and another table drops it",
                at=rule.span,
                notes=(decided,),
                fix=Fix("let one table decide"),
            )
            return


def _has_rivals(rule: FirewallRule, world: World) -> bool:
    """Whether it stands in a chain of the input hook, and another table has one, too."""
    mine, tables = False, set()
    for chain in world.where(Chain, "hook", "input"):
        if chain.kind == "filter" and set(chain.families) & set(rule.families):
            tables.add(chain.table)
            mine |= (chain.firewall, chain.table, chain.name) == (rule.firewall, rule.table, rule.chain)
    return mine and len(tables) > 1 and rule.table != "filter"
