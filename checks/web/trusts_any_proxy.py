"""Anybody may say where he comes from

The server believes the address that a request names in `X-Forwarded-For`, whoever sends it. A client that
writes `127.0.0.1` or an address of the office there gets past every list of allowed addresses, is never
limited and never found in the log. Trust the addresses of the proxies that stand in front, and nobody else.

```caddy Caddyfile
{
    servers {
        trusted_proxies static 0.0.0.0/0  #! Caddyfile believes what 0.0.0.0/0 say
    }
}

shop.example.org {
    reverse_proxy app:3000
}
```

## Instead

```caddy Caddyfile
{
    servers {
        trusted_proxies static 10.0.0.5/32
        trusted_proxies_strict
    }
}

shop.example.org {
    reverse_proxy app:3000
}
```
"""

from compolint.api import Fix, Problem, Problems, Severity, WebServer, check

_EVERYBODY = ("0.0.0.0/0", "::/0", "0/0", "*")


@check(
    Severity.HIGH,
    cwe=(348, 290),
    references=("https://caddyserver.com/docs/caddyfile/options#trusted-proxies",),
    when="trusted",
)
def trusts_any_proxy(server: WebServer) -> Problems:
    everybody = [(network, at) for network, at in server.each("trusted") if network in _EVERYBODY]
    if everybody:
        network, at = everybody[0]
        yield Problem(
            f"{server.name} believes what {network} say of a client's address",
            at=at,
            fix=Fix("trust the addresses of the proxies in front, and nobody else"),
        )
