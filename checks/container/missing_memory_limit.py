"""Memory without a limit

A service that leaks, or that is made to, takes the host's memory until the kernel ends processes, and it
may choose the database or SSH. With a limit it is the service itself that ends and is started again.

```yaml compose.yaml
services:
  app:  #! app may use up the host's memory
    image: ghcr.io/example/app:1.0
```

## Instead

```yaml compose.yaml
services:
  app:
    image: ghcr.io/example/app:1.0
    mem_limit: 512m
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Workload, check, is_container, spelt


@check(
    Severity.LOW,
    clauses="J2",
    cwe=(770,),
    cis="5.11",
    references=("https://docs.docker.com/engine/containers/resource_constraints/",),
    hardening=True,
    when="kind:service kind:container",
)
def missing_memory_limit(workload: Workload) -> Problems:
    if is_container(workload) and workload.memory_limit in (None, "0", "-1"):
        yield Problem(
            f"{workload.name} may use up the host's memory",
            at=workload.at("memory_limit"),
            fix=Fix(spelt(workload, "set `mem_limit`, or `deploy.resources.limits.memory`", "set `Memory=`")),
        )
