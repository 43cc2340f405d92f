"""File of rules that removes Docker's own

`flush ruleset` takes away the rules of every program, Docker's among them, and so does `iptables -F` without
a chain. When that is done again, after a change or by `systemctl reload nftables`, published ports stop
working, containers lose the internet, and what kept the networks apart is gone until Docker is restarted.
Flush only the table or the chains that are your own.

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

from compolint.api import (
    Command,
    Firewall,
    Fix,
    Problem,
    Problems,
    Severity,
    Unit,
    World,
    acts_on_host,
    check,
    containers_on,
)

_TABLES = ("iptables", "iptables-nft", "iptables-legacy")
_DOCKERS = ("FORWARD", "DOCKER-FORWARD", "DOCKER")


@check(
    Severity.MEDIUM,
    clauses="H3",
    cwe=(693,),
    references=("https://wiki.nftables.org/wiki-nftables/index.php/Atomic_rule_replacement",),
    when="flushes",
)
def flush_removes_docker_rules(firewall: Firewall, world: World) -> Problems:
    if not firewall.flushes or not containers_on(firewall.key, world):
        return
    if firewall.tool == "nftables":
        yield Problem(
            "removes the rules of Docker, too, whenever it is loaded again",
            at=firewall.at("flushes"),
            fix=Fix("flush only the tables that the file fills itself"),
        )
        return
    script = [
        each for each in world.where(Command, "where", "script") if each.span.path == firewall.span.path
    ]
    flush = next(filter(_flushes, script), None)
    if flush and not any(map(_restarts_docker, script)) and not _is_before_docker(firewall, world):
        yield Problem(
            "removes the rules of Docker, too, whenever the script runs",
            at=flush.at("words", 0),
            fix=Fix("flush only INPUT and the chains that are your own"),
        )


def _flushes(command: Command) -> bool:
    """Whether it empties the chains that lead to Docker's, or those in which it translates."""
    if command.name not in _TABLES or not acts_on_host(command) or not command.has("-F", "--flush"):
        return False
    words = [str(word) for word in command.words[1:]]
    at = next((number for number, word in enumerate(words) if word in ("-F", "--flush")), -1)
    chain = next((word for word in words[at + 1 : at + 2] if not word.startswith("-")), "")
    return chain in ("", *_DOCKERS) and not {"mangle", "raw", "security"} & set(words)


def _restarts_docker(command: Command) -> bool:
    return command.name in ("systemctl", "service", "rc-service") and any(
        str(word) in ("docker", "docker.service") for word in command.words
    )


def _is_before_docker(firewall: Firewall, world: World) -> bool:
    """Whether a unit runs the script before Docker starts."""
    name = "/" + firewall.span.path.rpartition("/")[2]
    return any(
        any(str(word).endswith(name) for word in command.words)
        and (unit := world.get(Unit, command.owner)) is not None
        and any(
            "docker" in str(value) or "network-pre" in str(value) for value in unit.values("Before", "Unit")
        )
        for command in world.of(Command)
        if command.is_of_unit
    )
