"""Rule of DOCKER-USER that never meets the packets it is for

When a packet gets to DOCKER-USER, Docker has translated it already: its port is that of the container,
not the published one. A rule that names the published port of a service whose two ports differ never
matches, or hits another container. `-m conntrack --ctorigdstport` asks for the port that the client
wrote.

```yaml compose.yaml
services:
  api:
    image: ghcr.io/acme/api:3.5.0
    ports: ["18789:8000"]
```
```text rules.v4
*filter
:DOCKER-USER - [0:0]
-A DOCKER-USER -i eth0 -p tcp --dport 18789 -j DROP  #! never matches
COMMIT
```

## Instead

```yaml compose.yaml
services:
  api:
    image: ghcr.io/acme/api:3.5.0
    ports: ["18789:8000"]
```
```text rules.v4
*filter
:DOCKER-USER - [0:0]
-A DOCKER-USER -i eth0 -p tcp -m conntrack --ctorigdstport 18789 --ctdir ORIGINAL -j DROP
COMMIT
```

Reported, too: a drop behind a rule that returns everything, rules for IPv4 alone where containers have
IPv6, rules for the loopback, rules that Docker never asks because its `firewall-backend` is nftables, and
the published port in a `ufw route` rule.
"""

from compolint.api import (
    Firewall,
    FirewallRule,
    Fix,
    Listener,
    Note,
    Ports,
    Problem,
    Problems,
    Setting,
    Severity,
    World,
    assume,
    check,
    has_ipv6_containers,
    pointless,
    published_on,
    together_with,
    unfiltered_families,
)

_CHAIN, _DROPS = "DOCKER-USER", ("drop", "reject")
_ROUTED = ("ufw-user-forward", "ufw6-user-forward")


@check(
    Severity.HIGH,
    clauses="H1 H3",
    cwe=(284,),
    references=("https://docs.docker.com/engine/network/firewall-iptables/",),
    when="chain:DOCKER-USER chain:ufw-user-forward chain:ufw6-user-forward",
)
def ineffective_docker_user_rule(rule: FirewallRule, world: World) -> Problems:
    if rule.chain not in (_CHAIN, *_ROUTED) or rule.action.kind in ("continue", "jump", "goto"):
        return
    reasons = (
        (_of_ports,)
        if rule.chain in _ROUTED
        else (_of_backend, _of_loopback, _of_order, _of_ports, _of_family)
    )
    found = (problem for reason in reasons if (problem := reason(rule, world)))
    if problem := next(found, None):
        yield problem


def _of_backend(rule: FirewallRule, world: World) -> Problem | None:
    """With its backend for nftables Docker makes tables of its own, from which nothing leads to the chain."""
    settings = world.where(Setting, "name", "firewall-backend")
    backend = next((each for each in settings if each.value == "nftables"), None)
    if backend is None or rule.key not in world.once(_first_ones):
        return None
    return Problem(
        "is never asked: Docker's rules are in tables of nftables, from which nothing leads to DOCKER-USER",
        at=rule.span,
        notes=(Note("by this setting", backend.span),),
        fix=Fix("drop the packets in a table of your own, in a chain of the hook forward"),
    )


def _of_loopback(rule: FirewallRule, world: World) -> Problem | None:
    if not rule.is_of_loopback:
        return None
    return Problem(
        "packets of the loopback never get to DOCKER-USER, so this rule never matches",
        at=rule.at("source"),
        fix=Fix("remove it"),
        severity=None if rule.action.kind in _DROPS else Severity.LOW,
    )


def _of_order(rule: FirewallRule, world: World) -> Problem | None:
    dead = pointless(rule, world) if rule.action.kind in _DROPS else None
    if dead is None or dead.kind != "shadowed":
        return None
    return Problem(
        "is never asked: what it shall drop has left DOCKER-USER before",
        at=rule.span,
        notes=tuple(Note("by this rule", each.span) for each in dead.by),
        fix=Fix("put it above"),
    )


def _of_ports(rule: FirewallRule, world: World) -> Problem | None:
    published = published_on(rule.firewall, world)
    for ports in rule.values("port"):
        if not isinstance(ports, Ports):
            continue
        meant = next((each for each in published if _is_host_port(each, ports)), None)
        if meant is None or any(_is_container_port(each, ports) for each in published):
            continue
        is_routed = rule.chain in _ROUTED
        return Problem(
            f"never matches: packets for {meant.name} get here with port {meant.target}, not {ports}",
            at=rule.at("port"),
            notes=(Note("this port is translated before the rule is asked", meant.at("ports")),),
            fix=Fix(
                f"name the container's port, {meant.target}"
                if is_routed
                else f"write `-m conntrack --ctorigdstport {ports} --ctdir ORIGINAL` in its place"
            ),
            severity=Severity.MEDIUM if is_routed else None,
        )
    return None


def _of_family(rule: FirewallRule, world: World) -> Problem | None:
    """A machine without any rules for IPv6 is another finding."""
    firewall = world.get(Firewall, rule.firewall)
    if firewall is None or rule.action.kind not in _DROPS or rule.key not in world.once(_first_ones):
        return None
    others = {each.key for each in together_with(firewall, world)}
    twins = (
        each
        for each in world.where(FirewallRule, "chain", _CHAIN)
        if 6 in each.families and each.firewall in {firewall.key, *others}
    )
    if next(twins, None) or 6 in unfiltered_families(firewall, world):
        return None
    if not has_ipv6_containers(rule.firewall, world):
        return None
    return Problem(
        "holds for IPv4 alone, while containers are reached by IPv6, too",
        at=rule.span,
        fix=Fix("write the rules of DOCKER-USER for ip6tables, too"),
    )


def _first_ones(world: World) -> frozenset[str]:
    """The first rule of each chain, and the first that drops something: one finding stands for all."""
    found: dict[tuple[object, ...], str] = {}
    for rule in world.where(FirewallRule, "chain", _CHAIN):
        place = rule.firewall, rule.families
        found.setdefault(place, rule.key)
        if rule.action.kind in _DROPS:
            found.setdefault((*place, "drop"), rule.key)
    return frozenset(found.values())


def _is_host_port(listener: Listener, ports: Ports) -> bool:
    own = assume(listener.ports, None)  # one that is not known can't be told to be meant
    return own is not None and own.overlaps(ports)


def _is_container_port(listener: Listener, ports: Ports) -> bool:
    target = assume(listener.target, None)  # one that is not known may be the one that is meant
    return target is None or target.overlaps(ports)
