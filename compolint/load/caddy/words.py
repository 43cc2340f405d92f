"""The words of a Caddyfile as values, and its segments as settings."""

from compolint.load.caddy.configuration import Setting, Word
from compolint.pattern import pattern
from compolint.syntax.caddy import Segment, Token, Variable
from compolint.text import Span
from compolint.unknown import Maybe, Unknown

# What is only known when Caddy runs, and is the same for all requests: ### {env.TOKEN} ###
_PLACEHOLDER = pattern(r"\{(env|file|labels|system)\.([^{}\s]+)\}")
# … or is not known yet: ### {$TOKEN} ###
_OPEN = pattern(r"\{\$[\w.-]+\}|\{(?:env|file|labels|system)\.[^{}\s]+\}")


def word(token: Token) -> Word:
    return valued(token.text, token.span, tuple(each for each in token.variables if each.value is None))


def valued(text: str, span: Span, unknown: tuple[Variable, ...] = ()) -> Word:
    """A text, with the variables in it that nothing gives."""
    if not unknown and "{" not in text:
        return Word(text, span)
    holes = {each.hole for each in unknown}
    places = [match.span() for match in _OPEN.finditer(text) if match[0][1] != "$" or match[0] in holes]
    if not places:
        return Word(text, span)
    names = [each.name for each in unknown]
    names += [match[2] for match in _PLACEHOLDER.finditer(text) if match[1] == "env"]
    head, tail = text[: places[0][0]], text[places[-1][1] :]
    return Word(Unknown(text, span, tuple(dict.fromkeys(names)), head, tail), span)


def part(whole: Word, text: str) -> Maybe[str]:
    """A piece of a word's text, which is open if the word is open there."""
    if not isinstance(whole.value, Unknown) or not (match := _OPEN.search(text)):
        return text
    *_, last = _OPEN.finditer(text)
    return Unknown(text, whole.span, whole.value.names, text[: match.start()], text[last.end() :])


def words(tokens: tuple[Token, ...]) -> tuple[Word, ...]:
    return tuple(map(word, tokens))


def setting(segment: Segment) -> Setting:
    return Setting(
        segment.name.text,
        segment.name.span,
        words(segment.arguments),
        settings(segment.body),
        tuple(each.name for token in segment.arguments for each in token.variables if each.by_default),
    )


def settings(body: tuple[Segment, ...] | None) -> tuple[Setting, ...]:
    return tuple(map(setting, body or ()))
