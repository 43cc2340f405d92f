"""Answer that is given before anybody asks who comes

`return` acts before `allow`, `deny` and `auth_basic` are looked at: what it says goes to everybody, and the
rules beside it do nothing. Put what is secret into a file or behind a proxy, where the rules count.

```nginx site.conf
server {
  listen 80;
  server_name example.com;
  location /status {
    allow 10.0.0.0/8;
    deny all;
    return 200 "build 4711 on node7";  #! /status of example.com answers everybody
  }
}
```

## Instead

```nginx site.conf
server {
  listen 80;
  server_name example.com;
  location /status {
    allow 10.0.0.0/8;
    deny all;
    try_files /status.txt =404;
  }
}
```
"""

from compolint.api import Fix, Location, Problem, Problems, Severity, check


@check(
    Severity.MEDIUM,
    cwe=(696, 285),
    references=("https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#return",),
    when="skips_access",
)
def return_skips_access(location: Location) -> Problems:
    if location.skips_access and not location.internal:
        yield Problem(
            f"{location.place} answers everybody, before its own rules are asked",
            at=location.at("skips_access"),
            fix=Fix("answer with a file or a backend, for which the rules count"),
        )
