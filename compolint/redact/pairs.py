"""Values that a name gives away as credentials: `NAME=value`, `name: value`, `"name": "value"`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    import re

# `NAME=`, `"name" :`, `--name=`, `\"name\":`, but not the NAME of `${NAME:-default}` or `{$NAME:default}`
_KEY = r"(?<![\w.\-])(?<!\$\{)(?<!\{\$)-*+([A-Za-z_][\w.\-]*+)(\\?[\"'])?[ \t]*+(?::=|==?|=>|:(?!//))[ \t]*+"
_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
# What may stand before a key that has its line for itself: `- NAME=value`, `# NAME=value`
_LINE_STARTS = frozenset({"", "-", "- -", "#", "# -", "//", ";", "export"})
_WIDEST_INDENT = 200
_LONGEST_MESSAGE = 500


def assigned(text: str) -> Iterator[tuple[int, int]]:
    """The values whose names are those of credentials."""
    search = compiled(_KEY).search
    done = 0
    while found := search(text, done):
        done = found.end()
        header = found[1].lower() in _HEADERS
        is_credential = header or names_credential(found[1]) or _is_content(text, found)
        if not is_credential or _is_no_key(text, found):
            continue
        start, end = _extent(text, found.start(), found.end(), is_quoted=bool(found[2]))
        if header:
            start = _behind_scheme(text, start, end)
        yield from literals(text, start, end)
        done = max(done, end)


def defaults(text: str) -> Iterator[tuple[int, int]]:
    """The literal defaults of credentials' variables: `${PASSWORD:-default}`, `{$TOKEN:default}`.

    Of a message, as in `${PASSWORD:?message}`, that which is no word: it may have been meant as a default.
    """
    done = 0
    pattern = compiled(r"\$\{([A-Za-z_][\w.]*+):?([-+?])|\{\$([A-Za-z_]\w*+):")
    while found := pattern.search(text, done):
        done = found.end()
        if found[2] == "?":
            end = text.find("}", found.end(), found.end() + _LONGEST_MESSAGE)
            end = end if end >= 0 else min(line_end(text, found.end()), found.end() + _LONGEST_MESSAGE)
            yield from _no_words(text, found.end(), end, is_alone=names_credential(found[1]))
        elif names_credential(found[1] or found[3]):
            done = _closing_brace(text, found.end())
            yield from literals(text, found.end(), done)


def _no_words(text: str, start: int, end: int, *, is_alone: bool) -> Iterator[tuple[int, int]]:
    """What in a message looks like a password; more does where it is all that the message says."""
    message = text[start:end].strip()
    # required   DB_PASSWORD   not-set!
    if is_alone and message and " " not in message:
        plain = r"(?:[A-Z]?[a-z]+|[A-Z]+)"
        if not compiled(rf"{plain}(?:[-_.,:/!]+{plain})*[.!]*").fullmatch(message):
            yield start, end
        return
    for word in compiled(r"\S{8,}+").finditer(text, start, end):
        if all(compiled(kind).search(word[0]) for kind in ("[a-z]", "[A-Z]", r"\d")):
            yield word.span()


def value_of_key(text: str, start: int, end: int) -> tuple[int, int]:
    """The value's part of a place that may be a pair, a mere key, or a value."""
    opening = compiled(r"[\"']?(?:(?:ENV|ARG|LABEL|RUN|COPY|ADD|export)[ \t]++)?[\"']?")
    if not _has_line_for_itself(text, start):
        return start, end
    first = opening.match(text, start)
    key_start = first.end() if first else start
    key = compiled(_KEY).match(text, key_start)
    if not key:
        return key_start, end
    if key.end() < end:
        return (key.end(), end) if _is_key(key[1]) else (key_start, end)
    return _extent(text, key.start(), key.end(), is_quoted=bool(key[2]))


def _is_key(name: str) -> bool:
    """Whether it is a name rather than the beginning of a secret that happens to contain a colon."""
    return names_credential(name) or ("_" in name and name.isupper())


def _is_content(text: str, found: "re.Match[str]") -> bool:
    """Whether it is `content:`, below which a Compose file may have a whole secret."""
    at = found.start()
    if found[1] != "content" or not found[0].rstrip().endswith(":"):
        return False
    is_in_flow = text[max(0, at - 9) : at].rstrip(" \t\"'").endswith(("{", ","))
    return is_in_flow or _has_line_for_itself(text, at)


