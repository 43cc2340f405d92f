"""Service runs as root

Root in a container is root on the host but for what Docker takes away: it owns every file that is
mounted, and a fault in the kernel is enough to leave. Name a user who owns only what the service
needs. Where the project builds the image, its Dockerfile's last `USER` counts; of images that are known
to step down by themselves nothing is asked.

```yaml compose.yaml
services:
  app:
    image: ghcr.io/example/app:1.0
    user: root  #! app runs as root
```

## Instead

```yaml compose.yaml
services:
  app:
    image: ghcr.io/example/app:1.0
    user: "1000:1000"
```
"""

from compolint.api import (
    Fix,
    Note,
    Problem,
    Problems,
    Severity,
    Workload,
    World,
    assume,
    check,
    is_container,
    is_unprivileged,
    shipped_stage,
    spelt,
)


@check(
    Severity.LOW,
    clauses="J2",
    cwe=(250,),
    cis="4.1",
    references=(
        "https://docs.docker.com/reference/compose-file/services/#user",
        "https://docs.docker.com/engine/security/userns-remap/",
    ),
    hardening=True,
    when="kind:service kind:container",
)
def runs_as_root(workload: Workload, world: World) -> Problems:
    # Root of a user's own engine is that user.
    if not is_container(workload) or workload.rootless:
        return
    stage = shipped_stage(workload, world) if workload.user is None else None
    # Whoever leaves the user to a variable means one of his own.
    user = assume(stage.user if stage else workload.user, "1000")
    said = spelt(workload, '`user: "1000:1000"`', "`User=1000:1000`")
    fix = Fix(f"name a user by its numbers: {said}")
    if user is None and stage:
        yield Problem(
            f"{workload.name} runs as root: its Dockerfile names no user", at=workload.span, fix=fix
        )
    elif user is None and not is_unprivileged(workload.image):
        message = f"{workload.name} runs as root unless its image says otherwise"
        yield Problem(message, at=workload.span, fix=fix)
    elif user and user.partition(":")[0] in {"root", "0"}:
        yield Problem(
            f"{workload.name} runs as root",
            at=workload.at("user"),
            notes=(Note("its Dockerfile says so", stage.at("user")),) if stage else (),
            fix=fix,
            severity=Severity.MEDIUM,
        )
