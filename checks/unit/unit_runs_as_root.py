"""Service that strangers talk to runs as root

Whoever finds a fault in it is root on the host at once. Most programs need root only to open a port below
1024, which systemd does for them: by a socket unit, or by `AmbientCapabilities=CAP_NET_BIND_SERVICE`. Name a
user, or let systemd make one with `DynamicUser=yes`.

```ini app.service
[Service]  #! app.service runs as root and takes connections
ExecStart=/usr/bin/app --listen 0.0.0.0:8000
```

## Instead

```ini app.service
[Service]
ExecStart=/usr/bin/app --listen 0.0.0.0:8000
DynamicUser=yes
```

A service that no file shows to open a port is left alone, and so are those that start a container.
"""

from compolint.api import Fix, Listener, Problem, Problems, Severity, Unit, World, check, is_of_root

_LOGINS = frozenset(("ssh", "sshd", "dropbear", "tinysshd"))  # they become whoever logs in


@check(
    Severity.LOW,
    clauses="J2",
    cwe=(250,),
    references=("https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html",),
    hardening=True,
)
def unit_runs_as_root(unit: Unit, world: World) -> Problems:
    if unit.type != "service" or not unit.is_complete or not is_of_root(unit):
        return
    stem = unit.name.removesuffix(".service").rstrip("@")
    if stem in _LOGINS:
        return
    doors = [*world.owned(Listener, unit.key), *world.where(Listener, "name", f"{stem}.socket")]
    if any(door.origin != "published" for door in doors):
        yield Problem(
            f"{unit.name} runs as root and takes connections",
            at=unit.at("Service.User"),
            fix=Fix("set `User=`, or `DynamicUser=yes`"),
        )
