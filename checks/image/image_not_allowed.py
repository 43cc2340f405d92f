"""Image that the project does not allow

Each image is code by somebody that runs on this host. A list of the allowed ones turns a new maker, a
misspelt name or an image out of a tutorial into a decision that somebody takes. The list is the option
`allowed-images`, with patterns such as `postgres`, `ghcr.io/acme/*` and `docker.io/library/*`; while it
is empty nothing is reported.

```toml compolint.toml
allowed-images = ["postgres", "ghcr.io/acme/*"]
```

```yaml compose.yaml
services:
  db:
    image: postgres:17
  web:
    image: ghcr.io/acme/web:1.2
  miner:
    image: docker.io/evil/postgres:17  #! miner runs evil/postgres:17, which is not among the allowed images
```

## Instead

```yaml compose.yaml
services:
  db:
    image: postgres:17
```
"""

from compolint.api import Problem, Problems, Severity, Workload, check, is_listed


@check(
    Severity.HIGH,
    clauses="J3",
    cwe=(829,),
    references=("https://cwe.mitre.org/data/definitions/829.html",),
    when="--allowed_images",
)
def image_not_allowed(workload: Workload, *, allowed_images: tuple[str, ...] = ()) -> Problems:
    if not allowed_images or workload.image is None or "build" in workload.spans:
        return
    if not is_listed(workload.image, allowed_images):
        yield Problem(
            f"{workload.name} runs {workload.image}, which is not among the allowed images",
            at=workload.at("image"),
        )
