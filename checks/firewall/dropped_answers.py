"""Chain that drops answers

The policy of the chain drops what no rule takes, and none of its rules takes packets of connections that are
established. In INPUT that are the answers to what the machine asks: it gets no updates, no names, no
certificates. In OUTPUT it is all that the machine answers. Whoever has to make that work again soon often
opens everything. Accept established connections first.

```text rules.v4
*filter
:INPUT DROP [0:0]  #! INPUT drops the answers to what the machine asks
-A INPUT -i lo -j ACCEPT
-A INPUT -p tcp --dport 443 -j ACCEPT
COMMIT
```

## Instead

```text rules.v4
*filter
:INPUT DROP [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp --dport 443 -j ACCEPT
COMMIT
```

Rules that tell answers by their port or by the flags of TCP count, too.
"""

from compolint.api import (
    Chain,
    Firewall,
    FirewallRule,
    Fix,
    Ports,
    Problem,
    Problems,
    Severity,
    What,
    World,
    asked_from,
    assume,
    check,
)

_OF_CLIENTS = 40_000  # a port as clients have it
_TELLING: tuple[What, ...] = (
    "source_port", "either_port", "flags", "status", "direction", "mark", "connection_mark", "maybe", "any",
)  # fmt: skip


@check(
    Severity.MEDIUM,
    clauses="C4",
    cwe=(693,),
    references=("https://manpages.debian.org/bookworm/iptables/iptables-extensions.8.en.html",),
    when="hook:input hook:output",
)
def dropped_answers(chain: Chain, world: World) -> Problems:
    if chain.hook not in ("input", "output") or chain.kind != "filter":
        return
    firewall = world.get(Firewall, chain.firewall)
    if firewall is None or firewall.tool not in ("iptables", "nftables"):
        return  # UFW and firewalld take answers by themselves
    if assume(chain.policy, "accept") != "drop":  # of a part of a listing nothing is said
        return
    rules = asked_from(chain, world)
    # Rules that let nobody in are there to cut the machine off, or they are not all.
    every = world.where(FirewallRule, "firewall", firewall.key) if chain.hook == "output" else rules
    if any(map(_is_door, every)) and not any(map(_may_take_answers, rules)):
        what = "the answers to what the machine asks" if chain.hook == "input" else "what the machine answers"
        yield Problem(
            f"{chain} drops {what}",
            at=chain.at("policy"),
            fix=Fix("accept established connections before everything else"),
        )


def _is_door(rule: FirewallRule) -> bool:
    return rule.action.kind == "accept" and rule.looks_at("port")


def _may_take_answers(rule: FirewallRule) -> bool:
    if rule.action.kind != "accept":
        return rule.action.kind == "unknown"
    if rule.looks_at("state"):
        states = rule.values("state")
        return not states or "established" in states
    if rule.looks_at(*_TELLING):
        return True
    ports = [each for each in rule.values("port") if isinstance(each, Ports)]
    if rule.looks_at("port"):
        return any(_OF_CLIENTS in each for each in ports)
    is_inside = rule.is_of_loopback or "lo" in rule.values("out_interface")
    protocols = rule.values("protocol")
    return not is_inside and (not protocols or "tcp" in protocols or "udp" in protocols)
