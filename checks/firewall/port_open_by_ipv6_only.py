"""Rule that opens by IPv6 what IPv4 keeps closed

The two families have rules of their own, and these differ: the internet reaches by IPv6 a port that the rules
for IPv4 keep from it. Mostly somebody closed the port later and changed one of the files. Make them alike.

```text rules.v4
*filter
:INPUT DROP [0:0]
-A INPUT -p tcp --dport 443 -j ACCEPT
-A INPUT -s 192.0.2.0/24 -p tcp --dport 8443 -j ACCEPT
COMMIT
```
```text rules.v6
*filter
:INPUT DROP [0:0]
-A INPUT -p ipv6-icmp -j ACCEPT
-A INPUT -p tcp -m multiport --dports 443,8443 -j ACCEPT  #! 8443/tcp
COMMIT
```

## Instead

```text rules.v4
*filter
:INPUT DROP [0:0]
-A INPUT -p tcp --dport 443 -j ACCEPT
-A INPUT -s 192.0.2.0/24 -p tcp --dport 8443 -j ACCEPT
COMMIT
```
```text rules.v6
*filter
:INPUT DROP [0:0]
-A INPUT -p ipv6-icmp -j ACCEPT
-A INPUT -p tcp --dport 443 -j ACCEPT
-A INPUT -s 2001:db8::/32 -p tcp --dport 8443 -j ACCEPT
COMMIT
```

Of a port that a program of the host is declared to have open `reachable-by-ipv6-only` says so.
"""

from compolint.api import (
    FirewallRule,
    Fix,
    Listener,
    Ports,
    Problem,
    Problems,
    Severity,
    World,
    assume,
    check,
    kept_out_by_ipv4,
    lets_in,
)

_MOST = 100  # rules of a chain that are asked about


@check(
    Severity.MEDIUM,
    clauses="H3",
    cwe=(284,),
    references=("https://manpages.debian.org/bookworm/iptables/ip6tables.8.en.html",),
)
def port_open_by_ipv6_only(rule: FirewallRule, world: World) -> Problems:
    if rule.action.kind != "accept" or rule.families != (6,) or rule.number > _MOST:
        return
    if rule.looks_at("source", "interface"):
        return
    protocol = next((str(each) for each in rule.values("protocol")), "tcp")
    for ports in rule.values("port"):
        if not isinstance(ports, Ports) or _is_declared(ports, world):
            continue
        asked = rule, world, ports.first, protocol
        if lets_in(*asked) and (held := kept_out_by_ipv4(*asked)):
            yield Problem(
                f"lets everybody reach {ports}/{protocol} by IPv6, which IPv4 keeps from them",
                at=rule.at("port"),
                notes=(held,),
                fix=Fix("make the rules of both families alike"),
            )
            return


def _is_declared(ports: Ports, world: World) -> bool:
    own = (each for each in world.of(Listener) if each.origin != "published")
    return any(known.overlaps(ports) for each in own if (known := assume(each.ports, None)))
