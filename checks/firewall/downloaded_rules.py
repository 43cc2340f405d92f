"""Rules of a firewall that are fetched and loaded

The script loads whatever the other server sends at that moment. Who controls it, or the way to it, decides
which ports of this machine are open; and if nothing comes, an empty rule set may be loaded. Keep the rules in
a file that is reviewed, or compare what was fetched before it is loaded.

```sh firewall.sh
#!/bin/sh
curl -fsS https://rules.example.org/v4 | iptables-restore  #! loads the rules that curl fetches
```

## Instead

```sh firewall.sh
#!/bin/sh
iptables-restore < /etc/iptables/rules.v4
```
"""

from compolint.api import Command, Fix, Problem, Problems, Severity, check

_FETCHERS = frozenset(("curl", "wget", "fetch", "http", "aria2c"))
_LOADERS = frozenset(("iptables-restore", "ip6tables-restore", "nft"))


@check(
    Severity.HIGH,
    clauses="W4",
    cwe=(494,),
    references=("https://cwe.mitre.org/data/definitions/494.html",),
    when="acts",
)
def downloaded_rules(command: Command) -> Problems:
    if command.name not in _LOADERS or command.verified:
        return
    if command.name == "nft" and not command.has("-f", "--file"):
        return
    for source in command.input_from:
        if source in _FETCHERS:
            yield Problem(
                f"{command.name} loads the rules that {source} fetches, whatever they are",
                at=command.at("words", 0),
                fix=Fix("keep them in a file of the project, or compare a checksum before"),
            )
            return
