"""The grammar of tree-sitter-bash, as far as the walk needs it.

tree-sitter-bash, because it is the one parser with wheels for all platforms, a free license and the
constructs that scripts really use; bashlex is under the GPL and knows neither `[[` nor `case`, and `shlex`
only cuts words.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from compolint.pattern import pattern
from compolint.tuples import NamedTuple

if TYPE_CHECKING:
    from tree_sitter import Node as Node
    from tree_sitter import Parser

REDIRECTS = frozenset(("file_redirect", "herestring_redirect", "heredoc_redirect"))
LISTS = frozenset(("pipeline", "list", "negated_command"))
# 2>, <<-; what stands before the file of a redirection
REDIRECT = pattern(r"(\d*)(<<<|<<-?|&>>?|[<>]&|>>|>\||<>|[<>])")
# $X, ${X}
VARIABLE = pattern(r"\$(?:\{(\w+)\}|([A-Za-z_]\w*))")
_EXPANSIONS = frozenset(
    ("simple_expansion", "expansion", "command_substitution", "process_substitution", "arithmetic_expansion")
)
_NOT_ASCII = pattern(r"[^\x01-\x7f]")


class Parts(NamedTuple):
    """The nodes of a simple command."""

    words: "list[Node]"
    assignments: "list[Node]"
    redirects: "list[Node]"


@cache
def _parser() -> "Parser":
    import tree_sitter_bash
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_bash.language()))


def root_of(statement: str) -> "Node":
    """The tree of a statement, one byte a character: `.` is as plain as a letter of another alphabet."""
    return _parser().parse(_NOT_ASCII.sub(".", statement).replace("\r", " ").encode()).root_node


def faulty(root: "Node") -> tuple[int, int]:
    """The first stretch that the grammar could not take; where something is missing, what is before it."""
    node = root
    while node.type != "ERROR" and (inside := [child for child in node.children if child.has_error]):
        node = inside[0]
    return max(min(node.start_byte, node.end_byte - 1), 0), node.end_byte


def parts_of(command: "Node") -> Parts:
    parts = Parts([], [], [])
    for child in command.children:
        if child.type == "variable_assignment":
            parts.assignments.append(child)
        elif child.type in REDIRECTS:
            parts.redirects.append(child)
        elif child.is_named or child.type in ("==", "=~"):
            parts.words.append(child)
    return parts


def words_of(nodes: "Iterable[Node]") -> list[tuple[int, int]]:
    """The stretches of words; what the grammar cuts in two is one, where no blank is between: `$A-$B-c`."""
    words: list[tuple[int, int]] = []
    for start, end in sorted((node.start_byte, node.end_byte) for node in nodes):
        if words and words[-1][1] == start:
            words[-1] = (words[-1][0], end)
        else:
            words.append((start, end))
    return words


def files_of(redirect: "Node") -> list[tuple[int, int]]:
    """The file of a redirection, and words behind it: in `cat < FILE a b` the grammar has three files."""
    return words_of(redirect.children_by_field_name("destination") or redirect.named_children[-1:])


def expansions_in(node: "Node") -> "Iterator[Node]":
    """The outermost expansions and substitutions, in order."""
    stack = [node]
    while stack:
        node = stack.pop()
        if node.type in _EXPANSIONS:
            yield node
        else:
            stack += reversed(node.named_children)
