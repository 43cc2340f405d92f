"""What can be said of a regular expression of PCRE without running it: what its groups can hold.

Hand-written on the tree that Python's own parser gives, because no library answers such questions. What
Python reads otherwise than PCRE is not judged.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from compolint.pattern import pattern
from compolint.tuples import NamedTuple

_LONGEST = 500  # characters of an expression
_FEW = 10  # characters in a class that is as good as a list of them
_NAMED = pattern(r"\(\?<(?=[A-Za-z_])")
_HORIZONTAL = pattern(r"\\h")
_END = pattern(r"\\z")
# What Python takes for something else: ### [[:alpha:]]   \Q   \K   \G   \R   (?| ###
_OTHER = pattern(r"\[\[?:|\\[QEKGRXNHVCp]|\(\?[|&R0-9]|\(\*")

# Characters are the bits of a number: ASCII, one for all others, and two for the ends of the text.
_BITS = 129
_ALL = (1 << _BITS) - 1
BEGIN, FINISH = 1 << _BITS, 1 << (_BITS + 1)
LINE_END = 1 << 10
_DIGITS = sum(1 << ord(each) for each in "0123456789")
_LETTERS = sum(1 << ord(each) for each in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_BLANK = sum(1 << ord(each) for each in " \t\n\r\f\v")
_CATEGORIES = {
    "CATEGORY_DIGIT": _DIGITS,
    "CATEGORY_NOT_DIGIT": _ALL & ~_DIGITS,
    "CATEGORY_SPACE": _BLANK,
    "CATEGORY_NOT_SPACE": _ALL & ~_BLANK,
    "CATEGORY_WORD": _DIGITS | _LETTERS | 1 << ord("_"),
    "CATEGORY_NOT_WORD": _ALL & ~(_DIGITS | _LETTERS | 1 << ord("_")),
}


class Group(NamedTuple):
    """What a group of an expression can hold."""

    characters: int  # the bits of those that can be in it
    first: int  # of those that it can begin with
    is_listed: bool  # its author has listed all that it can be
    is_empty: bool  # it can be empty


class Unclear(Exception):
    """An expression that is not judged."""


def bit(character: str) -> int:
    """The bit of a character."""
    return 1 << min(ord(character), _BITS - 1)


@lru_cache(256)
def groups(text: str) -> dict[str, Group] | None:
    """The groups by their numbers and names, `0` being the whole; None where there is no telling."""
    try:
        tree, flags = parsed(text)
        names = {number: name for name, number in tree.state.groupdict.items()}
        found = {"0": _held(tree, flags)}
        for number, inner, inner_flags in _grouped(tree, flags):
            found[str(number)] = held = _held(inner, inner_flags)
            if number in names:
                found[names[number]] = held
        return found
    except (Unclear, RecursionError):
        return None


@lru_cache(256)
def is_anchored(text: str) -> bool:
    """Whether it describes a text from its beginning to its end."""
    return text.removeprefix("(?i)").startswith("^") and text.endswith("$") and "|" not in text


def parsed(text: str, ignores_case: bool = False) -> tuple[Any, int]:
    """The tree of an expression as Python's parser gives it, with the flags that hold in it."""
    if len(text) > _LONGEST or _OTHER.search(text):
        raise Unclear
    import warnings
    from importlib import import_module

    # Ways of writing that have a meaning in both languages
    text = _END.sub(r"\\Z", _HORIZONTAL.sub(r"[ \\t]", _NAMED.sub("(?P<", text)))
    parser = import_module("re._parser")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = parser.parse(text, re.ASCII | (re.IGNORECASE if ignores_case else 0))
    except (re.error, OverflowError, Warning, ValueError) as error:
        raise Unclear from error
    return tree, tree.state.flags


def _grouped(tree: Any, flags: int) -> Iterator[tuple[int, Any, int]]:
    """The groups that are captured, each with what is in it and the flags that hold there."""
    for operator, value in tree:
        name = str(operator)
        if name == "SUBPATTERN":
            number, added, taken, inner = value
            inside = (flags | added) & ~taken
            if number is not None:
                yield number, inner, inside
            yield from _grouped(inner, inside)
        else:
            for inner in _inside(name, value):
                yield from _grouped(inner, flags)


def _inside(name: str, value: Any) -> list[Any]:
    if name in _REPEATING:
        return [value[2]]
    if name == "BRANCH":
        return list(value[1])
    if name == "ATOMIC_GROUP":
        return [value]
    if name in ("ASSERT", "ASSERT_NOT"):
        return [value[1]]
    if name == "GROUPREF_EXISTS":
        return [each for each in value[1:] if each is not None]
    return []


def _held(tree: Any, flags: int) -> Group:
    characters, first, is_listed, is_empty = 0, 0, True, True
    for operator, value in tree:
        name = str(operator)
        if name in ("AT", "ASSERT", "ASSERT_NOT"):
            continue
        if name == "GROUPREF":
            raise Unclear
        is_optional = False
        if name == "SUBPATTERN":
            inner = [_held(value[3], (flags | value[1]) & ~value[2])]
        elif inside := _inside(name, value):
            inner = [_held(each, flags) for each in inside]
            is_optional = name in _REPEATING and value[0] == 0
            is_listed &= name not in _REPEATING or value[1] == 1
        else:
            own = leaf(name, value, flags)
            is_few = name == "LITERAL" or (name == "IN" and own.bit_count() <= _FEW)
            inner = [Group(own, own, is_few, False)]
        for each in inner:
            characters |= each.characters
            first |= each.first if is_empty else 0
            is_listed &= each.is_listed
        is_empty = is_empty and (is_optional or any(each.is_empty for each in inner))
    return Group(characters, first, is_listed, is_empty)


_REPEATING = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")


def leaf(name: str, value: Any, flags: int) -> int:
    """The characters that one element matches."""
    if name == "LITERAL":
        return _any_case(1 << min(value, _BITS - 1), flags)
    if name == "NOT_LITERAL":
        return _ALL & ~_any_case(_within_ascii(value), flags)
    if name == "ANY":
        return _ALL if flags & re.DOTALL else _ALL & ~LINE_END
    if name == "IN":
        return members(value, flags)
    if name == "FAILURE":
        return 0
    raise Unclear


def members(items: Iterable[tuple[Any, Any]], flags: int = 0) -> int:
    """The characters of a class."""
    found, is_negated = 0, False
    for operator, value in items:
        name = str(operator)
        if name == "NEGATE":
            is_negated = True
        elif name == "LITERAL":
            found |= 1 << min(value, _BITS - 1)
        elif name == "RANGE":
            low, high = min(value[0], _BITS - 1), min(value[1], _BITS - 1)
            found |= (1 << high + 1) - (1 << low)
        else:
            found |= _CATEGORIES[str(value)]
    found = _any_case(found, flags)
    if is_negated:
        return _ALL & ~(found & ~(1 << _BITS - 1))
    return found


def _within_ascii(character: int) -> int:
    return 1 << character if character < _BITS - 1 else 0


def _any_case(characters: int, flags: int) -> int:
    if not flags & re.IGNORECASE:
        return characters
    upper, lower = characters >> ord("A") & 0x3FFFFFF, characters >> ord("a") & 0x3FFFFFF
    return characters | upper << ord("a") | lower << ord("A")
