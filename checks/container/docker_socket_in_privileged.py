"""Container engine's socket in a privileged container

Each of the two is root on the host, and together they leave nothing to contain: no profile, no
capability and no filter stands between a fault in the service and every container of the machine. A
container that has the socket needs no privileges to use it.

```yaml compose.yaml
services:
  runner:
    image: gitlab/gitlab-runner:v18.5.0
    privileged: true
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock  #! runner is privileged and has the
```

## Instead

```yaml compose.yaml
services:
  runner:
    image: gitlab/gitlab-runner:v18.5.0
    privileged: true
```
"""

from compolint.api import (
    Fix,
    Mount,
    Note,
    Problem,
    Problems,
    Severity,
    Workload,
    World,
    check,
    engine_socket,
    image_need,
)


@check(
    Severity.CRITICAL,
    when="privileged",
    clauses="C15 J1",
    cwe=(250, 732),
    cis="5.5 5.32",
    references=("https://docs.docker.com/engine/security/#docker-daemon-attack-surface",),
    absolute=True,
)
def docker_socket_in_privileged(workload: Workload, world: World) -> Problems:
    if workload.privileged is False or workload.rootless:
        return
    places = [workload.at("use_api_socket")] if workload.use_api_socket else []
    for mount in world.owned(Mount, workload.key):
        socket = engine_socket(mount)
        # What measures containers is shown the folder for other things in it.
        if socket and not (socket.folder and image_need(workload.image, socket.folder)):
            places.append(mount.at("source"))
    for place in places:
        if workload.privileged:
            yield Problem(
                f"{workload.name} is privileged and has the container engine's socket",
                at=place,
                notes=(Note("it is privileged here", workload.at("privileged")),),
                fix=Fix("drop `privileged`, which the socket does not need"),
            )
