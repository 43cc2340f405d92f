"""Build that copies its whole folder into the image

`COPY . .` takes what lies in the folder on the day of the build: `.env`, the history in `.git`, keys, dumps.
Whoever can pull the image can read them, in every layer and for ever. A `.dockerignore` keeps them out;
better still, name what the image needs. Where such a file is there to be copied this is medium, where
only the `.dockerignore` is missing it is low.

```dockerfile Dockerfile
FROM node:24.11
COPY . /app  #! brings .env into the image
```

```env .env
DB_PASSWORD=
```

## Without a .dockerignore

```dockerfile Dockerfile
FROM node:24.11
COPY . /app  #! brings whatever lies in the folder, and no .dockerignore keeps anything out
```

## Instead

```dockerfile Dockerfile
FROM node:24.11
COPY . /app
COPY src/ package.json /srv/
```

```text .dockerignore
.git
.env*
```

```env .env
DB_PASSWORD=
```
"""

from compolint.api import Copied, Fix, Problem, Problems, Severity, check

_EVERYTHING = frozenset((".", "./", "/", "*", "./*"))


@check(
    Severity.LOW,
    clauses="J4",
    cwe=(538, 200),
    cis="4.10",
    references=("https://docs.docker.com/build/concepts/context/#dockerignore-files",),
)
def copy_everything(copied: Copied) -> Problems:
    if copied.from_ is not None or copied.context is None:
        return
    everything = next((span for source, span in copied.each("sources") if _is_everything(source)), None)
    if everything is None:
        return
    fix = Fix("write a .dockerignore that begins with `*` and lets in what the image needs")
    if copied.brings:
        named = " and ".join((", ".join(copied.brings[:-1]), copied.brings[-1])).removeprefix(" and ")
        severity = Severity.MEDIUM if copied.ships else Severity.LOW
        yield Problem(f"it brings {named} into the image", at=everything, fix=fix, severity=severity)
    elif copied.ships and not copied.is_ignoring:
        message = "it brings whatever lies in the folder, and no .dockerignore keeps anything out"
        yield Problem(message, at=everything, fix=fix)


def _is_everything(source: object) -> bool:
    return isinstance(source, str) and source in _EVERYTHING
