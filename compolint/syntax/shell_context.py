"""What holds for the commands at a place of a shell text: what they read and write, and who runs them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from compolint.syntax.shell_commands import Command, Redirect
from compolint.syntax.shell_nodes import REDIRECT
from compolint.syntax.shell_scan import Heredoc, Scan
from compolint.syntax.shell_words import Expansion, Text, Word, outermost
from compolint.tuples import NamedTuple

if TYPE_CHECKING:
    from tree_sitter import Node

Expansions = dict[int, Expansion]  # by their places


class Context(NamedTuple):
    text: Text
    scan: Scan
    offset: int = 0  # of the statement in the text
    stdin: tuple[Command, ...] | list[Command] = ()
    given: tuple[Word, ...] = ()  # the text that comes in there
    stdout: list[Command] | None = None
    redirects: tuple[Redirect, ...] = ()
    wrappers: tuple[str, ...] = ()
    remote: str | None = None
    function: str | None = None
    in_test: bool = False
    depth: int = 0


NO_CONTEXT = Context(outermost(""), Scan("", [], {}, set(), [], []))


def inside_of(context: Context, label: str, *, remote: bool = False) -> Context:
    return context._replace(
        wrappers=(*context.wrappers, label),
        depth=context.depth + 1,
        remote=label if remote else context.remote,
    )


def set_apart(context: Context, stdout: list[Command] | None) -> Context:
    """A substitution: it has an output of its own."""
    return context._replace(stdout=stdout, redirects=(), in_test=False)


def redirected(context: Context, redirects: Iterable[Redirect]) -> Context:
    for redirect in redirects:
        if redirect.gives_input:
            given = (redirect.target,) if redirect.is_text else ()
            context = context._replace(stdin=redirect.target.sources, given=given)
    return context


def fed_by(expansions: Expansions, context: Context) -> list[list[Command]]:
    text = context.text.text
    return [found.output for start, found in expansions.items() if text.startswith(">(", start)]


def heredoc_of(node: "Node", context: Context) -> Heredoc | None:
    if node.type != "file_redirect" or not context.scan.heredocs:
        return None
    match = REDIRECT.match(context.text.text, context.offset + node.start_byte)
    return context.scan.heredocs.get(match.start(2)) if match else None


def place_of(words: tuple[Word, ...]) -> tuple[int, int]:
    return min([word.start for word in words]), max([word.end for word in words])
