"""Socket proxy published on the host

A socket proxy asks nobody who they are: whoever reaches its port reads the variables of all
containers, secrets included, and does whatever else the proxy lets through. On 127.0.0.1 that is every
process of the host. Leave the port inside a network that only the proxy and its client are in.

```yaml compose.yaml
services:
  socket-proxy:
    image: tecnativa/docker-socket-proxy:v0.4.1
    ports:
      - "2375:2375"  #! socket-proxy publishes Docker's API
```

## Instead

```yaml compose.yaml
services:
  socket-proxy:
    image: tecnativa/docker-socket-proxy:v0.4.1
    networks: [docker-api]
networks:
  docker-api:
    internal: true
```
"""

from compolint.api import Fix, Listener, Problem, Problems, Severity, check, is_socket_proxy


@check(
    Severity.CRITICAL,
    clauses="J1 C1",
    cwe=(306,),
    references=("https://github.com/Tecnativa/docker-socket-proxy#security-recommendations",),
)
def socket_proxy_published(listener: Listener) -> Problems:
    if is_socket_proxy(listener.image):
        yield Problem(
            f"{listener.name} publishes Docker's API, which asks for no password, on {listener.address}",
            at=listener.span,
            fix=Fix("remove the port; its client reaches it through a network that they share"),
            severity=Severity.HIGH if listener.address.is_loopback else None,
        )
