"""Privileged container on the host's network

Such a container is the host with another file system: it sees all traffic, rewrites the firewall,
reaches what listens on 127.0.0.1, and can mount the disk. A fault in the service is then a fault in
the machine and in all that trusts it. Take at least one of the two away.

```yaml compose.yaml
services:
  agent:
    image: ghcr.io/example/agent:1.4
    network_mode: host  #! agent is privileged and on the host's network
    privileged: true
```

## Instead

```yaml compose.yaml
services:
  agent:
    image: ghcr.io/example/agent:1.4
    network_mode: host
    cap_add: [NET_RAW]
```
"""

from compolint.api import Fix, Note, Problem, Problems, Severity, Workload, check


@check(
    Severity.CRITICAL,
    when="privileged",
    clauses="C15 C6",
    cwe=(250, 653),
    cis="5.5 5.10",
    references=(
        "https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities",
        "https://docs.docker.com/engine/network/drivers/host/",
    ),
    absolute=True,
)
def privileged_host_network(workload: Workload) -> Problems:
    if workload.rootless:
        return  # it is its user's alone
    if workload.privileged is not False and workload.network_mode == "host" and workload.privileged:
        yield Problem(
            f"{workload.name} is privileged and on the host's network",
            at=workload.at("network_mode"),
            notes=(Note("it is privileged here", workload.at("privileged")),),
            fix=Fix("publish its ports instead of sharing the network, or drop `privileged`"),
        )
