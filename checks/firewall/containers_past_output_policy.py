"""Containers that a closed OUTPUT does not hold

The rules let the machine out only where one of them says so. What a container sends is forwarded, and meets
FORWARD and DOCKER-USER instead: every container connects to everybody, on the machine that was meant to
connect to few. Write the list for DOCKER-USER, too, or put the containers on networks that are `internal`.

```yaml compose.yaml
services:
  worker:
    image: ghcr.io/acme/worker:3.5.0
```
```sh setup.sh
#!/bin/sh
ufw default deny incoming
ufw default deny outgoing  #! keeps the machine from the internet, and not its containers: worker
ufw allow in on tailscale0
ufw allow out 53
ufw --force enable
```

## Instead

```yaml compose.yaml
services:
  worker:
    image: ghcr.io/acme/worker:3.5.0
    networks: [inside]
networks:
  inside:
    internal: true
```
```sh setup.sh
#!/bin/sh
ufw default deny incoming
ufw default deny outgoing
ufw allow in on tailscale0
ufw allow out 53
ufw --force enable
```

What a single rule of OUTPUT forbids is asked by `output-rule-misses-containers`.
"""

from compolint.api import Chain, Fix, Problem, Problems, Severity, World, assume, check, on_the_internet


@check(
    Severity.MEDIUM,
    clauses="W1",
    cwe=(923,),
    references=("https://docs.docker.com/engine/network/packet-filtering-firewalls/",),
    when="hook:output",
)
def containers_past_output_policy(chain: Chain, world: World) -> Problems:
    if chain.hook != "output" or chain.kind != "filter" or 4 not in chain.families:
        return
    if assume(chain.policy, "accept") not in ("drop", "reject"):  # of a part of a listing nothing is said
        return
    if names := on_the_internet(chain.firewall, world):
        yield Problem(
            f"{chain} keeps the machine from the internet, and not its containers: {', '.join(names)}",
            at=chain.at("policy"),
            fix=Fix("drop in DOCKER-USER what containers shall not reach"),
        )
