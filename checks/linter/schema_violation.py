"""Setting that its program refuses

A program stops at a file with a setting that it does not know or a value of the wrong kind, as Docker
Compose does, so what stands there is not deployed as it reads; where a program or an older version is less
strict, a misspelt setting is silently without effect, and the protection that it was to give is not there.

```yaml compose.yaml
services:
  web:
    image: nginx:1.29
    read_onyl: true  #! read_onyl
```

## Instead

```yaml compose.yaml
services:
  web:
    image: nginx:1.29
    read_only: true
```
"""

from compolint.api import Fault, Problem, Problems, Severity, check


@check(Severity.HIGH, references=("https://docs.docker.com/reference/compose-file/",))
def schema_violation(fault: Fault) -> Problems:
    if fault.kind in {"schema", "invalid"}:
        yield Problem(fault.message, at=fault.span, notes=fault.notes)
