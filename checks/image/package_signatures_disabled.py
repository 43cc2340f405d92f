"""Packages installed without their signatures

Package managers trust a repository by the signatures of its makers, not by the connection. With the check
switched off whoever sits on the way, or takes over a mirror, hands out packages of his own, and their
install scripts run as root in the build.

```dockerfile Dockerfile
FROM alpine:3.22
RUN apk add --no-cache --allow-untrusted tool.apk  #! apk installs packages without checking
RUN yum install -y --nogpgcheck tool  #! yum installs packages without checking
```

## Instead

```dockerfile Dockerfile
FROM alpine:3.22
COPY tool.rsa.pub /etc/apk/keys/
RUN apk add --no-cache tool=1.2-r0
```
"""

from compolint.api import Command, Fix, Problem, Problems, Severity, check, unsigned_packages


@check(
    Severity.HIGH,
    clauses="W4",
    cwe=(347,),
    cis="4.11",
    references=("https://cwe.mitre.org/data/definitions/347.html",),
    when="acts",
)
def package_signatures_disabled(command: Command) -> Problems:
    number = unsigned_packages(command)
    if number is not None and not command.verified:
        yield Problem(
            f"{command.name} installs packages without checking who made them",
            at=command.at("words", number),
            fix=Fix("add the key of the repository instead"),
        )
