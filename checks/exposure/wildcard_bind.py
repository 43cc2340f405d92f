"""Port published on every interface

Whoever can reach the machine can ask for a port that is open on every interface. Docker publishes on
`0.0.0.0` and `::` where no address of the host is named, and its own NAT rules let the traffic in before UFW
is asked; before a program of the host, as a web server that listens everywhere, there is the host's firewall
at most. Name the address on which the clients are: `127.0.0.1` for a proxy on the same host, the host's
Tailscale address for your own devices. Ports that the whole world is meant to reach are listed as
`public-ports` in the configuration; where nothing is listed, 80 and 443, the ports of mail servers, of VPNs
and of SSH are reported with lower severity. Where the project declares a firewall, the finding says whether
the internet gets past it; what another layer surely holds is reported with medium severity, as is a port of
a container that has an address of the LAN by `macvlan` or `ipvlan`: for that nothing is published, and all
its ports are reached there.

```yaml compose.yaml
services:
  api:
    image: ghcr.io/acme/api:3.5.0
    ports:
      - "8000:8000"  #! api publishes 8000/tcp on every interface
```

## Instead

```yaml compose.yaml
services:
  api:
    image: ghcr.io/acme/api:3.5.0
    ports:
      - "127.0.0.1:8000:8000"
```

A port behind which a datastore or an interface to administer something waits is not reported here, but
as `datastore-exposed` or `admin-interface-exposed`, whether it is listed or not. Of web servers 80 and 443
are meant for all; other ports are reported with low severity, unless a container has the configuration, whose
published ports then count.
"""

from compolint.api import (
    Fix,
    Listener,
    Patch,
    Problem,
    Problems,
    Severity,
    World,
    assume,
    check,
    is_meant_for_all,
    reached,
    service_behind,
    with_reach,
)

_WEB = (80, 443)


@check(
    Severity.HIGH,
    clauses="C1 H1",
    cwe=(1327,),
    cis="5.14",
    references=("https://docs.docker.com/engine/network/port-publishing/",),
)
def wildcard_bind(listener: Listener, world: World, *, public_ports: tuple[int, ...] = ()) -> Problems:
    if listener.origin == "container":
        return  # found by `host-network`
    # A port that is not known is not known to be public either.
    ports = assume(listener.ports, None)
    numbers = ports.numbers() if ports else ()
    if numbers and all(port in public_ports for port in numbers):
        return
    is_web = bool(numbers) and all(port in _WEB for port in numbers)
    if listener.web_server:
        # To be reached is what it is for; what it leads to is asked there.
        yield from () if is_web or service_behind(listener) else _of_site(listener, world)
        return
    if service_behind(listener):
        return
    if listener.address.is_wildcard:
        if _is_on_lan(listener, world):
            yield _direct(listener)
            return
        is_expected = not public_ports and (is_web or is_meant_for_all(listener))
        is_filtered = listener.origin != "published"
        if listener.name == "sshd" and is_filtered and _is_open(listener, world):
            return  # found by `ssh-exposed`
        problem = Problem(
            f"{listener.name} {listener.verb} {listener} on every interface",
            at=listener.at("address"),
            fix=Fix(
                "publish it on the address where its clients are, such as 127.0.0.1",
                (Patch(listener, "address", "127.0.0.1"),),
            ),
            severity=_severity(listener, is_expected=is_expected),
        )
        yield with_reach(problem, listener, world)


def _is_on_lan(listener: Listener, world: World) -> bool:
    """Whether the container has an address of the LAN, so that nothing of the host's is published."""
    from compolint.api import Network, Workload

    workload = world.get(Workload, listener.owner) if listener.origin == "published" else None
    networks = [each for key in (workload.networks if workload else ()) if (each := world.get(Network, key))]
    return bool(networks) and all(assume(each.driver, "") in ("macvlan", "ipvlan") for each in networks)


def _direct(listener: Listener) -> Problem:
    return Problem(
        f"{listener.name} publishes {listener}, but has an address of the LAN, where all its ports are open",
        at=listener.at("address"),
        fix=Fix(
            "remove `ports`, which does nothing in such a network, and let the program close what it need not"
        ),
        severity=Severity.MEDIUM,
    )


def _is_open(listener: Listener, world: World) -> bool:
    answer = reached(listener, world)
    return answer is not None and answer.answer == "open"


def _severity(listener: Listener, *, is_expected: bool) -> Severity | None:
    if listener.origin != "published" and listener.name == "sshd":
        return Severity.LOW  # it is how people come in
    # What a process of the host opens is behind the host's firewall.
    return Severity.MEDIUM if is_expected or listener.origin != "published" else None


def _of_site(listener: Listener, world: World) -> Problems:
    from compolint.api import Site  # only web servers need it

    site = world.get(Site, listener.owner)
    if site and site.homes is None and site.server != "tailscale" and listener.address.is_wildcard:
        yield Problem(
            f"{listener.name} listens on {listener} on every interface",
            at=listener.at("address"),
            fix=Fix("bind it to the address where its clients are, such as 127.0.0.1"),
            severity=Severity.LOW,
        )
