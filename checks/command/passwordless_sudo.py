"""Command that makes a user root without a password

`NOPASSWD: ALL` in the rules of sudo makes the user root in all but name: whoever takes over one of his
programs, be it an agent or a job of a pipeline, types one word more and has the machine. Name the few
commands that are needed without a password, with their full paths, or let a unit do the one step as root.

```sh setup.sh
echo "deploy ALL=(ALL) NOPASSWD: ALL" > /etc/sudoers.d/deploy  #! root without a password
echo "deploy ALL=(ALL) NOPASSWD: ALL" | sudo tee /etc/sudoers.d/deploy  #! root without a password
```

## Instead

```sh setup.sh
echo "deploy ALL=(root) NOPASSWD: /usr/bin/systemctl restart app" > /etc/sudoers.d/deploy
```
"""

from collections.abc import Iterator

from compolint.api import Command, Fix, Problem, Problems, Severity, check

_RULES = "/etc/sudoers"


@check(
    Severity.MEDIUM,
    clauses="P3",
    cwe=(250, 269),
    references=("https://www.sudo.ws/docs/man/sudoers.man/",),
    when="acts",
)
def passwordless_sudo(command: Command) -> Problems:
    if command.where == "RUN" or not (_touches_rules(command) or "tee" in command.output_to):
        return
    for number, text in _texts(command):
        if "NOPASSWD" in text and "NOPASSWD:ALL" in text.replace(" ", ""):
            yield Problem(
                "this makes a user root without a password",
                at=command.at("words", number),
                fix=Fix("name the commands that are needed, with their full paths, in place of ALL"),
            )
            return


def _touches_rules(command: Command) -> bool:
    return any(isinstance(word, str) and _RULES in word for word in (*command.writes, *command.words[1:]))


def _texts(command: Command) -> Iterator[tuple[int, str]]:
    """Its words with their numbers, without those of others, and what it is given to read."""
    for number, word in enumerate(command.words):
        if isinstance(word, str) and number not in command.handed_on:
            yield number, word
    yield 0, command.input_text
