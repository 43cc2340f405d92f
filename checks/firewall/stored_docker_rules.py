"""Docker's rules in a file that is loaded at boot

`iptables-save` writes down what Docker has loaded, too: ports that lead to addresses that containers had
on that day. Loaded at the next boot they stand beside those that Docker makes anew, and send a published
port to whichever container has that address now. Keep only what is your own: `*filter` with the rules of
INPUT and DOCKER-USER.

```text etc/iptables/rules.v4
*nat
:PREROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80  #! Docker's own
COMMIT
```

## Instead

```text etc/iptables/rules.v4
*filter
:INPUT DROP [0:0]
:DOCKER-USER - [0:0]
-A INPUT -i lo -j ACCEPT
-A DOCKER-USER -i eth0 -p tcp -m conntrack --ctorigdstport 8080 -j DROP
COMMIT
```
"""

from compolint.api import Firewall, FirewallRule, Fix, Problem, Problems, Severity, World, check


@check(
    Severity.LOW,
    clauses="H3",
    cwe=(665,),
    references=("https://docs.docker.com/engine/network/firewall-iptables/",),
    when="chain:DOCKER",
)
def stored_docker_rules(rule: FirewallRule, world: World) -> Problems:
    if (rule.table, rule.chain) != ("nat", "DOCKER") or not _is_first(rule, world):
        return
    firewall = world.get(Firewall, rule.firewall)
    is_loaded = rule.span.path.endswith((".v4", ".v6", ".rules")) or "etc/sysconfig/" in rule.span.path
    if firewall and firewall.tool == "iptables" and firewall.origin == "intent" and is_loaded:
        yield Problem(
            "is Docker's own rule of the day when the file was written, and is loaded again at boot",
            at=rule.span,
            fix=Fix("keep only the rules that are your own, and let Docker make its"),
        )


def _is_first(rule: FirewallRule, world: World) -> bool:
    """Whether it is the first one that forwards a port; one finding is enough."""
    same = (
        each
        for each in world.where(FirewallRule, "firewall", rule.firewall)
        if (each.table, each.chain, each.action.kind) == ("nat", "DOCKER", "dnat")
    )
    return next(same, None) is rule
