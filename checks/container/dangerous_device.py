"""Device that is more than a device

Through a disk's device a container reads and writes the whole disk past its file system and its
permissions; through `/dev/mem` the memory of the kernel. Root in the container is then root on the
host. Give it the one device that it works with, or a folder instead of the disk.

```yaml compose.yaml
services:
  backup:
    image: restic/restic:0.18.0
    devices:
      - /dev/sda:/dev/sda  #! backup can read and write the host's disk
```

## Instead

```yaml compose.yaml
services:
  media:
    image: jellyfin/jellyfin:10.11.0
    devices:
      - /dev/dri:/dev/dri
```
"""

from compolint.api import (
    Fix,
    Problem,
    Problems,
    Severity,
    Workload,
    check,
    device_power,
    device_rule_power,
    image_need,
)

_SEVERITIES = {"host": Severity.HIGH, "part": Severity.MEDIUM, "little": Severity.LOW}


@check(
    Severity.HIGH,
    when="devices device_rules",
    clauses="C6",
    cwe=(250, 732),
    cis="5.18",
    references=(
        "https://docs.docker.com/reference/compose-file/services/#devices",
        "https://docs.kernel.org/admin-guide/cgroup-v1/devices.html",
    ),
)
def dangerous_device(workload: Workload) -> Problems:
    powers = [(device_power(device.source), at) for device, at in workload.each("devices")]
    powers += [(device_rule_power(rule), at) for rule, at in workload.each("device_rules")]
    for power, at in powers:
        if power is None:
            continue
        severity, why = _SEVERITIES[power.reach], image_need(workload.image, power.need)
        if workload.rootless:  # its user may use it anyway, or it cannot be opened
            severity = Severity.LOW
        yield Problem(
            f"{workload.name} can {power.gives}" + (f"; {why}" if why else ""),
            at=at,
            fix=Fix("name the one device that it works with, or mount a folder of the disk"),
            severity=Severity(max(severity - 1, Severity.INFO)) if why else severity,
        )
