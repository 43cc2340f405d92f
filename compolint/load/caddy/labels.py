"""The labels that caddy-docker-proxy makes a Caddyfile of.

    caddy: example.com                      a site; without a value the global options
    caddy.reverse_proxy: "{{upstreams 80}}" a directive of it: dots lead into blocks
    caddy_1.route.0_respond: hi             a number behind a name tells two of a kind apart,
                                            one before it says where it comes

The words are put together as a Caddyfile would have them, each with the place of its label.
"""

from collections.abc import Iterable, Mapping

from compolint.load.caddy.caddyfile import adapted
from compolint.load.caddy.configuration import Configuration
from compolint.pattern import pattern
from compolint.syntax.caddy import Fault, Imported, Lexed, Token, Variable, lex, parse
from compolint.text import Source, Span
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown

_LAST = 2**31
_DEEPEST = 40
_LABEL = pattern(r"caddy(?:_[0-9]+)?(?:\.|\Z)")
# 0_reverse_proxy   reverse_proxy_1
_PART = pattern(r"(?:([0-9]{1,9})_)?(.*?)(?:_([0-9]{1,9}))?")
# {{upstreams}}   {{upstreams 80}}   {{upstreams https 443}}
_UPSTREAMS = pattern(r"\{\{-?\s*upstreams((?:\s+(?:\w+|\{\$\w+\}))*)\s*-?\}\}")
_TEMPLATE = pattern(r"\{\{[^{}]*\}\}")


class Label(NamedTuple):
    name: str
    value: Maybe[str]
    name_span: Span
    value_span: Span


class Container(NamedTuple):
    name: str  # by which the proxy reaches it
    labels: tuple[Label, ...]


class _Directive:
    """A directive with those in its block, by name and number."""

    __slots__ = ("inner", "name", "order", "span", "words")

    def __init__(self, order: int, name: str, span: Span) -> None:
        self.order, self.name, self.span = order, name, span
        self.words: list[Token] = []
        self.inner: dict[tuple[str, str], _Directive] = {}


def from_labels(containers: Iterable[Container], environment: Mapping[str, str], path: str) -> Configuration:
    """What the labels of all containers say together."""
    sites: dict[tuple[str, ...], list[_Directive]] = {}
    faults: list[Fault] = []
    for container in containers:
        for site in _sites(container, environment, faults):
            sites.setdefault(tuple(word.text for word in site.words), []).append(site)
    tokens: list[Token] = []
    line = 0
    for _, same in sorted(sites.items()):
        line = _write_site(same, tokens, line + 1)
    lexed = Lexed(Source(path, ""), tuple(tokens), (), tuple(faults))
    return adapted(parse(lexed, _nothing), path)


def _nothing(what: Token, path: str) -> Imported:
    return Imported((), f"no container has a label that declares ({what.text})")


def _sites(container: Container, environment: Mapping[str, str], faults: list[Fault]) -> Iterable[_Directive]:
    top: dict[tuple[str, str], _Directive] = {}
    for label in container.labels:
        if not _LABEL.match(label.name):
            continue
        parts = label.name.split(".", _DEEPEST)
        if len(parts) > _DEEPEST:
            message = f"the label has more than {_DEEPEST} parts"
            faults.append(Fault(message, label.name_span, "unsupported"))
            continue
        inner, directive = top, None
        for part in parts:
            match = _PART.fullmatch(part)
            order, name, number = match.groups() if match else (None, part, None)
            key = (name, number or "")
            if key not in inner:
                inner[key] = _Directive(int(order) if order else _LAST, name, label.name_span)
            directive = inner[key]
            inner = directive.inner
        if directive:
            directive.words = _words(label, container.name, environment)
            directive.span = label.name_span
    return top.values()


def _words(label: Label, container: str, environment: Mapping[str, str]) -> list[Token]:
    value = label.value
    if isinstance(value, Unknown):
        hole = Variable(value.names[0] if value.names else "unknown", None, False, label.value_span).hole
        value = f"{value.head}{hole}{value.tail}"
    if "{{" in value:
        value = _UPSTREAMS.sub(lambda match: _target(container, match[1].split()), value)
        value = _TEMPLATE.sub("{$template}", value)
    lexed = lex(Source(label.value_span.path, value), environment)
    return [
        token._replace(
            span=label.value_span,
            variables=tuple(each._replace(span=label.value_span) for each in token.variables),
        )
        for token in lexed.tokens
    ]


def _target(container: str, options: list[str]) -> str:
    """The address of the container, as `{{upstreams https 443}}` asks for it."""
    scheme = "".join(f"{option}://" for option in options if option.isalpha())
    port = "".join(f":{option}" for option in options if not option.isalpha())
    return f"{scheme}{container}{port}"


def _write_site(same: list[_Directive], tokens: list[Token], line: int) -> int:
    first = same[0]
    tokens += [word._replace(line=line, breaks=0) for word in first.words]
    tokens.append(Token("{", first.span, line, "", 0))
    for site in same:
        line = _write(site, tokens, line)
    tokens.append(Token("}", first.span, line + 1, "", 0))
    return line + 1


def _write(outer: _Directive, tokens: list[Token], line: int) -> int:
    for _, directive in sorted(outer.inner.items(), key=lambda item: (item[1].order, item[0])):
        line += 1
        tokens.append(Token(directive.name, directive.span, line, "", 0))
        tokens += [word._replace(line=line, breaks=0) for word in directive.words]
        if directive.inner:
            tokens.append(Token("{", directive.span, line, "", 0))
            line = _write(directive, tokens, line) + 1
            tokens.append(Token("}", directive.span, line, "", 0))
    return line
