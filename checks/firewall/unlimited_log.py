"""Rule that logs every packet

A packet that is logged costs a line on disk, and whoever sends packets decides how many. A scan, let alone a
flood, fills the disk, and buries what else the log has to say. Limit it: `-m limit --limit 3/min`.

```text rules.v4
*filter
:INPUT DROP [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp --dport 443 -j ACCEPT
-A INPUT -j LOG --log-prefix "dropped "  #! logs every packet
COMMIT
```

## Instead

```text rules.v4
*filter
:INPUT DROP [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp --dport 443 -j ACCEPT
-A INPUT -m limit --limit 3/min -j LOG --log-prefix "dropped "
COMMIT
```
"""

from compolint.api import FirewallRule, Fix, Problem, Problems, Severity, check

_LOGS = ("-j LOG", "--jump LOG", "-j NFLOG", " log ")


@check(
    Severity.INFO,
    clauses="H8",
    cwe=(770,),
    references=("https://manpages.debian.org/bookworm/iptables/iptables-extensions.8.en.html",),
    profile="strict",
)
def unlimited_log(rule: FirewallRule) -> Problems:
    if rule.action.kind != "continue" or not any(word in f" {rule.text} " for word in _LOGS):
        return
    if not rule.looks_at("first", "maybe", "never", "source") and rule.chain.lower().endswith("input"):
        yield Problem(
            "logs every packet that gets to it, as many as somebody sends",
            at=rule.span,
            fix=Fix("limit it: `-m limit --limit 3/min`"),
        )
