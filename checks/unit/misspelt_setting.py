"""Setting that systemd passes over

systemd starts a unit all the same when it does not know a setting, or its value: all that is left is a
warning in the journal. So a slip in a name switches the protection off that it was to switch on, and nobody
sees it. Settings that only one of the versions 252 and 262 has are no finding, nor are those that begin with
`X-`.

```ini app.service
[Service]
ExecStart=/usr/bin/app
PriavteTmp=yes  #! did you mean `PrivateTmp`
ProtectSystem=strickt  #! did you mean `strict`
```

## Instead

```ini app.service
[Service]
ExecStart=/usr/bin/app
PrivateTmp=yes
ProtectSystem=strict
X-Remark=anything
```
"""

from compolint.api import Problem, Problems, Severity, Unit, check, unknown_settings, wrong_values


@check(
    Severity.MEDIUM,
    clauses="H9",
    cwe=(1188,),
    references=("https://www.freedesktop.org/software/systemd/man/latest/systemd.directives.html",),
)
def misspelt_setting(unit: Unit) -> Problems:
    for passed in (*unknown_settings(unit), *wrong_values(unit)):
        yield Problem(f"{unit.name} {passed.message}", at=passed.at)
