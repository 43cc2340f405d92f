"""Port that the engine forwards, and no file declares

The dump shows what Docker has loaded: a port of the machine that leads to a container. The project's
files know nothing of it, or say another port of the container; somebody started it by hand, or it was
never stopped. Whoever reviews the files does not see this door.

```yaml compose.yaml
services:
  web:
    image: ghcr.io/acme/web:3.5.0
    ports: ["8080:80"]
```
```text iptables-save.txt
*nat
:PREROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A DOCKER ! -i br-0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.2:80
-A DOCKER ! -i br-0 -p tcp -m tcp --dport 5432 -j DNAT --to-destination 172.18.0.3:5432  #! no file declares
COMMIT
```

## Instead

```yaml compose.yaml
services:
  web:
    image: ghcr.io/acme/web:3.5.0
    ports: ["8080:80"]
  db:
    image: postgres:17
    ports: ["5432:5432"]
```
```text iptables-save.txt
*nat
:PREROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A DOCKER ! -i br-0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.2:80
-A DOCKER ! -i br-0 -p tcp -m tcp --dport 5432 -j DNAT --to-destination 172.18.0.3:5432
COMMIT
```

Nothing is said where the project publishes no port at all, or one whose number it leaves open.
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
    check,
    published_on,
)


@check(
    Severity.MEDIUM,
    clauses="C12 H5",
    cwe=(1059,),
    references=("https://docs.docker.com/engine/network/port-publishing/",),
    when="chain:DOCKER",
)
def undeclared_forwarding(rule: FirewallRule, world: World) -> Problems:
    if (rule.table, rule.chain, rule.action.kind) != ("nat", "DOCKER", "dnat"):
        return
    published = published_on(rule.firewall, world)
    stated = [each.ports for each in published if isinstance(each.ports, Ports)]
    if not stated or len(stated) < len(published):
        return
    for ports in rule.values("port"):
        if not isinstance(ports, Ports):
            continue
        mine = [each for each in published if _is_of(each, ports, rule)]
        if not mine:
            yield Problem(
                f"{ports}/{_protocols(rule)[0]} leads to a container, and no file declares it",
                at=rule.at("port"),
                fix=Fix("stop the container, or declare it"),
            )
        elif all(_leads_elsewhere(rule, each.target) for each in mine):
            yield Problem(
                f"{ports} leads to port {rule.action.ports} of a container, and not to {mine[0].target}",
                at=rule.at("action"),
                notes=(Note("this is declared", mine[0].at("ports")),),
                fix=Fix("start the project again, or correct its file"),
            )


def _is_of(listener: Listener, ports: Ports, rule: FirewallRule) -> bool:
    own = listener.ports
    return isinstance(own, Ports) and own.overlaps(ports) and listener.protocol in _protocols(rule)


def _protocols(rule: FirewallRule) -> tuple[str, ...]:
    return tuple(str(each) for each in rule.values("protocol")) or ("tcp", "udp")


def _leads_elsewhere(rule: FirewallRule, target: object) -> bool:
    to = rule.action.ports
    return isinstance(to, Ports) and isinstance(target, Ports) and not to.overlaps(target)
