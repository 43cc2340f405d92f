"""SSH server that the internet reaches

The server's own firewall lets everybody as far as sshd, and within minutes of its start machines all over
the world try names and passwords there; a flaw in sshd itself is open to all of them. Who administers the
machine is in its tailnet: let SSH in from there, by the address that sshd listens on or by a rule for
`tailscale0`.

```text etc/ssh/sshd_config
Port 22  #! sshd's 22/tcp is open to the internet
PasswordAuthentication no
```
```text etc/ufw/user.rules
*filter
### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in
-A ufw-user-input -p tcp --dport 22 -j ACCEPT
COMMIT
```

## Instead

```text etc/ssh/sshd_config
Port 22
PasswordAuthentication no
```
```text etc/ufw/user.rules
*filter
### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in_tailscale0
-A ufw-user-input -i tailscale0 -p tcp --dport 22 -j ACCEPT
COMMIT
```
```text etc/ufw/user6.rules
*filter
COMMIT
```

With the option `only-tailnet` the severity is high, and a project without a firewall must bind sshd
itself.
"""

from compolint.api import Fix, Listener, Problem, Problems, Severity, World, check, reached


@check(
    Severity.MEDIUM,
    clauses="H4",
    cwe=(284, 668),
    references=(
        "https://tailscale.com/kb/1077/secure-server-ubuntu",
        "https://man.openbsd.org/sshd_config",
    ),
    when="origin:socket",
)
def ssh_exposed(listener: Listener, world: World, *, only_tailnet: bool = False) -> Problems:
    if listener.name != "sshd" or listener.origin != "socket":
        return
    answer = reached(listener, world)
    if answer is None:
        is_open = only_tailnet and (listener.address.is_wildcard or listener.address.is_public)
    else:
        is_open = answer.answer == "open"
    if is_open:
        yield Problem(
            f"{listener.name}'s {listener} is open to the internet",
            at=listener.at("address"),
            notes=answer.because[1:] if answer else (),
            fix=Fix("let SSH in by tailscale0 only, or name the tailnet's address in `ListenAddress`"),
            severity=Severity.HIGH if only_tailnet else None,
        )
