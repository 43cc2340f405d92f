"""Network whose unpublished ports others reach

With the gateway mode `nat-unprotected` Docker lets in whatever is sent to the containers' own addresses: a
machine on the same network that sends its packets for them by way of this host reaches every port of every
container on it, published or not. The ordinary mode, `nat`, drops such packets.

```yaml compose.yaml
services:
  db:
    image: postgres:17
networks:
  default:
    driver_opts:
      com.docker.network.bridge.gateway_mode_ipv4: nat-unprotected  #! the ports of default
```

## Instead

```yaml compose.yaml
services:
  db:
    image: postgres:17
networks:
  default:
    driver_opts:
      com.docker.network.bridge.gateway_mode_ipv4: nat
```

In the mode `routed` only published ports are open, at the containers' addresses.
"""

from compolint.api import Fix, Network, Problem, Problems, Severity, check


@check(
    Severity.MEDIUM,
    clauses="H1",
    cwe=(284, 923),
    references=("https://docs.docker.com/engine/network/port-publishing/",),
    when="gateway_mode gateway_mode_ipv6",
)
def unprotected_network(network: Network) -> Problems:
    for field in ("gateway_mode", "gateway_mode_ipv6"):
        if getattr(network, field) == "nat-unprotected":
            yield Problem(
                f"neighbours of the host reach the ports of {network.name} that nobody publishes, too",
                at=network.at(field),
                fix=Fix("leave the mode out, and publish the ports that others shall reach"),
            )
            return
