"""Certificate of an authority that nobody knows

Caddy signs the site's certificate itself, so that every browser warns of it, and people learn to click the
warning away, which is what an attacker in between waits for. Take `tls internal` and `local_certs` away from
names that the internet resolves: Caddy then orders a certificate that browsers trust, for free.

```caddy Caddyfile
shop.example.org {
    tls internal  #! shop.example.org has a certificate that no browser trusts
    reverse_proxy app:3000
}
```

## Instead

```caddy Caddyfile
shop.example.org {
    reverse_proxy app:3000
}

nas.lan {
    tls internal
    reverse_proxy 192.168.1.5:5000
}
```
"""

from compolint.api import (
    Fix,
    Problem,
    Problems,
    Severity,
    Site,
    World,
    check,
    doors,
    place_of,
)


@check(
    Severity.LOW,
    cwe=(295,),
    references=("https://caddyserver.com/docs/caddyfile/directives/tls",),
    when="issuer",
)
def internal_ca_on_public_site(site: Site, world: World) -> Problems:
    if site.issuer != "internal" or not site.hosts:
        return
    listeners = doors(site, world)
    if listeners and all(each.address.is_private for each in listeners):
        return
    public = next((host for host in site.hosts if place_of(host) == "internet"), None)
    if public is not None:
        yield Problem(
            f"{public} has a certificate that no browser trusts",
            at=site.at("issuer"),
            fix=Fix("take it away, so that a certificate is ordered that browsers trust"),
        )
