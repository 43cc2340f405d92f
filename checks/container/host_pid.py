"""Container among the host's processes

It sees every process of the host with its arguments and, as root, its variables and files; with
SYS_PTRACE or as a privileged container it takes them over, and without either it can still end them.
Leave the container its own process numbers.

```yaml compose.yaml
services:
  monitor:
    image: ghcr.io/example/monitor:3.0
    pid: host  #! monitor sees and can signal every process of the host
```

## Instead

```yaml compose.yaml
services:
  app:
    image: ghcr.io/example/app:3.0
  monitor:
    image: ghcr.io/example/monitor:3.0
    pid: service:app
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Workload, check, image_need, spelt


@check(
    Severity.HIGH,
    when="pid",
    clauses="C6",
    cwe=(653,),
    cis="5.16",
    references=("https://docs.docker.com/reference/compose-file/services/#pid",),
)
def host_pid(workload: Workload) -> Problems:
    if workload.pid == "host":
        why = image_need(workload.image, "host-pid")
        yield Problem(
            f"{workload.name} sees and can signal every process of the host" + (f"; {why}" if why else ""),
            at=workload.at("pid"),
            fix=Fix(
                spelt(
                    workload,
                    "remove it, or share the processes of one service with `service:NAME`",
                    "remove it, or share the processes of one container with `container:NAME`",
                )
            ),
            severity=Severity.MEDIUM if why else None,
        )
