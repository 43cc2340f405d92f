"""Setting that is given twice

Docker Compose refuses a mapping with one key in two places. Other readers of YAML and JSON keep the last
one without a word, so what a reviewer sees in the first place need not be what runs.

```yaml compose.yaml
services:
  web:
    image: nginx:1.29
    user: "1000"
    user: root  #! the key user occurs twice
```

## Instead

```yaml compose.yaml
services:
  web:
    image: nginx:1.29
    user: "1000"
```
"""

from compolint.api import Fault, Problem, Problems, Severity, check


@check(Severity.HIGH, references=("https://yaml.org/spec/1.2.2/#3213-node-comparison",))
def duplicate_key(fault: Fault) -> Problems:
    if fault.kind == "duplicate key":
        yield Problem(fault.message, at=fault.span, notes=fault.notes)
