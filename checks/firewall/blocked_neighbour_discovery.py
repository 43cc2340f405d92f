"""IPv6 whose neighbours are not heard

IPv6 finds the router and the machines of its network by messages of ICMPv6. A chain that drops them takes
the machine off IPv6, minutes after the rules are loaded and without an error; whoever looks for the cause
switches the filter for IPv6 off in the end. Accept `ipv6-icmp`.

```text rules.v6
*filter
:INPUT DROP [0:0]  #! drops ICMPv6
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp --dport 443 -j ACCEPT
COMMIT
```

## Instead

```text rules.v6
*filter
:INPUT DROP [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p ipv6-icmp -j ACCEPT
-A INPUT -p tcp --dport 443 -j ACCEPT
COMMIT
```

A machine that drops everything by IPv6 is meant to have none, and is left alone.
"""

from compolint.api import (
    Chain,
    Firewall,
    FirewallRule,
    Fix,
    Problem,
    Problems,
    Severity,
    World,
    assume,
    check,
)

_WORDS = ("icmpv6", "ipv6-icmp", "icmp6", "ip6 nexthdr 58", "-p 58", "l4proto 58")


@check(
    Severity.MEDIUM,
    clauses="H3",
    cwe=(693,),
    references=("https://datatracker.ietf.org/doc/html/rfc4890#section-4.4",),
    when="hook:input",
)
def blocked_neighbour_discovery(chain: Chain, world: World) -> Problems:
    if chain.hook != "input" or 6 not in chain.families or chain.kind != "filter":
        return
    firewall = world.get(Firewall, chain.firewall)
    if firewall is None or firewall.tool not in ("iptables", "nftables"):
        return
    if assume(chain.policy, "accept") != "drop":  # of a part of a listing nothing is said
        return
    rules = [each for each in world.where(FirewallRule, "firewall", chain.firewall) if 6 in each.families]
    lets_in = [rule for rule in rules if rule.chain == chain.name and rule.table == chain.table]
    if not any(_is_door(rule) for rule in lets_in) or any(map(_may_let_icmp_in, rules)):
        return
    yield Problem(
        f"{chain} drops ICMPv6, without which IPv6 stops working",
        at=chain.at("policy"),
        fix=Fix("accept the protocol ipv6-icmp"),
    )


def _is_door(rule: FirewallRule) -> bool:
    """Whether it lets somebody in by IPv6."""
    return rule.action.kind == "accept" and rule.looks_at("port")


def _may_let_icmp_in(rule: FirewallRule) -> bool:
    if rule.action.kind in ("jump", "goto", "unknown") and not rule.values("protocol"):
        return rule.action.kind == "unknown"
    if any(word in rule.text for word in _WORDS) or "icmpv6" in rule.values("protocol"):
        return True
    return rule.action.kind == "accept" and not rule.looks_at(
        "protocol", "state", "port", "interface", "source"
    )
