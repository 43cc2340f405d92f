"""UFW that takes no rules for IPv6

With `IPV6=no` UFW drops all that comes and goes by IPv6, beside the loopback, and keeps no rules for it.
Nothing is open by that; but a server with an IPv6 address answers nobody there, and whoever finds that out
adds rules for ip6tables by hand, which UFW removes at its next start. Set `IPV6=yes`: rules hold for both
families then.

```text etc/default/ufw
IPV6=no  #! drops everything by IPv6
DEFAULT_INPUT_POLICY="DROP"
```
```text etc/ufw/user.rules
*filter
### tuple ### allow tcp 443 0.0.0.0/0 any 0.0.0.0/0 in
-A ufw-user-input -p tcp --dport 443 -j ACCEPT
COMMIT
```

## Instead

```text etc/default/ufw
IPV6=yes
DEFAULT_INPUT_POLICY="DROP"
```
```text etc/ufw/user.rules
*filter
### tuple ### allow tcp 443 0.0.0.0/0 any 0.0.0.0/0 in
-A ufw-user-input -p tcp --dport 443 -j ACCEPT
COMMIT
```
```text etc/ufw/user6.rules
*filter
### tuple ### allow tcp 443 ::/0 any ::/0 in
-A ufw6-user-input -p tcp --dport 443 -j ACCEPT
COMMIT
```

A host without IPv6 loses nothing by it, so that only the profile `strict` tells.
"""

from compolint.api import Chain, Firewall, Fix, Problem, Problems, Severity, World, check


@check(
    Severity.INFO,
    clauses="H3",
    cwe=(1188,),
    references=("https://manpages.debian.org/bookworm/ufw/ufw.8.en.html",),
    when="hook:input",
    profile="strict",
)
def ipv6_switched_off_in_ufw(chain: Chain, world: World) -> Problems:
    if (chain.hook, chain.families) != ("input", (6,)):
        return
    firewall = world.get(Firewall, chain.firewall)
    if firewall is None or (firewall.tool, firewall.origin) != ("ufw", "intent"):
        return
    others = world.where(Chain, "firewall", chain.firewall)
    if not any(each.name.startswith("ufw6-") for each in others):
        yield Problem(
            "UFW drops everything by IPv6, and keeps no rules for it",
            at=chain.at("policy"),
            fix=Fix("write `IPV6=yes`"),
        )
