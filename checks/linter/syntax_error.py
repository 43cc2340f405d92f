"""Text that cannot be understood

The file, or a part of it, does not follow the language it is written in, or uses a part of it that is
not understood here. What it declares cannot be checked, so a result without it is incomplete, even
where the program that the file is meant for would take it. Only a statement of a script, a Makefile or a
pipeline that is not understood has low severity: the rest of it is checked.

```yaml compose.yaml
services:
  web:
    image: *base  #! the alias *base has no anchor above it
```

## Instead

```yaml compose.yaml
x-base: &base nginx:1.29
services:
  web:
    image: *base
```
"""

from compolint.api import Fault, Problem, Problems, Severity, check


@check(Severity.HIGH)
def syntax_error(fault: Fault) -> Problems:
    if fault.kind in {"syntax", "unsupported"} and fault.holds:
        severity = Severity.LOW if fault.is_part else None
        yield Problem(fault.message, at=fault.span, notes=fault.notes, severity=severity)
