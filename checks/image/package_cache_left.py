"""Package lists and caches left in the image

What the package manager downloaded stays in the layer, also when a later RUN deletes it. It makes each pull
bigger and tells an intruder which versions are installed, with the holes that they have. Delete it in the
same RUN, or keep it out with a cache mount.

```dockerfile Dockerfile
FROM debian:13.1
RUN apt-get update && apt-get install -y curl  #! apt-get leaves its lists in the image
```

## Instead

```dockerfile Dockerfile
FROM debian:13.1
RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
RUN --mount=type=cache,target=/var/lib/apt --mount=type=cache,target=/var/cache/apt apt-get install -y jq
```

## Alpine

```dockerfile Dockerfile
FROM alpine:3.22
RUN apk add --no-cache curl
RUN apk add --update curl  #! apk leaves its index in the image
```
"""

from compolint.api import Command, Fix, Problem, Problems, Severity, Stage, World, check, left_caches


@check(
    Severity.LOW,
    clauses="J2",
    references=("https://docs.docker.com/build/building/best-practices/#apt-get",),
)
def package_cache_left(stage: Stage, world: World) -> Problems:
    scripts: dict[str, list[Command]] = {}
    for command in world.owned(Command, stage.key):
        if command.where == "RUN" and command.ships:
            scripts.setdefault(command.script, []).append(command)
    for script in scripts.values():
        for command, left in left_caches(script):
            yield Problem(
                f"{command.name} leaves its {left.what} in the image",
                at=command.at("words", 0),
                fix=Fix(left.remedy),
            )
