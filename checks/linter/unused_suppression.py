"""Permission that nothing makes use of

A comment or an entry of the configuration that allows something which is not found any more is open
for the next change: whoever brings the problem back has the permission already. One that names a check
which cannot be allowed has no effect at all, whatever its reason says.

```yaml compose.yaml
services:
  web:
    image: nginx:1.29
    ports: ["127.0.0.1:8080:80"]  # compolint: allow wildcard-bind: behind the router  #! wildcard-bind
```

## Instead

```yaml compose.yaml
services:
  web:
    image: nginx:1.29
    ports: ["127.0.0.1:8080:80"]
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Suppression, check


@check(Severity.LOW)
def unused_suppression(suppression: Suppression) -> Problems:
    names = ", ".join(suppression.checks)
    if suppression.state == "forbidden":
        yield Problem(
            f"{names} cannot be allowed, whatever the reason",
            at=suppression.span,
            fix=Fix("mend what it finds, and take this away"),
            severity=Severity.MEDIUM,
        )
    elif suppression.state == "unused" and not suppression.unknown:
        yield Problem(
            f"there is nothing here for which {names} would have to be allowed",
            at=suppression.span,
            fix=Fix("take it away"),
        )
