"""Port whose answers alone are kept in

The rules drop what this port answers, and let in what it is asked. A sender by UDP needs no answer: it writes
into a log, sets a value, or makes the service send to somebody else, with a sender's address of its choice.
Drop the questions, not the answers.

```ini etc/systemd/system/collect.socket
[Socket]
ListenDatagram=514  #! collect.socket's 514/udp gets what the internet sends, although its answers are dropped
```
```text rules.v4
*filter
:INPUT ACCEPT [0:0]
:OUTPUT DROP [0:0]
-A INPUT -p tcp -j DROP
-A OUTPUT -o lo -j ACCEPT
-A OUTPUT -p tcp -j ACCEPT
COMMIT
```
```text rules.v6
*filter
:INPUT DROP [0:0]
COMMIT
```

## Instead

```ini etc/systemd/system/collect.socket
[Socket]
ListenDatagram=514
```
```text rules.v4
*filter
:INPUT DROP [0:0]
:OUTPUT DROP [0:0]
-A INPUT -s 10.1.2.0/24 -p udp --dport 514 -j ACCEPT
-A OUTPUT -o lo -j ACCEPT
-A OUTPUT -p tcp -j ACCEPT
COMMIT
```
```text rules.v6
*filter
:INPUT DROP [0:0]
COMMIT
```
"""

from compolint.api import Fix, Listener, Problem, Problems, Severity, World, check, unanswered


@check(
    Severity.MEDIUM,
    clauses="C1",
    cwe=(923,),
    references=("https://manpages.debian.org/bookworm/iptables/iptables.8.en.html",),
    when="Firewall",
)
def unanswered_port(listener: Listener, world: World) -> Problems:
    if listener.protocol != "udp" or listener.origin == "published":
        return
    if held := unanswered(listener, world):
        yield Problem(
            f"{listener.name}'s {listener} gets what the internet sends, although its answers are dropped",
            at=listener.at("ports"),
            notes=(held,),
            fix=Fix("drop what comes in to this port, too"),
        )
