"""Control of the web server open to the network

Whoever reaches this socket gives the server orders: load another configuration, send every site's visitors
elsewhere, read keys, stop. It asks for no password, because it is meant for the machine itself. Leave it on
`localhost`, put it on a Unix socket, or switch it off.

```caddy Caddyfile
{
    admin 0.0.0.0:2019  #! Caddyfile takes orders on every interface (2019/tcp)
}
```

## Instead

```caddy Caddyfile
{
    admin localhost:2019
}
```

Where a container publishes the port beyond the host, or the address is a public one, it is critical. The
`origins` of Caddy keep browsers out, and nobody else.
"""

from compolint.api import (
    ControlApi,
    Fix,
    Listener,
    Problem,
    Problems,
    Severity,
    WebServer,
    World,
    assume,
    check,
    is_beyond_host,
)


@check(
    Severity.HIGH,
    clauses="C1",
    cwe=(306, 1327),
    references=("https://caddyserver.com/docs/caddyfile/options#admin",),
)
def control_api_exposed(api: ControlApi, world: World) -> Problems:
    if api.address is None or api.protected or api.address.is_loopback:
        return
    place = "every interface" if api.address.is_wildcard else str(api.address)
    port = "" if api.port is None else f" ({api.port}/tcp)"
    is_public = api.address.is_public or _is_published(api, world)
    yield Problem(
        f"{api.name} takes orders on {place}{port}",
        at=api.at("address"),
        fix=Fix("leave it on localhost, or switch it off"),
        severity=Severity.CRITICAL if is_public else None,
    )


def _is_published(api: ControlApi, world: World) -> bool:
    """Whether a container that runs with the file publishes the port beyond the host."""
    server = world.get(WebServer, api.owner)
    # A port or an address that is open is found where it is published.
    return any(
        assume(api.port, 0) in target and is_beyond_host(listener)
        for home in (server.homes if server else (api.owner,)) or ()
        for listener in world.owned(Listener, home)
        if (target := assume(listener.target, None)) and assume(listener.address, None)
    )
