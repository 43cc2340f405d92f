"""Container without its security profile

Docker's seccomp profile keeps some fifty system calls from a container, AppArmor and SELinux keep it
from files of the kernel and of the host: they are what stops a fault in the kernel from being
used. Switched off, root in the container is much closer to root on the host. Write a profile that
allows what is missing instead.

```yaml compose.yaml
services:
  app:
    image: ghcr.io/example/app:1.0
    security_opt:
      - seccomp:unconfined  #! app runs without its seccomp profile
```

## Instead

```yaml compose.yaml
services:
  app:
    image: ghcr.io/example/app:1.0
    security_opt:
      - seccomp:./app.json
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Workload, check


@check(
    Severity.HIGH,
    when="seccomp apparmor selinux systempaths writable_cgroups",
    clauses="C6",
    cwe=(693,),
    cis="5.2 5.3 5.22",
    references=(
        "https://docs.docker.com/engine/security/seccomp/",
        "https://docs.docker.com/engine/security/apparmor/",
    ),
)
def unconfined_security_profile(workload: Workload) -> Problems:
    fix = Fix("leave the default, or name a profile that allows what it needs")
    for label, at in workload.each("selinux"):
        if label in ("disable", "type:spc_t"):
            # Debian and Ubuntu, which most servers run, have no SELinux.
            message = f"{workload.name} runs without SELinux's separation of containers"
            yield Problem(message, at=at, fix=fix, severity=Severity.MEDIUM)
    if workload.writable_cgroups:
        yield Problem(
            f"{workload.name} can change control groups", at=workload.at("writable_cgroups"), fix=fix
        )
    if workload.systempaths == "unconfined":
        message = f"{workload.name} sees files of the kernel that are hidden from containers"
        yield Problem(message, at=workload.at("systempaths"), fix=fix)
    if workload.seccomp == "unconfined":
        message = f"{workload.name} runs without its seccomp profile"
        yield Problem(message, at=workload.at("seccomp"), fix=fix)
    if workload.apparmor == "unconfined":
        message = f"{workload.name} runs without its AppArmor profile"
        yield Problem(message, at=workload.at("apparmor"), fix=fix)
