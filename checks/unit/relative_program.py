"""Program without a folder

systemd looks for such a program in folders of its own choice, `/usr/local` first, which differ from one
system to the next. A program of the same name that somebody puts there runs in the place of the one that was
meant, with the unit's rights. Write the whole path.

```ini app.service
[Service]
ExecStart=app --serve  #! systemd looks for app, which app.service names without its folder
```

## Instead

```ini app.service
[Service]
ExecStart=/usr/bin/app --serve
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Unit, assume, check


@check(
    Severity.INFO,
    clauses="C6",
    cwe=(426,),
    references=("https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html",),
    when="execs",
    profile="strict",
)
def relative_program(unit: Unit) -> Problems:
    for line, at in unit.each("execs"):
        program = assume(line.program, "/")  # what is filled in there is a path
        if program and "/" not in program and not unit.is_user:
            yield Problem(
                f"systemd looks for {program}, which {unit.name} names without its folder",
                at=at,
                fix=Fix("write the whole path"),
            )
