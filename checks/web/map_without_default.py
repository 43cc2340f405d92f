"""Table that says nothing of the rest

What fits no line of a `map` gives an empty text. If a rule then asks for a word that means *no*, the
empty one means *yes*: a new role, a misspelt header or none at all gets through. Say with `default` what
holds for all that nobody thought of.

```nginx site.conf
map $http_x_role $is_limited {  #! $is_limited is empty for what no line of its table fits
  guest 1;
}
server {
  listen 80;
}
```

## Instead

```nginx site.conf
map $http_x_role $is_limited {
  default 1;
  admin   0;
}
server {
  listen 80;
}
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Table, check


@check(
    Severity.INFO,
    cwe=(478,),
    references=("https://nginx.org/en/docs/http/ngx_http_map_module.html#map",),
    profile="strict",
)
def map_without_default(table: Table) -> Problems:
    if not table.has_default and not table.is_empty:
        yield Problem(
            f"{table.name} is empty for what no line of its table fits",
            at=table.span,
            fix=Fix("add a line `default`"),
        )
