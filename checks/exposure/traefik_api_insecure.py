"""Traefik's dashboard without authentication

`api.insecure` opens the dashboard and the API on port 8080 for whoever reaches it, without TLS and
without a password: all routes, services and middlewares can be read there. Leave it out, and route
`api@internal` through a router with a middleware that authenticates.

```yaml compose.yaml
services:
  proxy:
    image: traefik:v3.5
    environment:
      TRAEFIK_API_INSECURE: "true"  #! proxy shows Traefik's dashboard without a password
```

## Instead

```yaml compose.yaml
services:
  proxy:
    image: traefik:v3.5
    environment:
      TRAEFIK_API_DASHBOARD: "true"
```
"""

from collections.abc import Iterator

from compolint.api import (
    Command,
    Fix,
    Listener,
    Problem,
    Problems,
    Severity,
    Span,
    Variable,
    Workload,
    World,
    assume,
    check,
    is_beyond_host,
)

# https://doc.traefik.io/traefik/reference/install-configuration/api-dashboard/
_PORT = 8080


@check(
    Severity.HIGH,
    clauses="C1",
    cwe=(306,),
    references=("https://doc.traefik.io/traefik/reference/install-configuration/api-dashboard/",),
)
def traefik_api_insecure(workload: Workload, world: World) -> Problems:
    for at in _switches(workload, world):
        yield Problem(
            f"{workload.name} shows Traefik's dashboard without a password",
            at=at,
            fix=Fix("leave api.insecure out and route api@internal through a middleware that authenticates"),
            severity=Severity.CRITICAL if _is_published(workload, world) else None,
        )


def _switches(workload: Workload, world: World) -> Iterator[Span]:
    """Where the insecure API is switched on."""
    for command in world.owned(Command, workload.key):
        for number, word in enumerate(command.words):
            # Traefik's flags are in any case: --api.insecure, --API.insecure=true
            if assume(word, "").lower() in {"--api.insecure", "--api.insecure=true", "--api.insecure=1"}:
                yield command.at("words", number)
    for variable in world.owned(Variable, workload.key):
        if variable.name != "TRAEFIK_API_INSECURE" or variable.value is None:
            continue
        if variable.value.reveal().lower() in {"true", "1"}:
            yield variable.at("value")


def _is_published(workload: Workload, world: World) -> bool:
    return any(
        _PORT in target and is_beyond_host(listener)
        for listener in world.owned(Listener, workload.key)
        if (target := assume(listener.target, None))
    )
