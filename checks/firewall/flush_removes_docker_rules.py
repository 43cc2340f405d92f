"""File of rules that removes Docker's own

`flush ruleset` takes away the rules of every program, Docker's among them. When the file is loaded again,
after a change or by `systemctl reload nftables`, published ports stop working, containers lose the
internet, and what kept the networks apart is gone until Docker is restarted. Flush only the table that
the file fills.

```yaml compose.yaml
services:
  web:
    image: ghcr.io/acme/web:3.5.0
    ports: ["127.0.0.1:8080:80"]
```
```text etc/nftables.conf
flush ruleset
table inet fw {  #! removes the rules of Docker
        chain input {
                type filter hook input priority 0; policy drop;
                ct state established,related accept
        }
}
```

## Instead

```yaml compose.yaml
services:
  web:
    image: ghcr.io/acme/web:3.5.0
    ports: ["127.0.0.1:8080:80"]
```
```text etc/nftables.conf
table inet fw
flush table inet fw
table inet fw {
        chain input {
                type filter hook input priority 0; policy drop;
                ct state established,related accept
        }
}
```
"""

from compolint.api import Firewall, Fix, Problem, Problems, Severity, World, check, containers_on


@check(
    Severity.MEDIUM,
    clauses="H3",
    cwe=(693,),
    references=("https://wiki.nftables.org/wiki-nftables/index.php/Atomic_rule_replacement",),
    when="flushes",
)
def flush_removes_docker_rules(firewall: Firewall, world: World) -> Problems:
    if firewall.flushes and firewall.tool == "nftables" and containers_on(firewall.key, world):
        yield Problem(
            "removes the rules of Docker, too, whenever it is loaded again",
            at=firewall.at("flushes"),
            fix=Fix("flush only the tables that the file fills itself"),
        )
