"""Service that asks nobody for a password

The setting switches authentication off: whoever reaches the port is in, every other container of the network
and every page that a browser behind the firewall opens included. Give the service a password; between
containers it costs one variable.

```yaml compose.yaml
services:
  db:
    image: postgres:17
    environment:
      POSTGRES_HOST_AUTH_METHOD: trust  #! db lets everybody into PostgreSQL
```

## Instead

```yaml compose.yaml
services:
  db:
    image: postgres:17
    environment:
      POSTGRES_PASSWORD: ${DB_PASSWORD:?set it in .env}
```

Where the service publishes a port beyond the host itself, or is on the host's network, the finding is
critical. Redis, which has no password unless it is told one, is reported only there.
"""

from collections.abc import Iterator
from itertools import pairwise

from compolint.api import (
    Command,
    Fix,
    Listener,
    Problem,
    Problems,
    Severity,
    Span,
    Variable,
    Workload,
    World,
    assume,
    check,
    is_beyond_host,
    is_redis,
    may_ask,
    opening,
    opens,
    product_of,
)


@check(
    Severity.HIGH,
    clauses="W8",
    cwe=(306,),
    references=("https://owasp.org/Top10/A07_2021-Identification_and_Authentication_Failures/",),
)
def no_authentication(workload: Workload, world: World) -> Problems:
    found = list(dict.fromkeys((*_options(workload, world), *_variables(workload, world))))
    if not found and not is_redis(workload.image):
        return
    # Of a network that is open it is `host-network` that asks.
    is_published = assume(workload.network_mode, None) == "host" or any(
        is_beyond_host(listener) for listener in world.owned(Listener, workload.key)
    )
    owned = world.owned(Variable, workload.key), world.owned(Command, workload.key)
    if not found and is_published and not may_ask(*owned):
        found = [("Redis", workload.at("image"))]
    for product, at in found:
        yield Problem(
            f"{workload.name} lets everybody in" + (f"to {product}" if product else ""),
            at=at,
            fix=Fix("take the setting out and give the service a password"),
            severity=Severity.CRITICAL if is_published else None,
        )


def _variables(workload: Workload, world: World) -> Iterator[tuple[str, Span]]:
    variables = world.owned(Variable, workload.key)
    given = [variable.name for variable in variables if variable.value is None or variable.written]
    for variable in variables:
        row = opening(variable.name, given)
        if row and variable.value is not None and row.is_at(variable.value.reveal()):
            yield row.product or product_of(workload), variable.at("value")


def _options(workload: Workload, world: World) -> Iterator[tuple[str, Span]]:
    for command in world.owned(Command, workload.key):
        words = [assume(word, "") for word in (*command.words, "")]  # an open word is none of the options
        for number, (word, following) in enumerate(pairwise(words)):
            if opens(word, following):
                yield product_of(workload), command.at("words", number)
