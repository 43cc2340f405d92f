"""Rule of DOCKER-USER that never meets the packets it is for

When a packet gets to DOCKER-USER, Docker has translated it already: its port is that of the container, not
the published one. A rule that names the published port of a service whose two ports differ never matches, or hits
another container. `-m conntrack --ctorigdstport` asks for the port that the client wrote.

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
)

_CHAIN = "DOCKER-USER"


@check(
    Severity.HIGH,
    clauses="H1 H3",
    cwe=(284,),
    references=("https://docs.docker.com/engine/network/firewall-iptables/",),
    when="chain:DOCKER-USER",
)
def ineffective_docker_user_rule(rule: FirewallRule, world: World) -> Problems:
    if rule.chain != _CHAIN or rule.action.kind == "continue":
        return
    if rule.is_of_loopback:
        yield Problem(
            "packets of the loopback never get to DOCKER-USER, so this rule never matches",
            at=rule.at("source"),
            fix=Fix("remove it"),
            severity=Severity.LOW,
        )
        return
    published = [each for each in world.of(Listener) if each.origin == "published"]
    for ports in rule.values("port"):
        if not isinstance(ports, Ports):
            continue
        meant = next((each for each in published if _is_host_port(each, ports)), None)
        if meant is None or any(_is_container_port(each, ports) for each in published):
            continue
        yield Problem(
            f"never matches: packets for {meant.name} get here with port {meant.target}, not {ports}",
            at=rule.at("port"),
            notes=(Note("this port is translated before the rule is asked", meant.at("ports")),),
            fix=Fix(f"write `-m conntrack --ctorigdstport {ports} --ctdir ORIGINAL` in its place"),
        )


def _is_host_port(listener: Listener, ports: Ports) -> bool:
    own = assume(listener.ports, None)  # one that is not known can't be told to be meant
    return own is not None and own.overlaps(ports)


def _is_container_port(listener: Listener, ports: Ports) -> bool:
    target = assume(listener.target, None)  # one that is not known may be the one that is meant
    return target is None or target.overlaps(ports)
