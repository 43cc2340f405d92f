"""The expressions in a configuration of Nginx, and what they are compared with."""

from collections.abc import Iterator

from compolint.load.nginx.configuration import Statement
from compolint.load.nginx.locations import location
from compolint.text import Span
from compolint.tuples import NamedTuple

# The directives that have expressions
EXPRESSIVE = frozenset(("location", "server_name", "if", "rewrite", "map", "valid_referers"))
# ### if ($uri ~ \.php$) ###
_COMPARISONS = frozenset(("~", "~*", "!~", "!~*"))


class Expression(NamedTuple):
    """An expression that something is compared with."""

    text: str
    subject: str  # the text that it is compared with: "$uri" for a location
    at: Span
    ignores_case: bool = False


def expressions_of(statement: Statement) -> tuple[Expression, ...]:
    """The expressions that a statement itself compares something with."""
    name, words = statement.name, statement.arguments
    if name == "location":
        found = location(statement)
        if found and found.is_pattern:
            return (Expression(found.path, "$uri", words[-1].span, found.modifier == "~*"),)
    elif name == "server_name":
        return tuple(
            Expression(word.text[1:], "$host", word.span, True) for word in words if word.text[:1] == "~"
        )
    elif name == "rewrite" and len(words) >= 2:
        return (Expression(words[0].text, "$uri", words[0].span),)
    elif name == "if" and len(words) >= 3 and words[1].text in _COMPARISONS:
        text = words[2].text
        text = text[:-1] if len(words) == 3 and not words[2].quote and text.endswith(")") else text
        return (Expression(text, words[0].text.lstrip("("), words[2].span, words[1].text.endswith("*")),)
    elif name == "valid_referers":
        return tuple(
            Expression(word.text[1:], "$http_referer", word.span, True)
            for word in words
            if word.text[:1] == "~"
        )
    elif name == "map" and words:
        return tuple(found for entry in statement.block or () for found in _of_entry(entry, words[0].text))
    return ()


def _of_entry(entry: Statement, subject: str) -> tuple[Expression, ...]:
    """What one line of a table compares: ### ~*^www\\. 1; ###"""
    if entry.name[:1] != "~":
        return ()
    ignores_case = entry.name[1:2] == "*"
    return (Expression(entry.name[1 + ignores_case :], subject, entry.directive.name_span, ignores_case),)


def compared_at(block: Statement) -> Iterator[Expression]:
    """The expressions whose groups `$1` and the like are about, in a block, or in one value of a table."""
    if block.parent and block.block is None and block.parent.name == "map":
        yield from _of_entry(block, block.parent.texts[0] if block.parent.texts else "")
        return
    around: Statement | None = block
    while around:
        found = list(expressions_of(around))
        names = {"location": ("if",), "server": ("if", "server_name")}.get(around.name, ())
        found += (each for inner in around.named(*names) for each in expressions_of(inner))
        if found:
            yield from found
            return
        around = around.parent
