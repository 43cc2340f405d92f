"""Port that the rules close for IPv4, and leave open for IPv6

The kernel keeps the rules of the two families apart, and here those of IPv6 let the internet in where
those of IPv4 keep it out. Nobody who tests from a network without IPv6 sees it; those who scan do. Write
the same rule for ip6tables, or in a table `inet`, which holds for both.

```text etc/ssh/sshd_config
Port 22  #! sshd's 22/tcp is closed by IPv4, and open to the internet by IPv6
```
```text etc/nftables.conf
table inet fw {
        chain input {
                type filter hook input priority 0; policy drop;
                ct state established,related accept
                meta nfproto ipv6 accept
                iifname "tailscale0" tcp dport 22 accept
        }
}
```

## Instead

```text etc/ssh/sshd_config
Port 22
```
```text etc/nftables.conf
table inet fw {
        chain input {
                type filter hook input priority 0; policy drop;
                ct state established,related accept
                meta l4proto ipv6-icmp accept
                iifname "tailscale0" tcp dport 22 accept
        }
}
```

Where the project has no rules for IPv6 at all, `missing-ipv6-rules` says so, once for all ports.
"""

from compolint.api import (
    FirewallRule,
    Fix,
    Listener,
    Problem,
    Problems,
    Severity,
    World,
    check,
    guards_of,
    has_ipv6_containers,
    reached_by,
)


@check(
    Severity.HIGH,
    clauses="H3",
    cwe=(284,),
    references=("https://manpages.debian.org/bookworm/iptables/ip6tables.8.en.html",),
    when="Firewall",
)
def reachable_by_ipv6_only(listener: Listener, world: World) -> Problems:
    if listener.address.text == "" or listener.address.text == "*":
        answers = reached_by(listener, world)
        if listener.origin == "published" and _is_told(listener, world):
            return
        if answers and answers[4].answer == "closed" and answers[6].answer == "open":
            yield Problem(
                f"{listener.name}'s {listener} is closed by IPv4, and open to the internet by IPv6",
                at=listener.at("address"),
                notes=(*answers[4].because[1:], *answers[6].because[1:]),
                fix=Fix("write the rule for IPv6, too, or in a table `inet` for both"),
            )


def _is_told(listener: Listener, world: World) -> bool:
    """Whether `ineffective-docker-user-rule` says it: containers with IPv6, and DOCKER-USER without."""
    guards = {each.key for each in guards_of(listener, world)}
    return any(has_ipv6_containers(key, world) for key in guards) and not any(
        6 in rule.families and rule.firewall in guards
        for rule in world.where(FirewallRule, "chain", "DOCKER-USER")
    )
