"""Database, cache or message broker published beyond the host

Scanners find an open database port within hours, try the usual passwords, and leave a note that asks for
money; Docker's own rules let them in past UFW. Only other containers need the port, and they reach it
through their common network without any `ports:`. For a client on the host publish it on `127.0.0.1`,
for your own devices on the host's Tailscale address.

```yaml compose.yaml
services:
  db:
    image: postgres:17
    ports:
      - "5432:5432"  #! db publishes PostgreSQL (5432/tcp) on every interface
```

## Instead

```yaml compose.yaml
services:
  db:
    image: postgres:17
    ports:
      - "127.0.0.1:5432:5432"
```

What waits behind a port is told by the image's name, else by a port that belongs to one kind of
datastore; a `stream` of Nginx and a funnel of Tailscale are doors of what they lead to. An address of a
private network is reported with medium severity.
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
    clauses="C1 W8",
    cwe=(1327, 668),
    cis="5.9",
    references=("https://docs.docker.com/engine/network/port-publishing/",),
)
def datastore_exposed(listener: Listener, world: World) -> Problems:
    service = service_behind(listener)
    if service and service.kind == "datastore" and is_beyond_host(listener):
        owner = listener.handed_to or listener.owner
        owned = world.owned(Variable, owner), world.owned(Command, owner)
        is_open = service.is_open and not may_ask(*owned)
        asks = ", which asks for no password unless it is told to" if is_open else ""
        problem = Problem(
            f"{listener.name} {listener.verb} {service.name} ({listener}) on {listener.address}{asks}",
            at=listener.at("address"),
            fix=Fix(
                "remove the port, or publish it on 127.0.0.1", (Patch(listener, "address", "127.0.0.1"),)
            ),
            severity=Severity.MEDIUM if listener.address.is_private else None,
        )
        yield with_reach(problem, listener, world)
