"""Passwords that no example file asks for

The Compose file wants variables with credentials that no file in the repository names: whoever sets up the
server next finds out one error at a time, or not at all, because a missing variable is empty text to
Compose and an empty password to the program. Keep an `.env.example` beside it that lists them with
placeholders.

```yaml compose.yaml
services:
  db:
    image: postgres:17
    environment:
      POSTGRES_DB: ${DB_NAME}
      POSTGRES_PASSWORD: ${DB_PASSWORD}  #! no .env.example names DB_PASSWORD
```

## Instead

```yaml compose.yaml
services:
  db:
    image: postgres:17
    environment:
      POSTGRES_DB: ${DB_NAME}
      POSTGRES_PASSWORD: ${DB_PASSWORD}
```

```sh .env.example
DB_NAME=app
DB_PASSWORD=
```

An example in a folder above counts, too. Variables with a default are none, and neither are those that a
`.env` file in the repository gives.
"""

from functools import lru_cache

from compolint.api import (
    EnvFile,
    Fix,
    Problem,
    Problems,
    Severity,
    VariableUse,
    World,
    check,
    names_credential,
)


@check(
    Severity.LOW,
    clauses="J4",
    references=("https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/",),
)
def missing_env_example(use: VariableUse, world: World) -> Problems:
    missing = _missing(world)[use.path]
    if missing and missing[0] == use.name:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        yield Problem(
            f"no .env.example names {use.name}{more}",
            at=use.span,
            fix=Fix("keep an .env.example beside this file that lists the variables with placeholders"),
        )


@lru_cache(1)
def _missing(world: World) -> dict[str, list[str]]:
    """For each file the credentials that it asks for and that nothing names."""
    named: dict[str, set[str]] = {}
    for file in world.of(EnvFile):
        named.setdefault(_folder(file.path), set()).update(file.variables)
    missing: dict[str, list[str]] = {}
    for use in world.of(VariableUse):
        names = missing.setdefault(use.path, [])
        if use.given or use.has_default or not names_credential(use.name):
            continue
        if not any(use.name in named.get(folder, ()) for folder in _folders_above(use.path)):
            names.append(use.name)
    return missing


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _folders_above(path: str) -> list[str]:
    folders = []
    while path:
        path = _folder(path)
        folders.append(path)
    return folders
