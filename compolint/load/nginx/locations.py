"""Which location of a server answers for a path.

An equal one (`=`) is first, then the longest prefix if that is marked with `^~`, then the first pattern that
matches, then the longest prefix; and inside of the prefix that is chosen the same again.
"""

import re
from functools import lru_cache

from compolint.load.nginx.configuration import Statement
from compolint.pattern import compiled, pattern
from compolint.tuples import NamedTuple

_MODIFIERS = ("=", "^~", "~*", "~")
_LONGEST_PATTERN, _LONGEST_PATH = 300, 200
_MOST_LOOPS = 2  # in one pattern, so that the time to match is at most the path's length to the third
# What means the same to PCRE and to Python, piece by piece: an escape, a class, a group, an anchor, a letter,
# each perhaps repeated. Groups that are repeated more than once are out: those are what can take forever.
_PIECE = pattern(
    r"""(?:\\[dDwWsSbBtnr]|\\[^A-Za-z0-9]|\[\^?\]?(?:\\[dDwWsStnr]|\\[^A-Za-z0-9]|[^\]\\\[])*+\]|[^\\()\[*+?{}|])
        (?:(?P<loop>[*+])[?+]?|\?[?+]?|\{[0-9]{1,2}(?:,[0-9]{1,2})?\})?
      | \((?:\?[:!=]|\?P?<[A-Za-z_]\w*>)?(?![?*])
      | \)\??(?![*+?{])
      | \|""",
    re.VERBOSE | re.DOTALL,
)
_NAMED = pattern(r"\(\?<(?=[A-Za-z_])")


class Location(NamedTuple):
    modifier: str  # one of `=`, `^~`, `~`, `~*` and `@`, or "" for a plain prefix
    path: str  # or the pattern, or the name
    statement: Statement

    @property
    def is_pattern(self) -> bool:
        return self.modifier in ("~", "~*")


class Answer(NamedTuple):
    """Who answers. Each of `undecided` would answer instead, if its pattern matches, which we cannot tell."""

    location: Location | None
    undecided: tuple[Location, ...] = ()


def location(statement: Statement) -> Location | None:
    """What a `location` is for; None if its arguments make no sense."""
    texts = statement.texts
    if len(texts) == 2 and texts[0] in _MODIFIERS:
        return Location(texts[0], texts[1], statement)
    if len(texts) != 1:
        return None
    text = texts[0]
    for modifier in _MODIFIERS:
        if text.startswith(modifier):
            return Location(modifier, text[len(modifier) :], statement)
    return Location("@", text[1:], statement) if text.startswith("@") else Location("", text, statement)


def answer(block: Statement, path: str) -> Answer:
    """Who answers for a path, of the locations in a server or a location."""
    chosen, undecided, _ = _find(block, path)
    return Answer(chosen, undecided)


def matches(regex: str, path: str, *, ignore_case: bool = False) -> bool | None:
    """Whether a pattern of PCRE matches somewhere in a path; None for one that we do not dare to try."""
    if len(path) > _LONGEST_PATH:
        return None
    compiled = _compiled(regex, ignore_case)
    return None if compiled is None else compiled.search(path) is not None


def _find(block: Statement, path: str) -> tuple[Location | None, tuple[Location, ...], bool]:
    """Who answers, who might, and whether patterns further out are not asked any more."""
    locations = [found for each in block.named("location") if (found := location(each))]
    for each in locations:
        if each.modifier == "=" and each.path == path:
            return each, (), True
    prefixes = [each for each in locations if each.modifier in ("", "^~") and path.startswith(each.path)]
    chosen = max(prefixes, key=lambda each: len(each.path), default=None)
    is_settled = chosen is not None and chosen.modifier == "^~"
    undecided: tuple[Location, ...] = ()
    if chosen:
        inner, undecided, is_final = _find(chosen.statement, path)
        if is_final:
            return inner, undecided, True
        chosen = inner or chosen
    for each in locations if not is_settled else ():
        verdict = matches(each.path, path, ignore_case=each.modifier == "~*") if each.is_pattern else False
        if verdict:
            inner, more, _ = _find(each.statement, path)
            return inner or each, undecided + more, True
        if verdict is None:
            undecided += (each,)
    return chosen, undecided, False


@lru_cache(256)
def _compiled(regex: str, ignore_case: bool) -> re.Pattern[str] | None:
    ignores, regex = regex.startswith("(?i)"), regex.removeprefix("(?i)")
    if len(regex) > _LONGEST_PATTERN:
        return None
    at = loops = 0
    while at < len(regex):
        piece = _PIECE.match(regex, at)
        if not piece:
            return None
        at, loops = piece.end(), loops + bool(piece["loop"])
    if loops > _MOST_LOOPS:
        return None
    try:
        flags = re.ASCII | (re.IGNORECASE if ignores or ignore_case else 0)
        return compiled(_NAMED.sub("(?P<", regex), flags)
    except (re.error, OverflowError):
        return None
