"""Password on a command line

The words of a command are no secret: every process of the machine can read them in `/proc`, `ps` and
`docker inspect` show them, logs and crash reports repeat them, and those of a RUN stay in the image's
history. Hand the secret over in a file, as a mounted secret or on standard input.

```yaml compose.yaml
services:
  cache:
    image: redis:8.2
    command: redis-server --requirepass Xk29vQpLm3  #! cache gets a credential
  db:
    image: mysql:8.4
    healthcheck:
      test: ["CMD", "mysqladmin", "ping", "-pXk29vQpLm3"]  #! mysqladmin gets a credential
```

```dockerfile Dockerfile
FROM debian:13.1
RUN echo 'root:Xk29vQpLm3' | chpasswd  #! echo gets a credential
```

## Instead

```yaml compose.yaml
services:
  cache:
    image: redis:8.2
    command: sh -c 'redis-server --requirepass "$$(cat /run/secrets/redis)"'
  db:
    image: mysql:8.4
    command: mysqld --port 3306 --password-history 5 --secure-file-priv /var
    healthcheck:
      test: ["CMD-SHELL", "mysqladmin ping -p$$MYSQL_PASSWORD"]
```
"""

from compolint.api import Command, Fix, Problem, Problems, Severity, check, command_secrets

# The shell does these itself: no other process sees their words.
_SETTERS = frozenset(("export", "declare", "local", "readonly", "typeset"))


@check(
    Severity.HIGH,
    hides=True,
    clauses="J4",
    cwe=(214, 798),
    references=("https://cwe.mitre.org/data/definitions/214.html",),
)
def secret_in_command(command: Command) -> Problems:
    for field, part in command_secrets(command):
        if field == "words" and command.name in _SETTERS:
            message = f"{command.name} sets a variable to a credential that stands in the text"
        else:
            message = f"{_who(command)} gets a credential on its command line"
        yield Problem(
            message,
            at=command.at(field, part),
            fix=Fix("hand it over in a file, as a mounted secret or on standard input"),
        )


def _who(command: Command) -> str:
    """The program; the workload where the words may be arguments to a program that its image names."""
    is_main = command.where == "command" and not command.wrappers
    return command.owner_name if is_main or command.name is None else command.name
