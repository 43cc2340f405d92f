"""Unit that may fill DOCKER-USER before Docker makes it

Docker makes the chain DOCKER-USER when it starts. A unit that adds rules to it is started at the same
time unless it says otherwise: at some boots its commands fail, and the ports are open until somebody
looks. Order it behind `docker.service`.

```ini etc/systemd/system/docker-user.service
[Unit]
Description=Rules for containers

[Service]
Type=oneshot
ExecStart=/usr/sbin/iptables -I DOCKER-USER -i eth0 -j DROP  #! docker-user.service may run before Docker

[Install]
WantedBy=multi-user.target
```

## Instead

```ini etc/systemd/system/docker-user.service
[Unit]
Description=Rules for containers
After=docker.service
PartOf=docker.service

[Service]
Type=oneshot
ExecStart=/usr/sbin/iptables -I DOCKER-USER -i eth0 -j DROP

[Install]
WantedBy=multi-user.target
```

What a script does that a unit runs counts, too. A unit or script that makes the chain itself, `iptables -N
DOCKER-USER`, or asks for it, may run before.
"""

from compolint.api import (
    Command,
    FirewallRule,
    Fix,
    Problem,
    Problems,
    Severity,
    Unit,
    Unknown,
    World,
    check,
)

_CHAIN = "DOCKER-USER"
_TABLES = ("iptables", "ip6tables", "iptables-nft", "iptables-legacy")
_DOCKER = ("docker", "docker.service")
_MAKES = ("-N", "--new-chain", "-L", "--list", "-S", "--list-rules")  # or shows that it is there


@check(
    Severity.MEDIUM,
    clauses="H3",
    cwe=(696,),
    references=(
        "https://docs.docker.com/engine/network/firewall-iptables/",
        "https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html",
    ),
    when="acts",
)
def rules_before_docker(command: Command, world: World) -> Problems:
    if not command.is_of_unit or command.ends_unit or not _fills(command, world):
        return
    unit = world.get(Unit, command.owner)
    if unit is None or not unit.is_complete or _is_behind(unit):
        return
    own = [each for each in world.owned(Command, command.owner) if _fills(each, world)]
    if own[0] is command and not any(each.has(*_MAKES) for each in own):
        yield Problem(
            f"{unit.name} may run before Docker, which makes the chain that this fills",
            at=command.at("words", 0),
            fix=Fix("add `After=docker.service` and `PartOf=docker.service` to [Unit]"),
        )


def _is_behind(unit: Unit) -> bool:
    said = unit.values("After", "Unit")
    return any(isinstance(value, Unknown) or "docker." in value for value in said)


def _fills(command: Command, world: World) -> bool:
    """Whether it adds to the chain, by itself or by a script that it runs."""
    if command.name in _TABLES:
        return _CHAIN in command.words
    run = {str(word).rpartition("/")[2] for word in command.words[:2] if "/" in str(word)}
    return not run.isdisjoint(world.once(_filling_scripts))


def _filling_scripts(world: World) -> frozenset[str]:
    """The names of the scripts that add to the chain, and neither make it nor see to Docker before."""
    paths = {rule.span.path for rule in world.where(FirewallRule, "chain", _CHAIN)}
    for each in world.where(Command, "where", "script"):
        words = set(map(str, each.words))
        if not words.isdisjoint(_DOCKER) or (_CHAIN in words and each.has(*_MAKES)):
            paths.discard(each.span.path)
    return frozenset(path.rpartition("/")[2] for path in paths)
