"""Status page that everybody can read

Metrics and status pages tell which names the server has, how busy it is, what its upstreams are called and
when they fail: what somebody wants to know who prepares an attack, and whether it works. Show them only to
the addresses that collect them, or on a port that only the host reaches.

```caddy Caddyfile
shop.example.org {
    metrics /metrics  #! shop.example.org shows its metrics to everybody
    reverse_proxy app:3000
}
```

## Instead

```caddy Caddyfile
shop.example.org {
    @collector remote_ip 10.0.0.0/8
    metrics @collector
    reverse_proxy app:3000
}
```
"""

from compolint.api import Fix, Location, Problem, Problems, Severity, Site, World, check, is_exposed


@check(
    Severity.MEDIUM,
    clauses="C1",
    cwe=(200, 497),
    references=("https://caddyserver.com/docs/caddyfile/directives/metrics",),
    when="status",
)
def status_page_exposed(location: Location, world: World) -> Problems:
    site = world.get(Site, location.owner)
    if location.status is None or location.internal or location.access.is_limited or site is None:
        return
    if is_exposed(site, world) and not location.access.authentication:
        yield Problem(
            f"{location.name} shows its {location.status} to everybody",
            at=location.at("status"),
            fix=Fix("show it to the addresses that collect it only"),
        )
