"""Machine that may not look up names

What the machine sends is dropped unless a rule lets it out, and none lets it ask for names. It finds no
mirror, no time server and no certificate authority: updates stop without a word, and certificates run out.
Let it ask its name servers.

```sh setup.sh
#!/bin/sh
ufw default deny incoming
ufw default deny outgoing  #! lets the machine ask for no names
ufw allow in on tailscale0
ufw allow out 443/tcp
ufw --force enable
```

## Instead

```sh setup.sh
#!/bin/sh
ufw default deny incoming
ufw default deny outgoing
ufw allow in on tailscale0
ufw allow out 443/tcp
ufw allow out 53
ufw --force enable
```

A machine that nothing lets out at all is meant to be cut off, and is left alone.
"""

from compolint.api import (
    Chain,
    FirewallRule,
    Fix,
    Ports,
    Problem,
    Problems,
    Severity,
    World,
    asked_from,
    assume,
    check,
)

_NAMES = (53, 853)


@check(
    Severity.MEDIUM,
    clauses="C4",
    cwe=(693,),
    references=("https://manpages.debian.org/bookworm/ufw/ufw.8.en.html",),
    when="hook:output",
)
def blocked_name_lookups(chain: Chain, world: World) -> Problems:
    if chain.hook != "output" or chain.kind != "filter" or 4 not in chain.families:
        return
    if assume(chain.policy, "accept") not in ("drop", "reject"):  # of a part of a listing nothing is said
        return
    rules = asked_from(chain, world)
    ways = [rule for rule in rules if rule.action.kind in ("accept", "unknown") and _is_for_new(rule)]
    if ways and not any(map(_may_be_for_names, ways)):
        yield Problem(
            f"{chain} lets the machine ask for no names",
            at=chain.at("policy"),
            fix=Fix("let it reach port 53 of its name servers"),
        )


def _is_for_new(rule: FirewallRule) -> bool:
    """Whether it lets out more than answers and what the machine says to itself."""
    states = rule.values("state")
    protocols = rule.values("protocol")
    return (
        (not states or "new" in states)
        and "lo" not in rule.values("out_interface")
        and not rule.values("source_port")
        and (not protocols or "tcp" in protocols or "udp" in protocols)
    )


def _may_be_for_names(rule: FirewallRule) -> bool:
    ports = rule.values("port")
    if not rule.looks_at("port") or not all(isinstance(each, Ports) for each in ports):
        return True
    return any(number in each for each in ports if isinstance(each, Ports) for number in _NAMES)
