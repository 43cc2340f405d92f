"""Files that everybody may change

`chmod 777` and `o+w` let every process change the file, the one of another service or of an unprivileged
intruder too: a script that root runs, a configuration, a key. Mostly it hides that the owner is wrong. Give
the files to the user that needs them, and let only him write.

```dockerfile Dockerfile
FROM debian:13.1
RUN chmod -R 777 /srv/app  #! chmod lets everybody write to /srv/app
RUN chmod a+rwx /srv/app/run.sh  #! chmod lets everybody write to /srv/app/run.sh
```

## Instead

```dockerfile Dockerfile
FROM debian:13.1
RUN chown -R app:app /srv/app && chmod -R u=rwX,go=rX /srv/app && chmod 1777 /srv/app/tmp
```
"""

from compolint.api import (
    Command,
    Fix,
    Problem,
    Problems,
    Severity,
    check,
    lets_everybody_write,
    listed,
    operands,
)


@check(
    Severity.MEDIUM,
    clauses="P3",
    cwe=(732,),
    references=("https://man7.org/linux/man-pages/man1/chmod.1.html",),
    when="name:chmod",
)
def world_writable_chmod(command: Command) -> Problems:
    if command.name != "chmod":
        return
    mode, *files = operands(command) or [0]
    if lets_everybody_write(command.words[mode]):
        yield Problem(
            f"chmod lets everybody write to {listed(command, files) or 'what it is given'}",
            at=command.at("words", mode),
            fix=Fix("make the user that needs it the owner, and let nobody else write"),
            severity=Severity.LOW if command.where == "RUN" else None,
        )
