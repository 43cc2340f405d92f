"""Command that switches a firewall off

`ufw disable`, a flush of all chains and a default policy of ACCEPT leave every service of the machine open to
whoever can reach it: databases, admin interfaces, the API of Docker. There is no reason for it in
production that an exact rule would not serve better. In a container this counts where it shares the network
of the host.

```yaml compose.yaml
services:
  fix:
    image: alpine:3.22
    network_mode: host
    command: sh -c "iptables -P INPUT ACCEPT; iptables -F"  #! iptables switches the firewall #! off
  agent:
    image: alpine:3.22
    command: ssh server sudo ufw disable  #! ufw switches the firewall of the host off
```

## Instead

```yaml compose.yaml
services:
  note:
    image: alpine:3.22
    network_mode: host
    command: sh -c 'echo "ufw disable" > /help.txt; ufw status; iptables -P INPUT DROP'
```
"""

from itertools import pairwise

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
    raises_firewall,
)

_FLUSHES, _OPTIONS = ("-F", "--flush"), ("-t", "--table", "-w", "--wait")
_DROPS = frozenset(("DROP", "REJECT"))


@check(
    Severity.CRITICAL,
    clauses="C15 C4",
    cwe=(284,),
    references=("https://man7.org/linux/man-pages/man8/iptables.8.html",),
    absolute=True,
    when="acts",
)
def firewall_disabling_command(command: Command, world: World) -> Problems:
    # A firewall that is a unit itself goes when somebody stops that.
    if command.ends_unit or firewall_action(command) != "disables" or _is_raised_again(command, world):
        return
    if acts_on_host_network(command, world.get(Workload, command.owner)):
        yield Problem(f"{command.name} switches the firewall of the host off", at=command.at("words", 0))


def _is_raised_again(command: Command, world: World) -> bool:
    """Whether the same script switches a firewall on later, as one does that begins with a clean table."""
    return command.is_on_host and any(
        each.span.start > command.span.start and (raises_firewall(each) or _refills(each, command))
        for each in world.where(Command, "script", command.script)
    )


def _refills(later: Command, flush: Command) -> bool:
    """Whether a command puts a rule that drops into the one chain that another has emptied."""
    chains = [word for before, word in pairwise(flush.words) if before in _FLUSHES and word not in _OPTIONS]
    return (
        bool(chains)
        and later.name == flush.name
        and later.has("-A", "-I", "--append", "--insert")
        and chains[0] in later.words
        and not _DROPS.isdisjoint(word for word in later.words if isinstance(word, str))
    )
