"""Rule for what comes in that cuts containers off

DOCKER-USER is asked about every packet that is forwarded, answers included. A rule that drops what comes
in by `eth0` drops the answers to what containers ask, too; one that drops a port in both directions also
keeps them from that port of others. Sooner or later somebody removes the rule to have peace. Return
established connections first.

```yaml compose.yaml
services:
  worker:
    image: ghcr.io/acme/worker:3.5.0
```
```text rules.v4
*filter
:DOCKER-USER - [0:0]
-A DOCKER-USER -i eth0 -j DROP  #! also drops the answers to what containers ask: worker
COMMIT
```

## Instead

```yaml compose.yaml
services:
  worker:
    image: ghcr.io/acme/worker:3.5.0
```
```text rules.v4
*filter
:DOCKER-USER - [0:0]
-A DOCKER-USER -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN
-A DOCKER-USER -i eth0 -j DROP
COMMIT
```
"""

from compolint.api import FirewallRule, Fix, Ports, Problem, Problems, Severity, What, World, check, cut_off

_DROPS = ("drop", "reject")
# What programs ask of others: web, mail, names, time, SSH
_ASKED = (22, 25, 53, 80, 123, 443, 465, 587, 853, 993)
_MOST = 50  # rules of the chain that are asked about
_DIRECTED: tuple[What, ...] = (
    "interface", "out_interface", "destination", "state", "direction",
    "original_port", "original_destination",
)  # fmt: skip


@check(
    Severity.MEDIUM,
    clauses="H1",
    cwe=(693,),
    references=("https://docs.docker.com/engine/network/firewall-iptables/",),
    when="chain:DOCKER-USER",
)
def cut_off_containers(rule: FirewallRule, world: World) -> Problems:
    if rule.chain != "DOCKER-USER" or rule.action.kind not in _DROPS or rule.number > _MOST:
        return
    ports = [each for each in rule.values("port") if isinstance(each, Ports)]
    if rule.values("interface") and not rule.looks_at(
        "port", "source", "destination", "source_port", "state"
    ):
        if names := cut_off(rule, world):
            yield Problem(
                f"also drops the answers to what containers ask: {', '.join(names)}",
                at=rule.span,
                fix=Fix("put `-m conntrack --ctstate RELATED,ESTABLISHED -j RETURN` before it"),
            )
    elif not rule.looks_at(*_DIRECTED):
        asked = next((port for each in ports for port in _ASKED if port in each), None)
        if asked and (names := cut_off(rule, world, asked)) and _is_published(asked, world):
            yield Problem(
                f"also keeps containers from port {asked} of others: {', '.join(names)}",
                at=rule.at("port"),
                fix=Fix("name the interface that it shall hold for, such as `-i eth0`"),
                severity=Severity.LOW,
            )


def _is_published(port: int, world: World) -> bool:
    """Whether it is a container's own port, which the rule is about then."""
    from compolint.api import Listener

    return any(isinstance(each.target, Ports) and port in each.target for each in world.of(Listener))
