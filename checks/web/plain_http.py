"""Site over HTTP without encryption

Everybody on the way reads what is sent, passwords and session cookies included, and can change what comes
back: in the same Wi-Fi, at the provider, at whoever announces the address as his. Give the site a name and
a certificate, and let port 80 send all requests to `https://`.

```caddy Caddyfile
http://shop.example.org {  #! shop.example.org answers over HTTP without encryption
    reverse_proxy app:3000
}
```

## Instead

```caddy Caddyfile
shop.example.org {
    reverse_proxy app:3000
}
```

Sites that only redirect or refuse are none, and neither are those that only the host itself or its tailnet
reaches, those in containers that publish no port for them, and those behind a proxy that the server trusts.
Names and addresses of a private network are reported with low severity.
"""

from compolint.api import (
    Fix,
    Location,
    Problem,
    Problems,
    Severity,
    Site,
    Upstream,
    WebServer,
    World,
    check,
    doors,
    is_exposed,
    place_of,
)


@check(
    Severity.MEDIUM,
    clauses="C1",
    cwe=(319,),
    references=("https://owasp.org/www-project-top-ten/2017/A3_2017-Sensitive_Data_Exposure",),
    when="plain",
)
def plain_http(site: Site, world: World) -> Problems:
    server = world.get(WebServer, site.owner)
    if site.redirects or site.rejects or not _has_content(site, world) or (server and server.trusted):
        return
    if not site.plain or not is_exposed(site, world):
        return
    opened = doors(site, world)
    # Such a file of Nginx goes into an image as a rule, and what stands in front of that is not here.
    if site.server == "nginx" and not site.is_public and all(each.origin == "socket" for each in opened):
        return
    is_private = all(each.address.is_private for each in opened) or (
        bool(site.hosts) and all(place_of(host) != "internet" for host in site.hosts)
    )
    yield Problem(
        f"{site.name} answers over HTTP without encryption",
        at=site.span,
        fix=Fix("give it a certificate, and let HTTP redirect to https://"),
        severity=Severity.LOW if is_private else None,
    )


def _has_content(site: Site, world: World) -> bool:
    """Whether it hands requests on, or files out."""
    return any(
        location.serves_files or world.owned(Upstream, location.key)
        for location in world.owned(Location, site.key)
        if not location.internal
    )
