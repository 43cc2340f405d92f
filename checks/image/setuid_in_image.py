"""Program that runs as its owner

A file with the set-user-ID bit runs with the rights of its owner, mostly root, whoever starts it. It is the
shortest way from a taken-over service to root of the container. `no-new-privileges` takes the bit's
effect away; without it nothing in an image should have one that is not there for a reason.

```dockerfile Dockerfile
FROM debian:13.1
COPY tool /usr/bin/tool
RUN chmod 4755 /usr/bin/tool  #! /usr/bin/tool runs as its owner
RUN chmod u+s /bin/busybox  #! /bin/busybox runs as its owner
```

## Instead

```dockerfile Dockerfile
FROM debian:13.1
RUN find / -xdev -perm /6000 -type f -exec chmod a-s {} +
RUN chmod g+s /srv/shared && chmod 2775 /srv/shared && chmod 0755 /usr/bin/tool
```
"""

from compolint.api import Command, Fix, Problem, Problems, Severity, check, listed, operands, sets_user


@check(
    Severity.MEDIUM,
    when="where:RUN",
    clauses="J2",
    cwe=(250,),
    cis="4.8",
    references=("https://man7.org/linux/man-pages/man1/chmod.1.html",),
)
def setuid_in_image(command: Command) -> Problems:
    if command.name != "chmod" or command.where != "RUN" or not command.ships:
        return
    mode, *files = operands(command) or [0]
    if sets_user(command.words[mode]):
        yield Problem(
            f"{listed(command, files) or 'what chmod is given'} runs as its owner, whoever starts it",
            at=command.at("words", mode),
            fix=Fix("start the container with the capabilities or the user that it needs"),
        )
