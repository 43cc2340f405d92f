"""Secrets on command lines, in one string or as a list: `--requirepass x`, `["mysql", "-px"]`; and in SQL."""

from collections.abc import Iterator

from compolint.model.credential import names_credential
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

# From an option to its value: ` `, `", "`, a backslash and a new line, or the next item of a YAML list
_GAP = r"[\"']?(?:[ \t]*+,\s*+|[ \t]++(?![\\\r\n\t ])|[ \t]*+\\\r?\n[ \t]*+|[ \t]*+\r?\n[ \t]*+-[ \t]++)"
# Options whose value may begin with a dash.
_ALWAYS_VALUED = frozenset({"requirepass", "masterauth"})
# Programs that take a password by a short option, the option, and what is between it and the password.
_SHORT = (
    ("mysql", "-p", ""),  # MySQL reference manual, "Command options for connecting"
    ("mariadb", "-p", ""),
    ("sshpass", "-p", ""),  # sshpass(1)
    ("sshpass", "-p", " "),
    ("docker login", "-p", " "),  # Docker Docs, "docker login"
    ("mongo", "-p", " "),  # MongoDB manual, mongosh and the database tools
    ("redis-cli", "-a", " "),  # Redis docs, "Redis CLI"
    ("valkey-cli", "-a", " "),
    ("sqlcmd", "-P", " "),  # Microsoft Learn, "sqlcmd utility"
    ("curl", "-u", " "),  # curl(1): user:password
    ("curl", "--user", " "),
)
_REACH = 400  # how far behind its program's name an option is looked for
# Words of configuration files and of SQL that a password follows.
_WORDS = (
    r"(?<![\w\-])(?:(?:requirepass|masterauth)[ \t]++"
    r"|(?i:identified[ \t]+(?:with[ \t]+\S+[ \t]+)?by)[ \t]+(?=')"
    r"|(?i:password)[ \t]+(?=')|login[ \t]+\S+[ \t]+password[ \t]++)"
)


def arguments(text: str) -> Iterator[tuple[int, int]]:
    for start, end in _all(text):
        yield from literals(text, start, end)


def _all(text: str) -> Iterator[tuple[int, int]]:
    if "-" in text:
        yield from _long(text)
        for program, option, gap in _SHORT:
            if program in text and option in text:
                yield from _short(text, program, option, gap)
    for word in compiled(_WORDS).finditer(text):
        yield _value(text, word.end(), "")
    if "ENV" in text:
        yield from _instructions(text)


def _long(text: str) -> Iterator[tuple[int, int]]:
    gap = compiled(_GAP)
    for option in compiled(r"(?<![\w\-])--?([A-Za-z][\w.\-]*+)(?=[\"'\s,\\])").finditer(text):
        if not names_credential(option[1]):
            continue
        between = gap.match(text, option.end())
        if not between or (text.startswith("-", between.end()) and option[1] not in _ALWAYS_VALUED):
            continue
        yield _value(text, between.end(), between[0])


def _short(text: str, program: str, option: str, gap: str) -> Iterator[tuple[int, int]]:
    between = _GAP if gap else ""
    pattern = compiled(rf"(?<![\w\-]){option}{between}(?=[^\s\-,])")
    done = 0
    while (at := text.find(program, done)) >= 0:
        done = min(len(text), at + _REACH)
        for found in pattern.finditer(text, at, done):
            start, end = _value(text, found.end(), found[0] if gap else "")
            if program == "curl":
                colon = text.find(":", start, end)
                start = colon + 1 if colon >= 0 else end
            yield start, end


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
