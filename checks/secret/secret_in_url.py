"""Password or token inside of a URL

URLs end up in logs, in error messages, in the process list and in browser histories, and the password
with them. Everybody who can read this file has it already. Build the URL from variables
(`postgres://app:${DB_PASSWORD}@db/app`), or give the parts to the program one by one.

```yaml compose.yaml
services:
  web:
    image: ghcr.io/acme/web:2
    environment:
      DATABASE_URL: postgres://app:tiger42@db/app  #! DATABASE_URL has a password in its URL
```

## Instead

```yaml compose.yaml
services:
  web:
    image: ghcr.io/acme/web:2
    environment:
      DATABASE_URL: postgres://app:${DB_PASSWORD}@db/app
```

A URL in an `.env` file is where it belongs, unless its password is a default, or the file is an example
with a real password in it.
"""

from compolint.api import (
    Fix,
    Problem,
    Problems,
    Severity,
    Variable,
    check,
    credentials_of,
    is_example,
)

_SAYS = {"real": "a password", "default": "a default password", "placeholder": "a placeholder"}


@check(
    Severity.HIGH,
    hides=True,
    clauses="J4",
    cwe=(598, 798),
    references=("https://cwe.mitre.org/data/definitions/598.html",),
)
def secret_in_url(variable: Variable) -> Problems:
    for credential, at in credentials_of(variable) if (wrong := _wrong_here(variable)) else ():
        if credential.form == "url" and credential.strength in wrong:
            yield Problem(
                f"{variable.name} has {_SAYS[credential.strength]} in its URL",
                at=at,
                fix=Fix("write ${NAME} in its place, and keep the value in .env"),
            )


def _wrong_here(variable: Variable) -> tuple[str, ...]:
    """Which passwords must not stand in a URL in this file."""
    example = is_example(variable.span.path)
    if variable.given_by in ("environment", "terraform", "bake"):
        return ("real",) if example else tuple(_SAYS)
    return ("default", "placeholder") if variable.given_by in ("env", "env_file") and not example else ()
