"""Credentials among the words of commands, by the table of the places where programs take passwords."""

import re
from collections.abc import Iterator

from compolint.model.command import Command
from compolint.model.credential import (
    SHORTEST_TOKEN,
    credentials,
    is_example,
    names_credential,
    provider_tokens,
    url_passwords,
)
from compolint.model.knowledge.passwordoptions import (
    JOINED,
    LAST,
    LOGIN,
    LOGINS,
    OPTIONS,
    PAIRS,
    PRINTERS,
    SEPARATORS,
    SETTERS,
    SETTING,
    SPACED,
)
from compolint.pattern import pattern
from compolint.unknown import Unknown

# What they call a key is its public number.
_KEY_PROGRAMS = frozenset(("gpg", "gpg2", "apt-key", "pacman-key", "rpm", "rpmkeys"))
# Their words describe texts; `password=.*` is a pattern.
_EDITORS = frozenset(
    ("sed", "gsed", "grep", "egrep", "zgrep", "rg", "awk", "gawk", "perl", "jq", "yq", "find")
)
# -H "Authorization: Bearer …"
_HEADER = pattern(
    r"(?:authorization|x-[\w-]*(?:key|token|secret)|private-token|api-?key)\s*:\s*(?:\w+\s+)?(\S{6,})$", re.I
)
# user:password, as chpasswd reads it
_ACCOUNT = pattern(r"[a-z_][\w.-]*:([^:\s]+)$", re.I)
# --name=value, -Dname=value, NAME=value
_NAMED = pattern(r"(?:-{1,2}|/)?(?:D|e)?([A-Za-z][\w.-]{2,60})[=:](.+)$", re.DOTALL)
_OPTION = pattern(r"-{1,2}([A-Za-z][\w.-]{2,60})$")
# IDENTIFIED BY 'x', PASSWORD 'x', PASSWORD = PASSWORD('x')
_SQL = pattern(r"\b(?:identified\s+(?:with\s+\S{1,60}\s+)?by|password)\s*[=(]?\s*'([^'\\]{1,200})'", re.I)
# The name of a variable that a program reads: --from-env DB_PASSWORD
_VARIABLE = pattern(r"[A-Z]+(?:_[A-Z]+)+")
_FILES = ("@/", "@.", "@-")  # --token=@/run/secrets/token
# Programs of which something is known.
_PROGRAMS = frozenset((*JOINED, *LAST, *OPTIONS, *PAIRS, *PRINTERS, *SETTERS, *SPACED, "openssl"))
_IN_FORMS = frozenset("=:'")  # what a short word needs to be one by its form
_LONGEST = 10_000


def command_secrets(command: Command) -> Iterator[tuple[str, object]]:
    """Where a command holds a credential: the field and the part of it.

    A placeholder is one, too, for it is what the program gets; in files that are examples only a real one
    is, and the variables of a step that builds an image are often given something just to be there.
    """
    kinds = {"real"} if is_example(command.span.path) else {"real", "default", "placeholder"}
    assigned = kinds - {"placeholder"} if command.where == "RUN" else kinds
    for name, value in command.assignments:
        if isinstance(value, str) and _holds(name, value, assigned):
            yield "assignments", name
    for number, word in enumerate(command.words):
        is_program = not number and command.name is not None
        if is_program or number in command.given or number in command.handed_on:
            continue
        if isinstance(word, Unknown):
            is_secret = "@" in word.head and any(True for _ in url_passwords(word.head))
        else:
            is_secret = len(word) <= _LONGEST and any(
                _holds(name, value, kinds) for name, value in _values(command, number, word)
            )
        if is_secret:
            yield "words", number


def _holds(name: str, text: str, kinds: set[str]) -> bool:
    return any(
        found.strength in kinds and not _is_elsewhere(text[found.start : found.end])
        for found in credentials(name, text)
    )


