"""Permission for a check that there is not

A misspelt name allows nothing, so the finding that was meant is reported still. A name from a pack of
checks that is not named in the configuration is not known either.

```yaml compose.yaml
services:
  web:
    image: nginx:1.29
    ports:
      - "8080:80"  # compolint: allow wildcard-bing: behind the router  #! there is no check wildcard-bing
```

## Instead

```yaml compose.yaml
services:
  web:
    image: nginx:1.29
    ports:
      - "8080:80"  # compolint: allow unknown-check: an example of a name that there is
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Suppression, check


@check(Severity.MEDIUM)
def unknown_check(suppression: Suppression) -> Problems:
    for name in suppression.unknown:
        yield Problem(
            f"there is no check {name}",
            at=suppression.span,
            fix=Fix("write a name that `compolint checks` lists"),
        )
