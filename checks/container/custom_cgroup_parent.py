"""Container below a control group of its own choice

The limits that the host sets for all containers together do not hold for this one: it counts to the
control group that is named here, `/` or a slice of the system's own services. It can then take memory and
processor time that was meant for them. Leave the container where Docker puts it.

```yaml compose.yaml
services:
  app:
    image: ghcr.io/example/app:1.0
    cgroup_parent: system.slice  #! app counts to the control group system.slice
```

## Instead

```yaml compose.yaml
services:
  app:
    image: ghcr.io/example/app:1.0
    mem_limit: 512m
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Workload, check


@check(
    Severity.LOW,
    when="cgroup_parent",
    clauses="C6",
    cwe=(770,),
    cis="5.25",
    references=("https://docs.docker.com/reference/compose-file/services/#cgroup_parent",),
)
def custom_cgroup_parent(workload: Workload) -> Problems:
    if workload.cgroup_parent is not None:
        yield Problem(
            f"{workload.name} counts to the control group {workload.cgroup_parent}",
            at=workload.at("cgroup_parent"),
            fix=Fix("remove it, and limit the service itself"),
        )
