"""Caddy told not to care for HTTPS by itself

Without it nobody orders certificates and renews them, and whoever types the name without `https://` is not
sent there: the site fails on the day that a certificate runs out, or is asked for in plain text. Take the
option away; for a single site without TLS write `http://` in front of its address.

```caddy Caddyfile
{
    auto_https off  #! auto_https off leaves shop.example.org without a certificate and a redirect
}

shop.example.org {
    reverse_proxy app:3000
}
```

## Instead

```caddy Caddyfile
shop.example.org {
    reverse_proxy app:3000
}
```

Where all sites have certificates of their own, or are for HTTP only, nothing is lost. An option that switches
off a part, such as the redirects, is reported with low severity.
"""

from compolint.api import Fix, Problem, Problems, Severity, Site, WebServer, World, assume, check

_LOSES = {
    "off": "without a certificate and a redirect",
    "disable_certs": "without a certificate",
    "disable_redirects": "without a redirect from HTTP",
}


@check(
    Severity.MEDIUM,
    cwe=(319,),
    references=("https://caddyserver.com/docs/caddyfile/options#auto-https",),
    when="automatic_https",
)
def automatic_https_off(server: WebServer, world: World) -> Problems:
    mode = server.automatic_https
    if mode not in _LOSES:
        return
    # A site whose certificate is left open is not known to have one.
    sites = [
        site
        for site in world.owned(Site, server.key)
        if assume(site.tls, True) and (mode == "disable_redirects" or assume(site.issuer, None) != "file")
    ]
    if sites:
        yield Problem(
            f"auto_https {mode} leaves {sites[0].name} {_LOSES[str(mode)]}",
            at=server.at("automatic_https"),
            fix=Fix("take the option away, and write http:// for sites that need no TLS"),
            severity=None if mode == "off" else Severity.LOW,
        )
