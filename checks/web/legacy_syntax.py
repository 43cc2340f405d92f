"""Configuration for a version that is no more

Caddy 1 has had no fixes since 2020, and Caddy 2 does not take its files: it either refuses to start, or was
never updated and runs with every hole that has been found since. What the file declares is not checked, as it
means nothing to the program that people install today. Write it anew for Caddy 2.

```caddy Caddyfile
shop.example.org {
    proxy / app:3000  #! proxy belongs to Caddy 1
    gzip
}
```

## Instead

```caddy Caddyfile
shop.example.org {
    reverse_proxy app:3000
    encode gzip
}
```
"""

from compolint.api import Fault, Fix, Problem, Problems, Severity, check


@check(
    Severity.MEDIUM,
    cwe=(1104,),
    references=("https://caddyserver.com/docs/v2-upgrade",),
    when="kind:legacy",
)
def legacy_syntax(fault: Fault) -> Problems:
    if fault.kind == "legacy":
        yield Problem(fault.message, at=fault.span, fix=Fix("write the file anew for the current version"))
