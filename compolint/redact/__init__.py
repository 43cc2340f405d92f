"""Texts without the secrets in them: the last net before anything is shown.

Checks never put a secret into words, but the lines that a report shows are the files' own. What looks
like a secret, by its name, by its place or by its form, becomes dots, one for each character, so that
columns stay what they are. In doubt more is hidden rather than less.
"""

import re
from collections.abc import Iterable, Iterator

DOT = "•"
# A text that shows none of these holds nothing that the search would find. One pattern, because it is asked
# of every message: twenty questions `in` take as many times as long.
_HINT = re.compile(
    r"pass|pw|secret|token|key|auth|cred|psk|jwt|bearer|mnemonic|salt|cookie|://|identified|\$|\{s?sha|-[puaw]"
    r"|--session|influx|sudo|login|alias set|host add|add_user|content[\"']?:|secure_link|openssl"
    r"|(?:add|copy|from|run|healthcheck)[ \t]+--|:[^\s@/:]{3,200}@|[ \t]dns[ \t]"
    r"|[\w-]{16}"  # a provider's token
    r"|(?:^|\n)[ \t]*(?:[a-z]+[ \t]+)?[^\s:=]{12,}[ \t\r]*(?:\n|$)"  # a word that stands alone
)


def redact(text: str) -> str:
    """A short text (a message, a line) without its secrets."""
    return mask(text, secrets(text))


def secrets(text: str) -> Iterator[tuple[int, int]]:
    """The places of what is not to be shown, in any order; they may overlap."""
    if _HINT.search(text.lower()):
        from compolint.redact.search import search

        yield from search(text)


def secret_part(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What to hide of a place that is known to hold a secret: all but a key and references to variables."""
    from compolint.redact.pairs import value_of_key
    from compolint.redact.values import literals

    yield from literals(text, *value_of_key(text, start, end))


def mask(text: str, places: Iterable[tuple[int, int]]) -> str:
    """The text with a dot for each character at the places; ends of lines stay."""
    parts: list[str] = []
    done = 0
    for start, end in sorted(places):
        start = max(start, done)
        if start < end:
            parts += text[done:start], _dots(text[start:end])
            done = end
    return "".join((*parts, text[done:])) if parts else text


def _dots(text: str) -> str:
    if "\n" not in text and "\r" not in text:
        return DOT * len(text)
    return "".join(character if character in "\r\n" else DOT for character in text)
