"""Where a value ends, and which of its parts are literal: the grammars of YAML, of shells, of `.env` files.

Not their parsers, because what is shown may be any line of any file, or a message: each rule reads
forward from the value's first character, in linear time.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from compolint.pattern import compiled as uncached

if TYPE_CHECKING:
    import re

QUOTES = "\"'`"
# Values that give nothing away.
_HARMLESS = frozenset(
    {"true", "false", "yes", "no", "on", "off", "null", "none", "enabled", "disabled", "~"},
)


@cache
def compiled(text: str) -> "re.Pattern[str]":
    """A pattern, compiled when it is first needed."""
    return uncached(text)


def literals(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a value that stand there themselves: not `${NAME}`, but the rest of `${NAME:-rest}`."""
    value = text[start:end].strip()
    if not value or value.lower() in _HARMLESS or _is_reference(value):
        return
    # `${NAME}`, `${NAME:?message}`, `${NAME:-`, `{$NAME}`, `{$NAME:`, `{env.NAME}`, and the brace that closes
    name = r"[A-Za-z_][\w.]*+"
    pattern = rf"\$\{{{name}(?:\}}|:?\?[^{{}}\n]*\}}|:?[-+])|\{{\$[A-Za-z_]\w*+[:}}]|\{{env\.\w++\}}|\}}"
    depth, done = 0, start
    for reference in compiled(pattern).finditer(text, start, end):
        found = reference[0]
        if found == "}":
            if not depth:
                continue
            depth -= 1
        elif not found.endswith("}"):
            depth += 1
        yield from _by_line(text, done, reference.start())
        done = reference.end()
    yield from _by_line(text, done, end)


def _is_reference(value: str) -> bool:
    """`${NAME}`, `$NAME`, `$$NAME` for a shell, `{{ name }}` for a template, `var.name` of Terraform."""
    if value.startswith(("var.", "local.", "data.", "module.")):
        return value.replace(".", "").isidentifier()
    if value.startswith("{{") and value.endswith("}}"):
        return value.count("{{") == 1
    if value.startswith("${") and value.endswith("}") and value[2:-1].isidentifier():
        return True
    name = value.removeprefix("$").removeprefix("$")
    return value.startswith("$") and name.isidentifier() and name.isascii() and name.isupper()


def _by_line(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = text.find("\n", start, end)
        stop = stop if stop >= 0 else end
        line = text[start:stop]
        if kept := line.strip():
            first = start + line.index(kept)
            yield first, first + len(kept)
        start = stop + 1


def line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return end if end >= 0 else len(text)


def to_comment(text: str, start: int) -> int:
    """The end of a value that takes the whole line but for a comment."""
    end = line_end(text, start)
    for mark in (" #", "\t#"):
        found = text.find(mark, start, end)
        end = found if found >= 0 else end
    return end


def to_quote(text: str, start: int, quote: str, *, lines: bool = False) -> int:
    """The place of the quote that closes, or -1; on the same line, unless it may be on a later one."""
    stop = r"" if lines else r"\n"
    skipped = rf"(?:[^{quote}\\{stop}]|\\[\s\S])*+" if lines else rf"(?:[^{quote}\\{stop}]|\\[^{stop}])*+"
    end = _match_end(compiled(skipped).match, text, start)
    return end if text[end : end + 1] == quote else -1


def to_space(text: str, start: int) -> int:
    """The end of an unquoted word of a command, a URL or a sentence."""
    return _match_end(compiled(r"(?:\\[^\n]|[^\s\"'`\\])*+").match, text, start)


def in_flow(text: str, start: int) -> int:
    """The end of an unquoted value in `[a, b]` or `{a: b}`."""
    pattern = r"(?:\$\{[^{}\n]*\}|[^\n,\]}]|,(?!\s|$)|[\]}](?![\s,\]})\"']|$))*+"
    return _match_end(compiled(pattern).match, text, start)


def _match_end(match: "Callable[[str, int], re.Match[str] | None]", text: str, start: int) -> int:
    found = match(text, start)
    return found.end() if found else start
