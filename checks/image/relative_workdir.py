"""WORKDIR relative to what the base image says

A relative WORKDIR continues the one before it. Without one in this file it hangs on the base image: when
a new version of that sets another folder, files land elsewhere, and what should be out of reach of a web
server may be within. Begin with an absolute path.

```dockerfile Dockerfile
FROM alpine:3.22
WORKDIR app  #! app is relative to whatever folder the base image ends in
COPY server .
```

## Instead

```dockerfile Dockerfile
FROM alpine:3.22
WORKDIR /srv
WORKDIR app
COPY server .
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Stage, check


@check(
    Severity.LOW,
    clauses="J2",
    references=("https://docs.docker.com/reference/build-checks/workdir-relative-path/",),
)
def relative_workdir(stage: Stage) -> Problems:
    if stage.from_scratch:
        return
    for path, span in stage.each("workdirs"):
        # A variable for the whole path holds an absolute one: nobody makes half a path a variable of its own.
        if isinstance(path, str) and not path.startswith(("/", "\\")) and path[1:2] != ":":
            yield Problem(
                f"{path} is relative to whatever folder the base image ends in",
                at=span,
                fix=Fix("write the path from the root on"),
            )
            return
