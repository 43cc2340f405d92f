"""Socket proxy that lets too much through

A socket proxy is a lock only as long as it refuses: with POST and `CONTAINERS` its clients can start a
container that mounts the host's disk, and are root again. Let reading through, and of what changes
something only the few calls that the client makes, such as `ALLOW_RESTARTS`.

```yaml compose.yaml
services:
  socket-proxy:
    image: tecnativa/docker-socket-proxy:v0.4.1
    environment:
      CONTAINERS: 1
      POST: 1  #! socket-proxy passes on changes to CONTAINERS
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock:ro
```

## Instead

```yaml compose.yaml
services:
  socket-proxy:
    image: tecnativa/docker-socket-proxy:v0.4.1
    environment:
      CONTAINERS: 1
      ALLOW_RESTARTS: 1
      POST: 0
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock:ro
```
"""

from collections.abc import Iterator

from compolint.api import (
    Command,
    Fix,
    Maybe,
    Problem,
    Problems,
    Secret,
    Severity,
    Span,
    Variable,
    Workload,
    World,
    api_section,
    check,
    is_closed_section,
    is_open_allowlist,
    is_socket_proxy,
)


@check(
    Severity.HIGH,
    clauses="J1",
    cwe=(183, 250),
    cis="5.32",
    references=(
        "https://github.com/Tecnativa/docker-socket-proxy#grant-or-revoke-access-to-certain-api-sections",
        "https://github.com/wollomatic/socket-proxy",
    ),
)
def socket_proxy_too_open(workload: Workload, world: World) -> Problems:
    if not is_socket_proxy(workload.image):
        return
    settings = {name: (value, at) for name, value, at in _settings(workload, world)}
    for name, (value, at) in settings.items():
        if is_open_allowlist(name, value):
            yield Problem(
                f"{workload.name} lets its clients start containers, which is root on the host", at=at
            )
        elif is_closed_section(name) and _is_on(value):
            message = f"{workload.name} opens {name}, which no client of a socket proxy should need"
            yield Problem(message, at=at, severity=Severity.MEDIUM)
    if "POST" not in settings or not _is_on(settings["POST"][0]):
        return
    open_to = [name for name, (value, _) in settings.items() if api_section(name) and _is_on(value)]
    powers = [section for name in open_to if (section := api_section(name))]
    if powers:
        worst = max(powers, key=lambda section: section.is_root)
        yield Problem(
            f"{workload.name} passes on changes to {', '.join(open_to)}: its clients can {worst.writing}",
            at=settings["POST"][1],
            fix=Fix("let reading through, and single calls such as ALLOW_RESTARTS"),
            severity=None if worst.is_root else Severity.MEDIUM,
        )


def _settings(workload: Workload, world: World) -> Iterator[tuple[str, Maybe[Secret], Span]]:
    for variable in world.owned(Variable, workload.key):
        if variable.value is not None:
            yield variable.name, variable.value, variable.span
    for command in world.owned(Command, workload.key):
        for word, at in command.each("words"):
            name, _, value = str(word).partition("=")
            yield name, Secret(value), at


def _is_on(value: Maybe[Secret]) -> bool:
    return value in ("1", "true", "yes")
