"""Jail of fail2ban for another port than that of SSH

sshd listens on a port of its own, and the jail closes port 22, which is its default, to those whom it
bans. They go on guessing at the other port, while the log says that they are banned. Name the port in the
jail.

```text etc/ssh/sshd_config
Port 2222
```
```ini etc/fail2ban/jail.local
[sshd]
enabled = true  #! closes port 22 to those it bans, while sshd listens on 2222
```

## Instead

```text etc/ssh/sshd_config
Port 2222
```
```ini etc/fail2ban/jail.local
[sshd]
enabled = true
port = 2222
```

A jail that closes all ports, by `banaction = …-allports`, or that a firewall bans for by itself is left
alone.
"""

from compolint.api import (
    Fix,
    Listener,
    Note,
    Ports,
    Problem,
    Problems,
    Setting,
    Severity,
    World,
    assume,
    check,
)

_JAILS = ("sshd", "ssh")
_ON = ("true", "yes", "1", "on")


@check(
    Severity.MEDIUM,
    clauses="C4",
    cwe=(307,),
    references=("https://manpages.debian.org/bookworm/fail2ban/jail.conf.5.en.html",),
    when="scope:fail2ban",
)
def ban_misses_ssh_port(setting: Setting, world: World) -> Problems:
    is_jail = setting.scope == "fail2ban" and setting.section in _JAILS and setting.name == "enabled"
    if not is_jail or assume(setting.value, "").lower() not in _ON:  # one that may be off is not asked
        return
    said = {
        each.name: each
        for section in ("DEFAULT", setting.section)
        for each in world.where(Setting, "section", section)
        if each.scope == "fail2ban"
    }
    actions = " ".join(str(said[name].value) for name in ("banaction", "action") if name in said)
    if "allports" in actions or "ufw" in actions or "firewallcmd-rich" in actions:
        return
    port = said.get("port")
    closed = str(port.value).replace(",", " ").split() if port else ["ssh"]
    if not all(word in ("ssh", "22") or word.isdecimal() for word in closed):
        return
    for door in world.of(Listener):
        if door.name == "sshd" and isinstance(door.ports, Ports) and not _names(closed, door.ports):
            yield Problem(
                f"closes port {', '.join(closed).replace('ssh', '22')} to those it bans, "
                f"while sshd listens on {door.ports}",
                at=port.at("value") if port else setting.at("value"),
                notes=(Note("it listens here", door.at("ports")),),
                fix=Fix(f"write `port = {door.ports}`"),
            )
            return


def _names(closed: list[str], ports: Ports) -> bool:
    return any((22 if word == "ssh" else int(word)) in ports for word in closed)
