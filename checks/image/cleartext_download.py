"""Download over HTTP without a checksum

Without TLS anybody on the way between the build and the server can put another file into the answer: a
program or an archive that then is in the image. Use HTTPS, or compare a checksum behind it. Addresses of
the machine itself and of private networks are left alone.

```dockerfile Dockerfile
FROM debian:13.1
RUN curl -fsSL http://example.com/tool.tgz | tar xz  #! curl fetches http://example.com/tool.tgz without TLS
```

## Instead

```dockerfile Dockerfile
FROM debian:13.1
RUN curl -fsSL https://example.com/tool.tar.gz | tar xz -C /opt
RUN curl -fsSLo t.tgz http://example.com/tool.tar.gz \\
 && echo "24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d  t.tgz" | sha256sum -c
HEALTHCHECK CMD curl -f http://localhost:8080/
```
"""

from compolint.api import Command, Fix, Problem, Problems, Severity, check, public_address

_DOWNLOADERS = frozenset(("curl", "wget", "aria2c"))


@check(
    Severity.LOW,
    when="where:RUN",
    clauses="W4",
    cwe=(319, 494),
    cis="4.11",
    references=("https://cwe.mitre.org/data/definitions/319.html",),
)
def cleartext_download(command: Command) -> Problems:
    if command.name not in _DOWNLOADERS or command.where != "RUN" or command.verified:
        return
    for word, span in command.each("words"):
        if isinstance(word, str) and word.startswith("http://") and (address := public_address(word)):
            yield Problem(
                f"{command.name} fetches {address} without TLS",
                at=span,
                fix=Fix("use HTTPS, or check a checksum"),
            )
