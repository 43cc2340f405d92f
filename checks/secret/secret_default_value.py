"""Password as the default of a variable

`${PASSWORD:-value}` takes the value wherever the variable is not set: on the new server, in the job that
forgot its `.env` file. Nothing warns, and the password stands in the repository for everybody to read.
Write `${PASSWORD:?set it in .env}`, so that Compose refuses to start without one.

```yaml compose.yaml
services:
  db:
    image: postgres:17
    environment:
      POSTGRES_PASSWORD: ${DB_PASSWORD:-tiger42}  #! DB_PASSWORD has a literal default
```

## Instead

```yaml compose.yaml
services:
  db:
    image: postgres:17
    environment:
      POSTGRES_PASSWORD: ${DB_PASSWORD:?set it in .env}
```
"""

from compolint.api import (
    Fix,
    Problem,
    Problems,
    Severity,
    Variable,
    check,
    default_credentials_of,
    is_example,
)


@check(
    Severity.MEDIUM,
    hides=True,
    clauses="J4",
    cwe=(798, 1188),
    references=("https://docs.docker.com/reference/compose-file/interpolation/",),
)
def secret_default_value(variable: Variable) -> Problems:
    if is_example(variable.span.path):
        return
    for name, credential, at in default_credentials_of(variable):
        if credential.form in {"value", "url"} and credential.strength != "hash":
            yield Problem(
                f"{name} has a literal default, which counts wherever it is not set",
                at=at,
                fix=Fix(
                    "write {$NAME} in its place"
                    if variable.given_by == "proxy"
                    else "write ${NAME:?set it in .env} in its place"
                ),
            )
