"""Site that is none where a variable is missing

An address that is only a variable without a default is empty where the variable is not set, and a first block
without an address is not a site but Caddy's global options: the server does not start, or takes what the site
was to do for settings of its own. Give the variable a default, or an env file in the project that sets it.

```caddy Caddyfile
{$DOMAIN} {  #! without DOMAIN this block is no site but the global options
    reverse_proxy app:3000
}
```

## Instead

```caddy Caddyfile
{$DOMAIN:localhost} {
    reverse_proxy app:3000
}
```

A variable that some file of the project gives, be it an env file or a Compose file, is taken as set.
"""

from compolint.api import Fix, Problem, Problems, Severity, Site, Variable, World, check


@check(
    Severity.HIGH,
    clauses="C2",
    cwe=(1188,),
    references=("https://caddyserver.com/docs/caddyfile/concepts#environment-variables",),
    when="vanishes_without",
)
def unset_site_address(site: Site, world: World) -> Problems:
    name = site.vanishes_without
    if name and not world.where(Variable, "name", name):
        yield Problem(
            f"without {name} this block is no site but the global options",
            at=site.span,
            fix=Fix(f"give it a default: {{${name}:localhost}}"),
        )
