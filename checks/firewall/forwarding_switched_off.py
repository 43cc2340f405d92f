"""Setting that takes the network from containers

Docker switches forwarding on when it starts. A file that says `net.ipv4.ip_forward = 0` switches it off again
whenever the settings of the kernel are loaded anew, as the update of a package does: published ports stop
working and containers lose the internet, until somebody restarts Docker. Leave the line out on a host of
containers, and drop in FORWARD what shall not pass.

```yaml compose.yaml
services:
  web:
    image: ghcr.io/acme/web:3.5.0
    ports: ["127.0.0.1:8080:80"]
```
```ini etc/sysctl.d/60-hardening.conf
net.ipv4.ip_forward = 0  #! takes the network from containers
net.ipv4.conf.all.rp_filter = 1
```

## Instead

```yaml compose.yaml
services:
  web:
    image: ghcr.io/acme/web:3.5.0
    ports: ["127.0.0.1:8080:80"]
```
```ini etc/sysctl.d/60-hardening.conf
net.ipv4.conf.all.rp_filter = 1
```
"""

from compolint.api import (
    Fix,
    Listener,
    Note,
    Problem,
    Problems,
    Setting,
    Severity,
    World,
    check,
    may_share_machine,
)

_NAMES = ("net.ipv4.ip_forward", "net.ipv4.conf.all.forwarding")


@check(
    Severity.LOW,
    clauses="C8",
    cwe=(665,),
    references=("https://docs.docker.com/engine/network/packet-filtering-firewalls/",),
    when="scope:sysctl",
)
def forwarding_switched_off(setting: Setting, world: World) -> Problems:
    if setting.scope != "sysctl" or setting.name not in _NAMES or setting.value != "0":
        return
    own = (each for each in world.of(Listener) if may_share_machine(each, setting, world))
    published = next((each for each in own if each.origin == "published"), None)
    if published:
        yield Problem(
            f"{setting.name} = 0 takes the network from containers whenever it is loaded again",
            at=setting.at("value"),
            notes=(Note(f"{published.name}'s {published} is one of them", published.span),),
            fix=Fix("take the line out, and drop in FORWARD what shall not pass"),
        )
