"""Ordinary user in a group that is as good as root

The service has a user of its own, and a group that takes the difference back: whoever may talk to Docker
mounts the host's disk, whoever may write to the disks writes any file. A fault in the service is then a fault
in the machine. Remove the group; where the service must command Docker, put a socket proxy in between.

```ini dashboard.service
[Service]
User=dashboard
SupplementaryGroups=docker  #! docker lets dashboard.service be root
ExecStart=/usr/bin/dashboard
```

## Instead

```ini dashboard.service
[Service]
User=dashboard
SupplementaryGroups=video systemd-journal
Environment=DOCKER_HOST=tcp://127.0.0.1:2375
ExecStart=/usr/bin/dashboard
```
"""

from compolint.api import (
    Fix,
    Problem,
    Problems,
    Severity,
    Unit,
    Workload,
    World,
    check,
    group_power,
    is_of_root,
)


@check(
    Severity.HIGH,
    clauses="C6 J1",
    cwe=(250,),
    references=(
        "https://wiki.debian.org/SystemGroups",
        "https://docs.docker.com/engine/install/linux-postinstall/#manage-docker-as-a-non-root-user",
    ),
    when="groups",
)
def privileged_group(workload: Workload, world: World) -> Problems:
    unit = world.get(Unit, workload.key)
    if unit is None or is_of_root(unit):
        return
    for group, at in workload.each("groups"):
        if power := group_power(group):
            yield Problem(
                f"{group} lets {unit.name} be root without the name: the group {power}",
                at=at,
                fix=Fix("remove the group"),
            )
