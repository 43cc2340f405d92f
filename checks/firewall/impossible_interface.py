"""Interface that cannot exist

iptables compares the whole name of an interface, to which only a `+` at the end adds all that begin so.
`eth*` is a name of four characters, and an alias such as `eth0:1` is no interface: packets for its
address come by `eth0`. The rule never matches, and what it should drop comes in.

```text rules.v4
*filter
:INPUT ACCEPT [0:0]
-A INPUT -i eth* -p tcp --dport 5432 -j DROP  #! no interface is called eth*
COMMIT
```

## Instead

```text rules.v4
*filter
:INPUT ACCEPT [0:0]
-A INPUT -i eth+ -p tcp --dport 5432 -j DROP
COMMIT
```
"""

from compolint.api import FirewallRule, Fix, Problem, Problems, Severity, check

_OPTIONS = ("-i", "-o", "--in-interface", "--out-interface")


@check(
    Severity.HIGH,
    clauses="C4",
    cwe=(697,),
    references=("https://manpages.debian.org/bookworm/iptables/iptables.8.en.html",),
)
def impossible_interface(rule: FirewallRule) -> Problems:
    for match in rule.matches:
        option, _, name = match.text.removeprefix("! ").partition(" ")
        if match.what == "never" and option in _OPTIONS:
            is_alias = ":" in name
            yield Problem(
                f"no interface is called {name}, so this rule never matches",
                at=rule.at("interface" if "interface" in rule.spans else "out_interface"),
                fix=Fix(
                    f"name {name.partition(':')[0]}, and the address by -d"
                    if is_alias
                    else f"write {name.partition('*')[0]}+"
                ),
                severity=None if rule.action.kind in ("drop", "reject") else Severity.MEDIUM,
            )
