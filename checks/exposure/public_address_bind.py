"""Port published on a public address

The internet reaches the address, by its range or by what the inventory says of it, so that the port is as
open as on `0.0.0.0`, although it looks deliberate. Publish it on `127.0.0.1` or on the host's Tailscale
address, or list the port as `public-ports` in the configuration if the world is meant to reach it.

```toml compolint.toml
[hosts.vps1]
public = ["203.0.113.10"]
```

```yaml compose.yaml
services:
  api:
    image: ghcr.io/acme/api:3.5.0
    ports:
      - "203.0.113.10:8000:8000"  #! api publishes 8000/tcp on 203.0.113.10, a public address of vps1
```

## Instead

```toml compolint.toml
[hosts.vps1]
public = ["203.0.113.10"]
```

```yaml compose.yaml
services:
  api:
    image: ghcr.io/acme/api:3.5.0
    ports:
      - "100.101.102.103:8000:8000"
```
"""

from compolint.api import (
    Fix,
    Host,
    Listener,
    Note,
    Patch,
    Problem,
    Problems,
    Severity,
    Unknown,
    World,
    assume,
    check,
    service_behind,
)


@check(
    Severity.HIGH,
    clauses="C16 C1",
    cwe=(1327,),
    cis="5.14",
    references=("https://docs.docker.com/engine/network/port-publishing/",),
)
def public_address_bind(listener: Listener, world: World, *, public_ports: tuple[int, ...] = ()) -> Problems:
    if listener.web_server:
        return  # to be reached is what it is for; what it leads to is asked there
    # A port that is not known is not known to be public either.
    ports = assume(listener.ports, None)
    if (ports and all(port in public_ports for port in ports.numbers())) or service_behind(listener):
        return
    hosts = world.of(Host)
    if not hosts and isinstance(listener.address, Unknown):
        return  # `wildcard-bind` waits for the same value
    owner = next((host for host in hosts if listener.address in host.public), None)
    if owner or listener.address.is_public:
        yield Problem(
            f"{listener.name} {listener.verb} {listener} on {listener.address}, a public address"
            + (f" of {owner.name}" if owner else ""),
            at=listener.at("address"),
            notes=(Note(f"{owner.name} is listed here", owner.span),) if owner else (),
            fix=Fix(
                "publish it on the address where its clients are, such as 127.0.0.1",
                (Patch(listener, "address", "127.0.0.1"),),
            ),
        )
