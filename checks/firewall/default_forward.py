"""Firewall that forwards what no rule is about

Containers have addresses of their own. With a policy of ACCEPT for what is forwarded, a machine on the
same network that sends its packets for them by way of this host reaches every port of theirs, published
or not. Docker from release 28 on closes its networks by itself; earlier ones rely on this policy. Let it
be DROP.

```yaml compose.yaml
services:
  db:
    image: postgres:17
```
```text etc/default/ufw
DEFAULT_INPUT_POLICY="DROP"
DEFAULT_FORWARD_POLICY="ACCEPT"  #! forwards whatever no rule is about
```
```text etc/ufw/user.rules
*filter
COMMIT
```

## Instead

```yaml compose.yaml
services:
  db:
    image: postgres:17
```
```text etc/default/ufw
DEFAULT_INPUT_POLICY="DROP"
DEFAULT_FORWARD_POLICY="DROP"
```
```text etc/ufw/user.rules
*filter
COMMIT
```

Where the configuration says which release of Docker the host has, that decides: the severity is high up
to 27, and from 28 on nothing is reported. Where it does not, only a policy that UFW's files state is.
"""

from compolint.api import (
    Chain,
    Firewall,
    Fix,
    Problem,
    Problems,
    Severity,
    World,
    check,
    forwards_to_containers,
)


@check(
    Severity.MEDIUM,
    clauses="C15 H1",
    cwe=(276, 284),
    references=("https://docs.docker.com/engine/network/packet-filtering-firewalls/",),
    when="hook:forward",
)
def default_forward(chain: Chain, world: World) -> Problems:
    if chain.hook != "forward" or chain.kind != "filter" or 4 not in chain.families:
        return
    firewall = world.get(Firewall, chain.firewall)
    answer = forwards_to_containers(chain, world)
    if answer is None or answer.answer == "closed" or chain.policy != "accept":
        return
    if answer.answer == "open" or (firewall and firewall.tool == "ufw" and firewall.origin == "intent"):
        yield Problem(
            f"{chain} forwards whatever no rule is about, to containers too",
            at=chain.at("policy"),
            fix=Fix("make its policy DROP, after the rules for what shall be forwarded"),
            severity=Severity.HIGH if answer.answer == "open" else None,
        )
