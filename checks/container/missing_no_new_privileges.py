"""Programs may raise their privileges

Files with the setuid bit, such as `su` or `mount`, make root of whoever starts them; nearly every image
holds some. With `no-new-privileges` they do not, so that a service that runs as an ordinary user stays
one whatever an attacker finds in the image.

```yaml compose.yaml
services:
  web:  #! programs in web may raise their privileges
    image: nginx:1.29
```

## Instead

```yaml compose.yaml
services:
  web:
    image: nginx:1.29
    security_opt:
      - no-new-privileges:true
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Workload, check, is_container, spelt


@check(
    Severity.LOW,
    clauses="J2",
    cwe=(250,),
    cis="5.26",
    references=(
        "https://docs.docker.com/reference/cli/docker/container/run/#security-opt",
        "https://docs.kernel.org/userspace-api/no_new_privs.html",
    ),
    hardening=True,
    when="kind:service kind:container",
)
def missing_no_new_privileges(workload: Workload) -> Problems:
    if is_container(workload) and not workload.no_new_privileges:
        yield Problem(
            f"programs in {workload.name} may raise their privileges",
            at=workload.at("no_new_privileges"),
            fix=Fix(
                spelt(
                    workload,
                    "add `no-new-privileges:true` to `security_opt`",
                    "write `NoNewPrivileges=true`",
                )
            ),
        )
