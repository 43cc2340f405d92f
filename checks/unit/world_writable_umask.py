"""Files that everybody may write

With this mask each file that the service makes can be changed by every user of the machine: its sockets, its
state, what it later reads back and trusts. Leave the mask out, which is `0022`, or take `0077`.

```ini app.service
[Service]
UMask=0000  #! everybody may write the files that app.service makes
ExecStart=/usr/bin/app
```

## Instead

```ini app.service
[Service]
UMask=0077
ExecStart=/usr/bin/app
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Unit, check


@check(
    Severity.LOW,
    clauses="C6",
    cwe=(276, 732),
    references=("https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html",),
)
def world_writable_umask(unit: Unit) -> Problems:
    mask = unit.value("UMask")
    # Its last digit, without the bit that keeps others from writing.
    if mask is not None and mask.endswith(("0", "1", "4", "5")) and mask.isdecimal():
        yield Problem(
            f"everybody may write the files that {unit.name} makes",
            at=unit.place("UMask"),
            fix=Fix("write `UMask=0077`, or leave it out"),
        )
