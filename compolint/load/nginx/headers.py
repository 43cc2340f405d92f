"""The headers that Nginx adds to answers and to the requests that it hands on."""

from collections.abc import Iterable

from compolint.load.nginx.configuration import Statement
from compolint.load.nginx.reading import Reading, via
from compolint.load.nginx.variables import Part
from compolint.model.web import Header
from compolint.syntax.nginx import Word
from compolint.text import Span

_LINE_END = 1 << 10
_ANSWERS, _REQUESTS = ("add_header", "more_set_headers"), ("proxy_set_header", "grpc_set_header")
# What of a client's is a host's name that Nginx has checked, or its own words for it
_CHECKED = frozenset(("$host", "${host}"))
_REDIRECTS = ("301", "302", "303", "307", "308")
_REDIRECTING = ("redirect", "permanent")


def headers(reading: Reading, block: Statement | None, owner: str, site: str) -> None:
    """The headers that a level itself states, for itself and for what is in it."""
    for statement in reading.scope.own(block, *_ANSWERS, *_REQUESTS):
        words = statement.arguments
        if statement.name == "more_set_headers":
            _more(reading, statement, owner, site)
        elif len(words) >= 2:
            direction = "answer" if statement.name == "add_header" else "request"
            is_always = len(words) > 2 and words[2].text == "always"
            _add(reading, statement, words[0], words[1], owner, site, direction, is_always)
    for statement in reading.scope.own(block, "return", "rewrite"):
        if target := redirect(statement):
            name = statement.arguments[0]._replace(text="Location")
            _add(reading, statement, name, target, owner, site, "answer", True)


def redirect(statement: Statement) -> Word | None:
    """Where a statement sends the client, if it does."""
    words = statement.arguments
    if statement.name == "return":
        if len(words) == 1 and words[0].text.startswith(("http://", "https://", "$scheme")):
            return words[0]
        return words[1] if len(words) == 2 and words[0].text in _REDIRECTS else None
    if len(words) < 2:
        return None
    is_told = len(words) > 2 and words[2].text in _REDIRECTING
    return words[1] if is_told or words[1].text.startswith(("http://", "https://", "$scheme")) else None


def _more(reading: Reading, statement: Statement, owner: str, site: str) -> None:
    """### more_set_headers "Server: x" "X-A: b" ###"""
    for word in statement.arguments:
        name, colon, value = word.text.partition(":")
        if colon and not name.startswith("-"):
            said = word._replace(text=value.strip())
            _add(reading, statement, word._replace(text=name.strip()), said, owner, site, "answer", True)


def _add(
    reading: Reading,
    statement: Statement,
    name: Word,
    value: Word,
    owner: str,
    site: str,
    direction: str,
    is_always: bool,
) -> None:
    block = statement if statement.name == "rewrite" else statement.parent
    parts = reading.variables.parts(value.text, block)
    # What an expression of `rewrite` captures is written as it came.
    decoded = [
        part for part in parts if not (statement.name == "rewrite" and part.text.strip("${}").isdigit())
    ]
    reading.found.append(
        Header(
            key=reading.unique(f"{owner}!{direction}.{name.text.lower()}"),
            span=statement.head,
            spans={"name": name.span, "value": value.span},
            via=via((statement,)),
            owner=owner,
            server="nginx",
            name=name.text,
            direction=direction,  # type: ignore[arg-type]  # one of the two
            site=site,
            value=reading.variables.answer(value.text, value.span, block),
            by_client=said_by_client(parts),
            from_client=breaking(decoded),
            echoes=tuple(dict.fromkeys(reading.variables.echoed(parts))),
            condition=condition_of(statement.parent),
            always=is_always,
        )
    )


def said_by_client(parts: Iterable[Part]) -> tuple[str, ...]:
    """The client's words among the parts of a value."""
    return tuple(dict.fromkeys(part.text for part in parts if part.client and part.text not in _CHECKED))


def breaking(parts: Iterable[Part]) -> tuple[str, ...]:
    """Those that may hold line ends."""
    return tuple(dict.fromkeys(part.text for part in parts if part.client & _LINE_END))


def names_of(statements: Iterable[Statement]) -> dict[str, Span]:
    """The names of headers, in lower case, with their places."""
    return {word.text.lower(): word.span for each in statements for word in each.arguments[:1]}


def condition_of(block: Statement | None) -> str:
    """What an `if` asks, as it is written."""
    if block is None or block.name != "if" or not block.arguments:
        return ""
    return block.directive.source.text[block.arguments[0].start : block.arguments[-1].end]
