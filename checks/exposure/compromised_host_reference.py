"""Something still points to a compromised host

The inventory lists the host as compromised: whoever holds it reads what is sent there, and answers as it
pleases. Take it out of upstreams, connection strings, host entries and commands, and change the
credentials that were sent to it.

```toml compolint.toml
[hosts.vps2]
public = ["203.0.113.20"]
status = "compromised"
```

```yaml compose.yaml
services:
  api:
    image: ghcr.io/acme/api:3.5.0
    environment:
      CACHE_URL: redis://203.0.113.20:6379  #! CACHE_URL of api points to vps2, which is compromised
```

## Instead

```toml compolint.toml
[hosts.vps2]
public = ["203.0.113.20"]
status = "compromised"
```

```yaml compose.yaml
services:
  api:
    image: ghcr.io/acme/api:3.5.0
    environment:
      CACHE_URL: redis://cache:6379
```
"""

import re
from collections.abc import Iterator

from compolint.api import (
    Command,
    Fix,
    Host,
    Listener,
    Mention,
    Note,
    Problem,
    Problems,
    Secret,
    Severity,
    Span,
    Upstream,
    Variable,
    Workload,
    World,
    assume,
    check,
)


@check(
    Severity.CRITICAL,
    clauses="C16",
    cwe=(441,),
    references=("https://csrc.nist.gov/pubs/sp/800/61/r3/final",),
)
def compromised_host_reference(host: Host, world: World) -> Problems:
    if not host.is_compromised:
        return
    names = _pattern(host)
    for what, text, at in _texts(world):
        if names.search(text):
            yield Problem(
                f"{what} points to {host.name}, which is compromised",
                at=at,
                notes=(Note(f"the inventory says so of {host.name}", host.at("status")),),
                fix=Fix("point to another host, and change the credentials that were sent to this one"),
            )


def _pattern(host: Host) -> "re.Pattern[str]":
    """Finds the host's addresses anywhere, and its name where a host is named: `//vps2:80`, `me@vps2`."""
    addresses = "|".join(re.escape(address.text) for address in (*host.public, *host.tailscale)) or "(?!)"
    name = re.escape(host.name)
    return re.compile(
        rf"(?<![\w.:])(?:{addresses})(?![\w.])|(?:^|//|@|[\s,=])(?:{name})(?=$|[\s:/,;.])", re.IGNORECASE
    )


def _texts(world: World) -> Iterator[tuple[str, str, Span]]:
    """Who says what, and where. A value that the files leave open is none that they give."""
    for variable in world.of(Variable):
        value = variable.value if isinstance(variable.value, Secret) else variable.written
        if value:
            yield f"{variable.name} of {variable.owner_name}", value.reveal(), variable.at("value")
    for listener in world.of(Listener):
        address = assume(listener.address, None)
        if address and address.text:
            yield f"port {listener} of {listener.name}", address.text, listener.at("address")
    for upstream in world.of(Upstream):
        yield f"an upstream of {upstream.name}", upstream.text, upstream.span
    for workload in world.of(Workload):
        image = assume(workload.image, None)
        if image:
            yield f"the image of {workload.name}", image.registry, workload.at("image")
    for mention in world.of(Mention):
        yield f"{mention.role or 'an entry'} of {mention.owner_name}", mention.text, mention.span
    for command in world.of(Command):
        for word, at in command.each("words"):
            if isinstance(word, str):
                yield f"a command of {command.owner_name}", word, at
