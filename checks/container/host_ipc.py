"""Container with the host's shared memory

Processes of the host that share memory or semaphores, such as databases and desktops, then share them
with the container, which can read and change what is in them. Leave the container its own; two
containers that must share name each other.

```yaml compose.yaml
services:
  worker:
    image: ghcr.io/example/worker:1.0
    ipc: host  #! worker shares the memory that processes of the host share
```

## Instead

```yaml compose.yaml
services:
  app:
    image: ghcr.io/example/app:1.0
    ipc: shareable
  worker:
    image: ghcr.io/example/worker:1.0
    ipc: service:app
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Workload, check, spelt


@check(
    Severity.MEDIUM,
    when="ipc",
    clauses="C6",
    cwe=(653,),
    cis="5.17",
    references=("https://docs.docker.com/reference/compose-file/services/#ipc",),
)
def host_ipc(workload: Workload) -> Problems:
    if workload.ipc == "host":
        yield Problem(
            f"{workload.name} shares the memory that processes of the host share",
            at=workload.at("ipc"),
            fix=Fix(
                spelt(
                    workload,
                    "remove it and set `shm_size`, or share with one service by `service:NAME`",
                    "remove it and set `ShmSize=`, or share with one container by `container:NAME`",
                )
            ),
        )
