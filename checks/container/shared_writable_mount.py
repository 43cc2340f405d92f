"""Folder that several workers can write to

Workers that should not trust each other are given a common folder in which each can change what the
next one reads or runs: whoever takes one over gets to the others. Give each a folder of its own, or let
only one write. Which services are workers says the option `workers`.

```toml compolint.toml
[options.shared-writable-mount]
workers = ["agent-*"]
```

```yaml compose.yaml
services:
  agent-one:
    image: ghcr.io/example/agent:1.0
    volumes:
      - ./work:/work  #! agent-one and agent-two can both write to work
  agent-two:
    image: ghcr.io/example/agent:1.0
    volumes:
      - ./work:/work  #! agent-two and agent-one can both write to work
```

## Instead

```toml compolint.toml
[options.shared-writable-mount]
workers = ["agent-*"]
```

```yaml compose.yaml
services:
  agent-one:
    image: ghcr.io/example/agent:1.0
    volumes:
      - ./work:/work
  agent-two:
    image: ghcr.io/example/agent:1.0
    volumes:
      - ./work:/work:ro
```
"""

from compolint.api import Fix, Mount, Problem, Problems, Severity, Workload, World, check


@check(
    Severity.LOW,
    clauses="W3",
    cwe=(668,),
    references=("https://docs.docker.com/engine/storage/bind-mounts/",),
    when="--workers",
)
def shared_writable_mount(mount: Mount, world: World, *, workers: tuple[str, ...] = ()) -> Problems:
    if not workers or mount.source is None or not _is_written_by_worker(mount, workers):
        return
    others = [
        other.name
        for other in world.of(Mount)
        if other.owner != mount.owner
        and _place(other, world) == _place(mount, world)
        and _is_written_by_worker(other, workers)
    ]
    if others:
        yield Problem(
            f"{mount.name} and {', '.join(others)} can both write to {mount.source}",
            at=mount.at("source"),
            fix=Fix("give each a folder of its own, or let only one write"),
        )


def _is_written_by_worker(mount: Mount, workers: tuple[str, ...]) -> bool:
    from fnmatch import fnmatchcase

    return any(fnmatchcase(mount.name, worker) for worker in workers) and not mount.read_only


def _place(mount: Mount, world: World) -> tuple[str, str]:
    """What two mounts have in common that show the same; a volume's name counts within its project."""
    workload = world.get(Workload, mount.owner)
    return workload.project if workload and mount.kind == "volume" else "", str(mount.source)
