"""Container with the host's name

The container has the host's name and, with SYS_ADMIN or as a privileged container, can change it:
logs, certificates and cluster members that go by the name are then misled. Without those rights it
only reads the name. Give the container a `hostname` instead.

```yaml compose.yaml
services:
  agent:
    image: ghcr.io/example/agent:1.0
    uts: host  #! agent has the host's name
```

## Instead

```yaml compose.yaml
services:
  agent:
    image: ghcr.io/example/agent:1.0
    hostname: web-1
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Workload, assume, check, spelt


@check(
    Severity.LOW,
    when="uts",
    clauses="C6",
    cwe=(653,),
    cis="5.21",
    references=("https://docs.docker.com/reference/compose-file/services/#uts",),
)
def host_uts(workload: Workload) -> Problems:
    if workload.uts == "host":
        # Whether the name can be changed only decides how severe it is; the worse is assumed.
        is_capable = assume(workload.privileged, True) or any(
            assume(name, "ALL") in {"ALL", "SYS_ADMIN"} for name in workload.cap_add
        )
        can_change = is_capable and not workload.rootless
        yield Problem(
            f"{workload.name} has the host's name" + (" and can change it" if can_change else ""),
            at=workload.at("uts"),
            fix=Fix(f"remove it and set {spelt(workload, '`hostname`', '`HostName=`')}"),
            severity=Severity.MEDIUM if can_change else None,
        )
