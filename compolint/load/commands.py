"""Commands of Dockerfiles, Compose files and scripts, from words or from the text that a shell gets.

Most texts are plain words with `&&` between them. They are cut here, so that the shell's parser is loaded
only where its grammar is needed; a test holds the two against each other.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from compolint.model import Entity
from compolint.model.command import Command, Where
from compolint.text import Span
from compolint.unknown import Maybe, Unknown

Place = Callable[[int, int], Span]
_NONE: Mapping[str, Any] = MappingProxyType({})


class Run(NamedTuple):
    """What all commands of one text have in common."""

    where: Where
    script: str
    network: str | None = None
    security: str | None = None
    caches: tuple[str, ...] = ()
    spans: Mapping[str, Span] = _NONE


class Commands:
    """Makes entities of the commands of one workload or stage."""

    __slots__ = ("_add", "_keys", "_name", "_owner")

    def __init__(self, owner: str, name: str, add: Callable[[Entity], object]) -> None:
        self._owner, self._name, self._add = owner, name, add
        self._keys: dict[str, int] = {}

    def of_words(self, words, run): ...
    def of_script(self, text, place, run): ...
    def of_foreign_script(self, text, at, run): ...
