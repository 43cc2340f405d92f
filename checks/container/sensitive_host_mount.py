"""Folder of the host that a container should not have

A mount gives a container a piece of the host, with root's rights on it where the container runs as
root: who can write to `/etc` or to a home makes himself root or leaves an SSH key, who can read it takes
passwords and keys along. Mount the one folder that the service keeps its data in, read-only if it only
reads.

```yaml compose.yaml
services:
  backup:
    image: restic/restic:0.18.0
    volumes:
      - /etc:/data/etc  #! backup can change /etc, the host's configuration
```

## Instead

```yaml compose.yaml
services:
  backup:
    image: restic/restic:0.18.0
    volumes:
      - /srv/app/data:/data:ro
      - /etc/localtime:/etc/localtime:ro
```

## When to allow it

Agents that measure the host read `/proc`, `/sys` or all of `/`; for images that are known to be one the
finding is milder. They still see every password that is stored there in the clear.
"""

from compolint.api import (
    Fix,
    Mount,
    Problem,
    Problems,
    Severity,
    Workload,
    World,
    check,
    image_need,
    sensitive_path,
)

# When it can be written to, and when it can only be read.
_SEVERITIES = {
    "takeover": (Severity.CRITICAL, Severity.HIGH),
    "program": (Severity.CRITICAL, None),
    "kernel": (Severity.CRITICAL, Severity.MEDIUM),
    "secret": (Severity.HIGH, Severity.HIGH),
    "peek": (Severity.HIGH, Severity.MEDIUM),
}


@check(
    Severity.HIGH,
    clauses="W3 C6",
    cwe=(552, 732),
    cis="5.6",
    references=(
        "https://docs.docker.com/engine/storage/bind-mounts/",
        "https://docs.docker.com/engine/security/#docker-daemon-attack-surface",
    ),
)
def sensitive_host_mount(mount: Mount, world: World) -> Problems:
    path = sensitive_path(mount)
    if path is None:
        return
    writable = not mount.read_only
    severity = _SEVERITIES[path.grade][0 if writable else 1]
    if severity is None:
        return
    workload = world.get(Workload, mount.owner)
    if workload and workload.rootless and not path.path.startswith(("~", "/home", "/root")):
        severity = min(severity, Severity.MEDIUM)  # what its user may do there, and no more
    why = image_need(workload.image if workload else None, path.path)
    yield Problem(
        f"{mount.name} can {'change' if writable else 'read'} {mount.source}, {path.what}"
        + (f"; {why}" if why else ""),
        at=mount.at("source"),
        fix=Fix("mount only the folder that it works with" + (", read-only" if writable else "")),
        severity=Severity(severity - 1) if why else severity,
    )
