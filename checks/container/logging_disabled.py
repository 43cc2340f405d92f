"""Service without logs

What the service prints is thrown away: after an intrusion, or a crash, nothing tells what happened, and
`docker logs` shows nothing. Keep the logs, with a limit on their size.

```yaml compose.yaml
services:
  web:
    image: nginx:1.29
    logging:
      driver: none  #! what web logs is thrown away
```

## Instead

```yaml compose.yaml
services:
  web:
    image: nginx:1.29
    logging:
      driver: local
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Workload, check


@check(
    Severity.LOW,
    when="logging_driver",
    clauses="H8",
    cwe=(778,),
    cis="2.13",
    references=("https://docs.docker.com/engine/logging/configure/",),
)
def logging_disabled(workload: Workload) -> Problems:
    if workload.logging_driver == "none":
        yield Problem(
            f"what {workload.name} logs is thrown away",
            at=workload.at("logging_driver"),
            fix=Fix("take the driver `local`, which limits its size itself"),
        )
