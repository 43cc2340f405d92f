"""Command that deletes what cannot be brought back

`rm -rf` of a folder of the system, a home or everything, a new file system, zeros over a disk, or a prune
of all volumes: one wrong variable in front of it, and the data is gone. In a container it counts as much
where a folder of the host is mounted there. Paths that are rebuilt anyway, such as caches and `/tmp`, are
left alone, and of a build only what deletes everything is reported.

```yaml compose.yaml
services:
  clean:
    image: docker:29.0-cli
    command: sh -c "docker system prune -af --volumes; rm -rf /etc"  #! docker #! rm
  wipe:
    image: alpine:3.22
    privileged: true
    command: dd if=/dev/zero of=/dev/sda  #! dd
```

## Instead

```yaml compose.yaml
services:
  clean:
    image: docker:29.0-cli
    command: sh -c "rm -rf /tmp/job /app/cache && rm -f /run/a.pid && docker image prune && echo rm -rf /"
```

```dockerfile Dockerfile
FROM debian:13.1
RUN apt-get update && rm -rf /var/lib/apt/lists/* /usr/share/doc /root/.cache
```
"""

from compolint.api import Command, Problem, Problems, Severity, check, destruction


@check(
    Severity.HIGH,
    clauses="P3",
    cwe=(73,),
    references=("https://man7.org/linux/man-pages/man1/rm.1.html",),
    when="acts",
)
def destructive_command(command: Command) -> Problems:
    found = destruction(command)
    if found and (found.is_total or command.where != "RUN"):
        yield Problem(
            f"{command.name} {found.what}",
            at=command.at("words", found.word),
            severity=Severity.MEDIUM if found.is_small else None,
        )
