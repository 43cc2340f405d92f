"""What looks like a real secret in an example file

`.env.example` is made to be read by everybody, and whoever copies it keeps what stands in it: either the
value is real and now public, or a hundred servers will have the same. Leave the value empty, or write a
placeholder (`change-me`).

```sh .env.example
DB_PASSWORD=kd0s9lskA1l1xW  #! DB_PASSWORD looks real, although this file is an example
```

## Instead

```sh .env.example
# openssl rand -hex 24
DB_PASSWORD=
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Variable, check, credentials_of, is_example


@check(
    Severity.MEDIUM,
    hides=True,
    clauses="J4",
    cwe=(798, 1392),
    references=("https://cwe.mitre.org/data/definitions/1392.html",),
    when="given_by:env",
)
def secret_in_example(variable: Variable) -> Problems:
    if variable.given_by == "env" and is_example(variable.span.path):
        for credential, at in credentials_of(variable):
            if credential.form in {"value", "url"} and credential.strength == "real":
                yield Problem(
                    f"{variable.name} looks real, although this file is an example",
                    at=at,
                    fix=Fix("leave the value empty, and change the secret if it was one"),
                )
