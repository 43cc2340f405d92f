"""Rules that the next start forgets

What a script tells iptables or nft holds until the machine starts again. After an update of the kernel,
or a failure of the provider, the ports are open that the script had closed, and nobody runs it. Store the
rules where they are loaded at boot, or let a unit of systemd run the script.

```sh firewall.sh
#!/bin/sh
iptables -N DOCKER-USER
iptables -A DOCKER-USER -i eth0 -p tcp -m conntrack --ctorigdstport 8000 -j DROP  #! is open again after
```

## Instead

```sh firewall.sh
#!/bin/sh
iptables -N DOCKER-USER
iptables -A DOCKER-USER -i eth0 -p tcp -m conntrack --ctorigdstport 8000 -j DROP
netfilter-persistent save
```

Nothing is said of a script that stores the rules itself, that a unit, cron or a hook of the network runs,
or whose chains stand in a file that is loaded at boot. UFW and firewalld store what they are told.
"""

from compolint.api import (
    Command,
    Firewall,
    FirewallRule,
    Fix,
    Problem,
    Problems,
    Severity,
    World,
    check,
    together_with,
)

_DROPS = ("drop", "reject")


@check(
    Severity.MEDIUM,
    clauses="H3",
    cwe=(693,),
    references=("https://manpages.debian.org/bookworm/iptables-persistent/netfilter-persistent.8.en.html",),
    when="is_persistent",
)
def rules_not_persisted(firewall: Firewall, world: World) -> Problems:
    if firewall.is_persistent or "entrypoint" in firewall.span.path or _is_run(firewall, world):
        return
    stored = {
        _meaning(rule)
        for other in together_with(firewall, world)
        if other.is_persistent and other.origin == "intent"
        for rule in world.where(FirewallRule, "firewall", other.key)
    }
    closing = (
        rule
        for rule in world.where(FirewallRule, "firewall", firewall.key)
        if rule.action.kind in _DROPS and _meaning(rule) not in stored
    )
    if lost := next(closing, None):
        yield Problem(
            "what this closes is open again after the next start of the machine",
            at=lost.span,
            fix=Fix("store it with `netfilter-persistent save`, or let a unit run the script at boot"),
        )


def _is_run(firewall: Firewall, world: World) -> bool:
    """Whether a unit names the script."""
    name = "/" + firewall.span.path.rpartition("/")[2]
    return any(
        isinstance(word, str) and word.endswith(name)
        for command in world.of(Command)
        if command.is_of_unit
        for word in command.words
    )


def _meaning(rule: FirewallRule) -> tuple[object, ...]:
    """What two rules have in common that are written in different words."""
    matches = sorted(f"{each.what} {each.negated} {each.values!r}" for each in rule.matches)
    return rule.table, rule.chain, rule.families, rule.action.kind, *matches
