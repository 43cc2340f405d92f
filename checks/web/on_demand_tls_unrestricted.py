"""Certificates for whatever name a stranger asks for

Anybody can point any number of names to the server, and each of them makes it order a certificate and keep
it, until the authority refuses all further ones, those of the real sites included, or the disk is full. Let
Caddy ask an own endpoint first whether a name is a known one (`on_demand_tls { ask … }`).

```caddy Caddyfile
https:// {
    tls {
        on_demand  #! :443 orders certificates for any name
    }
    reverse_proxy app:3000
}
```

## Instead

```caddy Caddyfile
{
    on_demand_tls {
        ask http://localhost:9123/ask
    }
}

https:// {
    tls {
        on_demand
    }
    reverse_proxy app:3000
}
```

A site with names of its own orders certificates for those only, and an authority of Caddy's own has no
limits.
"""

from compolint.api import Fix, Problem, Problems, Severity, Site, WebServer, World, check


@check(
    Severity.HIGH,
    cwe=(770,),
    references=("https://caddyserver.com/docs/automatic-https#on-demand-tls",),
    when="on_demand",
)
def on_demand_tls_unrestricted(site: Site, world: World) -> Problems:
    server = world.get(WebServer, site.owner)
    # The options of a piece stand where it is imported.
    if not site.on_demand or server is None or not server.is_whole or server.on_demand_permission:
        return
    if site.issuer == "internal" or (site.hosts and not any("*" in str(host) for host in site.hosts)):
        return
    yield Problem(
        f"{site.name} orders certificates for any name",
        at=site.at("on_demand"),
        fix=Fix("let `on_demand_tls { ask … }` say which names are known"),
    )
