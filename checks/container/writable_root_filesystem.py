"""File system of the container is writable

Whoever gets into the service can change its programs and leave some of his own, which run until the
container is made anew. With `read_only` he can write only to the volumes and tmpfs that the service
names, and most attack scripts fail at once.

```yaml compose.yaml
services:
  web:  #! web can change its own programs
    image: nginx:1.29
```

## Instead

```yaml compose.yaml
services:
  web:
    image: nginx:1.29
    read_only: true
    tmpfs: [/tmp, /run, /var/cache/nginx]
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Workload, check, is_container, spelt


@check(
    Severity.LOW,
    clauses="J2",
    cwe=(732,),
    cis="5.13",
    references=("https://docs.docker.com/reference/compose-file/services/#read_only",),
    hardening=True,
    when="kind:service kind:container",
)
def writable_root_filesystem(workload: Workload) -> Problems:
    if is_container(workload) and not workload.read_only:
        yield Problem(
            f"{workload.name} can change its own programs",
            at=workload.at("read_only"),
            fix=Fix(
                spelt(
                    workload,
                    "write `read_only: true`, with `tmpfs` for what it must write",
                    "write `ReadOnly=true`, with `Tmpfs=` for what it must write",
                )
            ),
        )
