"""Port that is opened for TCP and UDP alike

`ufw allow 8080` without a protocol opens the port for both, and nothing of this project listens there by UDP.
Whatever program comes to use that port is open to everybody from its first day. Write `8080/tcp`.

```sh setup.sh
#!/bin/sh
ufw default deny incoming
ufw limit 22/tcp
ufw allow 8080  #! opens 8080 for UDP, too
ufw --force enable
```

## Instead

```sh setup.sh
#!/bin/sh
ufw default deny incoming
ufw limit 22/tcp
ufw allow 8080/tcp
ufw --force enable
```

Ports on which services use both, such as those of DNS and of HTTP/3, are left alone.
"""

from compolint.api import (
    FirewallRule,
    Fix,
    Listener,
    Ports,
    Problem,
    Problems,
    Severity,
    World,
    assume,
    check,
)

# DNS, Kerberos, HTTPS with HTTP/3, DNS over QUIC, STUN and TURN, syncthing
_OF_BOTH = frozenset((53, 88, 443, 464, 853, 3478, 5349, 8443, 22000))
_LINE_END = 2  # characters


@check(
    Severity.INFO,
    clauses="C4",
    cwe=(1188,),
    references=("https://manpages.debian.org/bookworm/ufw/ufw.8.en.html",),
    when="chain:ufw-user-input",
    profile="strict",
)
def port_open_for_both_protocols(rule: FirewallRule, world: World) -> Problems:
    if rule.chain != "ufw-user-input" or rule.action.kind != "accept" or rule.values("protocol") != ("udp",):
        return
    if rule.looks_at("source", "interface"):
        return  # for few, who are trusted with it
    ports = [each for each in rule.values("port") if isinstance(each, Ports)]
    if len(ports) != 1 or ports[0].first != ports[0].last or ports[0].first in _OF_BOTH:
        return
    twin = world.once(_of_tcp).get((rule.firewall, rule.families, rule.number - 1))
    if twin and _is_other_half(twin, rule) and not _is_used(ports[0], world):
        yield Problem(
            f"opens {ports[0]} for UDP, too, where nothing is known to listen",
            at=rule.at("port"),
            fix=Fix(f"write {ports[0]}/tcp"),
        )


def _of_tcp(world: World) -> dict[tuple[object, ...], FirewallRule]:
    """The rules of UFW's user for TCP, by their places in the chain."""
    return {
        (each.firewall, each.families, each.number): each
        for each in world.where(FirewallRule, "chain", "ufw-user-input")
        if each.values("protocol") == ("tcp",)
    }


def _is_other_half(rule: FirewallRule, second: FirewallRule) -> bool:
    """Whether both were made of one rule: they stand at one place, or in lines one after the other."""
    if rule.values("port") != second.values("port"):
        return False
    return rule.span == second.span or 0 < second.span.start - rule.span.end <= _LINE_END


def _is_used(ports: Ports, world: World) -> bool:
    own = (each for each in world.of(Listener) if each.protocol == "udp")
    return any(known is None or known.overlaps(ports) for each in own for known in [assume(each.ports, None)])
