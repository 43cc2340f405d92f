"""Password, token or key written into the Compose file, or into a unit

Everybody who can read the repository can read it, in all of its history, and `docker inspect` shows it to
everybody who may ask Docker, `systemctl show` to every user of the machine. Hand it over as a file
(`secrets:` with the image's `…_FILE` variable, in a unit `LoadCredential=`, in a Quadlet `Secret=`), or keep
the value in a file that git ignores and write only `${NAME}` or `EnvironmentFile=` here. Then change the
secret: it has been published.

```yaml compose.yaml
services:
  db:
    image: postgres:17
    environment:
      POSTGRES_PASSWORD: kd0s9lskA1l1xW  #! POSTGRES_PASSWORD stands here in plain text
```

## Instead

```yaml compose.yaml
services:
  db:
    image: postgres:17
    environment:
      POSTGRES_PASSWORD_FILE: /run/secrets/db
    secrets: [db]
secrets:
  db:
    file: ./db.secret
```

The name asks for a credential, and the value is one: paths, switches, placeholders, references to
variables and to vaults, and hashes of passwords are none. A known or weak password is reported as
`default-credential`, one in a URL as `secret-in-url`, a provider's token as `provider-token`.
"""

from compolint.api import (
    Fix,
    Problem,
    Problems,
    Severity,
    Variable,
    Workload,
    World,
    check,
    credentials_of,
    is_example,
)

_FIXES = {
    "terraform": "declare a variable without a default, and give it as TF_VAR_… or from a vault",
    "bake": "declare the variable without a default: bake takes it from the environment",
    "unit": "load it with LoadCredential=, or with EnvironmentFile= from a file that git ignores",
    "container": "make it a secret of Podman's, and name it with `Secret=`",
    "service": "give it as a file through `secrets:`, or write ${NAME} and keep the value in .env",
}


@check(
    Severity.HIGH,
    hides=True,
    clauses="C7 J4",
    cwe=(798, 312),
    cis="4.10",
    references=("https://docs.docker.com/compose/how-tos/use-secrets/",),
)
def secret_in_environment(variable: Variable, world: World) -> Problems:
    if variable.given_by in ("environment", "terraform", "bake"):
        for credential, at in credentials_of(variable):
            if credential.form == "value" and credential.strength == "real":
                yield Problem(f"{variable.name} stands here in plain text", at=at, fix=_fix(variable, world))
    elif variable.given_by == "option" and not is_example(variable.span.path):
        for credential, at in credentials_of(variable):
            if credential.form in {"value", "url"} and credential.strength != "hash":
                yield Problem(
                    f"the volume {variable.owner_name} is given a password in plain text",
                    at=at,
                    fix=Fix("name a file in its place (`credentials=…`), or write ${NAME}"),
                )


def _fix(variable: Variable, world: World) -> Fix:
    if variable.given_by in ("terraform", "bake"):
        return Fix(_FIXES[variable.given_by])
    workload = world.get(Workload, variable.owner)
    return Fix(_FIXES[workload.kind if workload else "service"])
