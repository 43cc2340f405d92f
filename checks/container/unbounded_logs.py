"""Logs without a limit

Docker keeps what a service prints in a file that grows without end unless it is told otherwise: a
service that is noisy, or that strangers make noisy, fills the disk, and then databases stop and nothing
can be written any more. Limit the size, here or for all services in the daemon's configuration.

```yaml compose.yaml
services:
  app:  #! the logs of app may fill the host's disk
    image: ghcr.io/example/app:1.0
```

## Instead

```yaml compose.yaml
services:
  app:
    image: ghcr.io/example/app:1.0
    logging:
      driver: json-file
      options:
        max-size: 10m
        max-file: "3"
  other:
    image: ghcr.io/example/other:1.0
    logging:
      driver: local
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Workload, check, is_container, spelt


@check(
    Severity.LOW,
    clauses="H8",
    cwe=(770,),
    references=(
        "https://docs.docker.com/engine/logging/configure/",
        "https://docs.docker.com/engine/logging/drivers/json-file/",
    ),
    hardening=True,
    when="kind:service kind:container",
)
def unbounded_logs(workload: Workload) -> Problems:
    if "max-size" in workload.logging_options or not is_container(workload):
        return
    if workload.logging_driver in (None, "json-file"):
        yield Problem(
            f"the logs of {workload.name} may fill the host's disk",
            at=workload.at("logging"),
            fix=Fix(
                spelt(
                    workload,
                    "set `max-size` and `max-file`, or the driver `local`, which limits itself",
                    "set `LogOpt=max-size=…`, or leave the driver to be `journald`, which limits itself",
                )
            ),
        )
