"""A proxy leads to an interface that asks for no password

The labels make the proxy answer for this service under a name that the internet can resolve, and the
service lets in whoever asks: metrics, container logs, the proxy's own dashboard, a database. Add a
middleware that authenticates (`basicauth`, `forwardauth`), or give the router an entry point that only your
own network reaches.

```yaml compose.yaml
services:
  logs:
    image: amir20/dozzle:v8.12
    labels:
      traefik.http.routers.logs.rule: Host(`logs.example.com`)  #! traefik leads to Dozzle (logs)
      traefik.http.services.logs.loadbalancer.server.port: "8080"
```

## Instead

```yaml compose.yaml
services:
  logs:
    image: amir20/dozzle:v8.12
    labels:
      traefik.http.routers.logs.rule: Host(`logs.example.com`)
      traefik.http.routers.logs.middlewares: login
      traefik.http.middlewares.login.forwardauth.address: http://authelia:9091/api/authz/forward-auth
      traefik.http.services.logs.loadbalancer.server.port: "8080"
```

A middleware that is defined elsewhere, in a file or by another service, may or may not authenticate: the
finding is then open. Interfaces with a login of their own are none, and neither are ordinary sites.
"""

from compolint.api import (
    Fix,
    Problem,
    Problems,
    Route,
    Severity,
    Variable,
    World,
    check,
    names_credential,
    services_of,
)

# https://doc.traefik.io/traefik/reference/install-configuration/api-dashboard/
_DASHBOARD = "api@internal"


@check(
    Severity.HIGH,
    clauses="C1 C3",
    cwe=(306,),
    references=("https://doc.traefik.io/traefik/middlewares/http/forwardauth/",),
)
def route_without_authentication(route: Route, world: World) -> Problems:
    name = _open_service(route, world)
    if name and not route.authenticated:
        yield Problem(
            f"{route.proxy} leads to {name} ({route.name}), which asks for no password",
            at=route.span,
            fix=Fix("add a middleware that authenticates to the route"),
        )


def _open_service(route: Route, world: World) -> str | None:
    """What behind the route lets in whoever asks."""
    if route.service == _DASHBOARD:
        return "Traefik's dashboard"
    for service in services_of(route.image):
        if service.is_open and (route.port is None or route.port in service.ports):
            variables = world.owned(Variable, route.owner)
            has_password = any(names_credential(variable.name) for variable in variables)
            return None if has_password else service.name
    return None
