"""Processor time without a limit

A service in an endless loop, or one that mines for somebody else, takes the time of all processors, and
what runs beside it stops to answer. With a limit the others keep their share.

```yaml compose.yaml
services:
  app:  #! app may take the time of every processor
    image: ghcr.io/example/app:1.0
```

## Instead

```yaml compose.yaml
services:
  app:
    image: ghcr.io/example/app:1.0
    cpus: "1.5"
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Workload, check, is_container, spelt


@check(
    Severity.LOW,
    clauses="J2",
    cwe=(770,),
    cis="5.12",
    references=("https://docs.docker.com/engine/containers/resource_constraints/",),
    hardening=True,
    when="kind:service kind:container",
)
def missing_cpu_limit(workload: Workload) -> Problems:
    if is_container(workload) and workload.cpu_limit in (None, "0", "-1"):
        yield Problem(
            f"{workload.name} may take the time of every processor",
            at=workload.at("cpu_limit"),
            fix=Fix(
                spelt(
                    workload,
                    "set `cpus`, or `deploy.resources.limits.cpus`",
                    "set `CPUQuota=` in its section `[Service]`",
                )
            ),
        )