def _is_elsewhere(value: str) -> bool:
    """Whether it names the file or the variable that holds the credential."""
    return value.startswith(_FILES) or bool(_VARIABLE.fullmatch(value) and "CHANGE" not in value)


def _values(command: Command, number: int, word: str) -> Iterator[tuple[str, str]]:
    """What in a word may be a credential, each with a name that says so; tokens and URLs need none."""
    before = command.words[number - 1] if number else ""
    before = before if isinstance(before, str) else ""
    is_short = len(word) < SHORTEST_TOKEN and _IN_FORMS.isdisjoint(word)
    if is_short and not before.startswith("-") and command.name not in _PROGRAMS:
        return
    if _speaks(command, word):
        yield from (("", word[start:end]) for start, end, _ in provider_tokens(word))
    else:
        # Without a name a word is one by its form: a token, a URL, a pair, a hash.
        if len(word) >= SHORTEST_TOKEN or "=" in word or "://" in word:
            yield "", word
        if "'" in word:
            yield from (("password", found[1]) for found in _SQL.finditer(word))
        if command.name not in _KEY_PROGRAMS:
            yield from _by_name(command, word, before)
    for value in _by_program(command, number, word, before):
        yield "password", value


def _speaks(command: Command, word: str) -> bool:
    """Whether a word is a pattern, or a sentence for people."""
    if command.name in PRINTERS:
        return "%s" in word or not (command.writes or command.output_to)
    return command.name in _EDITORS


def _by_name(command: Command, word: str, before: str) -> Iterator[tuple[str, str]]:
    named = _NAMED.match(word) if "=" in word or ":" in word else None
    if named and names_credential(named[1]):
        yield named[1], named[2]
    option = _OPTION.match(before) if before.startswith("-") else None
    if option and not word.startswith("-") and names_credential(option[1]):
        yield option[1], word
    if ":" in word and (header := _HEADER.search(word)):
        yield "password", header[1]
    if command.name in SETTERS and any(_is(other, *SETTING) for other in command.words[1:4]):
        name = before.rpartition(":")[2]
        if names_credential(name):
            yield name, word


def _by_program(command: Command, number: int, word: str, before: str) -> Iterator[str]:
    """What the program takes for a password because of where it stands."""
    name = command.name or ""
    if (joined := JOINED.get(name)) and word.startswith(joined):
        yield word[len(joined) :]
    if (option := OPTIONS.get(name)) and (name not in LOGINS or _logs_in(command)):
        if before == option and not word.startswith("-"):
            yield word
        elif len(option) == 2 and word.startswith(option):
            yield word[2:]
    if before in SPACED.get(name, ()) and not word.startswith("-"):
        yield word
    separator = SEPARATORS.get(name, ":")
    if before in PAIRS.get(name, ()) and separator in word:
        yield word.partition(separator)[2]
    if name == "openssl" and word.startswith("pass:"):
        yield word[5:]
    if name in LAST and 2 < number == len(command.words) - 1 and not _NAMED.match(word):
        given = {other for other in command.words if isinstance(other, str)}
        if any(given.issuperset(mark.split()) for mark in LAST[name]):
            yield word
    if name in PRINTERS:
        yield from _printed(command, word)


def _logs_in(command: Command) -> bool:
    """`docker login`, `helm registry login`"""
    said = [word for word in command.words[1:9] if isinstance(word, str) and not word.startswith("-")]
    return LOGIN in said[:2]


def _printed(command: Command, word: str) -> Iterator[str]:
    """What a program that asks for a password gets: `echo user:X | chpasswd`, `echo X | sudo -S true`."""
    if "chpasswd" in command.output_to:
        if account := _ACCOUNT.match(word.replace("\\n", "")):
            yield account[1]
    elif (command.prints_password or "passwd" in command.output_to) and not word.startswith("-"):
        yield word.replace("\\n", "")


def _is(word: object, *texts: str) -> bool:
    return isinstance(word, str) and word in texts
