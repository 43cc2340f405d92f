"""Client certificates that are asked for, and not checked

Whoever connects makes a certificate of his own in a second, and it is taken: the server asks for one and does
not look who signed it. Name the authority that signs the clients' certificates, and let the server verify
them.

```caddy Caddyfile
admin.example.org {
    tls {
        client_auth {
            mode require  #! admin.example.org asks for a client certificate and takes any
        }
    }
    reverse_proxy app:3000
}
```

## Instead

```caddy Caddyfile
admin.example.org {
    tls {
        client_auth {
            mode require_and_verify
            trust_pool file /etc/caddy/clients.pem
        }
    }
    reverse_proxy app:3000
}
```

Where the certificate is handed on to the upstream, or compared with something, that may check it, and nothing
is reported.
"""

from compolint.api import Fix, Problem, Problems, Severity, Site, check


@check(
    Severity.MEDIUM,
    cwe=(295, 287),
    references=("https://caddyserver.com/docs/caddyfile/directives/tls#client_auth",),
    when="client_certificate",
)
def client_certificate_unchecked(site: Site) -> Problems:
    if site.client_certificate == "requested":
        yield Problem(
            f"{site.name} asks for a client certificate and takes any",
            at=site.at("client_certificate"),
            fix=Fix("let the server verify it against the authority that signs them"),
        )
