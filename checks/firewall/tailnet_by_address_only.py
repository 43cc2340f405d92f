"""Tailnet that is told by its addresses alone

100.64.0.0/10 is Tailscale's on this machine, and the provider's or the neighbour's on the network
outside: whole providers number their customers from it. A rule that lets these addresses in on every
interface takes a stranger behind such a network for one of your devices. Name the interface, `-i
tailscale0`, which only Tailscale fills.

```text rules.v4
*filter
:INPUT DROP [0:0]
-A INPUT -s 100.64.0.0/10 -p tcp --dport 22 -j ACCEPT  #! names no interface
COMMIT
```

## Instead

```text rules.v4
*filter
:INPUT DROP [0:0]
-A INPUT -i tailscale0 -s 100.64.0.0/10 -p tcp --dport 22 -j ACCEPT
COMMIT
```

Where Tailscale's own rules are loaded they drop these addresses on other interfaces for what the host
itself receives, so that only rules for containers are reported in a dump that shows them.
"""

from compolint.api import Addresses, Chain, FirewallRule, Fix, Problem, Problems, Severity, World, check

_FIRST, _LAST = 0x64400000, 0x647FFFFF
_LETS = ("accept", "return")


@check(
    Severity.LOW,
    clauses="H4",
    cwe=(290,),
    references=(
        "https://tailscale.com/kb/1015/100.x-addresses",
        "https://datatracker.ietf.org/doc/html/rfc6598",
    ),
)
def tailnet_by_address_only(rule: FirewallRule, world: World) -> Problems:
    if rule.action.kind not in _LETS or rule.looks_at("interface") or rule.table.endswith("nat"):
        return
    is_for_containers = rule.chain == "DOCKER-USER"
    if rule.action.kind == "return" and not is_for_containers:
        return
    if rule.key not in world.once(_first_ones) or rule.chain.lower().endswith(
        ("output", "ts-input", "ts-forward")
    ):
        return
    dumped = any(chain.name == "ts-input" for chain in world.where(Chain, "firewall", rule.firewall))
    if is_for_containers or not dumped:
        yield Problem(
            "trusts the addresses of the tailnet on every interface, as it names no interface",
            at=rule.at("source"),
            fix=Fix("add `-i tailscale0`"),
        )


def _first_ones(world: World) -> frozenset[str]:
    """Of the rules of a chain with one source the first, so that one finding stands for all."""
    found: dict[tuple[object, ...], str] = {}
    for rule in world.of(FirewallRule):
        if rule.action.kind in _LETS and not rule.looks_at("interface") and _is_tailnet(rule):
            place = rule.firewall, rule.table, rule.chain, rule.families
            found.setdefault((*place, rule.values("source")), rule.key)
    return frozenset(found.values())


def _is_tailnet(rule: FirewallRule) -> bool:
    sources = rule.values("source")
    return bool(sources) and all(
        isinstance(each, Addresses) and each.family == 4 and each.first >= _FIRST and each.last <= _LAST
        for each in sources
    )
