"""Download that runs unseen

`curl … | sh` runs whatever the server sends, with all rights of whoever calls it. Whoever takes over that
server or its domain, or answers in its place, is on the machine or in the image at once, and can send other
text to a pipe than to a browser. Fetch a fixed version, compare its checksum, then run it.

```dockerfile Dockerfile
FROM debian:13.1
RUN curl -fsSL https://example.com/install.sh | sh  #! sh runs what curl downloads
RUN bash -c "$(wget -qO- https://example.com/install.sh)"  #! bash runs what wget downloads
```

## Instead

```dockerfile Dockerfile
FROM debian:13.1
RUN curl -fsSLo i.sh https://example.com/1.2.3/install.sh \\
 && echo "24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d  i.sh" | sha256sum -c - \\
 && sh i.sh
RUN curl -fsSL https://example.com/list.json | jq .
```
"""

from compolint.api import Command, Fix, Problem, Problems, Severity, check

_DECODERS = ("base64", "base32", "xxd")
_LEGIBLE = "write the commands as they are, where they can be read"


@check(
    Severity.HIGH,
    clauses="W4",
    cwe=(494,),
    cis="4.11",
    references=("https://cwe.mitre.org/data/definitions/494.html",),
    when="runs_download",
)
def pipe_to_shell(command: Command) -> Problems:
    if command.runs_download:
        is_decoded = command.runs_download in _DECODERS
        does = "decodes" if is_decoded else "downloads"
        yield Problem(
            f"{command.name or 'a command'} runs what {command.runs_download} {does}, whatever that is",
            at=command.at("words", 0),
            fix=Fix(
                _LEGIBLE
                if is_decoded
                else "download a fixed version into a file, compare its checksum, then run it"
            ),
        )
