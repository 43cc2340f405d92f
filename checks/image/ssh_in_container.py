"""SSH server in a container

An SSH server is a second way into the container besides Docker's own: with keys and passwords of its own,
which nobody rotates, and with processes that run as root. Whoever gets in is inside the network of the
application. `docker exec` does the same without a port.

```dockerfile Dockerfile
FROM debian:13.1
CMD ["/usr/sbin/sshd", "-D"]  #! the container runs an SSH server
```

## Instead

```dockerfile Dockerfile
FROM debian:13.1
RUN ssh-keyscan example.com >> /etc/ssh/ssh_known_hosts
CMD ["/usr/bin/ssh", "-N", "-L", "8080:localhost:80", "example.com"]
```
"""

from compolint.api import Command, Fix, Problem, Problems, Severity, check, subcommand

_SERVERS = frozenset(("sshd", "dropbear"))
_STARTS = frozenset(("CMD", "ENTRYPOINT", "command", "entrypoint"))


@check(
    Severity.LOW,
    clauses="H4",
    cis="5.7",
    references=("https://docs.docker.com/reference/cli/docker/container/exec/",),
    when="acts",
)
def ssh_in_container(command: Command) -> Problems:
    if command.where not in _STARTS or not command.ships:
        return
    is_started = command.name == "service" and subcommand(command)[:2] == ("ssh", "start")
    if command.name in _SERVERS or is_started:
        yield Problem(
            "the container runs an SSH server",
            at=command.at("words", 0),
            fix=Fix("leave SSH to the host, and use `docker exec` for what is inside"),
        )
