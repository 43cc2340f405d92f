"""Headers that hold around a block and not in it: a level that sets one gets none of those around it."""

from itertools import islice

from compolint.load.nginx.configuration import Statement
from compolint.load.nginx.headers import names_of
from compolint.load.nginx.reading import Reading
from compolint.text import Span
from compolint.tuples import NamedTuple

_MOST = 50
_MOST_BLOCKS = 200


class Drops(NamedTuple):
    names: tuple[str, ...] = ()
    spans: tuple[tuple[str, Span], ...] = ()


class Dropped:
    """What the blocks of one server drop."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._names: dict[tuple[Statement | None, str], dict[str, Span]] = {}

    def by(self, block: Statement, name: str, field: str) -> Drops:
        """What a block drops by setting a header; `field` is where a location tells of it."""
        reading = self._reading
        own = reading.scope.own(block, name)
        # What a condition returns by itself is no page that would need them.
        if not own or (block.name == "if" and reading.scope.own(block, "return")):
            return Drops()
        outer = reading.held(block.parent, name)
        is_merged = len(reading.held(block, name).statements) > len(own)
        if not outer.statements or is_merged or (name != "add_header" and not self._hands_on(block)):
            return Drops()
        if (outer.level, name) not in self._names:
            self._names[outer.level, name] = names_of(outer.statements)
        here = names_of(own)
        known = self._names[outer.level, name].items()
        missing = [*islice(((each, at) for each, at in known if each not in here), _MOST)]
        if not missing:
            return Drops()
        spans = ((field, own[0].head), *((f"{field}.{each}", at) for each, at in missing))
        return Drops(tuple(each for each, _ in missing), spans)

    def _hands_on(self, block: Statement) -> bool:
        """Whether a block hands requests on, or one in it does that sets no headers of its own."""
        waiting, scope = [block], self._reading.scope
        for _ in range(_MOST_BLOCKS):
            if not waiting:
                return False
            each = waiting.pop()
            if scope.own(each, "proxy_pass"):
                return True
            inside = [inner for inner in scope.own(each, "location", "if") if inner.block is not None]
            waiting += [inner for inner in inside if not scope.own(inner, "proxy_set_header")]
        return False
