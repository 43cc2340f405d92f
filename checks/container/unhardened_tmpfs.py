"""Programs can be run from a tmpfs

Docker mounts a tmpfs so that nothing in it can be started, has the setuid bit or is a device. The
options `exec`, `suid` and `dev` take that back: what an attacker writes there he can then run, even where
the rest of the file system is read-only.

```yaml compose.yaml
services:
  web:
    image: nginx:1.29
    tmpfs:
      - /tmp:exec,size=64m  #! /tmp of web is mounted with exec
```

## Instead

```yaml compose.yaml
services:
  web:
    image: nginx:1.29
    tmpfs:
      - /tmp:size=64m
```
"""

from compolint.api import Fix, Mount, Problem, Problems, Severity, check


@check(
    Severity.INFO,
    clauses="J2",
    cwe=(732,),
    references=("https://docs.docker.com/engine/storage/tmpfs/",),
    hardening=True,
    when="kind:tmpfs",
)
def unhardened_tmpfs(mount: Mount) -> Problems:
    loose = [option for option in mount.options if option in {"exec", "suid", "dev"}]
    if mount.kind == "tmpfs" and loose:
        yield Problem(
            f"{mount.target} of {mount.name} is mounted with {' and '.join(loose)}",
            at=mount.at("options"),
            fix=Fix("leave the options out; the defaults are noexec, nosuid and nodev"),
        )
