"""The statements of a shell text that are no more than simple commands: `apk update && apk add "$PACKAGES"`.

Half of all statements are like that. To cut them here takes a tenth of the time that the grammar takes, and
a test holds the two against each other.
"""

from bisect import bisect_left

from compolint.pattern import pattern
from compolint.syntax.shell_scan import Scan

# In the text of a scan, where what is quoted is dots: ### sed -i ....... "$FILE" .dir/${NAME}.conf ###
_VARIABLE = r"\$(?:[A-Za-z_][A-Za-z0-9_]*+|\{[A-Za-z_][A-Za-z0-9_]*+\})"
_WORD = rf"(?:[\w@%+:,./=^*?-]++|{_VARIABLE}|\"(?:\.++|{_VARIABLE})*+\")++"
_COMMAND = rf"[ \t]*+{_WORD}(?:[ \t]++{_WORD})*+[ \t]*+"
_STATEMENT = pattern(rf"{_COMMAND}(?:(?:&&|\|\|)[ \t\r\n]*+{_COMMAND})*+[ \t\r\n]*+")
_COMMANDS, _WORDS = pattern(_COMMAND), pattern(_WORD)
VARIABLES = pattern(_VARIABLE)
_KEYWORDS = frozenset((
    "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "in",
    "function", "select", "time", "coproc", "export", "declare", "local", "readonly", "typeset", "unset",
    "unsetenv",
))  # fmt: skip


def simple_commands(scan: Scan, start: int, end: int) -> list[list[tuple[int, int]]]:
    """The places of the words of each command; nothing if the grammar is needed."""
    text = scan.text
    if not _STATEMENT.fullmatch(text, start, end):
        return []
    backtick = bisect_left(scan.backticks, (start, 0))
    if backtick < len(scan.backticks) and scan.backticks[backtick][0] < end:
        return []
    found: list[list[tuple[int, int]]] = []
    for command in _COMMANDS.finditer(text, start, end):
        words = [word.span() for word in _WORDS.finditer(text, *command.span())]
        first = text[slice(*words[0])]
        if "=" in first or first in _KEYWORDS:
            return []
        found.append(words)
    return found
