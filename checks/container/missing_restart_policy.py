"""No restart policy

A service that ends, be it by a fault or because the host restarted, stays down until somebody notices.
Say `unless-stopped` for what should run always, and `"no"` for a job that runs once: then the next
reader knows that it is meant.

```yaml compose.yaml
services:
  app:  #! app stays down when it ends or the host restarts
    image: ghcr.io/example/app:1.0
```

## Instead

```yaml compose.yaml
services:
  app:
    image: ghcr.io/example/app:1.0
    restart: unless-stopped
  migrate:
    image: ghcr.io/example/app:1.0
    restart: "no"
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Workload, check, is_container, spelt


@check(
    Severity.INFO,
    cis="5.15",
    references=("https://docs.docker.com/engine/containers/start-containers-automatically/",),
    hardening=True,
    when="kind:service kind:container",
)
def missing_restart_policy(workload: Workload) -> Problems:
    if is_container(workload) and workload.restart is None and workload.restarted_by is None:
        yield Problem(
            f"{workload.name} stays down when it ends or the host restarts",
            at=workload.span,
            fix=Fix(
                spelt(
                    workload,
                    'write `restart: unless-stopped`, or `"no"` for a job',
                    "write `Restart=always` in its section `[Service]`, or `no` for a job",
                )
            ),
        )
