"""Container outside of the user namespace

Where the daemon maps users (`userns-remap`), root of a container is nobody on the host. This setting
takes that away for one container: its root is the host's root again. Without the mapping it changes
nothing, and can as well be removed. The severity is medium where a `daemon.json` of the machine maps users.

```yaml compose.yaml
services:
  agent:
    image: ghcr.io/example/agent:1.0
    userns_mode: host  #! root in agent is the host's root even where the daemon maps users
```

## Instead

```yaml compose.yaml
services:
  agent:
    image: ghcr.io/example/agent:1.0
    user: "1000:1000"
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Workload, check


@check(
    Severity.LOW,
    when="userns",
    clauses="C6",
    cwe=(250,),
    cis="5.31",
    references=("https://docs.docker.com/engine/security/userns-remap/",),
)
def host_userns(workload: Workload) -> Problems:
    if not workload.rootless and workload.userns == "host":
        otherwise = (
            "though the daemon maps users" if workload.maps_users else "even where the daemon maps users"
        )
        yield Problem(
            f"root in {workload.name} is the host's root {otherwise}",
            at=workload.at("userns"),
            fix=Fix("remove it"),
            severity=Severity.MEDIUM if workload.maps_users else None,
        )
