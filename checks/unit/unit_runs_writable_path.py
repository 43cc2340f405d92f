"""Root runs what others can write

A unit of root's that starts a program from `/tmp` or from somebody's home runs whatever stands there when it
starts. Whoever can write the file, or any process of that user, is root at the next start or the next tick
of the timer. Put what root runs below `/usr/local` or `/opt`, owned by root, or name the file's owner as
`User=`.

```ini backup.service
[Service]
Type=oneshot
ExecStart=/home/anna/bin/backup.sh  #! runs /home/anna/bin/backup.sh as root, which anna can write
```

## Instead

```ini backup.service
[Service]
Type=oneshot
ExecStart=/usr/local/sbin/backup
```

```ini sync.service
[Service]
User=anna
ExecStart=/home/anna/bin/sync.sh
```
"""

from compolint.api import (
    Command,
    Fix,
    Problem,
    Problems,
    Severity,
    Unit,
    World,
    check,
    is_of_root,
    writable_files,
)


@check(
    Severity.HIGH,
    clauses="C6",
    cwe=(732, 426),
    references=("https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html",),
)
def unit_runs_writable_path(unit: Unit, world: World) -> Problems:
    if not is_of_root(unit):
        return
    for found in writable_files(unit, world.owned(Command, unit.key)):
        yield Problem(
            f"{unit.name} runs {found.path} as root, which {found.by} can write",
            at=found.at,
            fix=Fix("move it to a folder of root's, such as /usr/local/sbin, or set `User=`"),
            # Of the one who has a home on a server it is often known that he may become root.
            severity=Severity.MEDIUM if found.reach == "owner" else None,
        )
