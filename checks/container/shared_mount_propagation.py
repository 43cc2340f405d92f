"""Mounts of the container reach the host

With `shared` propagation what the container mounts below this folder appears on the host: root in the
container can lay a file system of its making over folders of the host, and over those of other
containers. Take `rslave` where the container should only see what the host mounts.

```yaml compose.yaml
services:
  rclone:
    image: rclone/rclone:1.71
    volumes:
      - /mnt/cloud:/data:rshared  #! what rclone mounts in /mnt/cloud appears on the host
```

## Instead

```yaml compose.yaml
services:
  media:
    image: jellyfin/jellyfin:10.11.0
    volumes:
      - /mnt/cloud:/data:ro,rslave
```
"""

from compolint.api import Fix, Mount, Problem, Problems, Severity, check


@check(
    Severity.MEDIUM,
    clauses="C6",
    cwe=(653,),
    cis="5.20",
    references=("https://docs.docker.com/engine/storage/bind-mounts/#configure-bind-propagation",),
    when="propagation",
)
def shared_mount_propagation(mount: Mount) -> Problems:
    if mount.propagation in ("shared", "rshared"):
        yield Problem(
            f"what {mount.name} mounts in {mount.source} appears on the host",
            at=mount.at("propagation") if "propagation" in mount.spans else mount.at("options"),
            fix=Fix("take `rslave`, or leave it out"),
        )
