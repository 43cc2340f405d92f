"""Containers that reach the cloud's metadata service

At 169.254.169.254 clouds hand out the credentials of the machine to every program that asks. A container that
somebody has taken over, or talked into fetching an address, gets them too. Rules of the OUTPUT chain do not
hold for containers: drop the address in DOCKER-USER.

```yaml compose.yaml
services:
  worker:
    image: ghcr.io/acme/worker:3.5.0
```
```text rules.v4
*filter  #! reach the cloud's metadata service
:INPUT DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A OUTPUT -d 169.254.169.254 -j DROP
COMMIT
```

## Instead

```yaml compose.yaml
services:
  worker:
    image: ghcr.io/acme/worker:3.5.0
```
```text rules.v4
*filter
:INPUT DROP [0:0]
:OUTPUT ACCEPT [0:0]
:DOCKER-USER - [0:0]
-A DOCKER-USER -d 169.254.169.254 -j DROP
COMMIT
```

Outside of a cloud nobody answers at this address: the finding is informational then, and medium where the
project describes a cloud's machines.
"""

from compolint.api import CloudRule, Firewall, Fix, Problem, Problems, Severity, World, check, outward_of


@check(
    Severity.MEDIUM,
    clauses="W2",
    cwe=(918,),
    references=(
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html",
    ),
)
def metadata_reachable(firewall: Firewall, world: World) -> Problems:
    open_ones = [each for each in outward_of(firewall, world) if each.metadata.answer == "open"]
    if open_ones:
        names = ", ".join(dict.fromkeys(name for each in open_ones for name in each.workloads))
        yield Problem(
            f"containers reach the cloud's metadata service: {names}",
            at=firewall.span,
            notes=open_ones[0].metadata.because,
            fix=Fix("drop packets to 169.254.169.254 in DOCKER-USER"),
            severity=None if world.of(CloudRule) else Severity.INFO,
        )
