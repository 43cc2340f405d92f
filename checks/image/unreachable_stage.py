"""Stage that nothing can use

A stage without a name that no other one copies from, and that is not the last, is never built: its tests
do not run, its checks check nothing, and its pinned versions age unseen. Give it a name if it is a target
of its own, or take it out.

```dockerfile Dockerfile
FROM golang:1.25.3  #! nothing uses this stage, so it is never built
RUN go test ./...
FROM alpine:3.22
```

## Instead

```dockerfile Dockerfile
FROM golang:1.25.3 AS test
RUN go test ./...
FROM golang:1.25.3
FROM alpine:3.22
COPY --from=1 /app /app
```
"""

from compolint.api import Build, Problem, Problems, Severity, Stage, World, check


@check(Severity.LOW, references=("https://docs.docker.com/build/building/multi-stage/",))
def unreachable_stage(stage: Stage, world: World) -> Problems:
    build = world.get(Build, stage.build)
    is_last = build is None or stage.number == len(build.stages) - 1
    if not stage.reached and stage.name is None and not is_last:
        yield Problem("nothing uses this stage, so it is never built", at=stage.span)
