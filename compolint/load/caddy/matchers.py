"""The matchers of a site: which requests a directive is for."""

from collections.abc import Mapping

from compolint.load.caddy.configuration import Condition, Matcher, Word
from compolint.load.caddy.words import setting, word, words
from compolint.syntax.caddy import Segment, Token


def declared(segment: Segment) -> Matcher:
    """What `@name …` or `@name { … }` declares."""
    name = segment.name
    if segment.body is not None:
        conditions = tuple(map(_condition, segment.body))
    elif segment.arguments and segment.arguments[0].quote:
        conditions = (Condition("expression", segment.arguments[0].span, words(segment.arguments)),)
    else:
        conditions = _on_one_line(segment.arguments)
    return Matcher(name.text, name.span, conditions)


def of_token(token: Token, known: Mapping[str, Matcher]) -> Matcher | None:
    """The matcher that the first word of a directive is, if it is one."""
    text = token.text
    if text == "*":
        return Matcher(text, token.span)
    if text.startswith("/"):
        return Matcher(text, token.span, (Condition("path", token.span, (word(token),)),))
    if not text.startswith("@"):
        return None
    found = known.get(text)
    return found._replace(span=token.span) if found else Matcher(text, token.span, (), False)


def path(text: Word) -> Matcher:
    return Matcher(str(text), text.span, (Condition("path", text.span, (text,)),))


def _condition(segment: Segment) -> Condition:
    name = segment.name
    if name.quote and not segment.arguments and segment.body is None:
        return Condition("expression", name.span, (word(name),))
    if name.text == "not":
        inner = map(_condition, segment.body) if segment.body is not None else _on_one_line(segment.arguments)
        return Condition("not", name.span, conditions=tuple(inner))
    own = words(segment.arguments)
    for line in segment.body or ():
        found = setting(line)
        own += (Word(found.name, found.span), *found.words)
    return Condition(name.text, name.span, own)


def _on_one_line(tokens: tuple[Token, ...]) -> tuple[Condition, ...]:
    if not tokens:
        return ()
    name, *rest = tokens
    if name.text != "not":
        return (Condition(name.text, name.span, words(tuple(rest))),)
    refused = (Condition(rest[0].text, rest[0].span, words(tuple(rest[1:]))),) if rest else ()
    return (Condition("not", name.span, conditions=refused),)
