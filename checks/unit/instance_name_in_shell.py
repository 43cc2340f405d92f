"""Name of an instance becomes part of a script

systemd puts the instance's name in the place of `%i` before the shell sees the text, so that no quotes
help: `systemctl start 'app@$(id).service'` runs `id`. Names of instances come from devices that are plugged
in, from names of files, and from whoever may start units. Hand the name over as a word behind the script, and
use `"$1"`.

```ini app@.service
[Service]
ExecStart=/bin/sh -c 'exec app --name "%i" >>/var/log/app.log'  #! a shell of app@.service
```

## Instead

```ini app@.service
[Service]
ExecStart=/bin/sh -c 'exec app --name "$1" >>/var/log/app.log' sh %i
ExecStartPre=/usr/bin/app --check %i
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Unit, check


@check(
    Severity.LOW,
    clauses="C6",
    cwe=(78,),
    references=("https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html",),
    when="instance",
)
def instance_name_in_shell(unit: Unit) -> Problems:
    for line, at in unit.each("execs"):
        if line.pastes_instance:
            yield Problem(
                f"a shell of {unit.name} gets the instance's name as a part of its script",
                at=at,
                fix=Fix('write "$1" in the script, and `sh %i` behind it'),
            )
