"""Password inside of a config's content

The text below `configs:` is part of the Compose file, and of the repository. Docker mounts it readable for
every process of the container. Keep the file out of the repository and name it with `file:`, or make it a
secret; write `${NAME}` where only one value of it is secret.

```yaml compose.yaml
services:
  cache:
    image: redis:8
    configs: [redis]
configs:
  redis:
    content: |  #! the content of redis holds `requirepass` in plain text
      appendonly yes
      requirepass kd0s9lskA1l1xW
```

## Instead

```yaml compose.yaml
services:
  cache:
    image: redis:8
    configs: [redis]
configs:
  redis:
    content: |
      appendonly yes
      requirepass ${REDIS_PASSWORD:?set it in .env}
```
"""

from compolint.api import Fix, Problem, Problems, SecretFile, Severity, assume, check, credentials_in_lines


@check(
    Severity.HIGH,
    hides=True,
    clauses="C7 J4",
    cwe=(798, 312),
    references=("https://docs.docker.com/reference/compose-file/configs/",),
)
def secret_in_config_content(file: SecretFile) -> Problems:
    # Where a variable is left open nothing is literal that is not seen once it is given.
    content = assume(file.content, None)
    for name, credential in credentials_in_lines(content.reveal()) if content else ():
        token = f"a token of {credential.provider}" if credential.provider else "a private key"
        what = f"`{name}`" if name else token
        if credential.strength != "hash":
            yield Problem(
                f"the content of {file.name} holds {what} in plain text",
                at=file.at("content"),
                fix=Fix("write ${NAME} in its place, or keep the file out of the repository"),
                severity=None if name else Severity.CRITICAL,
            )
