"""Variable with which programs no longer verify the other end

`NODE_TLS_REJECT_UNAUTHORIZED=0` and its like hold for every connection of the process and of all it starts:
anybody on the way can answer in place of the server, read what is sent and hand over other files. Name the
missing certificate authority instead: `NODE_EXTRA_CA_CERTS`, `SSL_CERT_FILE`, `GIT_SSL_CAINFO`.

```yaml compose.yaml
services:
  app:
    image: node:24.11
    environment:
      NODE_TLS_REJECT_UNAUTHORIZED: "0"  #! with NODE_TLS_REJECT_UNAUTHORIZED app trusts whoever answers
```

```dockerfile Dockerfile
FROM debian:13.1
ENV GIT_SSL_NO_VERIFY=true  #! with GIT_SSL_NO_VERIFY Dockerfile trusts whoever answers
```

## Instead

```yaml compose.yaml
services:
  app:
    image: node:24.11
    environment:
      NODE_TLS_REJECT_UNAUTHORIZED: "1"
      NODE_EXTRA_CA_CERTS: /etc/ssl/own.crt
      GIT_SSL_NO_VERIFY: ${NO_VERIFY:-}
```
"""

from compolint.api import Fix, Problem, Problems, Secret, Severity, Variable, check, switches_verification_off


@check(
    Severity.HIGH,
    clauses="W4",
    cwe=(295,),
    references=("https://nodejs.org/api/cli.html#node_tls_reject_unauthorizedvalue",),
)
def tls_verification_disabling_variable(variable: Variable) -> Problems:
    value = variable.value
    if isinstance(value, Secret) and switches_verification_off(variable.name, value.reveal()):
        yield Problem(
            f"with {variable.name} {variable.owner_name} trusts whoever answers",
            at=variable.at("value"),
            fix=Fix("name the certificate authority that signed the server's certificate"),
        )
