"""Private networks that are told by their addresses alone

10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16 are everybody's: the LAN at home, but also the network on which
a provider puts its customers side by side, and any VPN. A rule that lets a whole range in on every interface
trusts all of them; one that is meant for Docker's networks misses those that Docker numbers elsewhere. Name
the interface, or the one network that is meant.

```text rules.v4
*filter
:INPUT DROP [0:0]
-A INPUT -s 172.16.0.0/12 -j ACCEPT  #! trusts all of 172.16.0.0/12 on every interface
COMMIT
```

## Instead

```text rules.v4
*filter
:INPUT DROP [0:0]
-A INPUT -i eth1 -s 172.16.0.0/12 -j ACCEPT
-A INPUT -s 192.168.178.0/24 -j ACCEPT
COMMIT
```

Of several such rules of a chain the first is reported. At home they are what was meant, so that only the
profile `strict` asks.
"""

from compolint.api import Addresses, FirewallRule, Fix, Problem, Problems, Severity, World, check

_WHOLE = {
    Addresses(4, 0x0A000000, 0x0AFFFFFF): "10.0.0.0/8",
    Addresses(4, 0xAC100000, 0xAC1FFFFF): "172.16.0.0/12",
    Addresses(4, 0xC0A80000, 0xC0A8FFFF): "192.168.0.0/16",
}
_LETS = ("accept", "return")


@check(
    Severity.LOW,
    clauses="H4",
    cwe=(290,),
    references=("https://datatracker.ietf.org/doc/html/rfc1918",),
    profile="strict",
)
def private_networks_by_address_only(rule: FirewallRule, world: World) -> Problems:
    if rule.action.kind not in _LETS or rule.key not in world.once(_first_ones):
        return
    yield Problem(
        f"trusts all of {_whole(rule)} on every interface, as it names none",
        at=rule.at("source"),
        fix=Fix("name the interface with `-i`, or the one network that is meant"),
    )


def _first_ones(world: World) -> frozenset[str]:
    """Of the rules of a chain the first; one finding stands for all."""
    found: dict[tuple[object, ...], str] = {}
    for rule in world.of(FirewallRule):
        if rule.action.kind in _LETS and _whole(rule) and _decides(rule):
            found.setdefault((rule.firewall, rule.table, rule.chain, rule.families), rule.key)
    return frozenset(found.values())


def _whole(rule: FirewallRule) -> str:
    sources = (_WHOLE.get(each) for each in rule.values("source") if isinstance(each, Addresses))
    return next(filter(None, sources), "")


def _decides(rule: FirewallRule) -> bool:
    """Whether it lets somebody in: what DOCKER-USER returns meets nothing but Docker's own rules."""
    if rule.looks_at("interface", "out_interface", "destination", "state") or rule.table.endswith("nat"):
        return False
    if rule.action.kind == "return":
        return rule.chain == "DOCKER-USER"
    return not rule.chain.lower().endswith("output")
