r"""Files that units take variables from (`EnvironmentFile=`), with the place of every name and value.

Hand-written, as it is neither Compose's language nor the shell's, though it looks like both: nothing is
filled in, `#` begins a comment only at the start of a line, and what is no assignment is passed over.

    # comment
    NAME=value # still value
    NAME='one'" two"
    NAME="a \" b \
    c"

By systemd.exec(5), EnvironmentFile=.
"""

import re

from compolint.pattern import pattern
from compolint.text import Source, Span
from compolint.tuples import NamedTuple

_BLANKS = pattern(r"[ \t\n\r]*")
_SAME_LINE = pattern(r"[ \t]*")
_LINE = pattern(r"[^\n\r]*")
_KEY = pattern(r"[^\n\r=]*")
_NAME = pattern(r"[A-Za-z_]\w*", re.ASCII)
_PLAIN = pattern(r"(?:[^\n\r\\]+|\\(?:\r\n|.|\n|\Z))*", re.DOTALL)
_SINGLE = pattern(r"[^']*")
_DOUBLE = pattern(r'(?:[^"\\]+|\\.|\\\Z)*', re.DOTALL)
_ESCAPED = pattern(r"\\(\r\n|.|\n|\Z)", re.DOTALL)


class Pair(NamedTuple):
    name: str
    value: str
    name_span: Span
    value_span: Span  # inside the quotes, where they are around all of it


def parse(source: Source) -> list[Pair]:
    """The variables in order; what systemd passes over is left out."""
    text, found, at = source.text, list[Pair](), 0
    while (at := _end(_BLANKS, text, at)) < len(text):
        if text[at] in "#;":
            at = _end(_LINE, text, at)
            continue
        start, at = at, _end(_KEY, text, at)
        if not text.startswith("=", at):
            continue
        name = text[start:at].rstrip(" \t")
        value, first, last, at = _value(text, at + 1)
        if _NAME.fullmatch(name):
            name_span = Span(source.path, start, start + len(name))
            found.append(Pair(name, value, name_span, Span(source.path, first, last)))
    return found


def _value(text: str, at: int) -> tuple[str, int, int, int]:
    """The value, where it begins and ends, and where its line ends."""
    begin = at = _end(_SAME_LINE, text, at)
    parts: list[str] = []
    first = last = at
    while at < len(text) and text[at] not in "\n\r":
        quote = text[at]
        if quote not in "'\"":
            end = _end(_PLAIN, text, at)
            plain = text[at:end].rstrip(" \t")
            parts.append(_ESCAPED.sub(lambda match: "" if match[1] in "\r\n" else match[1], plain))
            return "".join(parts), begin, at + len(plain), end
        end = _end(_SINGLE if quote == "'" else _DOUBLE, text, at + 1)
        part = text[at + 1 : end]
        parts.append(part if quote == "'" else _ESCAPED.sub(_unescaped, part))
        first, last = (at + 1, end) if at == begin else (begin, end + 1)
        at = _end(_SAME_LINE, text, min(end + 1, len(text)))
    return "".join(parts), first, min(last, len(text)), at


def _unescaped(match: re.Match[str]) -> str:
    if match[1] == "\n":
        return ""
    return match[1] if match[1] and match[1] in '"\\`$' else match[0]


def _end(what: re.Pattern[str], text: str, at: int) -> int:
    match = what.match(text, at)
    return match.end() if match else at
