"""Where a block of Lua ends in the configuration of Nginx, by the rules of the module that reads it."""

import re

from compolint.pattern import pattern

# A brace, a quote, `--[==[`, a comment up to the end of its line, `[==[`
_TOKEN = pattern(r"""[{}"']|--(?:\[(=*)\[|[^\n]*+)|\[(=*)\[""")
_STRINGS = {
    '"': pattern(r'(?:[^"\\\n]|\\[^\n])*+("?)'),
    "'": pattern(r"(?:[^'\\\n]|\\[^\n])*+('?)"),
}


def closing(text: str, at: int) -> int:
    """The brace that closes the block whose content begins at `at`; -1 if there is none."""
    depth = 1
    open_until = dict.fromkeys(_STRINGS, 0)  # the ends of lines on which a quote of this kind is never closed
    while token := _TOKEN.search(text, at):
        at = token.end()
        mark = token[0]
        if mark == "{":
            depth += 1
        elif mark == "}":
            depth -= 1
            if not depth:
                return token.start()
        elif mark in _STRINGS:
            if at > open_until[mark]:
                at = _behind_string(text, at, mark, open_until)
        elif token.lastindex:
            at = text.find(f"]{token[token.lastindex]}]", at)
            if at < 0:
                return -1
    return -1


def _behind_string(text: str, at: int, quote: str, open_until: dict[str, int]) -> int:
    """Where a string ends; one that its line does not close is none, nor is any other on that line."""
    string = _STRINGS[quote].match(text, at)
    assert isinstance(string, re.Match)  # it matches nothing, too
    if string[1]:
        return string.end()
    open_until[quote] = string.end()
    return at
