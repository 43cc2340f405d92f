"""Password or its hash in a label

Labels are no place for secrets: every container that may read Docker's API, most dashboards among them,
lists the labels of all others, and the file stands in the repository. A hash can be tried offline for as
long as it takes. Name a file instead (`basicauth.usersfile`), or write `${NAME}` and keep the value in an
`.env` file that git ignores.

```yaml compose.yaml
services:
  web:
    image: ghcr.io/acme/web:2
    labels:
      homepage.widget.password: kd0s9lskA1l1xW  #! homepage.widget.password is a password
      caddy.basic_auth.me: $$2a$$14$$1l.IozJx7xQRVmlkEQ32OeEEfP5mRxTpb  #! is the hash of a password
```

## Instead

```yaml compose.yaml
services:
  web:
    image: ghcr.io/acme/web:2
    labels:
      homepage.widget.password: "{{HOMEPAGE_VAR_PASSWORD}}"
      traefik.http.middlewares.in.basicauth.usersfile: /run/secrets/users
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Variable, check, credentials_of

_SAYS = {
    "real": "is a password in plain text",
    "default": "is a password in plain text",
    "placeholder": "is a placeholder for a password",
    "hash": "is the hash of a password",
}


@check(
    Severity.HIGH,
    hides=True,
    clauses="J4",
    cwe=(312, 798),
    cis="4.10",
    references=("https://doc.traefik.io/traefik/middlewares/http/basicauth/",),
    when="given_by:label",
)
def secret_in_label(variable: Variable) -> Problems:
    if variable.given_by == "label":
        for credential, at in credentials_of(variable):
            if credential.form in {"value", "url"}:
                yield Problem(
                    f"{variable.name} {_SAYS[credential.strength]}",
                    at=at,
                    fix=Fix("name a file that holds it, or write ${NAME} and keep the value in .env"),
                    severity=Severity.MEDIUM if credential.strength == "hash" else None,
                )
