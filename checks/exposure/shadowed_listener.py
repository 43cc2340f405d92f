"""Two services want the same port

The second of them fails to start with `port is already allocated`, or, after a restart in another order,
the first: which service then answers at the port is chance. Give one of them another port or another
address. Services whose profiles are never active together may share one.

```yaml compose.yaml
services:
  one:
    image: ghcr.io/acme/one:1.0
    ports: ["127.0.0.1:8000:8000"]
  two:
    image: ghcr.io/acme/two:1.0
    ports: ["8000:80"]  #! two wants 8000->80/tcp, which one has
```

## Instead

```yaml compose.yaml
services:
  one:
    image: ghcr.io/acme/one:1.0
    ports: ["127.0.0.1:8000:8000"]
  two:
    image: ghcr.io/acme/two:1.0
    ports: ["127.0.0.1:8001:80"]
```
"""

from itertools import islice

from compolint.api import Listener, Note, Problem, Problems, Severity, World, assume, check

_ENOUGH = 500  # listeners of one machine; more would take time without measure


@check(
    Severity.LOW,
    clauses="C2",
    references=("https://docs.docker.com/engine/network/port-publishing/",),
)
def shadowed_listener(listener: Listener, world: World) -> Problems:
    # Docker refuses to start the second anyway, so that nothing is lost where a value is left open.
    ports = assume(listener.ports, None)
    if not ports or listener.web_server:
        return  # its sites share its sockets, which may be those of a container
    field = "host" if listener.host else "project"
    for other in islice(world.where(Listener, field, getattr(listener, field)), _ENOUGH):
        if other is listener:
            return
        others = assume(other.ports, None)
        if others and not other.web_server and ports.overlaps(others) and _clash(other, listener):
            yield Problem(
                f"{_shown(listener, other)} wants {listener}, which {_holder(other, listener)} has",
                at=listener.at("ports"),
                notes=(Note(f"{other.name} publishes {other} here", other.at("ports")),),
            )
            return


def _shown(one: Listener, other: Listener) -> str:
    """Its name, with its project where the other one is of another."""
    is_foreign = one.project != other.project and one.project
    return f"{one.name} of {one.project}" if is_foreign else one.name


def _holder(one: Listener, other: Listener) -> str:
    return "another port of it" if one.owner == other.owner else _shown(one, other)


def _clash(one: Listener, two: Listener) -> bool:
    address, other = assume(one.address, None), assume(two.address, None)
    return (
        one.protocol == two.protocol
        and bool(address and other and address.overlaps(other))
        and not (_picks_one(one) or _picks_one(two))
        and _run_together(one, two)
    )


def _run_together(one: Listener, two: Listener) -> bool:
    """Whether both are up at once.

    Two Compose files in one folder are two ways to start one project, and so is one that another includes.
    """
    if one.project != two.project and (_folder(one) == _folder(two) or one.span == two.span):
        return False
    return not one.profiles or not two.profiles or not set(one.profiles).isdisjoint(two.profiles)


def _folder(listener: Listener) -> str:
    return listener.project.rpartition("/")[0]


def _picks_one(listener: Listener) -> bool:
    """Whether Docker takes one free port of a range."""
    ports, target = assume(listener.ports, None), assume(listener.target, None)
    return bool(ports and target and ports.last > ports.first and target.first == target.last)
