"""Upstream that may be anybody

The connection is encrypted, and nobody asks to whom: whoever gets between the proxy and the upstream, by ARP
or DNS, shows a certificate of his own, reads all requests with their cookies, and answers them. Let the proxy
trust the upstream's certificate or its authority by name.

```caddy Caddyfile
cam.example.org {
    reverse_proxy https://198.51.100.7:8443 {
        transport http {
            tls_insecure_skip_verify  #! cam.example.org does not check who answers at https://198.51.100.7:8443
        }
    }
}
```

## Instead

```caddy Caddyfile
cam.example.org {
    reverse_proxy https://198.51.100.7:8443 {
        transport http {
            tls_trust_pool file /etc/caddy/cam.pem
        }
    }
}
```

Upstreams on the machine itself, containers included, are none. In a private network it is reported with
medium severity, and so is an upstream of which nothing is said where the server then checks nothing.
"""

from compolint.api import Fix, Problem, Problems, Severity, Upstream, check, place_of

_ENCRYPTED = ("https", "grpcs")
_SEVERITIES = {
    ("internet", False): Severity.HIGH,
    ("internet", None): Severity.MEDIUM,
    ("network", False): Severity.MEDIUM,
    ("network", None): Severity.LOW,
}


@check(
    Severity.HIGH,
    cwe=(295,),
    references=("https://caddyserver.com/docs/caddyfile/directives/reverse_proxy#the-http-transport",),
)
def upstream_tls_unverified(upstream: Upstream) -> Problems:
    scheme, verified = upstream.scheme, upstream.verified
    if upstream.host is None or (isinstance(scheme, str) and scheme not in _ENCRYPTED) or verified:
        return
    severity = _SEVERITIES.get((place_of(upstream.host), None if verified is None else False))
    if severity is not None and scheme in _ENCRYPTED:
        yield Problem(
            f"{upstream.name} does not check who answers at {upstream.text}",
            at=upstream.at("verified"),
            fix=Fix("let the proxy trust the upstream's certificate or its authority"),
            severity=severity,
        )
