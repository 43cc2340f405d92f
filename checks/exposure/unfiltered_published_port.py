"""Published port that no rule for containers is about

The project filters in DOCKER-USER what may reach its containers, but not this port: everybody reaches it,
while its neighbours are kept.

```yaml compose.yaml
services:
  api:
    image: ghcr.io/acme/api:3.5.0
    ports: ["8000:8000"]
  admin:
    image: ghcr.io/acme/admin:3.5.0
    ports:
      - "8001:8001"  #! no rule of DOCKER-USER
```
```text rules.v4
*filter
:INPUT ACCEPT [0:0]
:DOCKER-USER - [0:0]
-A DOCKER-USER ! -i lo -p tcp -m conntrack --ctorigdstport 8000 -j DROP
COMMIT
```

## Instead

```yaml compose.yaml
services:
  api:
    image: ghcr.io/acme/api:3.5.0
    ports: ["8000:8000"]
  admin:
    image: ghcr.io/acme/admin:3.5.0
    ports: ["127.0.0.1:8001:8001"]
```
```text rules.v4
*filter
:INPUT ACCEPT [0:0]
:DOCKER-USER - [0:0]
-A DOCKER-USER ! -i lo -p tcp -m conntrack --ctorigdstport 8000 -j DROP
COMMIT
```
"""

from compolint.api import (
    FirewallRule,
    Fix,
    Listener,
    Note,
    Ports,
    Problem,
    Problems,
    Severity,
    World,
    assume,
    check,
    guards_of,
    is_open_by,
)


@check(
    Severity.MEDIUM,
    clauses="H1",
    cwe=(284,),
    references=("https://docs.docker.com/engine/network/firewall-iptables/",),
    when="Firewall",
)
def unfiltered_published_port(
    listener: Listener, world: World, *, public_ports: tuple[int, ...] = (80, 443)
) -> Problems:
    ports = assume(listener.ports, None)  # one that is not known is not known to be public either
    if listener.origin != "published" or (ports and all(port in public_ports for port in ports.numbers())):
        return
    guards = {each.key for each in guards_of(listener, world)}
    filters = [
        rule
        for rule in world.where(FirewallRule, "chain", "DOCKER-USER")
        # To drop what some addresses send keeps nobody else out.
        if rule.action.kind in _DROPS and rule.firewall in guards and not rule.values("source")
    ]
    if any(_is_meant(rule, listener) for rule in filters):
        return  # `ineffective-docker-user-rule` says why it does not hold
    family = _open_family(listener, filters, world)
    if family and not listener.address.is_loopback:
        kept = next(rule for rule in filters if family in rule.families)
        yield Problem(
            f"no rule of DOCKER-USER keeps the internet from {listener.name}'s {listener}"
            + (" by IPv6" if family == 6 else ""),
            at=listener.at("address"),
            notes=(Note("what is kept from it stands here", kept.span),),
            fix=Fix("publish it on 127.0.0.1, or add it to the rules"),
        )


def _open_family(listener: Listener, filters: list[FirewallRule], world: World) -> int:
    """The family that is filtered, but not for the port; `reachable-by-ipv6-only` is for those with both."""
    filtered = {family for rule in filters for family in rule.families}
    address = assume(listener.address, None)  # one that is not known may have IPv4
    if 4 in filtered and is_open_by(4, listener, world):
        return 4
    is_of_6 = address is not None and ":" in address.text and 6 in filtered
    return 6 if is_of_6 and is_open_by(6, listener, world) else 0


_DROPS = ("drop", "reject")


def _is_meant(rule: FirewallRule, listener: Listener) -> bool:
    """Whether a rule names the port, on either side of the translation."""
    both = [each for each in (assume(listener.ports, None), assume(listener.target, None)) if each]
    named = (*rule.values("port"), *rule.values("original_port"))
    return any(each.overlaps(ports) for each in both for ports in named if isinstance(ports, Ports))
