"""Rule for containers that is about more of them than one

When a packet gets to DOCKER-USER, or to UFW's rules for what is routed, its port is that of the container.
Several containers listen on 80 or 8080, and the rule is about each of them: what it opens for one it opens
for all. `-m conntrack --ctorigdstport` asks for the published port, which only one has; `-d` names one
container or its network.

```yaml compose.yaml
services:
  web:
    image: ghcr.io/acme/web:3.5.0
    ports: ["8080:80"]
  admin:
    image: ghcr.io/acme/admin:3.5.0
    ports: ["8081:80"]
```
```text rules.v4
*filter
:DOCKER-USER - [0:0]
-A DOCKER-USER -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN
-A DOCKER-USER -i eth0 -p tcp --dport 80 -j RETURN  #! lets everybody reach port 80 of web and admin
-A DOCKER-USER -i eth0 -j DROP
COMMIT
```

## Instead

```yaml compose.yaml
services:
  web:
    image: ghcr.io/acme/web:3.5.0
    ports: ["8080:80"]
  admin:
    image: ghcr.io/acme/admin:3.5.0
    ports: ["8081:80"]
```
```text rules.v4
*filter
:DOCKER-USER - [0:0]
-A DOCKER-USER -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN
-A DOCKER-USER -i eth0 -p tcp -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL -j RETURN
-A DOCKER-USER -i eth0 -j DROP
COMMIT
```

A rule that drops is reported for information: to close too much is found out soon.
"""

from compolint.api import (
    FirewallRule,
    Fix,
    Listener,
    Ports,
    Problem,
    Problems,
    Severity,
    What,
    World,
    assume,
    check,
    published_on,
)

_CHAINS = ("DOCKER-USER", "ufw-user-forward", "ufw6-user-forward")
_LETS, _DROPS = ("accept", "return"), ("drop", "reject")
_NARROW: tuple[What, ...] = (
    "source", "destination", "out_interface", "original_port", "original_destination", "maybe", "never",
)  # fmt: skip
_OUTSIDE = ("tailscale", "lo", "docker", "br-", "wg")


@check(
    Severity.LOW,
    clauses="H1",
    cwe=(284,),
    references=("https://docs.docker.com/engine/network/firewall-iptables/",),
    when="chain:DOCKER-USER chain:ufw-user-forward chain:ufw6-user-forward",
)
def rule_for_several_containers(rule: FirewallRule, world: World) -> Problems:
    if rule.chain not in _CHAINS or rule.action.kind not in (*_LETS, *_DROPS) or rule.looks_at(*_NARROW):
        return
    if any(str(name).startswith(_OUTSIDE) for name in rule.values("interface")):
        return  # for clients that are trusted with all of them
    protocols = rule.values("protocol") or ("tcp", "udp")
    for ports in rule.values("port"):
        if not isinstance(ports, Ports) or ports.first != ports.last:
            continue
        behind = [each for each in published_on(rule.firewall, world) if each.protocol in protocols]
        names = dict.fromkeys(each.name for each in behind if _is_behind(each, ports))
        if len(names) > 1:
            does = "lets everybody reach" if rule.action.kind in _LETS else "keeps everybody from"
            yield Problem(
                f"{does} port {ports} of {' and '.join(names)}",
                at=rule.at("port"),
                fix=Fix("ask for the published port by `-m conntrack --ctorigdstport`"),
                severity=Severity.INFO if rule.action.kind in _DROPS else None,
            )


def _is_behind(listener: Listener, ports: Ports) -> bool:
    """Whether it is known to be published to others with that port of its container."""
    address, target = assume(listener.address, None), assume(listener.target, None)
    return bool(address and not address.is_loopback and target and target.overlaps(ports))
