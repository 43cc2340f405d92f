"""Container engine's socket in a container

Whoever can write to the socket can start a container that mounts the host's disk, and is root on the
host: the service that holds it is as trusted as root, and so is everybody who gets into it. Mounting
it read-only does not help, because requests are not writes to the file. Put a filtering socket proxy
in between that lets only the needed requests through.

```yaml compose.yaml
services:
  traefik:
    image: traefik:v3.5
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock:ro  #! traefik has Docker's socket
```

## Instead

```yaml compose.yaml
services:
  traefik:
    image: traefik:v3.5
    command: --providers.docker.endpoint=tcp://socket-proxy:2375
    networks: [docker-api]
  socket-proxy:
    image: tecnativa/docker-socket-proxy:v0.4.1
    environment:
      CONTAINERS: "1"
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock:ro
    networks: [docker-api]
networks:
  docker-api:
    internal: true
```

## When to allow it

Portainer, Dockge and runners of CI systems are made to command Docker, so that a proxy would have to let
everything through. Then the socket is what it costs: keep their logins strong and their ports private.
The socket of a socket proxy is no finding; `socket-proxy-too-open` judges what the proxy lets through.
"""

from compolint.api import (
    Fix,
    Mount,
    Problem,
    Problems,
    Severity,
    Workload,
    World,
    check,
    engine_socket,
    image_need,
    is_socket_proxy,
)


@check(
    Severity.CRITICAL,
    clauses="C6 J1",
    cwe=(250, 732),
    cis="5.32",
    references=(
        "https://docs.docker.com/engine/security/#docker-daemon-attack-surface",
        "https://github.com/Tecnativa/docker-socket-proxy",
    ),
)
def docker_socket_mount(mount: Mount, world: World) -> Problems:
    socket = engine_socket(mount)
    if socket is None:
        return
    workload = world.get(Workload, mount.owner)
    image = workload.image if workload else None
    if is_socket_proxy(image):
        return
    expected = socket.folder and image_need(image, socket.folder)
    if expected and socket.folder == "/":
        return  # `sensitive-host-mount` says what such an image sees there
    why = expected or image_need(image, "socket")
    where = f" in {mount.source}" if socket.folder else ""
    is_rootless = socket.rootless or (workload is not None and workload.rootless)
    root = "its user's rights on the host" if is_rootless else "root on the host"
    yield Problem(
        f"{mount.name} has {socket.engine}'s socket{where}, which is {root}" + (f"; {why}" if why else ""),
        at=mount.at("source"),
        fix=Fix("put a socket proxy in between that lets only the needed requests through"),
        severity=Severity.MEDIUM if expected else Severity.HIGH if is_rootless else None,
    )
