"""Package in whatever version is newest

`pip install flask` takes what the index has on the day of the build. A broken release breaks the next build,
a hostile one is in the image, and two builds of one commit differ. Name versions, or install from a lockfile.

```dockerfile Dockerfile
FROM python:3.14-slim
RUN pip install flask gunicorn==23.0.0  #! pip installs flask in whatever version is newest
RUN npm install -g typescript@latest  #! npm installs typescript@latest
```

## Instead

```dockerfile Dockerfile
FROM python:3.14-slim
RUN pip install --upgrade pip && pip install flask==3.1.2 -r requirements.txt ./local
RUN npm install -g typescript@5.9.3 @scope/tool@1.2.3 && gem install rake -v 13.3.0
RUN go install golang.org/x/tools/cmd/stringer@v0.38.0
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

_LANGUAGES = frozenset(("pip", "npm", "gem", "go"))


@check(
    Severity.LOW,
    clauses="W4",
    cwe=(1357,),
    cis="4.11",
    references=("https://docs.docker.com/build/building/best-practices/",),
    when="acts",
)
def unpinned_package_install(command: Command) -> Problems:
    packages = packages_of(command)
    if packages is None or packages.manager not in _LANGUAGES:
        return
    numbers = unpinned_packages(command, packages)
    if numbers:
        yield Problem(
            f"{command.name} installs {listed(command, numbers)} in whatever version is newest",
            at=command.at("words", numbers[0]),
            fix=Fix("name the versions, or install from a lockfile"),
        )
