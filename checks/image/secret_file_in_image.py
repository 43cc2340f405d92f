"""Key or password file copied into an image

What COPY and ADD bring in stays in its layer, also when a later step deletes it: whoever can pull the image
has the file. Private keys, `.env` files and the credentials of tools belong to the moment they are used:
mount them with `RUN --mount=type=secret`, or give them to the container when it starts.

```dockerfile Dockerfile
FROM alpine:3.22
COPY id_rsa /root/.ssh/id_rsa  #! id_rsa, a private key, stays in the image
COPY app .env ./  #! .env, a file of passwords and settings, stays
```

## Instead

```dockerfile Dockerfile
FROM alpine:3.22
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci
COPY id_rsa.pub .env.example /app/
COPY --from=build /app/.env /app/.env.template
```
"""

from compolint.api import Copied, Fix, Problem, Problems, Severity, check, secret_file


@check(
    Severity.HIGH,
    clauses="J4",
    cwe=(538, 798),
    cis="4.10",
    references=("https://docs.docker.com/build/building/secrets/",),
)
def secret_file_in_image(copied: Copied) -> Problems:
    if copied.from_ is not None:
        return
    for source, span in copied.each("sources"):
        if isinstance(source, str) and (kind := secret_file(source)):
            yield Problem(
                f"{source}, {kind}, stays in the image",
                at=span,
                fix=Fix("mount it for the step that needs it: `RUN --mount=type=secret,id=…`"),
                severity=None if copied.ships else Severity.MEDIUM,
            )
