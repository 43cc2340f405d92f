"""Protection that can no longer start

A unit that is empty, or a link to `/dev/null`, is masked: nothing starts it any more, and nobody is told.
Of a firewall, fail2ban or AppArmor that takes a protection from the machine that everything else on it
relies on. Take the file away; where the program is not wanted, uninstall it.

```ini etc/systemd/system/ufw.service
#! ufw.service is masked
```

## Instead

```ini etc/systemd/system/ufw.service
[Service]
ExecStart=/usr/lib/ufw/ufw-init start quiet
```
"""

from compolint.api import Problem, Problems, Setting, Severity, check

_FIREWALLS = ("ufw", "firewalld", "nftables", "iptables", "netfilter-persistent", "fail2ban", "crowdsec")
_OTHERS = ("apparmor", "auditd", "unattended-upgrades", "apt-daily-upgrade")


@check(
    Severity.HIGH,
    clauses="C15",
    cwe=(693,),
    references=("https://www.freedesktop.org/software/systemd/man/latest/systemctl.html",),
    when="scope:systemd",
)
def masked_protection(setting: Setting) -> Problems:
    name = setting.section.rpartition(".")[0]
    if setting.scope == "systemd" and setting.name == "masked" and name in (*_FIREWALLS, *_OTHERS):
        yield Problem(
            f"{setting.section} is masked, so nothing starts it",
            at=setting.span,
            severity=Severity.MEDIUM if name in _OTHERS else None,
        )
