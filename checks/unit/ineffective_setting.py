"""Protection that protects nobody

Some settings do nothing where they stand: systemd takes the line, and the service runs as if it were not
there. A list of addresses that may come keeps nobody out as long as no list says who may not, and a user's
manager has not the right to filter packets or devices.

```ini app.service
[Service]
ExecStart=/usr/bin/app
IPAddressAllow=10.0.0.0/8  #! keeps nobody out without IPAddressDeny=
```

## Instead

```ini app.service
[Service]
ExecStart=/usr/bin/app
IPAddressDeny=any
IPAddressAllow=10.0.0.0/8
```
"""

from compolint.api import Problem, Problems, Severity, Unit, check, ineffective_settings


@check(
    Severity.MEDIUM,
    clauses="H9",
    cwe=(1188,),
    references=(
        "https://www.freedesktop.org/software/systemd/man/latest/systemd.resource-control.html",
        "https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html",
    ),
)
def ineffective_setting(unit: Unit) -> Problems:
    for found in ineffective_settings(unit):
        yield Problem(f"{unit.name} sets {found.key}, {found.why}", at=found.at)
