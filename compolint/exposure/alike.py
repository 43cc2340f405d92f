"""Doors that nothing tells apart have one answer, which is told of each with its own place."""

from bisect import bisect_right
from collections.abc import Hashable

from compolint.exposure.layout import Guarded
from compolint.exposure.machine import Door
from compolint.exposure.reach import Reach, Reasons
from compolint.text import Note, Span


def sort_of(guarded: Guarded, door: Door) -> Hashable:
    """The same for all doors of a machine between which neither rules nor the engine make a difference."""
    starts = guarded.machine.cuts
    published = door.published
    behind = published and (
        published.bridge.key,
        published.bridge.name,
        published.families,
        published.is_podman,
        bisect_right(starts, published.inside(door.port)),
    )
    port = bisect_right(starts, door.port)
    way = door.address, door.has_socket, door.is_direct
    return id(guarded), door.protocol, port, door.families, way, behind


def told_of(found: Reach, first: Door, door: Door) -> Reach:
    """The answer of one door as that of another of its sort."""
    if door is first:
        return found

    def reasons() -> Reasons:
        places: dict[Span, Span] = {first.listener.span: door.listener.span, first.span: door.span}
        return tuple(Note(each.text, places.get(each.at, each.at)) for each in found.because)

    return found._replace(reasons=reasons)
