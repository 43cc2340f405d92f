"""Build on the host's network

Each command of the Dockerfile, and each install script of a package that it fetches, then reaches what
listens on 127.0.0.1 of the machine that builds: databases, Docker's API, metadata services. Where the
build only needs names or a proxy, `extra_hosts` and build arguments give it those.

```yaml compose.yaml
services:
  app:
    build:
      context: .
      network: host  #! the build of app is on the host's network
```

## Instead

```yaml compose.yaml
services:
  app:
    build:
      context: .
      extra_hosts:
        - "packages.internal:10.0.0.8"
```
"""

from compolint.api import BuildUse, Fix, Problem, Problems, Severity, check


@check(
    Severity.MEDIUM,
    clauses="C6",
    cwe=(653,),
    references=(
        "https://docs.docker.com/reference/compose-file/build/#network",
        "https://docs.docker.com/reference/compose-file/build/#entitlements",
    ),
)
def host_network_build(use: BuildUse) -> Problems:
    fix = Fix("build on the default network")
    for entitlement, at in use.each("entitlements"):
        if entitlement == "network.host":
            yield Problem(f"steps of the build of {use.name} may use the host's network", at=at, fix=fix)
    if use.network == "host":
        yield Problem(f"the build of {use.name} is on the host's network", at=use.at("network"), fix=fix)
