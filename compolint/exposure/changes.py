"""What changed between two looks at a machine."""

from collections.abc import Collection, Iterable, Iterator

from compolint.exposure.captures import (
    PROXIES,
    SOCKETS,
    Difference,
    Kind,
    Seen,
    difference,
    is_approved,
    is_wide,
    revert,
    where,
)
from compolint.model.capture import Captured

_EPHEMERAL = 32768  # the first of the ports that Linux gives to those who name none
_MOST = 4  # addresses that are listed
_Moved = dict[tuple[str, int, int], int]  # by program, family and port: the port before


def changes(
    before: Iterable[Captured], after: Iterable[Captured], public: Collection[int] = ()
) -> Iterator[Difference]:
    """What is open after a change and was not before, what no longer is, and what is open elsewhere."""
    old, new = Seen(before), Seen(after)
    moved = _moved(old, new)
    for door in new.doors():
        yield from _after(door, old, new, moved, public)
    left = {(name, family, port) for (name, family, _), port in moved.items()}
    for door in old.doors():
        if not _is_shown(door, new):
            continue
        if not new.bound.has_any(door.protocol, door.ports) and not _is_among(door, left):
            name = old.name(door)
            said = f"{name} no longer listens on {where(door)}, port {door}"
            yield difference("gone", said, name, door, "before")


def _is_shown(door: Captured, seen: Seen) -> bool:
    """Whether a capture would show a door: Docker names no programs of the host."""
    return door.source not in SOCKETS or door.name in PROXIES or bool(seen.sources & {*SOCKETS})


def _after(
    door: Captured, old: Seen, new: Seen, moved: _Moved, public: Collection[int]
) -> Iterator[Difference]:
    """What is to be said of a door that is open after the change."""
    name, was = new.name(door), _was(old, door)
    what = f"{name} listens on {where(door)}, port {door}"
    if _is_among(door, moved):
        origin = moved[door.name, door.families[0], door.ports.first]
        said = f"{what}, before on port {origin}: its system chooses it anew each time"
        yield difference("changed", said, name, door, "after")
    elif is_wide(door) and (newly := old.bound.uncovered(door)):
        approved = is_approved(door, public)
        kind: Kind = "changed" if was else "new"
        by = f" by IPv{newly[0]}" if len(newly) < len(door.families) else ""
        end = "as the configuration says that it may" if approved else revert(door)
        said = f"{what}{by}, {was or 'and did not before'}: {end}"
        yield difference(kind, said, name, door, "after", fails=not approved)
    elif not old.bound.has_any(door.protocol, door.ports):
        yield difference("new", f"{what}, and did not before", name, door, "after")
    elif was and not old.bound.has_binding(door):
        yield difference("changed", f"{what}, {was}", name, door, "after")
    elif others := _others(old, new, door):
        yield difference("changed", f"{what}, which was {others}'s", name, door, "after")


def _was(old: Seen, door: Captured) -> str:
    """Where else a port was before."""
    addresses = old.addresses(door)
    if not addresses or where(door) in addresses:
        return ""
    return f"before on {', '.join(addresses[:_MOST])}"


def _others(old: Seen, new: Seen, door: Captured) -> str:
    """Whose a port was, where that can be told and is not who has it now."""
    before, after = old.names(door), new.names(door)
    return ", ".join([*before][:_MOST]) if before and after and not {*before} & {*after} else ""


def _moved(old: Seen, new: Seen) -> _Moved:
    """The ports that a program's system chose for it, as it does each time, with those that it had before."""
    before, after = _chosen(old), _chosen(new)
    found = {}
    for own, ports in after.items():
        gone = sorted(before.get(own, set()) - ports)
        come = sorted(ports - before.get(own, set()))
        found.update({(*own, port): was for port, was in zip(come, gone, strict=False)})
    return found


def _chosen(seen: Seen) -> dict[tuple[str, int], set[int]]:
    """By program and family the sockets of UDP with numbers that nobody asks for."""
    found: dict[tuple[str, int], set[int]] = {}
    for door in filter(_is_chosen, seen.all):
        for family in door.families:
            found.setdefault((door.name, family), set()).add(door.ports.first)
    return found


def _is_chosen(door: Captured) -> bool:
    is_named = door.source in SOCKETS and door.name not in ("", *PROXIES)
    return is_named and door.protocol == "udp" and door.ports.first >= _EPHEMERAL and door.address.is_wildcard


def _is_among(door: Captured, ports: Collection[tuple[str, int, int]]) -> bool:
    return _is_chosen(door) and all((door.name, f, door.ports.first) in ports for f in door.families)
