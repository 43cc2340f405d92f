"""How far away a name or an address is, as far as it tells: RFC 1918, 6761, 6762, 8375 and what is usual."""

from typing import Literal

from compolint.model.values import Address
from compolint.unknown import Maybe, Unknown

Place = Literal["machine", "network", "internet"]
_MACHINE = (".localhost", "host.docker.internal", "host.containers.internal", "gateway.docker.internal")
# `.ts.net` is a tailnet; `.box` a router that many homes have.
_NETWORK = (
    ".arpa", ".box", ".consul", ".corp", ".docker", ".fritz", ".home", ".internal", ".intranet", ".invalid",
    ".lan", ".local", ".localdomain", ".private", ".svc", ".test", ".ts.net",
)  # fmt: skip


def place_of(host: Maybe[str]) -> Place:
    """Where a host is. A bare name is that of a container, or of the machine itself."""
    if isinstance(host, Unknown):
        # What only the end says; the question stays open where that may be anything.
        return "network" if host.endswith(_NETWORK) else "internet"
    name = host.strip("[]").rstrip(".").lower()
    address = Address(name)
    if address.is_loopback or address.is_wildcard or name.endswith(_MACHINE):
        return "machine"
    if "." not in name and ":" not in name:
        return "machine"
    is_address = ":" in name or name.replace(".", "").isdecimal()
    if is_address:
        return "network" if address.is_private else "internet"
    return "network" if name.endswith(_NETWORK) else "internet"
