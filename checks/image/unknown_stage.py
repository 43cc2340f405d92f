"""Stage that there is not

A stage's name that is misspelt is no mistake for BuildKit: it takes it for the name of an image and asks
the registry for it. Where nobody has that image the build fails; where somebody has, his code is in
yours. A number, and the `target` of a Compose file, must fit a stage or nothing is built.

```dockerfile Dockerfile
FROM golang:1.25.3 AS builder
FROM alpine:3.22
COPY --from=bulider /app /app  #! there is no stage bulider; perhaps builder is meant
COPY --from=7 /app /app2  #! there is no stage 7
```

## Instead

```dockerfile Dockerfile
FROM golang:1.25.3 AS builder
FROM alpine:3.22
COPY --from=builder /app /app
COPY --from=0 /app /app2
COPY --from=busybox:1.37 /bin/busybox /bin/
```
"""

from compolint.api import Build, Problem, Problems, Severity, check


@check(
    Severity.MEDIUM,
    cwe=(427,),
    references=("https://docs.docker.com/build/building/multi-stage/",),
)
def unknown_stage(build: Build) -> Problems:
    for name, span in build.each("stage_names"):
        if name.number is not None:
            continue
        meant = f"; perhaps {name.meant} is meant" if name.meant else ""
        taken = ", so it is pulled as an image" if name.meant and name.role != "target" else ""
        yield Problem(f"there is no stage {name.text}{meant}{taken}", at=span)
