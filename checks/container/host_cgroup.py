"""Container with the host's control groups

It sees the control groups of all services and containers of the host, and so what runs there and with
which limits. Together with a writable `/sys/fs/cgroup` it can change them. Leave the container its own,
as is the default with cgroup v2.

```yaml compose.yaml
services:
  agent:
    image: ghcr.io/example/agent:1.0
    cgroup: host  #! agent sees the control groups of the whole host
```

## Instead

```yaml compose.yaml
services:
  agent:
    image: ghcr.io/example/agent:1.0
    cgroup: private
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Workload, check


@check(
    Severity.LOW,
    when="cgroup",
    clauses="C6",
    cwe=(653,),
    references=("https://docs.docker.com/reference/compose-file/services/#cgroup",),
)
def host_cgroup(workload: Workload) -> Problems:
    if workload.cgroup == "host":
        yield Problem(
            f"{workload.name} sees the control groups of the whole host",
            at=workload.at("cgroup"),
            fix=Fix("remove it, or write `private`"),
        )
