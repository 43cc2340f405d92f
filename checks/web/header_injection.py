"""Header that a client can end

`$uri` and what an expression captures of it are decoded: of `%0d%0a` in the path a line end is left. In a
header, a redirect or a request to another server it ends the line, and what follows is read as further
headers or as an answer of its own: cookies are set, caches are filled with other pages, requests reach the
backend that nobody checked. Use `$request_uri`, which stays encoded, or an expression that lets no line end
through.

```nginx site.conf
server {
  listen 80;
  server_name example.com;
  return 301 https://example.com$uri;  #! $uri may hold line ends, and ends the header Location of example.com
}
```

## Instead

```nginx site.conf
server {
  listen 80;
  server_name example.com;
  return 301 https://example.com$request_uri;
}
```
"""

from compolint.api import Fix, Header, Location, Problem, Problems, Severity, World, check


@check(
    Severity.HIGH,
    cwe=(93, 113),
    references=("https://nginx.org/en/docs/http/ngx_http_core_module.html#var_uri",),
    when="from_client",
)
def header_injection(header: Header, world: World) -> Problems:
    location = world.get(Location, header.owner)
    if not header.from_client or (location and location.internal):
        return
    words = " and ".join(header.from_client)
    what = "the path of requests from" if header.name == ":path" else f"the header {header.name} of"
    yield Problem(
        f"{words} may hold line ends, and ends {what} {header.site}",
        at=header.at("value"),
        fix=Fix("use $request_uri, which is not decoded, or an expression that no line end fits"),
    )
