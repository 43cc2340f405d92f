"""Credentials written to a log

Logs are kept, copied, shipped to other machines and shown to more people than the service itself. With the
headers that log clients in, or with the keys of their connections, every reader of the log can act as each of
them, or decrypt all that was recorded of the traffic. Take the setting away, and change what was logged.

```caddy Caddyfile
{
    servers {
        log_credentials  #! Caddyfile writes cookies and passwords to the log
    }
}

shop.example.org {
    reverse_proxy app:3000
}
```

## Instead

```caddy Caddyfile
shop.example.org {
    log
    reverse_proxy app:3000
}
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Site, WebServer, World, check


@check(
    Severity.HIGH,
    cwe=(532,),
    references=("https://caddyserver.com/docs/caddyfile/options#log-credentials",),
)
def credentials_in_log(server: WebServer, world: World) -> Problems:
    if server.logs_credentials:
        yield Problem(
            f"{server.name} writes cookies and passwords to the log",
            at=server.at("logs_credentials"),
            fix=Fix("take the setting away, and change what was logged"),
        )
    for site in world.owned(Site, server.key):
        if site.key_log is not None:
            yield Problem(
                f"{site.name} writes the keys of its connections to a file",
                at=site.at("key_log"),
                fix=Fix("take the setting away, and the file with it"),
            )
