"""Default or trivially weak password

These are the first that a scanner tries: `postgres`, `admin`, the service's own name, and the placeholder
of the example that the file was copied from. Make one with `openssl rand -hex 24` and keep it in a file
that git ignores.

```yaml compose.yaml
services:
  db:
    image: postgres:17
    environment:
      POSTGRES_PASSWORD: postgres  #! POSTGRES_PASSWORD is a password that anybody tries first
  web:
    image: ghcr.io/acme/web:2
    environment:
      SECRET_KEY: change-me-in-production  #! SECRET_KEY still has a placeholder for its value
```

## Instead

```yaml compose.yaml
services:
  db:
    image: postgres:17
    environment:
      POSTGRES_PASSWORD: ${DB_PASSWORD:?set it in .env}
```

Files that only show how to write another one (`.env.example`, `compose.sample.yaml`) may have both.
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

_GIVEN_BY = ("environment", "env_file", "env", "terraform")
_SAYS = {
    "default": "is a password that anybody tries first",
    "placeholder": "still has a placeholder for its value",
}


@check(
    Severity.HIGH,
    hides=True,
    clauses="W8",
    cwe=(1392, 521),
    references=("https://docs.docker.com/compose/how-tos/use-secrets/",),
)
def default_credential(variable: Variable) -> Problems:
    wrong = _wrong_from(variable.given_by)
    if not wrong or is_example(variable.span.path):
        return
    for credential, at in credentials_of(variable):
        if credential.form == "value" and credential.strength in wrong:
            yield Problem(
                f"{variable.name} {_SAYS[credential.strength]}",
                at=at,
                fix=Fix("put a long random value in its place, in a file that git ignores"),
            )


def _wrong_from(given_by: str) -> tuple[str, ...]:
    """What is wrong there; a weak value in a build's variables is reported as `secret-in-build`."""
    if given_by == "ENV":
        return ("placeholder",)
    return tuple(_SAYS) if given_by in _GIVEN_BY else ()
