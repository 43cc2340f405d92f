"""Root by password-free sudo

A build runs as root until USER says otherwise, so `sudo` is needed in a RUN only where root comes back later
on; and a user that may call it without a password is root in all but name: whoever takes over the
service needs one word more. Do the work of root before USER, and leave sudo out of the image.

```dockerfile Dockerfile
FROM debian:13.1
RUN echo "app ALL=(ALL) NOPASSWD:ALL" > /etc/sudoers.d/app  #! root without a password
USER app
RUN sudo apt-get update  #! apt-get runs through sudo
```

## Instead

```dockerfile Dockerfile
FROM debian:13.1
RUN apt-get update && apt-get install -y sudo=1.9
USER app
```
"""

from compolint.api import Command, Fix, Problem, Problems, Severity, check

_FIX = Fix("do what needs root before USER, and step down for good")


@check(
    Severity.LOW,
    when="where:RUN",
    clauses="J2",
    cwe=(250,),
    references=("https://docs.docker.com/build/building/best-practices/#user",),
)
def sudo_in_image(command: Command) -> Problems:
    if command.where != "RUN":
        return
    for number, word in enumerate(command.words if command.ships else ()):
        if isinstance(word, str) and "NOPASSWD" in word and "NOPASSWD:ALL" in word.replace(" ", ""):
            message, at = "this makes a user root without a password", command.at("words", number)
            yield Problem(message, at=at, fix=_FIX, severity=Severity.MEDIUM)
            return
    if "sudo" in command.wrappers:
        yield Problem(f"{command.name or 'a command'} runs through sudo", at=command.at("words", 0), fix=_FIX)
