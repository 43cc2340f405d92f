"""The whole file system on the web

Every file that the server's user may read can be fetched: `/etc/passwd`, the configuration of other
services, keys, `/proc` with the variables of each process. Name the folder that is meant.

```caddy Caddyfile
files.example.org {
    root * /  #! files.example.org serves the whole file system
    file_server
}
```

## Instead

```caddy Caddyfile
files.example.org {
    root * /srv/files
    file_server
}
```
"""

from compolint.api import Fix, Location, Problem, Problems, Severity, check


@check(
    Severity.HIGH,
    cwe=(219, 552),
    references=("https://cwe.mitre.org/data/definitions/552.html",),
    when="root alias",
)
def root_at_filesystem_root(location: Location) -> Problems:
    field = "root" if location.alias is None else "alias"
    if location.serves_files and getattr(location, field) == "/":
        yield Problem(
            f"{location.name} serves the whole file system",
            at=location.at(field),
            fix=Fix("name the folder that is meant"),
        )
