"""Secret in a build's variables

ENV is written into the image's configuration, and a build argument into its history and into the
attestations that BuildKit attaches: `docker history` and `docker inspect` show both to whoever can pull the
image. Give secrets to the step that needs them with `RUN --mount=type=secret`, and to containers when they
start.

```dockerfile Dockerfile
FROM alpine:3.22
ENV DB_PASSWORD=Xk29vQ!pLm3  #! DB_PASSWORD
ARG NPM_TOKEN  #! NPM_TOKEN
ENV API_TOKEN=${NPM_TOKEN}  #! API_TOKEN
```

```yaml compose.yaml
services:
  web:
    build:
      context: .
      args:
        NPM_TOKEN: "Xk29vQ!pLm3"  #! NPM_TOKEN of web holds a credential
```

## Instead

```dockerfile Dockerfile
FROM alpine:3.22
ENV DB_PASSWORD_FILE=/run/secrets/db GOPRIVATE=github.com/acme KEY_NAME=main
ARG VERSION=1.2
RUN --mount=type=secret,id=npm,env=NPM_TOKEN npm ci
```
"""

from compolint.api import (
    Fix,
    Problem,
    Problems,
    Severity,
    Unknown,
    Variable,
    check,
    credentials_of,
    names_credential,
)

_FIX = Fix("hand it to the step that needs it: `RUN --mount=type=secret,id=…,env=…`")


@check(
    Severity.CRITICAL,
    hides=True,
    clauses="J4",
    cwe=(798, 538),
    cis="4.10",
    references=(
        "https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/",
        "https://docs.docker.com/build/building/secrets/",
    ),
)
def secret_in_build(variable: Variable) -> Problems:
    if variable.given_by not in ("ARG", "ENV", "build argument"):
        return
    where = "the image's configuration" if variable.given_by == "ENV" else "the build's history"
    found = next((each for each in credentials_of(variable) if each[0].strength != "placeholder"), None)
    if found:
        credential, span = found
        # A password that everybody knows is no secret any more, but it will be used.
        severity = None if credential.strength == "real" else Severity.HIGH
        message = f"{variable.name} of {variable.owner_name} holds a credential, which stays in {where}"
        yield Problem(message, at=span, fix=_FIX, severity=severity)
    elif (
        variable.given_by != "build argument" and names_credential(variable.name) and _is_passed_on(variable)
    ):
        yield Problem(
            f"whoever can pull the image finds the value of {variable.name} in {where}",
            at=variable.at("name"),
            fix=_FIX,
            severity=Severity.HIGH if variable.given_by == "ENV" else Severity.MEDIUM,
        )


def _is_passed_on(variable: Variable) -> bool:
    """Whether the value comes from outside: an ARG without one, an ENV made of an ARG."""
    return variable.written is None or (variable.given_by == "ENV" and isinstance(variable.value, Unknown))
