"""Container on the host's network

Then every port that the service opens is open on every interface of the host, whether or not anything
says `ports`, and the service itself reaches what listens on the host's 127.0.0.1. The host's firewall
is all that stands before it. Publish the ports that are needed instead.

```yaml compose.yaml
services:
  web:
    image: nginx:1.29
    network_mode: host  #! web is on the host's network
```

## Instead

```yaml compose.yaml
services:
  web:
    image: nginx:1.29
    ports:
      - "127.0.0.1:8080:80"
```

## When to allow it

Software that must hear broadcasts (Home Assistant, media servers that players discover) or measure the host
has no other way. Then let the firewall refuse what it should not answer.
"""

from compolint.api import (
    Fix,
    Listener,
    Network,
    Problem,
    Problems,
    Severity,
    Unknown,
    Workload,
    World,
    check,
    image_need,
    most_reached,
    with_reach,
)


@check(
    Severity.HIGH,
    when="network_mode networks",
    clauses="C6",
    cwe=(653,),
    cis="5.10",
    references=("https://docs.docker.com/engine/network/drivers/host/",),
)
def host_network(workload: Workload, world: World) -> Problems:
    network = next((number for number, key in enumerate(workload.networks) if _is_host(world, key)), None)
    if network is None and workload.network_mode != "host":
        return
    why = image_need(workload.image, "host-network")
    doors = [each for each in world.owned(Listener, workload.key) if not isinstance(each.address, Unknown)]
    ports = f"it opens {', '.join(map(str, doors))}" if doors else "what it listens on is open"
    problem = Problem(
        f"{workload.name} is on the host's network: {ports} on every interface",
        at=workload.at("network_mode") if network is None else workload.at("networks", network),
        fix=Fix("publish the ports that it needs instead"),
        severity=Severity.MEDIUM if why else None,
    )
    door = most_reached(doors, world)
    problem = with_reach(problem, door, world) if door else problem
    yield problem._replace(message=f"{problem.message}; {why}") if why else problem


def _is_host(world: World, key: str) -> bool:
    """Whether a network is Docker's own of that name, which `external` makes usable like any other."""
    network = world.get(Network, key)
    return network is not None and network.name == "host" and network.external is True
