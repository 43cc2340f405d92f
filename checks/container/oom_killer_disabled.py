"""Container that is never ended for its memory

When the host runs out of memory the kernel ends what uses the most. A container that is exempt, and has
no limit, keeps what it took: the kernel ends others instead, SSH and databases among them, or the host
hangs. Leave the kernel its choice, or limit the container.

```yaml compose.yaml
services:
  cache:
    image: redis:8.2
    oom_kill_disable: true  #! cache is not ended when it uses up the host's memory
```

## Instead

```yaml compose.yaml
services:
  cache:
    image: redis:8.2
    mem_limit: 512m
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Workload, assume, check, spelt


@check(
    Severity.MEDIUM,
    when="oom_kill_disable",
    clauses="J2",
    cwe=(770,),
    cis="5.11",
    references=(
        "https://docs.docker.com/engine/containers/resource_constraints/",
        "https://docs.docker.com/reference/compose-file/services/#oom_kill_disable",
    ),
)
def oom_killer_disabled(workload: Workload) -> Problems:
    if workload.oom_kill_disable:
        # A limit that a variable gives is one; it only decides how severe it is.
        limited = assume(workload.memory_limit, "1g") not in (None, "0", "-1")
        yield Problem(
            f"{workload.name} is not ended when it uses up "
            + ("its memory, and hangs" if limited else "the host's memory"),
            at=workload.at("oom_kill_disable"),
            fix=Fix(f"remove it, and set {spelt(workload, '`mem_limit`', '`Memory=`')}"),
            severity=Severity.LOW if limited else None,
        )
