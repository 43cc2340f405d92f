"""What the commands of one text hand to one another: words that others run, and passwords through pipes."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import TYPE_CHECKING

from compolint.model.knowledge.passwordoptions import READING

if TYPE_CHECKING:
    from compolint.syntax.shell import Command

_REACH = 60  # how far before a program `sudo -S` may begin


def handed_on(commands: "Iterable[Command]") -> dict[int, set[int]]:
    """By a command's identity the numbers of its words that others are made of: the text of `sh -c`."""
    found: dict[int, set[int]] = {}
    outer: list[Command] = []
    for command in sorted(commands, key=lambda each: (each.start, len(each.wrappers))):
        while outer and outer[-1].end <= command.start:
            outer.pop()
        for other in outer if command.wrappers else ():
            if len(other.wrappers) < len(command.wrappers):
                found.setdefault(id(other), set()).update(_within(other, command))
        outer.append(command)
    return found


def _within(outer: "Command", inner: "Command") -> range:
    first = bisect_right(outer.words, inner.start, key=lambda word: word.start) - 1
    end = first + 1
    while end < len(outer.words) and outer.words[end].start < inner.end:
        end += 1
    return range(max(first, 0), end)


def password_printers(commands: "Iterable[Command]", text: str) -> frozenset[int]:
    """The identities of the commands whose output others read as a password."""
    found: set[int] = set()
    for reader in commands:
        if reader.input_from and reader.words:
            begin = max(0, reader.words[0].start - _REACH)
            if re.search(READING, text[text.rfind("|", begin, reader.words[0].start) + 1 : reader.end]):
                found.update(map(id, reader.input_from))
    return frozenset(found)
