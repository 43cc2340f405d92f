"""Requests handed on across the internet in plain text

The client's connection is encrypted as far as the proxy only. From there to the upstream everybody on the way
reads the requests with their cookies and passwords, and can answer in its place. Use `https://` for an
upstream that is not on this machine or in a network of its own, or reach it through a VPN.

```caddy Caddyfile
shop.example.org {
    reverse_proxy http://backend.example.net:8080  #! hands requests on to http://backend.example.net:8080
}
```

## Instead

```caddy Caddyfile
shop.example.org {
    reverse_proxy https://backend.example.net
}

api.example.org {
    reverse_proxy app:3000 10.0.0.5:3000
}
```
"""

from compolint.api import (
    Fix,
    Location,
    Problem,
    Problems,
    Severity,
    Site,
    Upstream,
    World,
    check,
    place_of,
)

_PLAIN = ("http", "h2c", "fastcgi", "grpc", "scgi", "uwsgi")


@check(
    Severity.MEDIUM,
    cwe=(319,),
    references=("https://caddyserver.com/docs/caddyfile/directives/reverse_proxy#upstreams",),
)
def cleartext_upstream(upstream: Upstream, world: World) -> Problems:
    if upstream.host is None or (isinstance(upstream.scheme, str) and upstream.scheme not in _PLAIN):
        return
    if upstream.chosen_by_client:
        return  # `variable-upstream` tells of it
    is_far = place_of(upstream.host) == "internet" and not _is_itself(upstream, world)
    if is_far and upstream.scheme in _PLAIN:
        yield Problem(
            f"{upstream.name} hands requests on to {upstream.text} in plain text",
            at=upstream.span,
            fix=Fix("use https:// for it, or reach it through a VPN"),
        )


def _is_itself(upstream: Upstream, world: World) -> bool:
    """Whether the upstream is called as the site is: it is another port of the same machine."""
    location = world.get(Location, upstream.owner)
    site = world.get(Site, location.owner) if location else None
    return site is not None and any(isinstance(host, str) and host == upstream.host for host in site.hosts)
