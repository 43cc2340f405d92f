"""Interface to administer something published beyond the host

Whoever opens a dashboard, a container manager or an editor in the browser does with the server what its
owner does. Many of them ask for no password as they come; the others have had holes in their login. The
internet needs none of them: publish the port on `127.0.0.1` or on the host's Tailscale address, or leave
it out and let a proxy that authenticates lead to it.

```yaml compose.yaml
services:
  metrics:
    image: prom/prometheus:v3.5.0
    ports:
      - "9090:9090"  #! metrics publishes Prometheus (9090/tcp) on every interface
```

## Instead

```yaml compose.yaml
services:
  metrics:
    image: prom/prometheus:v3.5.0
    ports:
      - "127.0.0.1:9090:9090"
```

What waits behind a port is told by the image's name, else by a port that belongs to one product. One that
has a login is reported with high severity, and not at all on an address of a private network.
"""

from compolint.api import (
    Command,
    Fix,
    Listener,
    Patch,
    Problem,
    Problems,
    Severity,
    Variable,
    World,
    check,
    is_beyond_host,
    may_ask,
    service_behind,
    with_reach,
)


@check(
    Severity.CRITICAL,
    clauses="C1",
    cwe=(306, 1327),
    references=("https://docs.docker.com/engine/network/port-publishing/",),
)
def admin_interface_exposed(listener: Listener, world: World) -> Problems:
    service = service_behind(listener)
    if not service or service.kind != "admin" or not is_beyond_host(listener):
        return
    owner = listener.handed_to or listener.owner
    owned = world.owned(Variable, owner), world.owned(Command, owner)
    is_open = service.is_open and not may_ask(*owned)
    private = listener.address.is_private
    if private and not is_open:
        return
    asks = ", and it asks for no password" if is_open else ""
    problem = Problem(
        f"{listener.name} {listener.verb} {service.name} ({listener}) on {listener.address}{asks}",
        at=listener.at("address"),
        fix=Fix(
            "publish it on 127.0.0.1, or let a proxy that authenticates lead to it",
            (Patch(listener, "address", "127.0.0.1"),),
        ),
        severity=Severity.MEDIUM if private else None if is_open else Severity.HIGH,
    )
    yield with_reach(problem, listener, world)
