"""SSH server that lets too many in

Machines on the internet see thousands of tries to log in each day, nearly all of them for root and with
passwords. Keys cannot be guessed. Where `Match` narrows a setting to some users or addresses, it is reported
all the same, but one level lower.

```text etc/ssh/sshd_config
Port 22
PermitRootLogin yes  #! lets root log in with a password
PasswordAuthentication yes  #! lets everybody try passwords
```

## Instead

```text etc/ssh/sshd_config
Port 22
PermitRootLogin prohibit-password
PasswordAuthentication no
```
"""

from compolint.api import Fix, Problem, Problems, Setting, Severity, check, program_weakness


@check(
    Severity.HIGH,
    clauses="H4",
    cwe=(307, 287),
    references=("https://man.openbsd.org/sshd_config",),
    when="scope:sshd",
)
def weak_ssh_setting(setting: Setting) -> Problems:
    weakness = program_weakness(setting)
    if setting.scope == "sshd" and weakness:
        severity = Severity[weakness.danger.upper()]
        yield Problem(
            f"the SSH server {weakness.what}" + (f" if {setting.section}" if setting.section else ""),
            at=setting.span,
            fix=Fix("let people in with keys only, and root not at all"),
            severity=Severity(severity - 1) if setting.section else severity,
        )
