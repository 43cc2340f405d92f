"""Base image without a digest

A tag can be moved: whoever holds the account behind a base image can put other content behind its tag,
and the next build ships it. A digest names the content itself. It has to be raised by hand or by a bot
with each update, which is why only the strict profile asks for it.

```dockerfile Dockerfile
FROM node:24.11-alpine3.22  #! node:24.11-alpine3.22 can be replaced by its maker
COPY --from=caddy:2.10 /usr/bin/caddy /usr/bin/  #! caddy:2.10 can be replaced by its maker
```

## Instead

```dockerfile Dockerfile
FROM node:24.11-alpine3.22@sha256:5fa2edb1e408fa8235e6db8fab01d1afaaae96c9403ba67b70feceb8661e8621
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Stage, check, has_digest, is_unpinned


@check(
    Severity.INFO,
    clauses="H7",
    cwe=(1357,),
    cis="4.2",
    references=("https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",),
    profile="strict",
)
def undigested_base_image(stage: Stage) -> Problems:
    for image, at in ((stage.base, stage.at("base")), *stage.each("images")):
        if image is not None and not has_digest(image) and not is_unpinned(image):
            yield Problem(
                f"{image} can be replaced by its maker at any time",
                at=at,
                fix=Fix("write the digest behind the tag: `name:tag@sha256:…`"),
            )
