"""Image without a version

A name without a tag, or with one such as `latest`, means whatever the registry holds at the moment of the
pull: the next deployment, or a restart after a crash, may run other code than the one that was looked at,
and whoever takes over the account behind the image is in with it. Name the version.

```yaml compose.yaml
services:
  cache:
    image: redis  #! cache runs whatever redis is when it is pulled
  proxy:
    image: traefik:latest  #! traefik:latest
```

## Instead

```yaml compose.yaml
services:
  cache:
    image: redis:8.2.1
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Workload, World, check, is_pulled, is_unpinned


@check(
    Severity.MEDIUM,
    clauses="H7",
    cwe=(1357,),
    cis="5.28",
    references=("https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",),
)
def unpinned_image(workload: Workload, world: World) -> Problems:
    if workload.image is None or not is_pulled(workload, world):
        return
    if is_unpinned(workload.image):
        yield Problem(
            f"{workload.name} runs whatever {workload.image} is when it is pulled",
            at=workload.at("image"),
            fix=Fix("name a version, such as the one that runs now"),
        )
