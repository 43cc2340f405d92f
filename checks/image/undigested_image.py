"""Image without a digest

A tag can be moved: the maker of an image, or whoever holds the maker's account, can put other content
behind `1.2.3` at any time. A digest names the content itself, so that what runs is what was looked at.
It has to be raised by hand or by a bot with each update, which is why only the strict profile asks for it.

```yaml compose.yaml
services:
  cache:
    image: redis:8.2.1  #! redis:8.2.1 of cache can be replaced by its maker
```

## Instead

```yaml compose.yaml
services:
  cache:
    image: redis:8.2.1@sha256:5fa2edb1e408fa8235e6db8fab01d1afaaae96c9403ba67b70feceb8661e8621
```
"""

from compolint.api import (
    Fix,
    Problem,
    Problems,
    Severity,
    Workload,
    World,
    check,
    has_digest,
    is_pulled,
    is_unpinned,
)


@check(
    Severity.INFO,
    clauses="H7",
    cwe=(1357,),
    references=("https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",),
    profile="strict",
)
def undigested_image(workload: Workload, world: World) -> Problems:
    if workload.image is None or not is_pulled(workload, world):
        return
    if not has_digest(workload.image) and not is_unpinned(workload.image):
        yield Problem(
            f"{workload.image} of {workload.name} can be replaced by its maker at any time",
            at=workload.at("image"),
            fix=Fix("write the digest behind the tag: `name:tag@sha256:…`"),
        )
