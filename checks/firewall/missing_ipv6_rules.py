"""Rules for IPv4 alone

The kernel keeps the rules of IPv4 and IPv6 apart: what iptables drops, ip6tables lets through where nobody
told it otherwise. A server that has an IPv6 address is then as open by it as if it had no firewall at all.

```text rules.v4
*filter
:INPUT DROP [0:0]  #! nothing filters IPv6
-A INPUT -p tcp --dport 22 -j ACCEPT
COMMIT
```

## Instead

```text rules.v4
*filter
:INPUT DROP [0:0]
-A INPUT -p tcp --dport 22 -j ACCEPT
COMMIT
```
```text rules.v6
*filter
:INPUT DROP [0:0]
-A INPUT -p ipv6-icmp -j ACCEPT
-A INPUT -p tcp --dport 22 -j ACCEPT
COMMIT
```

A host without IPv6 says `ipv6 = false` in the configuration.
"""

from compolint.api import (
    Chain,
    Firewall,
    Fix,
    Problem,
    Problems,
    Severity,
    World,
    check,
    drops,
    unfiltered_families,
)


@check(
    Severity.HIGH,
    clauses="H3",
    cwe=(284,),
    references=("https://manpages.debian.org/bookworm/iptables/ip6tables.8.en.html",),
)
def missing_ipv6_rules(firewall: Firewall, world: World) -> Problems:
    if 6 in firewall.families or 6 not in unfiltered_families(firewall, world):
        return
    guarding = next(
        (chain for chain in world.where(Chain, "firewall", firewall.key) if drops(chain, world)), None
    )
    if guarding:
        yield Problem(
            f"nothing filters IPv6, while {guarding} filters IPv4",
            at=guarding.span,
            fix=Fix(
                "write the same rules for ip6tables, or say in the configuration that the host has no IPv6"
            ),
            # Whoever prints the rules of a running machine may have asked for one family only.
            severity=Severity.MEDIUM if firewall.origin == "state" else None,
        )
