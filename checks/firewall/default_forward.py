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
to 27, and from 28 on nothing is reported. Where it does not, only a policy that UFW's files state is. Of a
machine without containers that forwards, as `net.ipv4.ip_forward = 1` in the project says, a policy that no
rule of the chain limits is reported with low severity.
"""

from compolint.api import (
    Chain,
    Firewall,
    Fix,
    Problem,
    Problems,
    Setting,
    Severity,
    World,
    asked_from,
    check,
    forwards_to_containers,
    is_in_words,
    may_share_machine,
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
    if is_in_words(chain.policy):
        return  # of commands that only add rules, or of a part of a listing, nothing is said
    firewall = world.get(Firewall, chain.firewall)
    answer = forwards_to_containers(chain, world)
    if answer is None and firewall and _is_of_router(chain, firewall, world):
        yield Problem(
            f"{chain} forwards whatever anybody sends",
            at=chain.at("policy"),
            fix=Fix("make its policy DROP, after the rules for what shall be forwarded"),
            severity=Severity.LOW,
        )
    if answer is None or answer.answer == "closed" or chain.policy != "accept":
        return
    if answer.answer == "open" or (firewall and firewall.tool == "ufw" and firewall.origin == "intent"):
        yield Problem(
            f"{chain} forwards whatever no rule is about, to containers too",
            at=chain.at("policy"),
            fix=Fix("make its policy DROP, after the rules for what shall be forwarded"),
            severity=Severity.HIGH if answer.answer == "open" else None,
        )


def _is_of_router(chain: Chain, firewall: Firewall, world: World) -> bool:
    """Whether the machine is told to forward, and no rule of the chain says what not to."""
    if firewall.tool not in ("iptables", "nftables") or chain.policy != "accept":
        return False
    if any(rule.action.kind in ("drop", "reject", "unknown") for rule in asked_from(chain, world)):
        return False
    return any(
        setting.value == "1" and may_share_machine(chain, setting, world)
        for setting in world.where(Setting, "name", "net.ipv4.ip_forward")
    )
