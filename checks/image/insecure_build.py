"""Build with the rights of its host

`privileged`, the entitlement `security.insecure` and `network: host` take a build out of its sandbox: the
install scripts of all its packages can then reach what listens on the host itself, or take the host over.

```yaml compose.yaml
services:
  web:
    build:
      context: .
      privileged: true  #! the build of web is privileged
      network: host  #! the build of web runs in the network of the host
      entitlements: [security.insecure]  #! the build of web may run with all rights of the host
```

## Instead

```yaml compose.yaml
services:
  web:
    build:
      context: .
      network: none
```
"""

from compolint.api import BuildUse, Problem, Problems, Severity, check


@check(
    Severity.MEDIUM,
    clauses="C6",
    cwe=(250,),
    references=("https://docs.docker.com/reference/compose-file/build/",),
)
def insecure_build(build: BuildUse) -> Problems:
    for entitlement, span in build.each("entitlements"):
        if entitlement == "security.insecure":
            yield Problem(f"the build of {build.name} may run with all rights of the host", at=span)
    if build.network == "host":
        yield Problem(f"the build of {build.name} runs in the network of the host", at=build.at("network"))
    if build.privileged:
        yield Problem(f"the build of {build.name} is privileged", at=build.at("privileged"))
