"""Processes without a limit

A service that starts processes without end, or a fork bomb in it, fills the host's table of processes;
then nobody can log in any more to end it. A limit of some hundred is far from what most services use.

```yaml compose.yaml
services:
  app:  #! app may start processes until the host has no more
    image: ghcr.io/example/app:1.0
```

## Instead

```yaml compose.yaml
services:
  app:
    image: ghcr.io/example/app:1.0
    pids_limit: 200
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Workload, check, is_container, spelt


@check(
    Severity.LOW,
    clauses="J2",
    cwe=(770,),
    cis="5.29",
    references=("https://docs.docker.com/reference/compose-file/services/#pids_limit",),
    hardening=True,
    when="kind:service kind:container",
)
def missing_pids_limit(workload: Workload) -> Problems:
    if is_container(workload) and workload.pids_limit in (None, "0", "-1"):
        yield Problem(
            f"{workload.name} may start processes until the host has no more",
            at=workload.at("pids_limit"),
            fix=Fix(
                spelt(workload, "set `pids_limit`, or `deploy.resources.limits.pids`", "set `PidsLimit=`")
            ),
        )
