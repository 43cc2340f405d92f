"""Rules of DOCKER-USER that UFW removes

UFW loads `after.rules` whenever it starts or reloads, and a line `:DOCKER-USER` in it empties that chain.
What another file or a script has put there is gone from then on, and nobody is told. Keep the rules of
the chain in one place.

```text etc/ufw/after.rules
*filter
:DOCKER-USER - [0:0]
-A DOCKER-USER -j ufw-user-forward
-A DOCKER-USER -j RETURN
COMMIT
```
```text etc/iptables/rules.v4
*filter
:DOCKER-USER - [0:0]  #! empties DOCKER-USER
-A DOCKER-USER -i eth0 -p tcp -m conntrack --ctorigdstport 8000 -j DROP
COMMIT
```

## Instead

```text etc/ufw/after.rules
*filter
:DOCKER-USER - [0:0]
-A DOCKER-USER -i eth0 -p tcp -m conntrack --ctorigdstport 8000 -j DROP
-A DOCKER-USER -j ufw-user-forward
-A DOCKER-USER -j RETURN
COMMIT
```
"""

from compolint.api import (
    Chain,
    Firewall,
    FirewallRule,
    Fix,
    Note,
    Problem,
    Problems,
    Severity,
    World,
    check,
    together_with,
)

_CHAIN = "DOCKER-USER"


@check(
    Severity.MEDIUM,
    clauses="H3",
    cwe=(693,),
    references=("https://manpages.debian.org/bookworm/ufw/ufw-framework.8.en.html",),
    when="name:DOCKER-USER",
)
def overwritten_docker_user_rules(chain: Chain, world: World) -> Problems:
    firewall = world.get(Firewall, chain.firewall)
    if chain.name != _CHAIN or firewall is None or firewall.tool == "ufw" or firewall.origin == "state":
        return
    if not any(rule.chain == _CHAIN for rule in world.where(FirewallRule, "firewall", firewall.key)):
        return
    for other in together_with(firewall, world):
        own = [each for each in world.where(Chain, "firewall", other.key) if each.name == _CHAIN]
        theirs = [each for each in own if set(each.families) & set(chain.families)]
        if other.tool == "ufw" and theirs:
            yield Problem(
                "UFW empties DOCKER-USER when it starts or reloads, and what stands here is gone",
                at=chain.span,
                notes=(Note("by this line", theirs[0].span),),
                fix=Fix("put these rules into UFW's `after.rules`"),
            )
            return
