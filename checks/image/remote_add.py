"""File from the network without a checksum

`ADD https://…` puts into the image whatever the server sends on the day of the build. Whoever holds that
server, its domain, or a connection without TLS, is in the image, and no two builds are known to be the
same. `ADD --checksum=sha256:…` insists on the content; of a git repository a full commit does.

```dockerfile Dockerfile
FROM alpine:3.22
ADD https://example.com/tool.tar.gz /opt/  #! whatever https://example.com/tool.tar.gz
ADD https://github.com/acme/tool.git#main /src  #! tool.git#main
```

## Instead

```dockerfile Dockerfile
FROM alpine:3.22
ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d \\
    https://example.com/tool.tar.gz /opt/
ADD https://github.com/acme/tool.git#0123456789abcdef0123456789abcdef01234567 /src
COPY tool /opt/tool
```
"""

from compolint.api import Copied, Fix, Problem, Problems, Severity, check, is_commit

_REMOTE = ("http://", "https://", "git@", "git://", "ssh://")


@check(
    Severity.MEDIUM,
    clauses="W4",
    cwe=(494,),
    cis="4.9",
    references=(
        "https://docs.docker.com/reference/dockerfile/#add---checksum",
        "https://docs.docker.com/build/building/best-practices/#add-or-copy",
    ),
)
def remote_add(copied: Copied) -> Problems:
    if copied.instruction != "ADD" or copied.checksum:
        return
    for source, span in copied.each("sources"):
        if not source.startswith(_REMOTE):
            continue
        reference = str(source).rpartition("#")[2].partition(":")[0] if "#" in str(source) else ""
        if not is_commit(reference):
            yield Problem(
                f"the image gets whatever {_without_user(str(source))} is on the day of the build",
                at=span,
                fix=Fix("give its checksum, or of a git repository the full commit behind `#`"),
                # A tag of a repository can be moved, but seldom is.
                severity=Severity.LOW if any(char.isdigit() for char in reference) else None,
            )


def _without_user(address: str) -> str:
    """The address without a name and a password in it, which may be secret."""
    scheme, separator, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{separator}{host.rpartition('@')[2]}{slash}{path.partition('?')[0]}"
