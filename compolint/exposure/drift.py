"""Where a machine differs from what its files declare."""

from collections.abc import Collection, Iterable, Iterator

from compolint.exposure import Exposure, Row
from compolint.exposure.captures import (
    PROXIES,
    SOCKETS,
    Bound,
    Difference,
    Seen,
    close,
    difference,
    is_approved,
    is_wide,
    revert,
    where,
)
from compolint.exposure.system import usual
from compolint.model.capture import Captured
from compolint.model.values import Ports
from compolint.tuples import NamedTuple
from compolint.unknown import Unknown


class Unseen(NamedTuple):
    """Declared ports that a capture cannot show, and why."""

    number: int
    reason: str


def drift(
    exposure: Exposure, captured: Iterable[Captured], public: Collection[int] = (), host: str | None = None
) -> tuple[list[Difference], list[Unseen]]:
    """What runs otherwise than declared or is not declared, and what the capture cannot show of the rest."""
    seen = Seen(captured)
    rows = [row for row in exposure.rows if host is None or row.host in (None, host)]
    declared = _Declared(rows)
    found = [each for door in seen.doors() for each in _running(door, seen, declared, public)]
    targets = {(door.target, door.name) for door in seen.all if door.target}
    unseen: dict[str, int] = {}
    for row in rows:
        if _is_seen(row, seen, targets):
            continue
        if reason := _unseen(row, seen):
            unseen[reason] = unseen.get(reason, 0) + 1
        else:
            found.append(_not_running(row))
    return found, [Unseen(number, reason) for reason, number in unseen.items()]


class _Declared:
    """The ports that files declare, and where."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.bound = Bound()
        self.open = Bound()  # whose address the files leave open
        self.unnumbered: dict[Ports, list[Row]] = {}  # by the port inside the container
        self.has_ssh = False
        self._rows: dict[tuple[str, int], list[Row]] = {}
        for row in rows:
            self._add(row)

    def _add(self, row: Row) -> None:
        door, listener = row.door, row.listener
        self.has_ssh = self.has_ssh or listener.name == "sshd"
        if row.port is None:
            if isinstance(listener.target, Ports):
                self.unnumbered.setdefault(listener.target, []).append(row)
            return
        ports, address = Ports(row.port, row.last or row.port), listener.address
        for port in ports.numbers():
            self._rows.setdefault((door.protocol, port), []).append(row)
        is_name = door.address is None and not isinstance(address, Unknown) and not address.is_wildcard
        if isinstance(address, Unknown) or is_name:
            self.open.add(door.protocol, "", door.families, ports)
        text = "" if isinstance(address, Unknown) or address.is_wildcard else address.text
        self.bound.add(door.protocol, text, door.families, ports)

    def owners(self, door: Captured) -> list[Row]:
        """The rows of a port by its number, else by the container's; none for a range not all declared."""
        if self.bound.has_any(door.protocol, door.ports):
            return self._rows[door.protocol, door.ports.first] if self.is_for(door) else []
        rows = self.unnumbered.get(door.target, []) if door.target else []
        return [row for row in rows if row.listener.name and row.listener.name in door.name]

    def is_for(self, door: Captured) -> bool:
        """Whether a door, as far as its ports go, is one that the files declare."""
        return self.bound.has_all(door.protocol, door.ports)


def _running(
    door: Captured, seen: Seen, declared: _Declared, public: Collection[int]
) -> Iterator[Difference]:
    """What is to be said of something that runs."""
    name, owners = seen.name(door), declared.owners(door)
    what = f"{name} listens on {where(door)}, port {door}"
    approved = is_approved(door, public)
    fails = is_wide(door) and not approved
    end = f": {revert(door)}" if fails else ""
    told = ", ".join(dict.fromkeys(str(row.listener.address) for row in owners)) or "another address"
    if not owners:
        if declared.unnumbered and name in PROXIES:
            said = f"{what}, and may be a port whose number the files leave open"
            yield difference("undecided", said, name, door, "captured")
        elif words := usual(door, has_ssh=declared.has_ssh):
            yield difference("of the system", f"{what}, {words}", name, door, "captured")
        else:
            is_of_engine = door.name in PROXIES or door.source not in SOCKETS
            end = end if is_of_engine or not fails else f": {close(door)}"
            end = end or (", but that it may be public" if approved else "")
            said = f"{what}, and no file declares it{end}"
            yield difference("undeclared", said, name, door, "captured", fails=fails)
    elif _may_be_there(door, owners, declared):
        said = f"{what}, and its files leave open where: {told}"
        yield difference("undecided", said, name, door, "captured")
    elif not _is_there(door, owners, declared):
        said = f"{what}, but is declared on {told}{end}"
        yield difference("other address", said, name, door, "captured", fails=fails)


def _may_be_there(door: Captured, owners: Iterable[Row], declared: _Declared) -> bool:
    if declared.is_for(door):
        return declared.open.has_any(door.protocol, door.ports)
    return any(isinstance(row.listener.address, Unknown) for row in owners)


def _is_there(door: Captured, owners: list[Row], declared: _Declared) -> bool:
    """Whether a door is open where it is declared, and nowhere else."""
    if not declared.is_for(door):
        return any(_is_at(row, door) for row in owners)
    if is_wide(door):
        return not declared.bound.uncovered(door)
    return any(_is_at(row, door) for row in owners)


def _is_at(row: Row, door: Captured) -> bool:
    address = row.listener.address
    if isinstance(address, Unknown):
        return False
    if address.is_wildcard or door.address.is_wildcard:
        return address.is_wildcard and door.address.is_wildcard
    return address.text == door.address.text or (address.is_loopback and door.address.is_loopback)


def _is_seen(row: Row, seen: Seen, targets: Collection[tuple[Ports | None, str]]) -> bool:
    if row.port is not None:
        return seen.bound.has_any(row.door.protocol, Ports(row.port, row.last or row.port))
    listener = row.listener
    if not isinstance(listener.target, Ports):
        return False
    return any(target == listener.target and listener.name in name for target, name in targets)


def _unseen(row: Row, seen: Seen) -> str:
    """Why a capture would not show a port that is open; "" where it would."""
    is_published = row.listener.origin == "published"
    if isinstance(row.listener.ports, Unknown):
        return "the files leave open which port it is"
    if is_published and "docker ps" in seen.sources:
        return ""
    if not seen.sources & {*SOCKETS}:
        return "docker shows no programs of the host, nor those of host-network services: capture `ss -tulpn`"
    if is_published and (row.port is None or not row.door.has_socket):
        return "only the engine tells which port it is: capture `docker ps`, too"
    if not seen.bound.has_protocol(row.door.protocol):
        return f"the capture shows no {row.door.protocol} at all"
    return ""


def _not_running(row: Row) -> Difference:
    listener = row.listener
    profiles = f" (profile {', '.join(listener.profiles)})" if listener.profiles else ""
    address, ports = str(listener.address), "random" if row.port is None else str(row.port)
    said = f"{row.name} declares {listener} on {address}, and nothing listens there{profiles}"
    return Difference(
        "not running", said, row.name, address, ports, listener.protocol, listener.span, "declared"
    )
