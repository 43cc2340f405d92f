"""Broken versions or ciphers of TLS

TLS 1.0 and 1.1, SSL, RC4, DES and their kin have attacks that read or change what is sent, and a client can
be talked down to the weakest of what the server offers by somebody in between. No browser of the last ten
years needs them. Leave the settings out: what servers offer by default is sound.

```caddy Caddyfile
shop.example.org {
    tls {
        protocols tls1.1 tls1.3  #! shop.example.org offers TLSv1.1
    }
    respond hello
}
```

## Instead

```caddy Caddyfile
shop.example.org {
    tls {
        protocols tls1.2 tls1.3
    }
    respond hello
}
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Site, check, weak_ciphers

_WEAK = ("SSLv2", "SSLv3", "TLSv1", "TLSv1.1")


@check(
    Severity.HIGH,
    cwe=(326, 327),
    references=("https://datatracker.ietf.org/doc/html/rfc8996", "https://ssl-config.mozilla.org/"),
    when="protocols ciphers",
)
def weak_tls(site: Site) -> Problems:
    weak = [name for name in site.protocols or () if name in _WEAK]
    if weak:
        first = next(n for n, name in enumerate(site.protocols or ()) if name in _WEAK)
        yield Problem(
            f"{site.name} offers {' and '.join(map(str, weak))}",
            at=site.at("protocols", first),
            fix=Fix("leave TLSv1.2 and TLSv1.3"),
        )
    if site.ciphers is None:
        return
    if broken := weak_ciphers(site.ciphers.strip()):
        more = f" and {len(broken) - 1} more broken ciphers" if len(broken) > 1 else ", a broken cipher"
        yield Problem(
            f"{site.name} offers {broken[0]}{more}",
            at=site.at("ciphers"),
            fix=Fix("leave the setting out, or take what https://ssl-config.mozilla.org/ gives"),
        )
