"""WORKDIR in a folder of the system

What is copied and built lands among the files of the system: programs of the base image are overwritten,
the application can change what every other program trusts, and in `/proc`, `/sys` and `/dev` nothing
written survives. Give the application a folder of its own.

```dockerfile Dockerfile
FROM alpine:3.22
WORKDIR /etc  #! /etc belongs to the system
COPY . .
```

## Instead

```dockerfile Dockerfile
FROM alpine:3.22
WORKDIR /app
WORKDIR /usr/src/app
WORKDIR /var/www/html
WORKDIR /etc/caddy
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Stage, check

_WHOLE = frozenset(
    ("/bin", "/boot", "/etc", "/lib", "/lib64", "/sbin", "/usr", "/usr/bin", "/usr/lib", "/usr/sbin", "/var")
)
_WITHIN = ("/proc/", "/sys/", "/dev/", "/boot/")


@check(
    Severity.LOW,
    clauses="J2",
    references=("https://docs.docker.com/build/building/best-practices/#workdir",),
)
def system_workdir(stage: Stage) -> Problems:
    for path, span in stage.each("workdirs"):
        if isinstance(path, str) and (path.rstrip("/") in _WHOLE or f"{path}/".startswith(_WITHIN)):
            yield Problem(
                f"{path} belongs to the system", at=span, fix=Fix("use a folder of its own, such as /app")
            )
