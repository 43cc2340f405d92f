"""Container with all privileges

A privileged container has every capability, every device and no seccomp or AppArmor profile: root in
it can mount the host's disk and is root on the host, without any fault in Docker or the kernel. One
hole in the service is then one in the machine. Give it the devices and capabilities that it needs.

```yaml compose.yaml
services:
  backup:
    image: restic/restic:0.18.0
    privileged: true  #! backup is privileged
```

## Instead

```yaml compose.yaml
services:
  backup:
    image: restic/restic:0.18.0
    cap_drop: [ALL]
    cap_add: [DAC_READ_SEARCH]
    privileged: false
```

## When to allow it

Docker in Docker has no other way without a runtime such as Sysbox. Keep such a container off every
network that others reach.
"""

from compolint.api import Fix, Problem, Problems, Severity, Workload, check


@check(
    Severity.HIGH,
    when="privileged",
    clauses="C6",
    cwe=(250,),
    cis="5.5",
    references=(
        "https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities",
        "https://docs.docker.com/reference/compose-file/services/#privileged",
    ),
)
def privileged_container(workload: Workload) -> Problems:
    if workload.privileged:
        root = "its user on the host, who may start anything" if workload.rootless else "root on the host"
        yield Problem(
            f"{workload.name} is privileged: root in it is {root}",
            at=workload.at("privileged"),
            fix=Fix("name the devices and capabilities that it needs instead"),
            severity=Severity.MEDIUM if workload.rootless else None,
        )
