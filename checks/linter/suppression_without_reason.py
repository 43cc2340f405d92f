"""Permission that does not say why

Without a reason nobody can tell later whether a finding was judged or just silenced, so a comment
without one has no effect. It takes the names of checks, perhaps a last day, a colon and the reason:
`# compolint: allow CHECK, CHECK until 2027-01-31: REASON`, or `allow-file` for the whole file.

```yaml compose.yaml
services:
  web:
    image: nginx:1.29
    ports:
      - "8080:80"  # compolint: allow wildcard-bind  #! wildcard-bind has no reason
```

## Comment that is not understood

```yaml compose.yaml
services:
  web:
    image: nginx:1.29
    ports:
      - "8080:80"  # compolint: ignore wildcard-bind  #! not understood
```

## Comment behind an instruction, which is a part of it

```dockerfile Dockerfile
FROM nginx:1.29
RUN curl https://example.com/x | sh  # compolint: allow pipe-to-shell: our own script  #! no comment but text
```

## Instead

```yaml compose.yaml
services:
  web:
    image: nginx:1.29
    ports:
      - "8080:80"  # compolint: allow wildcard-bind: the router forwards this port to nobody
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Suppression, check

_FORM = Fix("write `compolint: allow CHECK: REASON`")


@check(Severity.MEDIUM)
def suppression_without_reason(suppression: Suppression) -> Problems:
    if suppression.state == "without reason":
        names = ", ".join(suppression.checks)
        yield Problem(f"the permission of {names} has no reason", at=suppression.span, fix=_FORM)
    elif suppression.state == "malformed":
        yield Problem("this comment to compolint is not understood", at=suppression.span, fix=_FORM)
    elif suppression.state == "misplaced":
        yield Problem(
            "this is no comment but text of the instruction, so it allows nothing",
            at=suppression.span,
            fix=Fix("give it a line of its own above the instruction"),
        )
