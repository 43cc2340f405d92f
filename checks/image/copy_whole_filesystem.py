"""Whole file system copied from another stage

`COPY --from=build / /` brings everything along that the other stage left lying: compilers, package
caches, sources, and credentials that were meant for the build alone. Stages are there to leave that
behind. Copy what the image needs, path by path.

```dockerfile Dockerfile
FROM node:24.11 AS build
RUN npm ci
FROM alpine:3.22
COPY --from=build / /  #! everything of build
```

## Instead

```dockerfile Dockerfile
FROM node:24.11 AS build
RUN npm ci
FROM alpine:3.22
COPY --from=build /app/server /server
```

## When to allow it

To make one layer of several: `FROM scratch` and everything of a stage that is itself the finished image.
That is not reported, nor is an image that only carries files, such as `COPY --from=tonistiigi/xx / /`.
"""

from compolint.api import Command, Copied, Fix, Problem, Problems, Severity, Stage, World, check


@check(
    Severity.LOW,
    clauses="J2",
    cwe=(1104,),
    references=("https://docs.docker.com/build/building/multi-stage/",),
)
def copy_whole_filesystem(copied: Copied, world: World) -> Problems:
    if copied.from_ is None or not copied.ships:
        return
    for source, span in copied.each("sources"):
        if isinstance(source, str) and source in {"/", "/*", "/."} and _is_worked_in(copied, world):
            yield Problem(
                f"everything of {copied.from_} comes into the image",
                at=span,
                fix=Fix("copy the paths that the image needs"),
            )


def _is_worked_in(copied: Copied, world: World) -> bool:
    """Whether the files come from a stage that runs something, into one that has files of its own."""
    target = world.get(Stage, copied.owner)
    if copied.source is None or target is None or target.from_scratch:
        return False
    return any(command.where == "RUN" for command in world.owned(Command, copied.source))
