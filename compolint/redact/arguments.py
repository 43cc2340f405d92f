"""Secrets on command lines, in one string or as a list: `--requirepass x`, `["mysql", "-px"]`; and in SQL."""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from compolint.model.credential import names_credential
from compolint.model.knowledge.passwordoptions import (
    JOINED,
    LAST,
    LOGIN,
    LOGINS,
    OPTIONS,
    PAIRS,
    PRINTERS,
    READERS,
    READING,
    SEPARATORS,
    SETTERS,
    SETTING,
    SPACED,
)
from compolint.redact.values import (
    QUOTES,
    compiled,
    in_flow,
    line_end,
    literals,
    to_comment,
    to_quote,
    to_space,
)

if TYPE_CHECKING:
    import re

# From an option to its value: ` `, `", "`, a backslash and a new line, or the next item of a YAML list
_GAP = r"[\"']?(?:[ \t]*+,\s*+|[ \t]++(?![\\\r\n\t ])|[ \t]*+\\\r?\n[ \t]*+|[ \t]*+\r?\n[ \t]*+-[ \t]++)"
# Options whose value may begin with a dash.
_ALWAYS_VALUED = frozenset({"requirepass", "masterauth"})
_REACH = 400  # how far behind its program's name an option is looked for
# Words of configuration files and of SQL that a password follows.
_WORDS = (
    r"(?<![\w\-])(?:(?:requirepass|masterauth)[ \t]++"
    r"|(?i:identified[ \t]+(?:with[ \t]+\S+[ \t]+)?by)[ \t]+(?=')"
    r"|(?i:password)[ \t]+(?=')|login[ \t]+\S+[ \t]+password[ \t]++)"
)
_PROGRAMS = tuple(dict.fromkeys((*JOINED, *OPTIONS, *SPACED, *PAIRS, *LAST, *SETTERS, *PRINTERS)))
_IN_NAMES = frozenset("_-.")  # what may stand before the name, if it is the end of another
_BEHIND = frozenset("\"',\\")
# The words of a command up to `&&`, `|`, `;` or the end of the line, if the next does not begin with a dash
_REST = r"(?:\"[^\"\n]*+\"|'[^'\n]*+'|\\\r?\n|\r?\n(?=[ \t]*+-)|[^;&|\r\n])*+"
_WORD = r"\"[^\"\n]*+\"|'[^'\n]*+'|[^\s\"',\[\]]++"


def arguments(text: str) -> Iterator[tuple[int, int]]:
    for start, end in _all(text):
        yield from literals(text, start, end)


def _all(text: str) -> Iterator[tuple[int, int]]:
    if "-" in text:
        yield from _long(text)
    if "'" in text or any(word in text for word in ("requirepass", "masterauth", "login")):
        for word in compiled(_WORDS).finditer(text):
            yield _value(text, word.end(), "")
    if "ENV " in text.upper() or "ENV\t" in text.upper():
        yield from _instructions(text)
    yield from _of_programs(text)


def _long(text: str) -> Iterator[tuple[int, int]]:
    for option in compiled(r"(?<![\w\-])--?([A-Za-z][\w.\-]*+)(?=[\"'\s,\\])").finditer(text):
        if not names_credential(option[1]):
            continue
        between = compiled(_GAP).match(text, option.end())
        if not between or (text.startswith("-", between.end()) and option[1] not in _ALWAYS_VALUED):
            continue
        yield _value(text, between.end(), between[0])


def _of_programs(text: str) -> Iterator[tuple[int, int]]:
    """What programs take for passwords because of where it stands among their words."""
    for program in _PROGRAMS:
        done = 0
        while (start := _behind(text, program, done)) >= 0:
            words = compiled(_REST).match(text, start, start + _REACH)
            end = done = words.end() if words else start
            yield from _short(text, program, start, end)
            if program in LAST:
                yield from _last(text, program, start, end)
            if program in SETTERS:
                yield from _set(text, start, end)
            if program in PRINTERS:
                yield from _printed(text, start, end)


def _behind(text: str, program: str, start: int) -> int:
    """Where the words behind the next mention of a program begin, or -1; no pattern finds it as fast."""
    while (at := text.find(program, start)) >= 0:
        start = at + len(program)
        before, after = text[at - 1 : at], text[start : start + 1]
        if not (before.isalnum() or before in _IN_NAMES) and (after.isspace() or after in _BEHIND):
            return start + (after in QUOTES)
    return -1


def _short(text: str, program: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """`-pX` and `-p X`."""
    if program in LOGINS:
        start = text.find(LOGIN, start, end)
        if start < 0:
            return
    pairs = PAIRS.get(program, ())
    spaced = (*pairs, *SPACED.get(program, ()), *([OPTIONS[program]] if program in OPTIONS else ()))
    joined = JOINED.get(program) or OPTIONS.get(program, "--")
    for option in spaced:
        if text.find(option, start, end) < 0:
            continue
        for found in compiled(rf"(?<![\w\-]){option}({_GAP})(?=[^\s\-,])").finditer(text, start, end + 1):
            first, last = _value(text, found.end(), found[1])
            if option in pairs:
                separator = text.find(SEPARATORS.get(program, ":"), first, last)
                first = separator + 1 if separator >= 0 else last
            yield first, last
    if not joined.startswith("--"):
        for found in compiled(rf"(?<![\w\-]){joined}(?=[^\s\-,])(?![\"'](?:[\s,\]]|$))").finditer(
            text, start, end + 1
        ):
            yield _value(text, found.end(), "")


def _last(text: str, program: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    words = list(compiled(_WORD).finditer(text, start, end))
    said = {word[0].strip("\"'") for word in words}
    if len(words) > 2 and any(said.issuperset(mark.split()) for mark in LAST[program]):
        yield _inside(text, words[-1])


def _set(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """`aws configure set aws_secret_access_key X`, `npm config set //registry/:_authToken X`"""
    words = list(compiled(_WORD).finditer(text, start, end))
    if not any(word[0].strip("\"'") in SETTING for word in words[:3]):
        return
    for name, value in pairwise(words):
        if names_credential(name[0].strip("\"'").rpartition(":")[2]) and not name[0].startswith("-"):
            yield _inside(text, value)


def _printed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """`echo user:X | chpasswd`, `echo X | sudo -S true`, `echo X | docker login --password-stdin`"""
    reader = rf"[ \t]*+\|[^|;&\n]{{0,200}}?(?:{READING}|\b(?:{'|'.join(READERS)})\b)"
    if compiled(reader).match(text, end):
        for word in compiled(_WORD).finditer(text, start, end):
            if not word[0].startswith("-"):
                yield _inside(text, word)


def _inside(text: str, word: "re.Match[str]") -> tuple[int, int]:
    is_quoted = text[word.start()] in QUOTES
    return word.start() + is_quoted, word.end() - is_quoted


def _instructions(text: str) -> Iterator[tuple[int, int]]:
    """The old form of Dockerfile's ENV: `ENV NAME value with spaces`."""
    for found in compiled(r"(?mi)^[ \t]*ENV[ \t]++([A-Za-z_][\w.\-]*+)[ \t]++(?!=)").finditer(text):
        if names_credential(found[1]):
            yield found.end(), line_end(text, found.end())


def _value(text: str, start: int, gap: str) -> tuple[int, int]:
    if start < len(text) and text[start] in QUOTES:
        end = to_quote(text, start + 1, text[start])
        return start + 1, end if end >= 0 else line_end(text, start)
    if "," in gap:
        return start, in_flow(text, start)
    if gap.endswith(("- ", "-\t")):
        return start, to_comment(text, start)
    return start, to_space(text, start)
