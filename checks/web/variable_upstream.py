"""Upstream that the client chooses

Where a header, an argument or a part of the path decides which host requests are handed on to, a client
can send them anywhere from inside of the network: to the cloud's metadata, to databases that trust the
host, to any port of it. Write the host down, list the choices in a `map`, or mark the location `internal`.

```nginx site.conf
server {
  listen 80;
  location /fetch {
    proxy_pass http://$arg_host/;  #! the client decides with $arg_host where a request to :80 goes
  }
}
```

## Instead

```nginx site.conf
map $arg_region $backend {
  default eu.backend.internal;
  us      us.backend.internal;
}
server {
  listen 80;
  location /fetch {
    proxy_pass http://$backend/;
  }
}
```
"""

from compolint.api import Fix, Location, Problem, Problems, Severity, Upstream, World, check


@check(
    Severity.HIGH,
    cwe=(918, 441),
    references=("https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass",),
    when="chosen_by_client",
)
def variable_upstream(upstream: Upstream, world: World) -> Problems:
    location = world.get(Location, upstream.owner)
    if upstream.chosen_by_client and not (location and location.internal):
        words = " and ".join(upstream.chosen_by_client)
        yield Problem(
            f"the client decides with {words} where a request to {upstream.name} goes",
            at=upstream.span,
            fix=Fix("write the host down, or look it up in a list of those that are meant"),
        )
