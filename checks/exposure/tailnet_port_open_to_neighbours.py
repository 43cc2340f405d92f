"""Port of the tailnet's address that neighbours reach

The kernel takes a packet for any of its addresses, on whichever interface it comes in. A machine on the same
network, which another customer of the provider may have, sends one for the host's Tailscale address, and gets
to a port that is bound there, unless a rule asks by which interface it came. Let it in by `tailscale0` only.

```yaml compose.yaml
services:
  metrics:
    image: prom/prometheus:v3.5.0
    ports:
      - "100.101.102.103:9090:9090"  #! metrics's 9090/tcp is on the tailnet's address
```
```text rules.v4
*filter
:INPUT DROP [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -i tailscale0 -j ACCEPT
COMMIT
```

## Instead

```yaml compose.yaml
services:
  metrics:
    image: prom/prometheus:v3.5.0
    ports:
      - "100.101.102.103:9090:9090"
```
```text rules.v4
*filter
:INPUT DROP [0:0]
:DOCKER-USER - [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -i tailscale0 -j ACCEPT
-A DOCKER-USER -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN
-A DOCKER-USER -m conntrack --ctorigdst 100.101.102.103 ! -i tailscale0 -j DROP
COMMIT
```

To bind to this address is right, and nobody far away gets past it, so that only the profile `strict` asks for
the rule, too, and of projects that have a firewall.
"""

from compolint.api import Fix, Listener, Problem, Problems, Severity, World, assume, check, open_to_neighbours


@check(
    Severity.LOW,
    clauses="H4",
    cwe=(923,),
    references=("https://datatracker.ietf.org/doc/html/rfc1122#section-3.3.4",),
    when="Firewall",
    profile="strict",
)
def tailnet_port_open_to_neighbours(listener: Listener, world: World) -> Problems:
    address = assume(listener.address, None)  # one that is not known is another finding
    if address is None or not address.is_tailnet:
        return
    if answer := open_to_neighbours(listener, world):
        yield Problem(
            f"{listener.name}'s {listener} is on the tailnet's address, which neighbours reach, too",
            at=listener.at("address"),
            notes=answer.because[1:],
            fix=Fix("drop what comes for this address by another interface than tailscale0"),
        )