def _is_no_key(text: str, found: "re.Match[str]") -> bool:
    """Whether it is the end of a path, as in `./secrets/api_token:/run/api_token`, or sudo's NOPASSWD."""
    return found[1] == "NOPASSWD" or (
        text.startswith("/", found.start() - 1) and found[0].rstrip().endswith(":")
    )


def _extent(text: str, key: int, start: int, *, is_quoted: bool) -> tuple[int, int]:
    """The value that begins at `start`, without its quotes, by what stands around it and its key."""
    before = text[key - 1 : key]
    if before and before in QUOTES and not is_quoted:  # "NAME=value with spaces"
        end = to_quote(text, start, before)
        return start, end if end >= 0 else line_end(text, start)
    alone = _has_line_for_itself(text, key)
    if alone and text.startswith("#", start) and text[start - 1] in " \t":
        return start, start
    if start < len(text) and text[start] in QUOTES:
        return _quoted(text, start, alone and not _is_comment(text, key))
    if text.startswith('\\"', start):
        end = text.find('\\"', start + 2, line_end(text, start))
        return start + 2, end if end >= 0 else line_end(text, start)
    if alone:
        # `|`, `>-`, `|2`: the value is in the lines below
        header = _block_header(text, start)
        end = _continued(text, key, to_comment(text, start))
        return header or start, end
    around = text[max(0, key - 3) : key].rstrip(" ")
    if around.endswith(("[", "{")) or (around.endswith(",") and before == " "):
        return start, in_flow(text, start)
    return start, to_space(text, start)


def _block_header(text: str, start: int) -> int | None:
    """The end of `|`, `>-` or `|2`, if the value begins with one."""
    if text[start : start + 1] not in ("|", ">"):
        return None
    found = compiled(r"[|>][-+\d]*+(?=[ \t]*+(?:\r?\n|$))").match(text, start)
    return found and found.end()


def _quoted(text: str, start: int, may_continue: bool) -> tuple[int, int]:
    quote = text[start]
    end = to_quote(text, start + 1, quote)
    if end < 0 and may_continue and text.rfind(quote) > start:
        end = to_quote(text, start + 1, quote, lines=True)
    if end < 0:
        return start, line_end(text, start)
    glued = compiled(r"[^\s,;)\]}\"'<>|&]++").match(text, end + 1)  # "a"b, as shells take it
    return (start, glued.end()) if glued else (start + 1, end)


def _continued(text: str, key: int, end: int) -> int:
    """The end of a YAML scalar whose first line ends at `end`: what is deeper than its key belongs to it."""
    line = text.rfind("\n", max(0, key - _WIDEST_INDENT), key) + 1
    prefix = text[line:key]
    is_yaml = ":" in text[key : key + 200].partition("=")[0]
    if not is_yaml and "-" not in prefix:
        return end
    column = len(prefix) if is_yaml else len(prefix) - len(prefix.lstrip())
    is_empty = not text[key:end].partition(":")[2].strip() if is_yaml else False
    at = line_end(text, end)
    while at < len(text):
        following = text[at + 1 : line_end(text, at + 1)]
        content = following.lstrip(" \t")
        if content.strip():
            if len(following) - len(content) <= column or (is_empty and _is_collection(content)):
                break
            end, is_empty = at + 1 + len(following), False
        at += 1 + len(following)
    return end


def _is_collection(line: str) -> bool:
    # `- item`, `name: value`, `"name":`, `{…`, `[…`, `# comment`
    return bool(compiled(r"-(?:\s|$)|[{\[#]|[\"']?[\w./$<-][^\n:]*:(?:\s|$)").match(line))


def _has_line_for_itself(text: str, at: int) -> bool:
    begin = max(0, at - _WIDEST_INDENT)
    line = text.rfind("\n", begin, at) + 1
    if not line and begin:
        return False
    return text[line:at].strip(" \t\"'") in _LINE_STARTS


def _is_comment(text: str, at: int) -> bool:
    line = text.rfind("\n", max(0, at - _WIDEST_INDENT), at) + 1
    return text[line:at].lstrip().startswith(("#", "//", ";"))


def _behind_scheme(text: str, start: int, end: int) -> int:
    """The place after `Bearer `, `Basic ` and their like."""
    pattern = compiled(r"(?:Bearer|Basic|Token|Digest|ApiKey|Key)[ \t]++")
    scheme = pattern.match(text, start, end)
    return scheme.end() if scheme else start


def _closing_brace(text: str, start: int) -> int:
    """The brace that closes the one before `start`, or the end of the line."""
    depth, end = 1, line_end(text, start)
    for brace in compiled(r"[{}]").finditer(text, start, end):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return brace.start()
    return end
