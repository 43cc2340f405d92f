"""Drop-in that takes a unit's protection away

A drop-in is a few lines in another folder that count more than the unit itself, and that nobody reads along
with it: one that was made to find a fault stays when the fault is gone. Each setting by which one leaves more
to the service than its own file does is reported. Take the line out, or open only what is needed.

```ini app.service
[Service]
ExecStart=/usr/bin/app
User=app
ProtectSystem=strict
```

```ini app.service.d/debug.conf
[Service]
User=root  #! weakens User of app.service
ProtectSystem=no  #! weakens ProtectSystem of app.service
```

## Instead

```ini app.service
[Service]
ExecStart=/usr/bin/app
User=app
ProtectSystem=strict
```

```ini app.service.d/memory.conf
[Service]
MemoryMax=1G
ProtectHome=yes
ReadWritePaths=/srv/app
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Unit, check, weakened


@check(
    Severity.MEDIUM,
    clauses="C6",
    cwe=(250, 693),
    references=("https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html",),
    when="dropins",
)
def drop_in_weakens_unit(unit: Unit) -> Problems:
    for found in weakened(unit):
        rise = f": exposure {_tenths(found.after)}, of its own file {_tenths(found.before)}"
        yield Problem(
            f"this drop-in weakens {found.key} of {unit.name}" + (rise if found.after > found.before else ""),
            at=found.at,
            fix=Fix("take the line out, or open only what is needed"),
        )


def _tenths(score: int) -> str:
    return f"{score // 10}.{score % 10}"
