"""What holds at a place in a configuration of Nginx: its own statements, or those of the blocks around.

A level that says anything of a name (`add_header`, `allow` and `deny`) replaces all that outer levels say of
it. What answers a request (`proxy_pass`, `return`) holds only where it is said.
"""

from compolint.load.nginx.configuration import Configuration, Statement
from compolint.tuples import NamedTuple

# Their statements add to those of outer levels where this says `merge`, and cancel them where it says `off`.
_SWITCHES = {"add_header": "add_header_inherit", "add_trailer": "add_trailer_inherit"}
_HANDLERS = frozenset(
    ("fastcgi_pass", "grpc_pass", "memcached_pass", "proxy_pass", "scgi_pass", "uwsgi_pass")
)
_LOCAL = frozenset((
    "break", "empty_gif", "if", "limit_except", "listen", "location", "return", "rewrite", "server_name",
    "set", "stub_status", "try_files",
))  # fmt: skip
# Blocks that are their location once more, under a condition.
_NAMELESS = frozenset(("if", "limit_except"))


class Held(NamedTuple):
    """The statements that hold at a place; none if it is Nginx's default that holds."""

    statements: tuple[Statement, ...]
    has_gaps: bool  # something that is not in the files may say otherwise
    is_open: bool  # nothing is said in this piece, and the blocks that it belongs in are not known
    level: Statement | None = None  # the block that says it; None for the level of the file, too


class _State(NamedTuple):
    held: Held
    mode: str  # whether a level's own statements replace those around it ("on"), add to them or cancel them


class Scope:
    """What the blocks of a configuration say, by names."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._nothing = Held((), False, not configuration.is_whole)
        self._held: dict[tuple[str, ...], dict[Statement | None, _State]] = {}
        self._said: dict[Statement | None, dict[str, tuple[Statement, ...]]] = {}

    def own(self, block: Statement | None, *names: str) -> tuple[Statement, ...]:
        """What stands in a block itself, without what is further in; None is for the level of the file."""
        said = self._said.get(block)
        if said is None:
            said = self._said[block] = self._sorted(block)
        if len(names) == 1:
            return said.get(names[0], ())
        key = " ".join(names)
        if key not in said:
            found = [each for name in names for each in said.get(name, ())]
            if len(found) > 1:
                order = {each: number for number, each in enumerate(self._inside(block))}
                found.sort(key=order.__getitem__)
            said[key] = tuple(found)
        return said[key]

    def _sorted(self, block: Statement | None) -> dict[str, tuple[Statement, ...]]:
        said: dict[str, list[Statement]] = {}
        for statement in self._inside(block):
            said.setdefault(statement.name, []).append(statement)
        return {name: tuple(statements) for name, statements in said.items()}

    def _inside(self, block: Statement | None) -> tuple[Statement, ...]:
        return (block.block or ()) if block else self._configuration.statements

    def held(self, block: Statement | None, *names: str) -> Held:
        """What holds of some names, which count as one, inside a block."""
        levels = self._levels(block, names)
        known = self._held.setdefault(names, {})
        start = len(levels) - 1
        while start > 0 and levels[start] not in known:
            start -= 1
        for number in range(start, len(levels)):
            level = levels[number]
            if level not in known:
                before = known[levels[number - 1]] if number else _State(self._nothing, "on")
                known[level] = self._at(level, names, before)
        return known[levels[-1]].held

    def _at(self, level: Statement | None, names: tuple[str, ...], before: "_State") -> "_State":
        """What holds at a level, by what it says itself and what holds around it."""
        switch = next((_SWITCHES[name] for name in names if name in _SWITCHES), None)
        own, held = self.own(level, *names), before.held
        mode = (self._mode(level, switch) if switch else None) or before.mode
        gaps = bool(level.gaps if level else self._configuration.gaps)
        if mode == "merge":
            said_by = level if own else held.level
            held = Held(own + held.statements, held.has_gaps or gaps, held.is_open, said_by)
        elif own or mode == "off":
            held = Held(own, gaps, False, level)
        elif gaps and not held.has_gaps:
            held = held._replace(has_gaps=True)
        return _State(held, mode)

    def _levels(self, block: Statement | None, names: tuple[str, ...]) -> list[Statement | None]:
        """The levels that count at a block, the outermost first."""
        if block is None:
            return [None]
        if not _LOCAL.isdisjoint(names):
            return [block]
        blocks = [block, *block.around()]
        if not _HANDLERS.isdisjoint(names):
            return [*reversed(blocks[: _nameless(blocks) + 1])]
        return [None, *reversed(blocks)]

    def _mode(self, level: Statement | None, switch: str) -> str | None:
        said = (statement.texts for statement in self.own(level, switch))
        return next((texts[0] for texts in said if texts), None)


def held(configuration: Configuration, block: Statement | None, *names: str) -> Held:
    """What holds of some names, which count as one, inside a block; None is for the level of the file."""
    return Scope(configuration).held(block, *names)


def _nameless(blocks: list[Statement]) -> int:
    """How many blocks, from the innermost on, are one location with the next."""
    return next((count for count, block in enumerate(blocks) if block.name not in _NAMELESS), len(blocks))
