"""Credentials that tell by their form what they are: tokens of providers, private keys, passwords in URLs."""

import re
from collections.abc import Iterator

from compolint.model.credential_value import changes_case
from compolint.model.knowledge.tokens import TOKENS
from compolint.pattern import pattern

_DIGITS = frozenset("0123456789")
_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
# Words in a token that only shows how one looks: AKIAIOSFODNN7EXAMPLE, ghp_xxxxxxxxxxxx
_MADE_UP = (
    "example",
    "your",
    "xxxx",
    "changeme",
    "change_me",
    "change-me",
    "placeholder",
    "1234567",
    "insert",
)
# Every token has a run as long as this, and few other values do.
_RUN = pattern(r"[\w-]{16}")


def provider_tokens(text: str) -> Iterator[tuple[int, int, str]]:
    """The tokens in a text that tell by their form whose they are: start, end and provider of each."""
    if not _RUN.search(text):
        return
    for prefix, alphabet, least, provider in TOKENS:
        end = 0
        while (start := text.find(prefix, end)) >= 0:
            end = _run(alphabet, text, start + len(prefix))
            if end - start - len(prefix) >= least and _is_word(text, start, end):
                yield start, end, provider
    yield from _bot_tokens(text)
    yield from _web_tokens(text)


def is_made_up(token: str) -> bool:
    """Whether somebody only shows what a token looks like: `ghp_xxxxxxxx`, `sk-your-key-goes-here`."""
    lowered = token.lower()
    if any(part in lowered for part in _MADE_UP):
        return True
    body = token[len(token) // 4 :]
    return len(set(body)) < 8 or (len(token) > 24 and _DIGITS.isdisjoint(body) and not changes_case(body))


def private_keys(text: str) -> Iterator[tuple[int, int]]:
    """Blocks as RFC 7468 and OpenPGP write them, if there is more between their lines than dots."""
    end = 0
    while (begin := text.find("-----BEGIN ", end)) >= 0:
        end = begin + 11
        body = text.find("KEY", end, end + 40)
        if body < 0 or "PRIVATE" not in text[end:body]:
            continue
        stop = text.find("-----END ", body)
        stop = stop if stop >= 0 else len(text)
        if len(set(text[body:stop])) > 30:
            yield begin, stop
        end = stop


def url_passwords(text: str) -> Iterator[tuple[int, int]]:
    """The passwords in `scheme://user:password@host`, as start and end.

    An unescaped slash or at-sign in a password is taken as people mean it, not as RFC 3986 reads it.
    """
    at = text.find("://")
    while at >= 0:
        after = text.find("://", at + 3)
        start, end = _password(text, at + 3, after if after >= 0 else len(text))
        if start < end:
            yield start, end
        at = after


def query_parameters(text: str) -> Iterator[tuple[str, int, int]]:
    """The parameters of the URLs in a text: `?name=value&name=value`."""
    if "://" in text and "=" in text:
        for pair in re.finditer(r"[?&]([A-Za-z_][\w.\-]{0,60})=([^\s&#\"'<>]{1,500})", text):
            yield pair[1], *pair.span(2)


def _bot_tokens(text: str) -> Iterator[tuple[int, int, str]]:
    """Telegram's, by "Bot API, Authorizing your bot": a number, `:AA` and 33 characters."""
    end = 0
    while (colon := text.find(":AA", end)) >= 0:
        end = _run("A-Za-z0-9_-", text, colon + 1)
        start = colon
        while start > 0 and colon - start < 12 and text[start - 1] in _DIGITS:
            start -= 1
        if colon - start >= 8 and end - colon > 33:
            yield start, end, "Telegram"


def _web_tokens(text: str) -> Iterator[tuple[int, int, str]]:
    """JSON Web Tokens, by RFC 7519: two objects and a signature, each base64."""
    end = 0
    while (start := text.find("eyJ", end)) >= 0:
        end = _run("A-Za-z0-9_.-", text, start)
        parts = text[start:end].split(".")
        if len(parts) >= 3 and parts[1].startswith("eyJ") and parts[2] and _is_word(text, start, end):
            yield start, end, "JWT"


def _is_word(text: str, start: int, end: int) -> bool:
    return (start == 0 or text[start - 1] not in _WORD) and text[end : end + 1] not in _WORD


def _run(characters: str, text: str, start: int) -> int:
    """Where a run of these characters ends."""
    found = pattern(f"[{characters}]*", re.ASCII).match(text, start)
    return found.end() if found else start


def _password(text: str, start: int, end: int) -> tuple[int, int]:
    colon, sign, is_port, in_path = -1, -1, True, False
    for here in _url_characters(text, start, end):
        character = text[here]
        if character == "@":
            sign = here
            if in_path:
                break
        elif character in "/?#" and not in_path:
            if sign >= 0 or is_port:
                break
            in_path = True
        elif colon < 0:
            if character == ":":
                colon = here
        elif sign < 0 and character not in _DIGITS:
            is_port = False
    return (colon + 1, sign) if 0 <= colon < sign else (0, 0)


def _url_characters(text: str, start: int, end: int) -> Iterator[int]:
    """The places of a URL's characters; `${VARIABLE:-default}` and `[::1]` are passed over."""
    if text.startswith("[", start):
        return
    depth, here = 0, start
    while here < end and text[here] not in " \t\r\n\"'`<>":
        if text.startswith("${", here):
            depth += 1
            here += 1
        elif depth:
            depth -= text[here] == "}"
        else:
            yield here
        here += 1
