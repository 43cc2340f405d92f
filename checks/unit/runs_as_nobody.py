"""Service that shares its user with others

`nobody` is no service's own user: other services run as it, and the kernel shows files of unknown owners as
its own. Each of them can read and stop the others. Let systemd make a user for the one service with
`DynamicUser=yes`, or name one that is its own.

```ini app.service
[Service]
User=nobody  #! app.service shares the user nobody
ExecStart=/usr/bin/app
```

## Instead

```ini app.service
[Service]
DynamicUser=yes
ExecStart=/usr/bin/app
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Unit, assume, check


@check(
    Severity.MEDIUM,
    clauses="J2",
    cwe=(250,),
    references=("https://systemd.io/UIDS-GIDS/",),
)
def runs_as_nobody(unit: Unit) -> Problems:
    # Whoever leaves the user to the instance means one of its own.
    if assume(unit.user, None) in ("nobody", "65534"):
        yield Problem(
            f"{unit.name} shares the user nobody with other services",
            at=unit.place("User"),
            fix=Fix("write `DynamicUser=yes`, or name a user of its own"),
        )
