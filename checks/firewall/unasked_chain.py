"""Chain that no rule leads to

A chain of one's own is asked only where a rule of another one jumps to it. Nothing leads to this one, so
that what it drops comes in. Where it is DOCKER-USER in a dump, its rules were loaded without Docker, or
somebody emptied FORWARD after Docker had started.

```text rules.v4
*filter
:INPUT ACCEPT [0:0]
:guard - [0:0]  #! nothing leads to guard
-A INPUT -p tcp --dport 22 -j ACCEPT
-A guard -p tcp --dport 5432 -j DROP
COMMIT
```

## Instead

```text rules.v4
*filter
:INPUT ACCEPT [0:0]
:guard - [0:0]
-A INPUT -p tcp --dport 22 -j ACCEPT
-A INPUT -j guard
-A guard -p tcp --dport 5432 -j DROP
COMMIT
```

Chains that other programs fill and lead to by themselves are left alone, as are those that drop nothing.
"""

from compolint.api import (
    Chain,
    Firewall,
    FirewallRule,
    Fix,
    Problem,
    Problems,
    Severity,
    Unknown,
    World,
    check,
)

# Docker, Kubernetes, libvirt, fail2ban, UFW, Tailscale, Podman, Calico, CrowdSec
_OTHERS = (
    "DOCKER", "KUBE-", "CNI-", "LIBVIRT_", "f2b-", "fail2ban-", "ufw", "ts-", "NETAVARK", "cali-", "CROWDSEC",
)  # fmt: skip
_DROPS = ("drop", "reject")


@check(
    Severity.MEDIUM,
    clauses="C4 H3",
    cwe=(561, 284),
    references=("https://manpages.debian.org/bookworm/iptables/iptables.8.en.html",),
)
def unasked_chain(chain: Chain, world: World) -> Problems:
    firewall = world.get(Firewall, chain.firewall)
    if chain.hook or firewall is None or firewall.tool not in ("iptables", "nftables"):
        return
    is_dockers = chain.name == "DOCKER-USER" and firewall.origin == "state" and chain.table == "filter"
    if chain.name.startswith(_OTHERS) and not is_dockers:
        return
    if (chain.firewall, chain.table, chain.name) in world.once(_asked):
        return
    if (chain.firewall, chain.table, chain.name) in world.once(_dropping) and _is_whole(chain, world):
        yield Problem(
            f"nothing leads to {chain.name}, so that its rules are never asked",
            at=chain.span,
            fix=Fix("jump to it from FORWARD" if is_dockers else "jump to it where it shall be asked"),
        )


def _asked(world: World) -> frozenset[tuple[str, str, str]]:
    """The chains that some rule leads to."""
    return frozenset(
        (rule.firewall, rule.table, rule.action.chain)
        for rule in world.of(FirewallRule)
        if rule.action.kind in ("jump", "goto")
    )


def _dropping(world: World) -> frozenset[tuple[str, str, str]]:
    """The chains that drop something."""
    return frozenset(
        (rule.firewall, rule.table, rule.chain)
        for rule in world.of(FirewallRule)
        if rule.action.kind in _DROPS
    )


def _is_whole(chain: Chain, world: World) -> bool:
    """Whether the file shows the chains that the kernel asks by itself, and not only this one."""
    bases = [
        each
        for each in world.where(Chain, "firewall", chain.firewall)
        if each.hook and each.table == chain.table and set(each.families) & set(chain.families)
    ]
    return bool(bases) and not any(isinstance(each.policy, Unknown) for each in bases)
