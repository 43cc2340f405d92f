"""The patterns of `${V%p}`, `${V#p}` and `${V/p/r}` in a Dockerfile: `*`, `?` and nothing else.

Hand-written: `fnmatch` has `[…]` as well, finds no shortest match, and a regular expression made of many `*`
takes exponential time on a hostile value.
"""

import re


class Refused(ValueError):
    """BuildKit would stop here, and says why."""


def trimmed(value: str, pattern: str, *, from_end: bool, greedy: bool) -> str:
    """The value without what the pattern matches at its beginning or its end."""
    glob = _glob(pattern, value)
    if from_end:
        reverse = [segment[::-1] for segment in reversed(glob)]
        end = _match_end(reverse, value[::-1], 0, greedy=greedy)
        return value if end is None else value[: len(value) - end]
    end = _match_end(glob, value, 0, greedy=greedy)
    return value if end is None else value[end:]


def replaced(value: str, pattern: str, replacement: str, *, everywhere: bool) -> str:
    """The value with its first match replaced, or all of them."""
    glob = _glob(pattern, value)
    if len(value) * len(replacement) > _MOST_WORK:
        raise Refused("a replacement is too long")
    if not value:
        return value if any(glob) else replacement
    if not pattern:
        return replacement.join(["", *value, ""]) if everywhere else replacement + value
    pieces: list[str] = []
    at = 0
    while at < len(value):
        start = _find(glob[0], value, at) if glob[0] else at
        end = None if start is None else _match_end(glob, value, start, greedy=True)
        if start is None or end is None:
            break
        pieces += value[at:start], replacement
        at = end
        if not everywhere:
            break
    return "".join([*pieces, value[at:]])


_ANY, _MANY = "\0", "\1"  # `?` and `*` of a pattern, as characters that no variable can hold
_MOST_WORK = 1_000_000  # length of a pattern times length of the value
_GLOB_PIECE = r"(?s)[^*?\\]+|\\.|."


def _glob(pattern: str, value: str) -> list[str]:
    r"""The pieces of a pattern between its `*`; `\*` is a star, `\}` and `\/` are escaped for `${}` only."""
    if len(pattern) * max(len(value), 1) > _MOST_WORK:
        raise Refused("a pattern is too long")
    return "".join(map(_glob_piece, re.findall(_GLOB_PIECE, pattern))).split(_MANY)


def _glob_piece(piece: str) -> str:
    match piece:
        case "*":
            return _MANY
        case "?":
            return _ANY
        case "\\*" | "\\?" | "\\\\" | "\\}" | "\\/":
            return piece[1]
    if piece.startswith("\\"):
        raise Refused("a pattern escapes a character that needs none")
    return piece


def _match_end(glob: list[str], value: str, start: int, *, greedy: bool) -> int | None:
    """Where a match that begins at `start` ends: as early as it can, or as late if `greedy`."""
    if not _fits(glob[0], value, start):
        return None
    end = start + len(glob[0])
    for segment in glob[1:-1] if greedy else glob[1:]:
        found = _find(segment, value, end)
        if found is None:
            return None
        end = found + len(segment)
    if not greedy or len(glob) == 1:
        return end
    last = glob[-1]
    for begin in range(len(value) - len(last), end - 1, -1):
        if _fits(last, value, begin):
            return begin + len(last)
    return None


def _find(segment: str, value: str, start: int) -> int | None:
    if _ANY not in segment:
        found = value.find(segment, start)
        return None if found < 0 else found
    return next((at for at in range(start, len(value) - len(segment) + 1) if _fits(segment, value, at)), None)


def _fits(segment: str, value: str, start: int) -> bool:
    if _ANY not in segment:
        return value.startswith(segment, start)
    part = value[start : start + len(segment)]
    return len(part) == len(segment) and all(
        wanted in (_ANY, is_) for wanted, is_ in zip(segment, part, strict=True)
    )
