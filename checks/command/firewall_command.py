"""Command that changes the firewall

A rule that a command adds or takes away holds until the next one, in no file that anybody reviews, and is
gone or back after a restart. A typing error opens the machine or locks its owner out. Keep rules in files
that are loaded at boot. In a container this counts where it shares the network of the host; what switches
a firewall off is found by `firewall-disabling-command`.

```yaml compose.yaml
services:
  rules:
    image: alpine:3.22
    network_mode: host
    cap_add: [NET_ADMIN]
    command: iptables -A INPUT -p tcp --dport 22 -j ACCEPT  #! iptables changes the firewall of the host
```

## Instead

```yaml compose.yaml
services:
  rules:
    image: alpine:3.22
    network_mode: host
    command: iptables -L -n
  vpn:
    image: alpine:3.22
    cap_add: [NET_ADMIN]
    command: iptables -t nat -A POSTROUTING -o wg0 -j MASQUERADE
```
"""

from compolint.api import (
    Command,
    Problem,
    Problems,
    Severity,
    Workload,
    World,
    acts_on_host_network,
    check,
    firewall_action,
)


@check(
    Severity.HIGH,
    clauses="C4 P3",
    cwe=(284,),
    references=("https://man7.org/linux/man-pages/man8/iptables.8.html",),
    when="acts",
)
def firewall_command(command: Command, world: World) -> Problems:
    if command.ends_unit or firewall_action(command) != "changes":
        return
    is_script = command.is_on_host
    if is_script and _is_further(command, world):
        return
    if acts_on_host_network(command, world.get(Workload, command.owner)):
        yield Problem(
            f"{command.name} changes the firewall of the host",
            at=command.at("words", 0),
            # There the rules do stand in a file.
            severity=Severity.MEDIUM if is_script else None,
        )


def _is_further(command: Command, world: World) -> bool:
    """Whether another command of the script has been reported already."""
    siblings = world.where(Command, "script", command.script)
    return next((each for each in siblings if firewall_action(each) == "changes"), command) is not command
