"""Image whose containers run as root

Without USER the programs of an image run as root of the container: whoever takes one of them over owns
all its files and, through a mount, a socket or a flaw of the kernel, more than that. Only the stage that
ships counts. Images whose makers step down to another user by themselves are left alone, and so is a
stage that installs a program to do so, or that only carries files.

```dockerfile Dockerfile
FROM python:3.14-slim  #! runs as root
COPY app.py /app.py
CMD ["python", "/app.py"]
```

## Instead

```dockerfile Dockerfile
FROM python:3.14-slim
COPY app.py /app.py
USER 10001:10001
CMD ["python", "/app.py"]
```
"""

from compolint.api import (
    Command,
    Fix,
    Problem,
    Problems,
    Severity,
    Stage,
    World,
    assume,
    check,
    is_unprivileged,
)

_STEPPING_DOWN = ("gosu", "su-exec", "setpriv", "s6-setuidgid")


@check(
    Severity.LOW,
    clauses="J2",
    cwe=(250,),
    cis="4.1",
    references=("https://docs.docker.com/build/building/best-practices/#user",),
    hardening=True,
)
def image_runs_as_root(stage: Stage, world: World) -> Problems:
    if not stage.ships:
        return
    # Whoever leaves the user to a variable means one of his own.
    user = assume(stage.user, "1000") if stage.user is not None else None
    fix = Fix("make a user and name it in the last stage: `USER 10001:10001`")
    if user is not None and user.partition(":")[0].strip() in {"root", "0"}:
        yield Problem("the image runs as root", at=stage.at("user"), fix=fix, severity=Severity.MEDIUM)
    elif user is None and not is_unprivileged(stage.origin) and not _needs_no_user(stage, world):
        unless = "" if stage.from_scratch else " unless its base image names a user"
        yield Problem(f"the image runs as root{unless}", at=stage.span, fix=fix)


def _needs_no_user(stage: Stage, world: World) -> bool:
    """Whether it runs nothing, has no root, or steps down from it."""
    commands = world.owned(Command, stage.key)
    if stage.from_scratch and not stage.entrypoint and all(command.where == "RUN" for command in commands):
        return True
    if "/windows/" in str(stage.origin):
        return True
    words = (word for command in commands for word in command.words)
    return any(isinstance(word, str) and word.rpartition("/")[2] in _STEPPING_DOWN for word in words)
