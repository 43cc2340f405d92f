"""Drop-in that runs another program

A drop-in that forgets `ExecStart=` and names another program makes another service under a trusted name,
with its rights and its place in the order of the start. That may be meant, for a build of one's own; it is
also how an intruder stays. Let the unit's own file say what it runs, and drop-ins only how.

```ini nginx.service
[Service]
ExecStart=/usr/sbin/nginx -g 'daemon on;'
```

```ini nginx.service.d/override.conf
[Service]
ExecStart=
ExecStart=/opt/tools/nginx-wrapper  #! this drop-in lets nginx.service run /opt/tools/nginx-wrapper
```

## Instead

```ini nginx.service
[Service]
ExecStart=/usr/sbin/nginx -g 'daemon on;'
```

```ini nginx.service.d/override.conf
[Service]
ExecStart=
ExecStart=-/usr/sbin/nginx -g 'daemon off;'
```
"""

from compolint.api import Problem, Problems, Severity, Unit, check, own_programs


@check(
    Severity.MEDIUM,
    clauses="C10",
    cwe=(506,),
    references=(
        "https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html",
        "https://attack.mitre.org/techniques/T1543/002/",
    ),
    when="dropins",
)
def drop_in_replaces_program(unit: Unit) -> Problems:
    known = own_programs(unit)
    for line, at in unit.each("execs"):
        if known and line.key == "ExecStart" and at.path in unit.dropins and line.program not in known:
            yield Problem(
                f"this drop-in lets {unit.name} run {line.program} in the place of {known[0]}",
                at=at,
            )
