"""File that cannot be read

What is in a file that cannot be read is not known, so nothing can be said about what it exposes: a
result without it is incomplete. A file may be too large, no text, protected, or outside of the folder
that is scanned, where a link or a reference leads.

```yaml compose.yaml
include:
  - ../../shared/compose.yaml  #! ../../shared/compose.yaml lies outside of the scanned folder
services:
  web:
    image: nginx:1.29
```

## Instead

Scan the folder that has all of the files, or leave the file out in the configuration with `exclude`.

```yaml compose.yaml
include:
  - shared/compose.yaml
services:
  web:
    image: nginx:1.29
```

```yaml shared/compose.yaml
services:
  cache:
    image: memcached:1.6
```
"""

from compolint.api import Fault, Problem, Problems, Severity, check


@check(Severity.HIGH)
def unreadable_file(fault: Fault) -> Problems:
    if fault.kind == "unreadable":
        yield Problem(fault.message, at=fault.span, notes=fault.notes)
