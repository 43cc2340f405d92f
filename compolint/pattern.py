"""Regular expressions that are compiled when they are first used.

Compiling takes longer than importing the module around it, and most runs need few of the patterns: a
scan of one Compose file would spend a tenth of its time on patterns that it never asks.
"""

import re
import sys
from typing import Any, cast

_METHODS = ("findall", "finditer", "fullmatch", "match", "search", "split", "sub", "subn")


def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    # It has all that a compiled pattern has, and is one from its first use on.
    return cast("re.Pattern[str]", _Pattern(text, flags))


def compiled(text: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern, compiled at once."""
    return re.compile(text if _IS_SOUND else without_cuts(text), flags)


# Before 3.11.5 a group that never gives back (`(?:…)*+`, `(?>…)`) sometimes fails where it has to match:
# https://github.com/python/cpython/issues/106052
_IS_SOUND = sys.version_info >= (3, 11, 5)
# An escape or a set of characters, the end of such a group, its beginning
_CUT = r"(\\.|\[\^?\]?(?:\\.|[^\]\\])*\])|(\)(?:[*+?]|\{\d*,?\d*\}))\+|\(\?>"


def without_cuts(text: str) -> str:
    """The pattern with groups that may give back: it matches the same, if on odd texts more slowly."""
    return re.sub(_CUT, lambda found: found[1] or found[2] or "(?:", text, flags=re.DOTALL)


class _Pattern:
    def __init__(self, text: str, flags: int) -> None:
        self._text, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        ready = compiled(self._text, self._flags)
        self.__dict__.update((method, getattr(ready, method)) for method in _METHODS)
        return getattr(ready, name)
