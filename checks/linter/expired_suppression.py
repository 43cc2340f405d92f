"""Permission that has run out

The day is past until which a finding was to be accepted, so it is reported again. Either what the
permission waited for has been done, or somebody has to decide anew.

```yaml compose.yaml
services:
  web:
    image: nginx:1.29
    ports:
      - "8080:80"  # compolint: allow wildcard-bind until 2020-01-31: the firewall comes soon  #! 2020-01-31
```

## Instead

```yaml compose.yaml
services:
  web:
    image: nginx:1.29
    ports:
      - "8080:80"  # compolint: allow wildcard-bind until 9999-12-31: the firewall comes soon
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Suppression, check


@check(Severity.MEDIUM)
def expired_suppression(suppression: Suppression) -> Problems:
    if suppression.state == "expired":
        yield Problem(
            f"the permission of {', '.join(suppression.checks)} ended with {suppression.until}",
            at=suppression.span,
            fix=Fix("mend what it allowed, or give it a new date"),
        )
