"""Package of the system in whatever version is newest

`apt-get install curl` takes what the distribution has on the day of the build. Pinned versions make builds
the same, but distributions delete old ones, so that pins have to be raised all the time; a base image with
a digest and a snapshot of the repository do it better. Only the strict profile asks for pins.

```dockerfile Dockerfile
FROM debian:13.1
RUN apt-get update && apt-get install -y curl  #! apt-get installs curl in whatever version is newest
```

## Instead

```dockerfile Dockerfile
FROM debian:13.1
RUN apt-get update && apt-get install -y curl=8.14.1-2 ./local.deb
```
"""

from compolint.api import (
    Command,
    Fix,
    Problem,
    Problems,
    Severity,
    check,
    listed,
    packages_of,
    unpinned_packages,
)

_SYSTEM = frozenset(("apt", "apk", "dnf", "zypper"))


@check(
    Severity.INFO,
    when="where:RUN",
    clauses="W4",
    cwe=(1357,),
    references=("https://docs.docker.com/build/building/best-practices/#apt-get",),
    profile="strict",
)
def unpinned_system_package(command: Command) -> Problems:
    packages = packages_of(command)
    if packages is None or packages.manager not in _SYSTEM or command.where != "RUN":
        return
    numbers = unpinned_packages(command, packages)
    if numbers:
        yield Problem(
            f"{command.name} installs {listed(command, numbers)} in whatever version is newest",
            at=command.at("words", numbers[0]),
            fix=Fix("name the versions: `name=version`"),
        )
