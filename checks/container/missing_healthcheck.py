"""No health check

A process that hangs is running for all that Docker knows: nothing starts it again, and what depends on
it waits. With a health check other services can wait until it really answers, and monitors see when it
does not. An image may bring its own; a Dockerfile of the project is looked at.

```yaml compose.yaml
services:
  app:  #! nothing tells whether app still answers
    image: ghcr.io/example/app:1.0
```

## Instead

```yaml compose.yaml
services:
  app:
    image: ghcr.io/example/app:1.0
    healthcheck:
      test: [CMD, wget, -qO-, "http://127.0.0.1:8080/health"]
```
"""

from compolint.api import (
    Fix,
    Problem,
    Problems,
    Severity,
    Workload,
    World,
    assume,
    check,
    is_container,
    shipped_stage,
    spelt,
)


@check(
    Severity.INFO,
    cis="4.6 5.27",
    references=("https://docs.docker.com/reference/compose-file/services/#healthcheck",),
    hardening=True,
    when="kind:service kind:container",
)
def missing_healthcheck(workload: Workload, world: World) -> Problems:
    # A job ends by itself; where a variable decides it may be one, and this is only a wish.
    if not is_container(workload) or assume(workload.restart, "no") == "no" or workload.healthcheck:
        return
    stage = shipped_stage(workload, world) if workload.healthcheck is None else None
    if stage is None or not stage.healthcheck:
        yield Problem(
            f"nothing tells whether {workload.name} still answers",
            at=workload.at("healthcheck"),
            fix=Fix(
                f"give it a {spelt(workload, '`healthcheck`', '`HealthCmd=`')} that asks for something real"
            ),
        )
