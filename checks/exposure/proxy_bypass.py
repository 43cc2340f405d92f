"""Service published past its proxy

A proxy asks for a password or speaks TLS for a service, but the service's own port is published as well.
Whoever knows the port number talks to the service itself, without either. Take the port away: the proxy
reaches the service through the network that they share.

```yaml compose.yaml
services:
  proxy:
    image: caddy:2.10
    ports: ["443:443"]
    volumes: ["./Caddyfile:/etc/caddy/Caddyfile:ro"]
  app:
    image: ghcr.io/acme/app:1.4
    ports: ["3000:3000"]  #! app is published past example.com
```
```caddy Caddyfile
example.com {
        basic_auth {
                admin $2a$14$Zkx19XLiW6VYouLHR5NmfOFU0z2GTNmpkT/5qqR7hx4IjWJPDhjvG
        }
        reverse_proxy app:3000
}
```

## Instead

```yaml compose.yaml
services:
  proxy:
    image: caddy:2.10
    ports: ["443:443"]
    volumes: ["./Caddyfile:/etc/caddy/Caddyfile:ro"]
  app:
    image: ghcr.io/acme/app:1.4
```
```caddy Caddyfile
example.com {
        basic_auth {
                admin $2a$14$Zkx19XLiW6VYouLHR5NmfOFU0z2GTNmpkT/5qqR7hx4IjWJPDhjvG
        }
        reverse_proxy app:3000
}
```
"""

from compolint.api import (
    Fix,
    Listener,
    Location,
    Note,
    Problem,
    Problems,
    Severity,
    Site,
    Upstream,
    World,
    assume,
    check,
    is_beyond_host,
)


@check(
    Severity.HIGH,
    clauses="C3",
    cwe=(288, 319),
    references=("https://docs.docker.com/engine/network/port-publishing/",),
    when="service",
)
def proxy_bypass(upstream: Upstream, world: World) -> Problems:
    location = world.get(Location, upstream.owner)
    site = world.get(Site, location.owner) if location else None
    protection = _protection(location, site) if location and site else None
    port = assume(upstream.port, None)
    if upstream.service is None or protection is None:
        return
    for listener in world.owned(Listener, upstream.service):
        # A proxy on the host goes through the published port, one in a container straight to the service.
        doors = [door for door in (assume(listener.target, None), assume(listener.ports, None)) if door]
        if any(port in door for door in doors) and is_beyond_host(listener):
            yield Problem(
                f"{listener.name} is published past {upstream.name}, which {protection}",
                at=listener.span,
                notes=(Note(f"{upstream.name} hands requests on to it here", upstream.span),),
                fix=Fix("remove the port, or publish it on 127.0.0.1 if the proxy runs on the host"),
            )


def _protection(location: Location, site: Site) -> str | None:
    """What the proxy does for the service that its own port does not."""
    if location.access.asks:
        return "asks who comes"
    return "speaks TLS" if assume(site.tls, False) else None
