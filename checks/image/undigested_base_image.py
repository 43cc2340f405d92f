"""Base image without a digest

A tag can be moved: whoever holds the account behind a base image can put other content behind its tag,
and the next build ships it. A digest names the content itself. It has to be raised by hand or by a bot
with each update, which is why only the strict profile asks for it.

```dockerfile Dockerfile
FROM node:24.11-alpine3.22  #! node:24.11-alpine3.22 can be replaced by its maker
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
    if stage.base is None or has_digest(stage.base) or is_unpinned(stage.base):
        return
    yield Problem(
        f"{stage.base} can be replaced by its maker at any time",
        at=stage.at("base"),
        fix=Fix("write the digest behind the tag: `name:tag@sha256:…`"),
    )
