"""The grammar of tree-sitter-bash, as far as the walk needs it.

tree-sitter-bash, because it is the one parser with wheels for all platforms, a free license and the
constructs that scripts really use; bashlex is under the GPL and knows neither `[[` nor `case`, and `shlex`
only cuts words.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

REDIRECTS = frozenset(("file_redirect", "herestring_redirect", "heredoc_redirect"))
LISTS = frozenset(("pipeline", "list", "negated_command"))
# 2>, <<-; what stands before the file of a redirection
REDIRECT = re.compile(r"(\d*)(<<<|<<-?|&>>?|[<>]&|>>|>\||<>|[<>])")
# $X, ${X}
VARIABLE = re.compile(r"\$(?:\{(\w+)\}|([A-Za-z_]\w*))")
_EXPANSIONS = frozenset(
    ("simple_expansion", "expansion", "command_substitution", "process_substitution", "arithmetic_expansion")
)
_NOT_ASCII = re.compile(r"[^\x01-\x7f]")


class Parts(NamedTuple):
    """The nodes of a simple command."""

    words: "list[Node]"
    assignments: "list[Node]"
    redirects: "list[Node]"


def new_parser() -> "Parser":
    import tree_sitter_bash
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_bash.language()))


def root_of(parser: "Parser", statement: str) -> "Node":
    """The tree of a statement, one byte a character: `%` is as plain as a letter of another alphabet."""
    return parser.parse(_NOT_ASCII.sub("%", statement).replace("\r", " ").encode()).root_node


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


def extra_words(redirect: "Node") -> "list[Node]":
    """In `cat < FILE a b` the grammar takes `a` and `b` for files as well."""
    return redirect.children_by_field_name("destination")[1:]


def expansions_in(node: "Node") -> "Iterator[Node]":
    """The outermost expansions and substitutions, in order."""
    stack = [node]
    while stack:
        node = stack.pop()
        if node.type in _EXPANSIONS:
            yield node
        else:
            stack += reversed(node.named_children)
