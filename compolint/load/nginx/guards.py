"""Locations that ask who comes, with those that answer below their paths and do not ask."""

from collections.abc import Iterator, Mapping

from compolint.load.nginx.configuration import Statement
from compolint.load.nginx.locations import answer, location
from compolint.load.nginx.reading import Reading
from compolint.load.nginx.upstreams import PASSING
from compolint.model.web import Guard, Location
from compolint.pattern import pattern

_MOST = 100  # guards of one server; each is held against its other locations
# ### location ~ \.php$   location ~* \.(?:php|phtml)$ ###
_SCRIPT = pattern(r"\\\.(?:\(\?:|\()?php")


def guards(reading: Reading, server: Statement, places: Mapping[Statement, Location]) -> Iterator[Guard]:
    """The guards of a server; `places` has those locations first that ask by themselves."""
    found = (location(each) for each in server.named("location"))
    has_scripts = any(each and each.is_pattern and _SCRIPT.search(each.path) for each in found)
    asking = (statement for statement, place in places.items() if place.access.asks)
    for _, statement in zip(range(_MOST), asking, strict=False):
        place = places[statement]
        if statement is server or place.condition or place.internal:
            continue
        kind = place.access.authentication
        yield Guard(
            key=reading.unique(f"{place.key}!guard"),
            span=place.span,
            spans={"path": place.at("path")},
            owner=place.owner,
            server="nginx",
            name=place.name,
            kind=kind if isinstance(kind, str) else "address",
            path=place.path,
            passes=tuple(_passing(reading, server, statement, places)) if has_scripts else (),
        )


def _passing(
    reading: Reading, server: Statement, statement: Statement, places: Mapping[Statement, Location]
) -> Iterator[str]:
    """The keys of locations that answer for scripts below a guarded prefix, and do not ask."""
    place = places[statement]
    is_prefix = place.match in ("prefix", "first prefix") and isinstance(place.path, str)
    if not is_prefix or not place.serves_files or statement.parent is not server:
        return
    chosen = answer(server, f"{str(place.path).rstrip('/')}/index.php").location
    if chosen is None or chosen.statement is statement or not chosen.is_pattern:
        return
    other = places.get(chosen.statement)
    is_open = other is not None and not other.access.asks and other.access.is_known
    if other and is_open and _SCRIPT.search(chosen.path) and reading.scope.own(chosen.statement, *PASSING):
        yield other.key
