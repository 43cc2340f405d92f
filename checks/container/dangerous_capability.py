"""Capability that reaches beyond the container

Docker gives a container a small set of root's powers. Each further one is a way out or around: with
SYS_ADMIN or SYS_MODULE root of the container becomes root of the host, with others it reads what it
should not or disturbs its neighbours. Add only what the service is known to need.

```yaml compose.yaml
services:
  app:
    image: ghcr.io/example/app:1.0
    cap_add:
      - SYS_ADMIN  #! SYS_ADMIN lets app mount file systems
```

## Instead

```yaml compose.yaml
services:
  app:
    image: ghcr.io/example/app:1.0
    cap_drop: [ALL]
    cap_add: [NET_BIND_SERVICE]
```

## When to allow it

A VPN gateway cannot do without NET_ADMIN; for images that are known to be one it is no finding. On the
container's own network it changes only that, and is reported as medium.
"""

from compolint.api import Fix, Problem, Problems, Severity, Workload, assume, capability, check, image_need

_SEVERITIES = {
    "host": Severity.HIGH,
    "namespace": Severity.HIGH,
    "own": Severity.MEDIUM,
    "mild": Severity.LOW,
}


@check(
    Severity.HIGH,
    when="cap_add",
    clauses="C6 J2",
    cwe=(250, 269),
    cis="5.4",
    references=(
        "https://man7.org/linux/man-pages/man7/capabilities.7.html",
        "https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities",
    ),
)
def dangerous_capability(workload: Workload) -> Problems:
    for name, at in workload.each("cap_add"):
        power = capability(name)
        if power is None:
            continue
        severity = _SEVERITIES[power.reach]
        if workload.rootless:  # it reaches what its user reaches, and no further
            severity = min(severity, Severity.MEDIUM)
        # Where the namespace is left open it only decides how severe it is; the worse is assumed.
        if power.namespace and assume(getattr(workload, power.namespace), "host") != "host":
            severity = Severity.MEDIUM
        if why := image_need(workload.image, name):
            if power.reach != "host":
                continue
            severity = Severity.MEDIUM
        yield Problem(
            f"{name} lets {workload.name} {power.gives}" + (f"; {why}" if why else ""),
            at=at,
            fix=Fix("remove it, or add only the capability that the service fails without"),
            severity=severity,
        )
