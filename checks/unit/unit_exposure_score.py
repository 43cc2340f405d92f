"""Service that systemd confines little

A service that is broken into can do what its unit leaves to it: without a line about it, read every home,
load modules into the kernel and watch all other processes. The score is that of `systemd-analyze security`,
from 0.0 to 10.0, and the settings that would lower it most are named. It tells what an attacker could do
next, not how likely that is; set `threshold` to what your own services keep, so that a change that raises it
is more than a remark.

```ini app.service
[Service]  #! app.service leaves much to whoever breaks into it: exposure 9.2
User=app
ExecStart=/usr/bin/app
```

## Instead

```ini app.service
[Service]
ExecStart=/usr/bin/app
DynamicUser=yes
PrivateDevices=yes
PrivateUsers=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
CapabilityBoundingSet=
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
```

Services of users are left out, as their manager cannot do most of it, and so is what runs once and ends.
"""

from compolint.api import Fix, Problem, Problems, Severity, Unit, check, score_of

_REMARKABLE = 50  # tenths: below, systemd calls it OK


@check(
    Severity.INFO,
    clauses="J2",
    cwe=(250, 693),
    references=(
        "https://www.freedesktop.org/software/systemd/man/latest/systemd-analyze.html",
        "https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html",
    ),
    hardening=True,
)
def unit_exposure_score(unit: Unit, *, threshold: float = 10.0) -> Problems:
    if unit.is_user or unit.type != "service" or unit.value("Type") == "oneshot":
        return
    score = score_of(unit)
    if score is None or score.tenths < min(_REMARKABLE, threshold * 10):
        return
    settings = ", ".join(f"{name}=" for name, _ in score.gains()[:5])
    yield Problem(
        f"{unit.name} leaves much to whoever breaks into it: exposure {score}",
        at=unit.span,
        fix=Fix(f"confine it, which these settings do most: {settings}"),
        severity=Severity.MEDIUM if score.tenths > threshold * 10 else None,
    )
