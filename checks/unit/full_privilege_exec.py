"""Main program outside of the unit's protection

`+` before a program starts it as root and without any of the protection that the unit's other lines promise;
`!` starts it as root although a user is named. What prepares or cleans up may need that. The program that
then runs for months should not: the settings around it read as if it were confined. Take the prefix away, and
give what needs root to an `ExecStartPre=` of its own.

```ini app.service
[Service]
User=app
ProtectSystem=strict
ExecStart=+/usr/bin/app  #! `+` lets app.service run /usr/bin/app as root, outside of its protection
```

## Instead

```ini app.service
[Service]
User=app
ProtectSystem=strict
ExecStartPre=+/usr/bin/install -d -o app /run/app
ExecStart=!!/usr/bin/app
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Unit, check, is_of_root


@check(
    Severity.MEDIUM,
    clauses="C6",
    cwe=(250,),
    references=("https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html",),
    when="execs",
)
def full_privilege_exec(unit: Unit) -> Problems:
    if is_of_root(unit) or unit.is_user:
        return
    main = [(line, at) for line, at in unit.each("execs") if line.key == "ExecStart"]
    for line, at in main[-1:]:  # of several, which only a job has, those before it prepare it
        if not (line.is_unconfined or line.keeps_root):
            continue
        prefix, how = ("+", ", outside of its protection") if line.is_unconfined else ("!", "")
        yield Problem(
            f"`{prefix}` lets {unit.name} run {line.program} as root{how}",
            at=at,
            fix=Fix("take the prefix away, and do what needs root in an ExecStartPre= of its own"),
        )
