"""A proxy leads to an interface that asks for no password

The name resolves for everybody, and what waits behind it lets in whoever asks: the Docker API, metrics, the
logs of containers, a database's console. A proxy in front adds encryption and nothing else, unless it is told
to ask who comes. Add `basic_auth` or `forward_auth`, or let only your own network through.

```caddy Caddyfile
metrics.example.org {
    reverse_proxy prometheus:9090  #! metrics.example.org leads to Prometheus, and nobody asks
}
```

## Instead

```caddy Caddyfile
metrics.example.org {
    forward_auth authelia:9091 {
        uri /api/authz/forward-auth
    }
    reverse_proxy prometheus:9090
}
```

What waits there is told by the image of the service, by the name of the upstream, or by a port that belongs
to one product. Interfaces with a login of their own are none. The Docker API is critical.
"""

from compolint.api import (
    Fix,
    ImageName,
    Location,
    Ports,
    Problem,
    Problems,
    Severity,
    Site,
    Upstream,
    Variable,
    Workload,
    World,
    assume,
    check,
    is_engine_path,
    is_exposed,
    is_socket_proxy,
    names_credential,
    service_at,
    service_named,
)

_DOCKER = "the Docker API"


@check(
    Severity.HIGH,
    clauses="C1 C3",
    cwe=(306,),
    references=("https://caddyserver.com/docs/caddyfile/directives/forward_auth",),
)
def admin_upstream_without_auth(upstream: Upstream, world: World) -> Problems:
    name = _open_service(upstream, world)
    location = world.get(Location, upstream.owner)
    site = world.get(Site, location.owner) if location else None
    if not name or location is None or location.internal or location.access.is_limited or site is None:
        return
    if is_exposed(site, world) and not location.access.authentication:
        yield Problem(
            f"{upstream.name} leads to {name}, and nobody asks for a password",
            at=upstream.span,
            fix=Fix("ask who comes, or let only your own network through"),
            severity=Severity.CRITICAL if name == _DOCKER else None,
        )


def _open_service(upstream: Upstream, world: World) -> str | None:
    """What behind the upstream lets in whoever asks; a name that is left open tells nothing."""
    if is_engine_path(assume(upstream.socket, None) or ""):
        return _DOCKER
    workload = world.get(Workload, upstream.service)
    host, port = assume(upstream.host, None), assume(upstream.port, None)
    image = workload.image if workload else ImageName.of(host) if host else None
    if is_socket_proxy(image):
        return _DOCKER
    if port is None:
        return None
    service = service_at(image, Ports(port, port)) if workload else service_named(host or "", port)
    if service is None or not service.is_open:
        return None
    variables = world.owned(Variable, workload.key) if workload else []
    return None if any(names_credential(each.name) for each in variables) else service.name
