"""Rule for the tailnet that is never asked

Tailscale puts a rule of its own above all others, and it accepts everything that comes in by
`tailscale0`. A rule of UFW or iptables that shall keep the tailnet from a port stands behind it and
decides nothing. Write it into the tailnet's access rules, where Tailscale itself asks.

```text etc/ufw/user.rules
*filter
### tuple ### deny tcp 8080 0.0.0.0/0 any 0.0.0.0/0 in_tailscale0
-A ufw-user-input -i tailscale0 -p tcp --dport 8080 -j DROP  #! Tailscale's own rules let everything in
COMMIT
```

## Instead

```text etc/ufw/user.rules
*filter
### tuple ### deny tcp 8080 0.0.0.0/0 any 0.0.0.0/0 in_eth0
-A ufw-user-input -i eth0 -p tcp --dport 8080 -j DROP
COMMIT
```

With `--netfilter-mode=off` or `nodivert`, which Tailscale has to be started with, its rules are not
asked; a dump that has none of them is taken to show that. Of a rule in DOCKER-USER only a dump tells which
of the two comes first.
"""

from compolint.api import (
    Chain,
    Command,
    Firewall,
    FirewallRule,
    Fix,
    Problem,
    Problems,
    Severity,
    World,
    check,
)

_MODES = ("--netfilter-mode=off", "--netfilter-mode=nodivert")
_DOCKERS = "DOCKER-USER"


@check(
    Severity.MEDIUM,
    clauses="H4",
    cwe=(284,),
    references=("https://tailscale.com/kb/1337/policy-syntax", "https://tailscale.com/kb/1080/cli"),
)
def ineffective_tailnet_rule(rule: FirewallRule, world: World) -> Problems:
    if rule.action.kind not in ("drop", "reject") or not rule.chain.endswith(("INPUT", "-input", _DOCKERS)):
        return
    if rule.chain.startswith("ts-") or not any(
        str(name).startswith("tailscale") for name in rule.values("interface")
    ):
        return
    firewall = world.get(Firewall, rule.firewall)
    comes_first = _forwards_first if rule.chain == _DOCKERS else _diverts
    if firewall and firewall.tool in ("iptables", "ufw") and comes_first(firewall, world):
        yield Problem(
            "is never asked: Tailscale's own rules let everything in that comes by its interface",
            at=rule.span,
            fix=Fix("write it into the access rules of the tailnet"),
        )


def _diverts(firewall: Firewall, world: World) -> bool:
    """Whether Tailscale's chains come first."""
    if firewall.origin == "state":
        return any(chain.name == "ts-input" for chain in world.where(Chain, "firewall", firewall.key))
    return not any(
        command.name in ("tailscale", "tailscaled") and any(word in _MODES for word in command.words)
        for command in world.of(Command)
    )


def _forwards_first(firewall: Firewall, world: World) -> bool:
    """Whether a dump shows Tailscale's chain before Docker's."""
    jumps = [
        rule.action.chain
        for rule in world.where(FirewallRule, "firewall", firewall.key)
        if (rule.table, rule.chain) == ("filter", "FORWARD")
    ]
    return _DOCKERS in jumps and "ts-forward" in jumps[: jumps.index(_DOCKERS)]
