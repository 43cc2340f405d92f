"""What holds at a place in a configuration of Nginx: its own statements, or those of the blocks around.

A level that says anything of a name (`add_header`, `allow` and `deny`) replaces all that outer levels say of
it. What answers a request (`proxy_pass`, `return`) holds only where it is said.
"""

from collections.abc import Iterator

from compolint.load.nginx.configuration import Configuration, Statement
from compolint.text import Span
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
    gaps: tuple[Span, ...]  # what is not in the files and may say otherwise
    is_open: bool  # nothing is said in this piece, and the blocks that it belongs in are not known


def held(configuration: Configuration, block: Statement | None, *names: str) -> Held:
    """What holds of some names, which count as one, inside a block; None is for the level of the file."""
    switch = next((_SWITCHES[name] for name in names if name in _SWITCHES), None)
    statements: tuple[Statement, ...] = ()
    gaps: tuple[Span, ...] = ()
    is_open, mode = not configuration.is_whole, "on"
    for level in _levels(configuration, block, names):
        own = tuple(statement for statement in level.statements if statement.name in names)
        mode = _mode(level, switch) or mode
        if mode == "merge":
            statements, gaps = own + statements, gaps + level.gaps
        elif own or mode == "off":
            statements, gaps, is_open = own, level.gaps, False
        else:
            gaps += level.gaps
    return Held(statements, gaps, is_open)


class _Level(NamedTuple):
    statements: tuple[Statement, ...]
    gaps: tuple[Span, ...]


def _levels(
    configuration: Configuration, block: Statement | None, names: tuple[str, ...]
) -> Iterator[_Level]:
    """The levels that count at a block, the outermost first."""
    blocks = [block, *block.around()] if block else []
    if block and not _LOCAL.isdisjoint(names):
        blocks = [block]
    elif block and not _HANDLERS.isdisjoint(names):
        blocks = blocks[: _nameless(blocks) + 1]
    else:
        yield _Level(configuration.statements, configuration.gaps)
    for each in reversed(blocks):
        yield _Level(each.block or (), each.gaps)


def _nameless(blocks: list[Statement]) -> int:
    """How many blocks, from the innermost on, are one location with the next."""
    return next((count for count, block in enumerate(blocks) if block.name not in _NAMELESS), len(blocks))


def _mode(level: _Level, switch: str | None) -> str | None:
    said = (statement.texts for statement in level.statements if statement.name == switch)
    return next((texts[0] for texts in said if texts), None)
