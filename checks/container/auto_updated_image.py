"""Image that is replaced unseen

The tag says nothing about the version, and the image is fetched anew without anybody asking: whoever
takes over the account that publishes it runs code on this host within a day, and a faulty release stops
the service at night. Name a version, and let a bot propose the next one.

```yaml compose.yaml
services:
  app:
    image: ghcr.io/example/app:latest
    pull_policy: always  #! app runs whatever ghcr.io/example/app:latest is at each start
```

## Instead

```yaml compose.yaml
services:
  app:
    image: ghcr.io/example/app:1.4.2
    pull_policy: missing
```
"""

from compolint.api import (
    Command,
    Fix,
    Mount,
    Note,
    Problem,
    Problems,
    Severity,
    Variable,
    Workload,
    World,
    assume,
    check,
    engine_socket,
    is_moving,
    is_updater,
)


@check(
    Severity.LOW,
    clauses="H7",
    cwe=(494, 829),
    references=(
        "https://docs.docker.com/reference/compose-file/services/#pull_policy",
        "https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",
    ),
)
def auto_updated_image(workload: Workload, world: World) -> Problems:
    if is_updater(workload.image) and _commands_docker(workload, world):
        project = [other for other in world.of(Workload) if other.project == workload.project]
        moving = [other for other in project if other is not workload and _moves(other)]
        yield Problem(
            f"{workload.name} replaces the images of other containers unseen",
            at=workload.at("image"),
            notes=tuple(Note(f"{other.name} names no version", other.at("image")) for other in moving[:3]),
            fix=Fix("let it only report (`WATCHTOWER_MONITOR_ONLY`), and name versions"),
            severity=Severity.MEDIUM if moving else None,
        )
    elif _moves(workload) and _is_pulled_again(workload):
        yield Problem(
            f"{workload.name} runs whatever {workload.image} is at each start",
            at=workload.at("pull_policy"),
            fix=Fix("name a version, by a tag or a digest"),
        )


def _moves(workload: Workload) -> bool:
    # Whether a tag that a variable gives is a version is the matter of `unpinned-image`.
    image = assume(workload.image, None)
    return image is not None and workload.build is None and is_moving(image)


def _is_pulled_again(workload: Workload) -> bool:
    policy = workload.pull_policy
    return policy is not None and policy.startswith(("always", "daily", "weekly", "every_"))


def _commands_docker(workload: Workload, world: World) -> bool:
    for variable in world.owned(Variable, workload.key):
        if variable.name == "WATCHTOWER_MONITOR_ONLY" and variable.value == "true":
            return False
    if any(command.has("--monitor-only") for command in world.owned(Command, workload.key)):
        return False
    return any(map(engine_socket, world.owned(Mount, workload.key))) or any(
        variable.name == "DOCKER_HOST" for variable in world.owned(Variable, workload.key)
    )
