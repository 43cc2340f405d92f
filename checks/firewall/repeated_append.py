"""Script that adds its rules again each time

`iptables -A` adds a rule whether it is there already or not. When the script runs a second time, after a
change or by a unit that is restarted, each rule stands there twice, behind those of the first time: a rule
that was taken out of the script still holds, and one that was changed comes after the old one. Empty the
chain first, or ask by `-C`.

```sh firewall.sh
#!/bin/sh
iptables -A INPUT -p tcp --dport 443 -j ACCEPT  #! adds its rules again
iptables -A INPUT -p tcp --dport 5432 -j DROP
netfilter-persistent save
```

## Instead

```sh firewall.sh
#!/bin/sh
iptables -F INPUT
iptables -A INPUT -p tcp --dport 443 -j ACCEPT
iptables -A INPUT -p tcp --dport 5432 -j DROP
netfilter-persistent save
```

Whether a script runs more than once it does not say, so that only the profile `strict` asks.
"""

from compolint.api import Command, Fix, Problem, Problems, Severity, World, acts_on_host, check

_TABLES = frozenset((
    "iptables", "ip6tables", "iptables-nft", "ip6tables-nft", "iptables-legacy", "ip6tables-legacy",
))  # fmt: skip
_RESTORES = frozenset(("iptables-restore", "ip6tables-restore"))
# Those that empty a chain, take a rule away, ask for it, or fail the second time
_ONCE = (
    "-F", "--flush", "-D", "--delete", "-C", "--check", "-N", "--new-chain", "-X", "--delete-chain",
)  # fmt: skip


@check(
    Severity.LOW,
    clauses="C4",
    cwe=(837,),
    references=("https://manpages.debian.org/bookworm/iptables/iptables.8.en.html",),
    when="where:script",
    profile="strict",
)
def repeated_append(command: Command, world: World) -> Problems:
    if command.name not in _TABLES or command.where != "script" or not command.has("-A", "--append"):
        return
    if not acts_on_host(command) or "entrypoint" in command.span.path:
        return  # a container that starts has no rules yet
    if world.once(_first_appends).get(command.script) is command:
        yield Problem(
            "the script adds its rules again whenever it runs",
            at=command.at("words", 0),
            fix=Fix("empty the chain before, or ask by `-C` whether the rule is there"),
        )


def _first_appends(world: World) -> dict[str, Command | None]:
    """The first rule that each script adds; `None` where it sees to what is there already."""
    found: dict[str, Command | None] = {}
    for command in world.where(Command, "where", "script"):
        if command.name in _RESTORES or (command.name in _TABLES and command.has(*_ONCE)):
            found[command.script] = None
        elif command.name in _TABLES and command.has("-A", "--append"):
            found.setdefault(command.script, command)
    return found
