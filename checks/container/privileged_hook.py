"""Hook with all privileges

A hook of a service may be privileged although its container is not: its command then runs with every
capability and device, as root of the host, each time the service starts or stops. Whoever can change
a file that the command reads gets the machine. Let the hook do its work without it.

```yaml compose.yaml
services:
  app:
    image: ghcr.io/example/app:2.1
    post_start:
      - command: ./prepare.sh
        user: root
        privileged: true  #! the post_start hook of app is privileged
```

## Instead

```yaml compose.yaml
services:
  app:
    image: ghcr.io/example/app:2.1
    post_start:
      - command: ./prepare.sh
        user: root
```
"""

from compolint.api import Fix, Hook, Problem, Problems, Severity, check


@check(
    Severity.HIGH,
    clauses="C6",
    cwe=(250,),
    cis="5.5 5.23",
    references=("https://docs.docker.com/compose/how-tos/lifecycle/",),
)
def privileged_hook(hook: Hook) -> Problems:
    if hook.privileged:
        yield Problem(
            f"the {hook.when} hook of {hook.name} is privileged: what it runs is root on the host",
            at=hook.at("privileged"),
            fix=Fix("run it without privileges, or do its work in the image"),
        )
