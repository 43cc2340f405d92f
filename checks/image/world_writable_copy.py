"""File that everybody may change copied into an image

`COPY --chmod=777` lets every process of the container change the file, that of an intruder in an unprivileged
service too: a script that root runs, a configuration. Let only the owner write.

```dockerfile Dockerfile
FROM debian:13.1
COPY --chmod=0777 entrypoint.sh /  #! everybody may change what is copied to /
```

## Instead

```dockerfile Dockerfile
FROM debian:13.1
COPY --chmod=0755 entrypoint.sh /
```
"""

from compolint.api import Copied, Fix, Problem, Problems, Severity, check, lets_everybody_write


@check(
    Severity.LOW,
    clauses="P3",
    cwe=(732,),
    references=("https://docs.docker.com/reference/dockerfile/#copy---chown---chmod",),
)
def world_writable_copy(copied: Copied) -> Problems:
    if copied.chmod is not None and lets_everybody_write(copied.chmod):
        yield Problem(
            f"everybody may change what is copied to {copied.target}",
            at=copied.at("chmod"),
            fix=Fix("let only the owner write: `--chmod=0755`"),
        )
