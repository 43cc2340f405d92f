"""Database or interface to administer something that was seen open

When somebody looked, this port was open on every interface, no file of the project declares it, and no
firewall that it declares keeps the internet out. Services that a package has started, or that somebody has
tried out, are found by scanners first. Bind it to 127.0.0.1, or close it in the firewall.

```text ss.txt
Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process
tcp   LISTEN 0      511          0.0.0.0:6379      0.0.0.0:*    users:(("redis",pid=8,fd=6))  #! Redis
tcp   LISTEN 0      128        127.0.0.1:5432      0.0.0.0:*    users:(("postgres",pid=812,fd=6))
```

## Instead

```text ss.txt
Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process
tcp   LISTEN 0      511        127.0.0.1:6379      0.0.0.0:*    users:(("redis-server",pid=811,fd=6))
tcp   LISTEN 0      128        127.0.0.1:5432      0.0.0.0:*    users:(("postgres",pid=812,fd=6))
```

Of ports that the project declares, and of those that an engine forwards, the checks of what is declared and
`compolint exposure --captured` speak.
"""

from compolint.api import (
    Captured,
    Fix,
    Listener,
    Problem,
    Problems,
    Severity,
    World,
    assume,
    check,
    is_let_in,
    sensitive_at,
)

_PROXIES = ("docker-proxy", "rootlesskit", "rootlessport", "conmon")
_WIDE = 10  # ports; a range that wide is not about one of its services


@check(
    Severity.HIGH,
    clauses="C1 C12",
    cwe=(1327, 668),
    references=("https://manpages.debian.org/bookworm/iproute2/ss.8.en.html",),
)
def sensitive_port_seen_open(captured: Captured, world: World) -> Problems:
    if captured.source not in ("ss", "netstat") or captured.name in _PROXIES or captured.protocol != "tcp":
        return
    ports = captured.ports
    known = sensitive_at(ports) if ports.last - ports.first < _WIDE else None
    if known is None or captured.interface:
        return
    declared = (assume(each.ports, None) for each in world.of(Listener))  # one not known declares nothing
    if any(each and each.overlaps(ports) for each in declared):
        return
    if is_let_in(captured, world):
        yield Problem(
            f"{captured.name or 'a program'} had {captured}, where {known[0]} waits, open on "
            + ("every interface" if captured.address.is_wildcard else str(captured.address)),
            at=captured.span,
            fix=Fix("bind it to 127.0.0.1, or close it in the firewall"),
        )
