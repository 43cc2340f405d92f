"""Container in another container's namespace

What shares a network has one 127.0.0.1, one set of ports and one firewall: what the other container
publishes leads to this one as well, and services that trust localhost trust each other. What shares
processes can signal them and, as root, read their variables. That is how sidecars and VPN gateways
work; this finding says whose doors count.

```yaml compose.yaml
services:
  vpn:
    image: qmcgaw/gluetun:v3.40
    ports:
      - "8080:8080"
  torrent:
    image: linuxserver/qbittorrent:5.1
    network_mode: service:vpn  #! torrent shares the network of vpn
```

## Instead

```yaml compose.yaml
services:
  torrent:
    image: linuxserver/qbittorrent:5.1
    networks: [torrents]
networks:
  torrents: {}
```
"""

from compolint.api import Problem, Problems, Severity, Workload, assume, check

_SHARED = (("network_mode", "network"), ("pid", "processes"), ("ipc", "shared memory"))


@check(
    Severity.LOW,
    when="network_mode pid ipc",
    clauses="C6",
    cwe=(653,),
    cis="5.16 5.17",
    references=("https://docs.docker.com/reference/compose-file/services/#network_mode",),
)
def shares_container_namespace(workload: Workload) -> Problems:
    for field, what in _SHARED:
        # A mode that is left open is the matter of `host-network` and its kin, which say so.
        kind, _, other = (assume(getattr(workload, field), None) or "").partition(":")
        if kind in {"service", "container"}:
            yield Problem(
                f"{workload.name} shares the {what} of {other}",
                at=workload.at(field),
                severity=Severity.INFO if field == "network_mode" else None,
            )
