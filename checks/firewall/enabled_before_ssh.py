"""Firewall that locks out who switches it on

UFW drops what comes in as soon as it is enabled, and this script enables it without having let SSH in.
The connection by which it runs may live on; the next one does not come about, and the machine has to be
repaired at the provider's console. Allow the port of SSH first, from where you come.

```sh setup.sh
#!/bin/sh
ufw default deny incoming
ufw allow 80/tcp
ufw --force enable  #! no rule of this script lets SSH in
```

## Instead

```sh setup.sh
#!/bin/sh
ufw default deny incoming
ufw allow in on tailscale0 to any port 22 proto tcp
ufw allow 80/tcp
ufw --force enable
```

Only a script is asked that also says what becomes of all the rest, `ufw default deny` or `ufw reset`.
"""

from compolint.api import Command, Fix, Problem, Problems, Severity, World, acts_on_host, check, subcommand

_LETS_IN = frozenset(("allow", "limit", "insert", "prepend", "route", "rule"))
_SSH = frozenset(("22", "22/tcp", "ssh", "SSH", "OpenSSH"))


@check(
    Severity.MEDIUM,
    clauses="C4",
    cwe=(1188,),
    references=("https://manpages.debian.org/bookworm/ufw/ufw.8.en.html",),
    when="where:script",
)
def enabled_before_ssh(command: Command, world: World) -> Problems:
    if command.name != "ufw" or "enable" not in subcommand(command) or not acts_on_host(command):
        return
    script = [each for each in world.where(Command, "script", command.script) if each.name == "ufw"]
    before = [each for each in script if each.span.start < command.span.start]
    if any(map(_closes, before)) and not any(map(_may_let_ssh_in, before)):
        later = next((each for each in script if each not in before and _may_let_ssh_in(each)), None)
        yield Problem(
            "UFW is enabled, and no rule of this script lets SSH in" + (" before" if later else ""),
            at=command.at("words", 0),
            fix=Fix("allow the port of SSH above, from where you come"),
            severity=Severity.LOW if later else None,
        )


def _closes(command: Command) -> bool:
    words = subcommand(command)
    return "reset" in words or ("default" in words and ("deny" in words or "reject" in words))


def _may_let_ssh_in(command: Command) -> bool:
    """Whether a rule is about SSH, about everything of an interface or an address, or not known."""
    words = subcommand(command)
    if not _LETS_IN.intersection(words) or "out" in words:
        return False
    if "" in words or _SSH.intersection(words) or any(_has_ssh(word) for word in words):
        return True
    is_about_ports = "port" in words or any(word[:1].isdigit() and "." not in word for word in words)
    return not is_about_ports and ("on" in words or "from" in words)


def _has_ssh(word: str) -> bool:
    """Whether it is a port that is not one of the web's: SSH is often moved to another."""
    number = word.partition("/")[0]
    return number.endswith("22") or "22," in number or ",22" in number or "ssh" in word.lower()
