"""Secret in the configuration of a web server

The key of the DNS provider, a token that the proxy sends along, a password of a store: it is in the
repository, in its history and in every copy, and whoever has the key of a DNS zone can get certificates for
all of its names. Put a placeholder in its place (`{env.CF_API_TOKEN}`), keep the value where git does not see
it, and change it.

```caddy Caddyfile
shop.example.org {
    tls {
        dns cloudflare kJ8mQ2xR7vT4nW9bL3cF6hD1sA5gY0pE8uZ2xxQq  #! cloudflare token
    }
    reverse_proxy app:3000
}
```

## Instead

```caddy Caddyfile
shop.example.org {
    tls {
        dns cloudflare {env.CF_API_TOKEN}
    }
    reverse_proxy app:3000
}
```

Tokens whose form tells whose they are, are reported as `provider-token`; defaults of variables as
`secret-default-value`.
"""

from compolint.api import Fix, Problem, Problems, Severity, Variable, check, credentials_of, is_example


@check(
    Severity.HIGH,
    hides=True,
    clauses="C7 J4",
    cwe=(798, 312),
    references=("https://caddyserver.com/docs/caddyfile/concepts#environment-variables",),
    when="given_by:proxy",
)
def secret_in_proxy_config(variable: Variable) -> Problems:
    if variable.given_by != "proxy" or variable.by_default or is_example(variable.span.path):
        return
    for credential, at in credentials_of(variable):
        if credential.form in ("value", "url") and credential.strength in ("real", "default"):
            yield Problem(
                f"{variable.name} stands in the configuration of {variable.owner_name} in plain text",
                at=at,
                fix=Fix("put a placeholder for a variable in its place, and change the secret"),
            )
