"""Published port that goes past the host's firewall

Docker forwards the ports that it publishes before the rules are asked that decide about what the host itself
receives: UFW's rules, the zones of firewalld, and the INPUT chain. A rule there that seems to keep a port
closed does not.
Publish the port on the address where its clients are, or filter it in DOCKER-USER.

```yaml compose.yaml
services:
  api:
    image: ghcr.io/acme/api:3.5.0
    ports:
      - "8000:8000"  #! goes past
```
```text etc/ufw/ufw.conf
ENABLED=yes
```
```text etc/ufw/user.rules
*filter
### tuple ### deny tcp 8000 0.0.0.0/0 any 0.0.0.0/0 in
-A ufw-user-input -p tcp --dport 8000 -j DROP
COMMIT
```

## Instead

```yaml compose.yaml
services:
  api:
    image: ghcr.io/acme/api:3.5.0
    ports:
      - "127.0.0.1:8000:8000"
```
```text etc/ufw/ufw.conf
ENABLED=yes
```
```text etc/ufw/user.rules
*filter
### tuple ### deny tcp 8000 0.0.0.0/0 any 0.0.0.0/0 in
-A ufw-user-input -p tcp --dport 8000 -j DROP
COMMIT
```
"""

from compolint.api import (
    Fix,
    Listener,
    Problem,
    Problems,
    Severity,
    World,
    assume,
    bypassed,
    check,
    guards_of,
)

_NAMES = {"ufw": "UFW", "firewalld": "firewalld"}


@check(
    Severity.HIGH,
    clauses="H2",
    cwe=(284, 668),
    references=("https://docs.docker.com/engine/network/packet-filtering-firewalls/",),
    when="Firewall",
)
def published_port_bypasses_ufw(
    listener: Listener, world: World, *, public_ports: tuple[int, ...] = (80, 443)
) -> Problems:
    # A port that is not known is not known to be public either.
    ports = assume(listener.ports, None)
    if ports and all(port in public_ports for port in ports.numbers()):
        return
    held = bypassed(listener, world)
    # Of an address that is not known it is not known either.
    if held and not listener.address.is_loopback:
        yield Problem(
            f"{listener.name}'s {listener} goes past {_name(listener, world)}, "
            "which would keep the internet out",
            at=listener.at("address"),
            notes=(held._replace(text=f"packets to it never get here, where {held.text}"),),
            fix=Fix("publish it on 127.0.0.1, or drop what shall not come in DOCKER-USER"),
        )


def _name(listener: Listener, world: World) -> str:
    """What keeps the internet from the host itself, where there is only one such thing."""
    tools = {each.tool for each in guards_of(listener, world)}
    return _NAMES.get(tools.pop(), "the firewall") if len(tools) == 1 else "the firewall"
