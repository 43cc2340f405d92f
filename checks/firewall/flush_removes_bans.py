"""File of rules that removes the bans of fail2ban

`flush ruleset` takes away the rules of every program, the chains of fail2ban among them. When the file is
loaded again, by `systemctl reload nftables` after a change, everybody who was banned may go on guessing,
while fail2ban takes them for banned. Flush only the table that the file fills.

```ini etc/fail2ban/jail.local
[sshd]
enabled = true
```
```text etc/nftables.conf
flush ruleset
table inet fw {  #! removes what fail2ban has banned
        chain input {
                type filter hook input priority 0; policy drop;
                ct state established,related accept
                tcp dport 22 accept
        }
}
```

## Instead

```ini etc/fail2ban/jail.local
[sshd]
enabled = true
```
```text etc/nftables.conf
table inet fw
flush table inet fw
table inet fw {
        chain input {
                type filter hook input priority 0; policy drop;
                ct state established,related accept
                tcp dport 22 accept
        }
}
```
"""

from compolint.api import (
    Firewall,
    Fix,
    Note,
    Problem,
    Problems,
    Setting,
    Severity,
    World,
    assume,
    check,
    may_share_machine,
)

_ON = ("true", "yes", "1", "on")


@check(
    Severity.LOW,
    clauses="C4",
    cwe=(693,),
    references=("https://wiki.nftables.org/wiki-nftables/index.php/Atomic_rule_replacement",),
    when="flushes",
)
def flush_removes_bans(firewall: Firewall, world: World) -> Problems:
    if not firewall.flushes or (firewall.tool, firewall.origin) != ("nftables", "intent"):
        return
    jails = (
        each
        for each in world.where(Setting, "name", "enabled")
        if each.scope == "fail2ban"
        and assume(each.value, "").lower() in _ON  # one that may be off is not asked
    )
    jail = next((each for each in jails if may_share_machine(firewall, each, world)), None)
    if jail:
        yield Problem(
            "removes what fail2ban has banned, whenever it is loaded again",
            at=firewall.at("flushes"),
            notes=(Note(f"the jail {jail.section} is on", jail.span),),
            fix=Fix("flush only the tables that the file fills itself"),
        )
