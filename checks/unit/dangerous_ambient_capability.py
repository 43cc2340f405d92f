"""Capability that makes an ordinary user root

An ambient capability is one that every process of the service has, and whatever it starts. With some the user
that the unit names is root in all but name: who may mount, become other users or write any file needs no
password. Give only the one that the service fails without, most often `CAP_NET_BIND_SERVICE`.

```ini app.service
[Service]
User=app
AmbientCapabilities=CAP_SYS_ADMIN CAP_NET_BIND_SERVICE  #! SYS_ADMIN lets app.service mount file systems
ExecStart=/usr/bin/app
```

## Instead

```ini app.service
[Service]
User=app
AmbientCapabilities=CAP_NET_BIND_SERVICE
CapabilityBoundingSet=CAP_NET_BIND_SERVICE
ExecStart=/usr/bin/app
```

## When to allow it

A VPN or a monitor of the network cannot do without `CAP_NET_ADMIN`. As a user with only that capability it is
still safer than as root.
"""

from compolint.api import Fix, Problem, Problems, Severity, Unit, ambient_powers, check, is_of_root


@check(
    Severity.MEDIUM,
    clauses="C6",
    cwe=(250, 269),
    references=(
        "https://man7.org/linux/man-pages/man7/capabilities.7.html",
        "https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html",
    ),
)
def dangerous_ambient_capability(unit: Unit) -> Problems:
    if unit.is_user or is_of_root(unit):
        return
    for name, power, at in ambient_powers(unit):
        yield Problem(
            f"{name} lets {unit.name} {power}",
            at=at,
            fix=Fix("remove it, or add only the capability that the service fails without"),
        )
