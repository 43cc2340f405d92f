"""Proxy that hands requests on to nobody

The name behind a proxy is no service that the proxy can reach: it was renamed, it is in a network that the
proxy is not in, or it is a typing error; `localhost` is the proxy's own container. Requests fail, and where
the name is free on a shared network, whoever starts a container of that name gets them, passwords included.

```yaml compose.yaml
services:
  proxy:
    image: caddy:2.10
    volumes: ["./Caddyfile:/etc/caddy/Caddyfile:ro"]
  app:
    image: ghcr.io/acme/app:1.4
```
```caddy Caddyfile
example.com {
        reverse_proxy application:3000  #! application is no service that this proxy reaches
}
```

## Instead

```yaml compose.yaml
services:
  proxy:
    image: caddy:2.10
    volumes: ["./Caddyfile:/etc/caddy/Caddyfile:ro"]
  app:
    image: ghcr.io/acme/app:1.4
```
```caddy Caddyfile
example.com {
        reverse_proxy app:3000
}
```
"""

from compolint.api import Fix, Listener, Note, Problem, Problems, Severity, Upstream, World, check


@check(
    Severity.MEDIUM,
    clauses="C3",
    cwe=(441,),
    references=("https://docs.docker.com/compose/how-tos/networking/",),
    when="is_looked_up",
)
def unknown_upstream(upstream: Upstream, world: World) -> Problems:
    host = upstream.host
    if not upstream.is_looked_up or not host or upstream.service is not None:
        return
    if door := world.get(Listener, upstream.out_of_reach):
        yield Problem(
            f"on Linux {host} does not lead to {door.name}, which publishes {upstream.port} on loopback only",
            at=upstream.at("host"),
            notes=(Note("this address is the host's own", door.at("address")),),
            fix=Fix(f"name the service, {door.name}, in a network that both are in"),
            severity=Severity.LOW,
        )
    elif host in ("localhost", "::1") or host.startswith("127."):
        yield Problem(
            f"{host} is the proxy's own container, in which nothing listens on {upstream.port}",
            at=upstream.at("host"),
            fix=Fix("name the service: containers do not share their localhost"),
        )
    # A name with a dot may be known to the internet's servers, an address has its own meaning.
    elif not {".", ":"} & set(host):
        yield Problem(
            f"{host} is no service that this proxy reaches",
            at=upstream.at("host"),
            fix=Fix("name a service of a network that the proxy is in, too"),
        )
