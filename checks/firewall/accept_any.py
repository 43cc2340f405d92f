"""Rule that lets everybody in everywhere

Before any rule that drops something this one accepts all packets, from everybody, to every port: the rules
behind it are never asked. Name the ports and the networks that are meant.

```text rules.v4
*filter
:INPUT DROP [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m conntrack --ctstate NEW -j ACCEPT  #! lets everybody in
-A INPUT -p tcp --dport 5432 -j DROP
COMMIT
```

## Instead

```text rules.v4
*filter
:INPUT DROP [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -i lo -j ACCEPT
-A INPUT -i tailscale0 -j ACCEPT
-A INPUT -p tcp --dport 22 -j ACCEPT
COMMIT
```
"""

from compolint.api import FirewallRule, Fix, Problem, Problems, Severity, World, check, lets_in

_BY_DEFAULT = "-track-input"  # what UFW makes of its default policy, which `default-accept` is about


@check(
    Severity.HIGH,
    clauses="C4",
    cwe=(284,),
    references=("https://manpages.debian.org/bookworm/iptables/iptables.8.en.html",),
)
def accept_any(rule: FirewallRule, world: World) -> Problems:
    if rule.action.kind != "accept" or rule.looks_at("port") or rule.chain.endswith(_BY_DEFAULT):
        return
    if lets_in(rule, world):
        yield Problem(
            f"a rule of {rule.chain} lets everybody in, to every port",
            at=rule.span,
            fix=Fix("name the ports and the networks that are meant"),
        )
