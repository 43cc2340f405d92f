"""Unit that changes users by itself

A unit that starts its program through `sudo` or `su` opens a session for nobody, keeps the program from
settings such as `NoNewPrivileges=yes`, and needs a rule in `sudoers` that others may use, too. systemd
changes the user itself: write `User=`, or `+` before the one line that needs root.

```ini app.service
[Service]
ExecStart=/usr/bin/sudo -u app /usr/bin/app  #! app.service changes its user with sudo
```

## Instead

```ini app.service
[Service]
User=app
ExecStart=/usr/bin/app
```
"""

from compolint.api import Command, Fix, Problem, Problems, Severity, check

_CHANGING = frozenset(("sudo", "su", "doas"))


@check(
    Severity.LOW,
    clauses="C6",
    cwe=(250,),
    references=("https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html",),
    when="wrappers",
)
def sudo_in_unit(command: Command) -> Problems:
    if not command.is_of_unit or len(command.wrappers) != 1:
        return  # what a shell then starts is no change of its own
    starter = command.wrappers[0].partition(" ")[0]
    if starter in _CHANGING:
        yield Problem(
            f"{command.owner_name} changes its user with {starter}",
            at=command.span,
            fix=Fix("write `User=`, or `+` before the one line that needs root"),
        )
