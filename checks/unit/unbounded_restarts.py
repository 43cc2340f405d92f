"""Service that is started again without end

A service that ends at once and is started again ten times a second fills the journal and keeps a processor
busy until somebody looks. The limit of systemd, five starts in ten seconds, stops that; a unit that switches
it off should at least wait between two starts with `RestartSec=`.

```ini app.service
[Unit]
StartLimitIntervalSec=0  #! nothing limits how often app.service is started again
[Service]
ExecStart=/usr/bin/app
Restart=always
```

## Instead

```ini app.service
[Unit]
StartLimitIntervalSec=0
[Service]
ExecStart=/usr/bin/app
Restart=always
RestartSec=10
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Unit, check


@check(
    Severity.INFO,
    cwe=(770,),
    references=("https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html",),
    profile="strict",
)
def unbounded_restarts(unit: Unit) -> Problems:
    limits = (("StartLimitIntervalSec", "Unit"), ("StartLimitInterval", "Unit"), ("StartLimitBurst", "Unit"))
    off = next((each for each in limits if unit.value(*each) == "0"), None)
    if off and unit.value("Restart") not in (None, "no") and unit.value("RestartSec") in (None, "0", "100ms"):
        yield Problem(
            f"nothing limits how often {unit.name} is started again",
            at=unit.place(*off),
            fix=Fix("set `RestartSec=`, or leave the limit as it is"),
        )
