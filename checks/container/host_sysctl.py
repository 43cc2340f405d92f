"""Kernel setting that weakens the container or is the host's

Most kernel settings are one for the whole host; Docker refuses them to a container, and where an engine
does not, the container changes how every process of the machine is protected. Of those that are a
container's own some make it believe forged packets. Set the former on the host, leave the latter.

```yaml compose.yaml
services:
  app:
    image: ghcr.io/example/app:1.0
    sysctls:
      vm.overcommit_memory: 1  #! app asks for vm.overcommit_memory, which is a setting of the whole host
```

## Instead

```yaml compose.yaml
services:
  app:
    image: ghcr.io/example/app:1.0
    sysctls:
      net.core.somaxconn: 1024
      net.ipv4.ip_unprivileged_port_start: 0
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Workload, check, sysctl_danger


@check(
    Severity.MEDIUM,
    when="sysctls",
    clauses="C8",
    cwe=(693,),
    references=(
        "https://docs.docker.com/reference/cli/docker/container/run/#sysctl",
        "https://docs.kernel.org/networking/ip-sysctl.html",
    ),
)
def host_sysctl(workload: Workload) -> Problems:
    for (name, value), at in workload.each("sysctls"):
        if danger := sysctl_danger(name, value):
            yield Problem(f"{workload.name} {danger}", at=at, fix=Fix("remove it, or set it on the host"))
