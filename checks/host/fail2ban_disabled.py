"""fail2ban that bans nobody

A jail for SSH that is switched off, or an `ignoreip` that covers every address, leaves the guesser of
passwords as many tries as the line carries, while the service looks as if it were running.

```ini etc/fail2ban/jail.local
[DEFAULT]
ignoreip = 127.0.0.1/8 0.0.0.0/0  #! fail2ban never bans anybody

[sshd]
enabled = false  #! fail2ban does not watch sshd
```

## Instead

```ini etc/fail2ban/jail.local
[DEFAULT]
ignoreip = 127.0.0.1/8 100.64.0.0/10

[sshd]
enabled = true
```
"""

from compolint.api import Fix, Problem, Problems, Setting, Severity, check

_EVERYBODY = frozenset(("0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1"))


@check(
    Severity.MEDIUM,
    clauses="C4",
    cwe=(307,),
    references=("https://manpages.debian.org/bookworm/fail2ban/jail.conf.5.en.html",),
    when="scope:fail2ban",
)
def fail2ban_disabled(setting: Setting) -> Problems:
    if setting.scope != "fail2ban":
        return
    if setting.name == "ignoreip" and not _EVERYBODY.isdisjoint(setting.value.replace(",", " ").split()):
        fix = Fix("list only the addresses that you log in from")
        yield Problem("fail2ban never bans anybody", at=setting.at("value"), fix=fix)
    is_off = setting.name == "enabled" and setting.value.lower() in {"false", "no", "0", "off"}
    if is_off and setting.section in {"sshd", "ssh", "dropbear"}:
        fix = Fix("write `enabled = true`")
        yield Problem(f"fail2ban does not watch {setting.section}", at=setting.at("value"), fix=fix)
