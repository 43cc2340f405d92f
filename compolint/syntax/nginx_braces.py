"""Which brace is missing or too many in a configuration of Nginx, by its indentation."""

from collections.abc import Iterable

from compolint.syntax.nginx_directive import BLANKS, Directive
from compolint.text import Note, Source

_WIDEST = 200  # columns that are compared


def disagreement(source: Source, directives: Iterable[Directive]) -> tuple[Note, ...]:
    """The first `}` that does not stand below the beginning of its block, where braces are not balanced."""
    waiting = [*directives]
    closed: list[Directive] = []
    while waiting:
        directive = waiting.pop()
        if directive.block:
            closed.append(directive)
            waiting += directive.block
    for directive in sorted(closed, key=lambda each: each.end):
        if _is_askew(source, directive):
            brace = directive.span._replace(start=directive.end - 1)
            return (
                Note("this `}` is indented otherwise than the block that it closes", brace),
                Note("which begins here", directive.head),
            )
    return ()


def _is_askew(source: Source, block: Directive) -> bool:
    """Whether the `}` of a block has a line of its own, with another indentation than the block's."""
    (first, column), (last, width) = source.position(block.start), source.position(block.end - 1)
    if first == last or max(column, width) > _WIDEST:
        return False
    before = source.text[block.end - width : block.end - 1]
    return not before.strip(BLANKS) and before != source.text[block.start - column + 1 : block.start]
