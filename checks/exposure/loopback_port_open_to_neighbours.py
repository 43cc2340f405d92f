"""Port of the loopback that neighbours reach

Docker up to release 27 forwards a port published on 127.0.0.1 for whoever sends it a packet with that
address: a machine on the same network, or another customer of a provider that does not keep them apart.
From release 28 on Docker drops such packets by itself. Update it, or drop them in the table `raw`.

```toml compolint.toml
[hosts.web]
paths = ["**"]
docker = "27"
```
```yaml compose.yaml
services:
  db:
    image: postgres:17
    ports:
      - "127.0.0.1:5432:5432"  #! db's 5432/tcp is on the loopback
```

## Instead

```toml compolint.toml
[hosts.web]
paths = ["**"]
docker = "28"
```
```yaml compose.yaml
services:
  db:
    image: postgres:17
    ports:
      - "127.0.0.1:5432:5432"
```

Only a release that the configuration says counts.
"""

from compolint.api import Fix, Listener, Problem, Problems, Severity, World, check, engine_release


@check(
    Severity.MEDIUM,
    clauses="H1",
    cwe=(923,),
    references=("https://docs.docker.com/engine/network/port-publishing/",),
    when="Host",
)
def loopback_port_open_to_neighbours(listener: Listener, world: World) -> Problems:
    if listener.origin == "published" and listener.address.is_loopback:
        release = engine_release(listener, world)
        if release == "27":
            yield Problem(
                f"{listener.name}'s {listener} is on the loopback, where Docker {release} lets neighbours in",
                at=listener.at("address"),
                fix=Fix("update Docker to 28 or later"),
            )
