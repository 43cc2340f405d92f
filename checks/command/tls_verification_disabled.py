"""Connection whose other end is not verified

With verification off, TLS keeps out eavesdroppers only: anybody on the way can answer in place of the
server, read the credentials that are sent, and hand over another file than the one asked for. Add the
missing certificate authority instead. Connections to the machine itself are left alone, and those to a
name without a domain, such as a service of the same project, are low.

```dockerfile Dockerfile
FROM debian:13.1
RUN curl -fsSLk https://example.com/tool -o /usr/bin/tool  #! curl does not verify
RUN git config --global http.sslVerify false  #! git does not verify
RUN NODE_TLS_REJECT_UNAUTHORIZED=0 npm ci  #! with this variable a program does not verify
HEALTHCHECK CMD curl -fk https://localhost:8443/
```

## Instead

```dockerfile Dockerfile
FROM debian:13.1
COPY ca.crt /usr/local/share/ca-certificates/
RUN update-ca-certificates && curl -fsSL https://example.com/tool -o /usr/bin/tool
```
"""

from compolint.api import Command, Fix, Problem, Problems, Severity, check, is_beyond_machine, unverified_tls


@check(
    Severity.HIGH,
    clauses="W4",
    cwe=(295,),
    cis="4.11",
    references=("https://cwe.mitre.org/data/definitions/295.html",),
)
def tls_verification_disabled(command: Command) -> Problems:
    place = unverified_tls(command)
    if place is None:
        return
    hosts = is_beyond_machine(command)
    if hosts == "itself":
        return
    is_variable = place[0] == "assignments" or command.name == "export"
    who = "with this variable a program" if is_variable else command.name or "a command"
    yield Problem(
        f"{who} does not verify who is at the other end",
        at=command.at(*place),
        fix=Fix("add the certificate authority that signed the server's certificate"),
        severity=Severity.LOW if hosts == "project" else None,
    )
