"""Base image that the project does not allow

What an image starts from, or copies programs from, runs in every container of it. A list of the allowed
ones turns a new maker or a misspelt name into a decision that somebody takes. The list is the option
`allowed-images`, which `image-not-allowed` has too; while it is empty nothing is reported.

```toml compolint.toml
allowed-images = ["docker.io/library/*", "gcr.io/distroless/*"]
```

```dockerfile Dockerfile
FROM node:24.11 AS build
FROM evil/node:24.11  #! the build starts from evil/node:24.11, which is not among the allowed images
COPY --from=evil/tools:1 /tool /bin/  #! the build copies from evil/tools:1, which is not among
```

## Instead

```dockerfile Dockerfile
FROM node:24.11
```
"""

from compolint.api import Problem, Problems, Severity, Stage, check, is_listed


@check(
    Severity.HIGH,
    clauses="J3",
    cwe=(829,),
    references=("https://cwe.mitre.org/data/definitions/829.html",),
)
def base_image_not_allowed(stage: Stage, *, allowed_images: tuple[str, ...] = ()) -> Problems:
    if allowed_images and stage.base is not None and not is_listed(stage.base, allowed_images):
        yield Problem(
            f"the build starts from {stage.base}, which is not among the allowed images", at=stage.at("base")
        )
    for image, at in stage.each("images") if allowed_images else ():
        if not is_listed(image, allowed_images):
            yield Problem(f"the build copies from {image}, which is not among the allowed images", at=at)
