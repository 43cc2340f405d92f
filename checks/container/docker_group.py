"""Ordinary user who may use the engine's socket

The group `docker` may write to the engine's socket, and whoever can write to it starts containers that
mount the host's disk. In a container that has the socket the group makes root of the host of every
process, although `user` says otherwise. Put a socket proxy in between, which needs no group.

```yaml compose.yaml
services:
  dashboard:
    image: ghcr.io/example/dashboard:1.0
    user: "1000:1000"
    group_add:
      - docker  #! dashboard may use the engine's socket without being root
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock
```

## Instead

```yaml compose.yaml
services:
  dashboard:
    image: ghcr.io/example/dashboard:1.0
    user: "1000:1000"
    environment:
      DOCKER_HOST: tcp://socket-proxy:2375
```
"""

from compolint.api import Fix, Mount, Problem, Problems, Severity, Workload, World, check, engine_socket


@check(
    Severity.MEDIUM,
    when="groups",
    clauses="C6 J1",
    cwe=(250,),
    cis="5.32",
    references=(
        "https://docs.docker.com/engine/install/linux-postinstall/#manage-docker-as-a-non-root-user",
    ),
)
def docker_group(workload: Workload, world: World) -> Problems:
    for group, at in workload.each("groups"):
        # By a number or a variable it can be told only from the socket, which has its own finding.
        if str(group) == "docker" and any(map(engine_socket, world.owned(Mount, workload.key))):
            yield Problem(
                f"{workload.name} may use the engine's socket without being root",
                at=at,
                fix=Fix("remove the group, and put a socket proxy in between"),
            )
