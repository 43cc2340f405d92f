r"""Condition in a location that does more than it says

An `if` in a location is a location of its own: where its condition holds, `try_files`, headers and other
settings of the one around are lost, in ways that few can foresee. Only `return`, `rewrite`, `set` and
`break` do there what they say. Decide with a `map`, or give the case a location of its own.

```nginx site.conf
server {
  listen 80;
  root /srv/www;
  location / {
    try_files $uri /index.html;
    if ($uri ~ \.css$) {
      add_header X-Kind style;  #! add_header in an `if` of / of :80
    }
  }
}
```

## Instead

```nginx site.conf
map $uri $kind {
  default "";
  ~\.css$ style;
}
server {
  listen 80;
  root /srv/www;
  location / {
    try_files $uri /index.html;
    add_header X-Kind $kind;
  }
}
```
"""

from compolint.api import Fix, Location, Problem, Problems, Severity, check


@check(
    Severity.LOW,
    cwe=(670,),
    references=("https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#if",),
    when="in_if",
)
def if_in_location(location: Location) -> Problems:
    for name, at in location.each("in_if"):
        yield Problem(
            f"{name} in an `if` of {location.place} may not do what it says",
            at=at,
            fix=Fix("decide with a `map`, or give the case a location of its own"),
        )
