"""Build with all privileges

Each command of the Dockerfile, and each install script of a package that it fetches, then runs with every
capability and device of the machine that builds: whoever gets a line into one of them is root there. The
entitlement `security.insecure` allows the same to single steps. Build without it.

```yaml compose.yaml
services:
  app:
    build:
      context: .
      privileged: true  #! the build of app is privileged
```

## Instead

```yaml compose.yaml
services:
  app:
    build:
      context: .
```
"""

from compolint.api import BuildUse, Fix, Problem, Problems, Severity, check


@check(
    Severity.HIGH,
    clauses="C6",
    cwe=(250,),
    references=(
        "https://docs.docker.com/reference/compose-file/build/#privileged",
        "https://docs.docker.com/reference/compose-file/build/#entitlements",
    ),
)
def privileged_build(use: BuildUse) -> Problems:
    fix = Fix("build without it; what needs it can run in the container instead")
    for entitlement, at in use.each("entitlements"):
        if entitlement == "security.insecure":
            yield Problem(f"steps of the build of {use.name} may be privileged", at=at, fix=fix)
    if use.privileged:
        yield Problem(f"the build of {use.name} is privileged", at=use.at("privileged"), fix=fix)
