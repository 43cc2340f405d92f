"""Command that stops or restarts a service

What stops or restarts a service of a machine takes it away from everybody who uses it, and whoever
can make the command run can do so at will. In production that is a person's decision. Commands that act
inside of their own container are left alone, and so is what a build does, and how a unit stops and reloads
what it has started itself.

```yaml compose.yaml
services:
  watchdog:
    image: alpine:3.22
    command: sh -c "sleep 3600; docker restart web"  #! docker restart web stops or restarts
  updater:
    image: debian:13.1
    command: nsenter -t 1 -m systemctl stop nginx  #! systemctl stop nginx stops or restarts
```

## Instead

```yaml compose.yaml
services:
  web:
    image: nginx:1.29.3
    restart: unless-stopped
    command: sh -c "service cron start; systemctl status nginx; nginx -s reload; docker ps"
```
"""

from compolint.api import Command, Problem, Problems, Severity, check, service_action


@check(
    Severity.MEDIUM,
    clauses="P3 C10",
    references=("https://man7.org/linux/man-pages/man1/systemctl.1.html",),
    when="acts",
)
def service_control(command: Command) -> Problems:
    if command.where == "RUN" or command.ends_unit or _makes_room(command):
        return
    if action := service_action(command):
        yield Problem(f"{action} stops or restarts what others use", at=command.at("words", 0))


def _makes_room(command: Command) -> bool:
    """Whether a unit takes away the container that it left behind when it last ran."""
    return command.where == "ExecStartPre" and command.name in {"docker", "podman", "nerdctl"}
