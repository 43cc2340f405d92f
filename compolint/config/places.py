"""Where the keys of a TOML text stand.

The standard library's parser gives values without places, and a message about a setting is of little
use without one. This reads only texts that the parser has accepted, so it need not look for mistakes.
"""

import re
import tomllib
from collections.abc import Iterator

from compolint.config import Keys
from compolint.pattern import pattern

Place = tuple[int, int]

_TOKEN = pattern(
    r"""
    [ \t\r]+ | \#[^\n]*
  | (?P<word> \"{3}(?:[^\\]|\\.)*?\"{3,5} | '{3}.*?'{3,5} | "(?:[^"\\]|\\.)*" | '[^']*'
            | [^\s\#"'=.,\[\]{}]+ )
  | (?P<mark> [=.,\[\]{}\n] )
    """,
    re.VERBOSE | re.DOTALL,
)


def places(text: str) -> dict[Keys, Place]:
    """The place of each key, table and item; `("ignore", 0, "checks", 1)` is an item."""
    return _Reader(text).found


class _Reader:
    """One pass over the tokens of a text."""

    def __init__(self, text: str) -> None:
        self.found: dict[Keys, Place] = {}
        self._entries: dict[Keys, int] = {}  # the number of the last entry of each array of tables
        self._tokens = [token for token in _TOKEN.finditer(text) if token.lastgroup]
        self._at = 0
        table: Keys = ()
        while mark := self._mark():
            if mark == "\n":
                self._at += 1
            elif mark == "[":
                table = self._header()
            else:
                self._pair(table)

    def _mark(self) -> str:
        """The punctuation that comes next, "word" for anything else, and nothing at the end."""
        if self._at >= len(self._tokens):
            return ""
        return self._tokens[self._at]["mark"] or "word"

    def _names(self, end: str) -> Iterator[tuple[str, Place]]:
        while (mark := self._mark()) != end:
            token = self._tokens[self._at]
            self._at += 1
            if mark == "word":
                name = token["word"]
                quoted = name.startswith(('"', "'"))
                yield tomllib.loads(f"name = {name}")["name"] if quoted else name, token.span()

    def _header(self) -> Keys:
        is_entry = self._tokens[self._at + 1]["mark"] == "["
        self._at += 1 + is_entry
        *parents, (name, place) = self._names(end="]")
        self._at += 1 + is_entry
        path: Keys = ()
        for parent, at in parents:
            path = self._enter((*path, parent), at)
        path = (*path, name)
        if is_entry:
            self._entries[path] = self._entries.get(path, -1) + 1
        return self._enter(path, place)

    def _enter(self, path: Keys, place: Place) -> Keys:
        """Notes the place of a table; of an array of tables its last entry is meant."""
        self.found.setdefault(path, place)
        if path in self._entries:
            path = (*path, self._entries[path])
            self.found.setdefault(path, place)
        return path

    def _pair(self, path: Keys) -> None:
        for name, place in self._names(end="="):
            path = (*path, name)
            self.found.setdefault(path, place)
        self._at += 1
        self._value(path)

    def _value(self, path: Keys) -> None:
        mark = self._mark()
        if mark not in {"[", "{"}:
            while self._mark() in {"word", ".", "="}:
                self._at += 1
            return
        self._at += 1
        number = 0
        while (inner := self._mark()) not in {"]", "}"}:
            if inner in {",", "\n"}:
                number += inner == ","
                self._at += 1
            elif mark == "{":
                self._pair(path)
            else:
                self.found[*path, number] = self._tokens[self._at].span()
                self._value((*path, number))
        self._at += 1
