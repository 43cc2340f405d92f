"""Credentials that stand literally in the files: in the values of variables, in lines of configuration.

Hand-written because the known detectors judge whole repositories by entropy, while most real passwords
of self-hosted services are plain words: here the name asks, and the value's kind answers. All of it is
linear in the text, and no expression is compiled before it is needed.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from compolint.model.credential_form import (
    is_made_up,
    private_keys,
    provider_tokens,
    query_parameters,
    url_passwords,
)
from compolint.model.credential_name import (
    asks_for_text,
    certainty,
    holds_pair,
    is_foreign,
    names_credential,
    words_of,
)
from compolint.model.credential_value import (
    Strength,
    is_placeholder,
    is_setting,
    looks_random,
    strength_of,
    weak_password,
)
from compolint.model.workload import Variable
from compolint.pattern import pattern
from compolint.secret import Secret
from compolint.text import Span
from compolint.tuples import NamedTuple

__all__ = [
    "Credential", "credentials", "credentials_in_lines", "credentials_of", "default_credentials_of",
    "is_example", "is_placeholder", "literal_secret", "names_credential", "provider_tokens", "url_passwords",
    "weak_password",
]  # fmt: skip

SHORTEST_TOKEN = 20
_LONGEST_LINE = 300
_EXAMPLES = frozenset(("example", "examples", "sample", "template", "tmpl", "dist", "default", "defaults"))
_TAKES_OPTIONS = frozenset(
    ("args", "arguments", "cmd", "command", "flags", "options", "opts", "parameters", "params")
)
_NEAR = 300  # characters around a password in a URL, which hold the rest of that URL


class Credential(NamedTuple):
    """A literal credential in a text, and where it stands there."""

    form: Literal["token", "private key", "url", "value"]
    strength: Strength
    start: int
    end: int
    provider: str = ""  # of a token: who gives it out


def literal_secret(name: str, written: str) -> bool:
    """Whether the value is a credential that stands there itself, weak or strong, and no placeholder."""
    return any(found.strength in {"real", "default"} for found in credentials(name, written))


@lru_cache(16384)
def credentials(name: str, text: str, near: str = "", *, is_literal: bool = False) -> tuple[Credential, ...]:
    """The credentials in the value of what has this name; each place is one.

    `near` are names that stand around it, such as the service's: a password that repeats them is weak.
    In a text that is not `is_literal` every `$NAME` is a reference.
    """
    return (
        tuple(_tokens(text))
        or tuple(_in_urls(text, is_literal=is_literal))
        or tuple(_by_name(name, text, near, is_literal=is_literal))
        or tuple(_embedded(name, text, near, is_literal=is_literal))
        or tuple(_hash(text))
    )


def credentials_of(variable: Variable) -> Iterator[tuple[Credential, Span]]:
    """The credentials that the file itself gives to a variable, with their places."""
    written = variable.written.reveal() if variable.written is not None else ""
    if not written:
        return
    text, is_literal = written, "$" not in written
    if not is_literal and isinstance(variable.value, Secret):
        value = variable.value.reveal()
        if is_literal := value in (written, written.replace("$$", "$")):
            text = value
    found = credentials(variable.name, text, variable.owner_name, is_literal=is_literal)
    if not found:
        return
    expressions = () if is_literal else tuple(_expressions(text))
    for each in found:
        if each.form in ("url", "value") and any(
            start <= each.start and each.end <= end for start, end in expressions
        ):
            continue  # a default
        yield each, _part(variable.at("value"), text, each.start, each.end)


def default_credentials_of(variable: Variable) -> Iterator[tuple[str, Credential, Span]]:
    """The credentials that are literal defaults: of `${PASSWORD:-value}` the name, what it is, its place."""
    written = variable.written.reveal() if variable.written is not None else ""
    if ("${" not in written or "-" not in written) and "{$" not in written:
        return
    # ${NAME:-value} and ${NAME-value}, the innermost of nested ones; Caddy's {$NAME:value}
    for default in re.finditer(r"(?:\$\{([A-Za-z_]\w*):?-|\{\$([A-Za-z_]\w*):)([^{}$]+)\}", written):
        own = default[1] or default[2]
        for name in (own, variable.name):
            if found := credentials(name, default[3], variable.owner_name):
                yield own, found[0], _part(variable.at("value"), written, *default.span(3))
                break


def credentials_in_lines(text: str) -> Iterator[tuple[str, Credential]]:
    """The credentials in the text of a configuration file, with the names that ask for them."""
    for found in _tokens(text):
        yield "", found
    # `  "db.password": "value",`   `password = value`   `requirepass value`
    name = r"(?m)^[ \t]*+(?:-[ \t]++)?[\"']?([A-Za-z_][\w.\-]{0,80})[\"']?"
    for pair in re.finditer(name + r"(?:[ \t]*+(?:=>|[:=])[ \t]*+|[ \t]++)(\S[^\r\n]{0,4096})", text):
        start, end = _unquoted(text, *pair.span(2))
        for found in credentials(pair[1], text[start:end]):
            if found.form in {"url", "value"}:
                yield pair[1], found._replace(start=start + found.start, end=start + found.end)


@lru_cache(64)
def is_example(path: str) -> bool:
    """Whether a file shows how to write another one, with values that nobody is meant to use."""
    name = path.rpartition("/")[2].lower()
    return not _EXAMPLES.isdisjoint(name.replace("-", ".").replace("_", ".").split("."))


def _tokens(text: str) -> Iterator[Credential]:
    if len(text) < SHORTEST_TOKEN:
        return
    if "-----BEGIN" in text:
        for start, end in private_keys(text):
            yield Credential("private key", "real", start, end)
    for start, end, provider in provider_tokens(text):
        if not is_made_up(text[start:end]):
            yield Credential("token", "real", start, end, provider)


def _in_urls(text: str, *, is_literal: bool) -> Iterator[Credential]:
    if "://" not in text:
        return
    for start, end in url_passwords(text):
        near = text[max(start - _NEAR, 0) : start] + text[end : end + _NEAR]
        strength = strength_of(text[start:end], near, is_literal=is_literal)
        if strength and not is_setting(text[start:end], may_be_number=False):
            yield Credential("url", strength, start, end)
    for name, start, end in query_parameters(text):
        if certainty(name) == 2 or (name in ("key", "sig") and looks_random(text[start:end])):
            for found in _by_name("token", text[start:end], "", is_literal=is_literal):
                yield Credential("url", found.strength, start, end)


def _by_name(name: str, text: str, near: str, *, is_literal: bool) -> Iterator[Credential]:
    sure = certainty(name)
    if not sure:
        return
    start, end = _stripped(text)
    if holds_pair(name):
        # `user/password` and `user:password`, but not `host:port`, `none` and addresses
        pair = pattern(r"[\w.@-]+[:/](?=[^\s/]*[^\d\s/])").match(text, start, end)
        if not pair:
            return
        start = pair.end()
        end = start + len(text[start:end].partition(",")[0])
    value = text[start:end]
    if is_setting(value, may_be_number=not asks_for_text(name)) or (sure == 1 and not looks_random(value)):
        return
    strength = strength_of(value, f"{name} {near}", is_literal=is_literal)
    if strength == "default" and is_foreign(name) and asks_for_text(name):
        strength = "real"  # somebody's password elsewhere, weak as it may be
    if strength in ("default", "placeholder") and is_foreign(name):
        return
    if strength:
        yield Credential("value", strength, start, end)


def _embedded(name: str, text: str, near: str, *, is_literal: bool) -> Iterator[Credential]:
    """Passwords in connection strings, settings and options: `User=a;Password=value`, `--password value`."""
    if "--" in text and (text.lstrip().startswith("-") or not _TAKES_OPTIONS.isdisjoint(words_of(name))):
        yield from _options(text, near, is_literal=is_literal)
    if "=" not in text:
        return
    pattern = r"(?<![\w.\-${])([A-Za-z_\-][\w.\-]{1,60})(?:'\])?[ ]?=[ ]?[\"']?([^\s;,'\"&]{1,500})"
    for pair in re.finditer(pattern, text):
        asking, value = pair[1].lstrip("-"), pair[2]
        if certainty(asking) < 2 or is_setting(value, may_be_number=not asks_for_text(asking)):
            continue
        if _is_comment(text, pair.start()):
            continue
        if strength := strength_of(value, near, is_literal=is_literal):
            yield Credential("value", strength, *pair.span(2))


def _options(text: str, near: str, *, is_literal: bool) -> Iterator[Credential]:
    """The values of options, as words of their own: `--requirepass value`."""
    option = r"(?<![\w\-])--([A-Za-z][\w.\-]{1,60})[ \t]+[\"']?([^\s\"'\-][^\s\"']{0,500})"
    for pair in re.finditer(option, text):
        if certainty(pair[1]) < 2 or is_setting(pair[2], may_be_number=not asks_for_text(pair[1])):
            continue
        if not _is_comment(text, pair.start()) and (
            strength := strength_of(pair[2], near, is_literal=is_literal)
        ):
            yield Credential("value", strength, *pair.span(2))


def _is_comment(text: str, at: int) -> bool:
    """Whether the line is commented out, as far as it begins nearby."""
    begin = max(0, at - _LONGEST_LINE)
    return text[max(text.rfind("\n", begin, at), begin) : at].lstrip().startswith("#")


def _hash(text: str) -> Iterator[Credential]:
    """A hash of a password as crypt(3) writes it, whatever the name."""
    if text.startswith("$") and len(text) > SHORTEST_TOKEN and strength_of(text, is_literal=True) == "hash":
        yield Credential("value", "hash", 0, len(text))


def _expressions(text: str) -> Iterator[tuple[int, int]]:
    """Where each `${…}` or `{$…}` begins and ends, what is nested in it included."""
    opened: list[int] = []
    for mark in re.finditer(r"\$\{|\{\$|\}", text):
        if mark[0] != "}":
            opened.append(mark.start())
        elif opened and (start := opened.pop()) >= 0 and not opened:
            yield start, mark.end()


def _stripped(text: str) -> tuple[int, int]:
    """Where a value begins and ends without blanks and quotes around it."""
    start = len(text) - len(text.lstrip())
    end = len(text.rstrip())
    if end - start > 1 and text[start] == text[end - 1] and text[start] in "\"'":
        return start + 1, end - 1
    return start, max(start, end)


def _unquoted(text: str, start: int, end: int) -> tuple[int, int]:
    """A value of a configuration file without its quotes, its comment and the comma behind it."""
    if text[start] in "\"'":
        close = text.find(text[start], start + 1, end)
        return start + 1, close if close > 0 else end
    comment = text.find(" #", start, end)
    end = comment if comment >= 0 else end
    while end > start and text[end - 1] in " \t,;":
        end -= 1
    return start, end


def _part(whole: Span, text: str, start: int, end: int) -> Span:
    """The place of a part of a text whose place is known; the whole where quoting moved it."""
    quotes = whole.end - whole.start - len(text)
    if quotes not in (0, 2):
        return whole
    begin = whole.start + quotes // 2
    return Span(whole.path, begin + start, begin + end)
