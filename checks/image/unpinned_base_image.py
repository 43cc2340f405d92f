"""Base image without a version

Without a tag, or with one such as `latest`, the build starts from whatever the registry holds at that
moment: two builds of the same commit differ, a broken or hostile release is in the image unseen, and
nobody can tell afterwards what was deployed. Name the version; a digest holds it for good.

```dockerfile Dockerfile
FROM node  #! the build starts from whatever node is
RUN npm ci
FROM nginx:latest  #! nginx:latest
COPY --from=caddy:latest /usr/bin/caddy /usr/bin/  #! the build copies from whatever caddy:latest is
```

## Instead

```dockerfile Dockerfile
FROM node:24.11-alpine3.22 AS build
RUN npm ci
FROM build
FROM scratch
COPY --from=build /app /app
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Stage, check, is_unpinned

_FIX = Fix("name a version, or better its digest")


@check(
    Severity.MEDIUM,
    clauses="H7",
    cwe=(1357,),
    cis="4.2",
    references=("https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",),
)
def unpinned_base_image(stage: Stage) -> Problems:
    if stage.base is not None and is_unpinned(stage.base):
        yield Problem(
            f"the build starts from whatever {stage.base} is when it is pulled",
            at=stage.at("base"),
            fix=_FIX,
        )
    for image, at in stage.each("images"):
        if is_unpinned(image):
            yield Problem(f"the build copies from whatever {image} is when it is pulled", at=at, fix=_FIX)
