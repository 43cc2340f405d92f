"""What can be said of a regular expression of PCRE without running it.

Hand-written on the tree that Python's own parser gives, because no library answers these questions: which
characters a group can hold, whether a match can take exponential time, which names an expression lets in
besides those that its author thought of. What Python reads otherwise than PCRE is not judged.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from compolint.pattern import pattern
from compolint.tuples import NamedTuple

_LONGEST = 500  # characters of an expression
_MOST_POSITIONS = 400
_MOST_STEPS = 200_000
_MOST_SAMPLES = 16
_LONG = 10  # repetitions that are as bad as any number of them
_NAMED = pattern(r"\(\?<(?=[A-Za-z_])")
_HORIZONTAL = pattern(r"\\h")
_END = pattern(r"\\z")
# What Python takes for something else: ### [[:alpha:]]   \Q   \K   \G   \R   (?| ###
_OTHER = pattern(r"\[\[?:|\\[QEKGRXNHVCp]|\(\?[|&R0-9]|\(\*")

# Characters are the bits of a number: ASCII, one for all others, and two for the ends of the text.
_BITS = 129
_ALL = (1 << _BITS) - 1
_BEGIN, _FINISH = 1 << _BITS, 1 << (_BITS + 1)
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


class _Unclear(Exception):
    """An expression that is not judged."""


def bit(character: str) -> int:
    return 1 << min(ord(character), _BITS - 1)


@lru_cache(256)
def groups(text: str) -> dict[str, Group] | None:
    """The groups by their numbers and names, `0` being the whole; None where there is no telling."""
    try:
        tree, flags = _parsed(text, False)
        names = {number: name for name, number in tree.state.groupdict.items()}
        found = {"0": _held(tree, flags)}
        for number, inner, inner_flags in _grouped(tree, flags):
            found[str(number)] = held = _held(inner, inner_flags)
            if number in names:
                found[names[number]] = held
        return found
    except (_Unclear, RecursionError):
        return None


@lru_cache(256)
def is_anchored(text: str) -> bool:
    """Whether it describes a text from its beginning to its end."""
    return text.removeprefix("(?i)").startswith("^") and text.endswith("$") and "|" not in text


@lru_cache(256)
def explodes(text: str) -> bool:
    """Whether there are texts for which the time to find no match doubles with each few characters.

    That is so if a part can be repeated, and one text be read by its repetitions in two ways.
    """
    try:
        tree, flags = _parsed(text, False)
        automaton = _Automaton(exact=False)
        automaton.end = automaton.add(tree, flags)
        return automaton.is_ambiguous()
    except (_Unclear, RecursionError):
        return False


@lru_cache(256)
def stranger(text: str, ignores_case: bool = False) -> str | None:
    """An origin that belongs to somebody else than those whom the expression was written for, and fits it."""
    try:
        tree, flags = _parsed(text, ignores_case)
        automaton = _Automaton(exact=True)
        automaton.end = automaton.add(tree, flags)
        if automaton.matches("https://attacker.example"):
            return "https://attacker.example"
        samples = dict.fromkeys(_samples(tree))
        return next(
            (
                attack
                for sample in samples
                for attack in _attacks(sample, automaton)
                if automaton.matches(attack)
            ),
            None,
        )
    except (_Unclear, RecursionError):
        return None


# --- the tree ---


def _parsed(text: str, ignores_case: bool) -> tuple[Any, int]:
    if len(text) > _LONGEST or _OTHER.search(text):
        raise _Unclear
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
        raise _Unclear from error
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
            raise _Unclear
        is_optional = False
        if name == "SUBPATTERN":
            inner = [_held(value[3], (flags | value[1]) & ~value[2])]
        elif inside := _inside(name, value):
            inner = [_held(each, flags) for each in inside]
            is_optional = name in _REPEATING and value[0] == 0
            is_listed &= name not in _REPEATING or value[1] == 1
        else:
            leaf = _leaf(name, value, flags)
            inner = [Group(leaf, leaf, name == "LITERAL", False)]
        for each in inner:
            characters |= each.characters
            first |= each.first if is_empty else 0
            is_listed &= each.is_listed
        is_empty = is_empty and (is_optional or any(each.is_empty for each in inner))
    return Group(characters, first, is_listed, is_empty)


_REPEATING = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")


def _leaf(name: str, value: Any, flags: int) -> int:
    """The characters that one element matches."""
    if name == "LITERAL":
        return _any_case(1 << min(value, _BITS - 1), flags)
    if name == "NOT_LITERAL":
        return _ALL & ~_any_case(_within_ascii(value), flags)
    if name == "ANY":
        return _ALL if flags & re.DOTALL else _ALL & ~LINE_END
    if name == "IN":
        return _members(value, flags)
    if name == "FAILURE":
        return 0
    raise _Unclear


def _members(items: Iterable[tuple[Any, Any]], flags: int) -> int:
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


# --- automata ---


class _Piece(NamedTuple):
    """A part of an expression: whether nothing fits it, and the positions that it can begin and end with."""

    is_empty: bool
    first: "Counter[int]"
    last: "Counter[int]"


_NOTHING = _Piece(True, Counter(), Counter())


class _Automaton:
    """Glushkov's: a state for each character of the expression, and how many ways lead from one to the next.

    An exact one repeats what is to be repeated some times; else that is taken for one time or any number.
    """

    def __init__(self, *, exact: bool) -> None:
        self.end = _NOTHING
        self._exact = exact
        self._labels: list[int] = []
        self._next: list[Counter[int]] = []
        self._can_fail = False  # whether something is asked for that has no characters

    def add(self, tree: Any, flags: int) -> _Piece:
        """The piece for a sequence of elements."""
        done = _NOTHING
        for operator, value in tree:
            done = self._joined(done, self._element(str(operator), value, flags))
        return done

    def _element(self, name: str, value: Any, flags: int) -> _Piece:
        if name == "SUBPATTERN":
            return self.add(value[3], (flags | value[1]) & ~value[2])
        if name in ("MAX_REPEAT", "MIN_REPEAT"):
            return self._repeated(value[0], int(value[1]), value[2], flags)
        if name == "BRANCH":
            pieces = [self.add(each, flags) for each in value[1]]
            first = sum((each.first for each in pieces), Counter[int]())
            last = sum((each.last for each in pieces), Counter[int]())
            return _Piece(any(each.is_empty for each in pieces), first, last)
        if name == "AT":
            return self._anchor(str(value), flags)
        if self._exact and name in ("ASSERT", "ASSERT_NOT", "GROUPREF", "ATOMIC_GROUP", "POSSESSIVE_REPEAT"):
            raise _Unclear
        if name in ("ASSERT", "ASSERT_NOT"):
            self._can_fail = True
            return _NOTHING
        if name in ("ATOMIC_GROUP", "POSSESSIVE_REPEAT"):
            return self._position(0)  # it is never entered again, so there is one way through it
        return self._position(_leaf(name, value, flags))

    def _anchor(self, where: str, flags: int) -> _Piece:
        self._can_fail = True
        if not self._exact:
            return _NOTHING
        if flags & re.MULTILINE or where not in (
            "AT_BEGINNING",
            "AT_BEGINNING_STRING",
            "AT_END",
            "AT_END_STRING",
        ):
            raise _Unclear
        return self._position(_BEGIN if where.startswith("AT_BEGINNING") else _FINISH)

    def _repeated(self, least: int, most: int, tree: Any, flags: int) -> _Piece:
        if not self._exact:
            piece = self.add(tree, flags)
            if most >= _LONG and most != least:
                self._link(piece.last, piece.first)
            return piece._replace(is_empty=piece.is_empty or least == 0)
        done = _NOTHING
        is_endless = most > _MOST_POSITIONS
        for count in range(least + 1 if is_endless else most):
            piece = self.add(tree, flags)
            if is_endless and count == least:
                self._link(piece.last, piece.first)
            if count >= least:
                piece = piece._replace(is_empty=True)
            done = self._joined(done, piece)
        return done

    def _position(self, label: int) -> _Piece:
        if len(self._labels) >= _MOST_POSITIONS:
            raise _Unclear
        self._labels.append(label)
        self._next.append(Counter())
        here = Counter({len(self._labels) - 1: 1})
        return _Piece(False, here, here)

    def _joined(self, one: _Piece, other: _Piece) -> _Piece:
        self._link(one.last, other.first)
        return _Piece(
            one.is_empty and other.is_empty,
            one.first + other.first if one.is_empty else one.first,
            one.last + other.last if other.is_empty else other.last,
        )

    def _link(self, last: "Counter[int]", first: "Counter[int]") -> None:
        if len(last) * len(first) > _MOST_STEPS // 10:
            raise _Unclear
        for before, ways in last.items():
            for after, more in first.items():
                self._next[before][after] = min(2, self._next[before][after] + ways * more)

    def matches(self, text: str) -> bool:
        """Whether it fits somewhere in a text."""
        if self.end.is_empty:
            return True
        now: set[int] = set()
        for label in (_BEGIN, *map(bit, text), _FINISH):
            reached = {after for state in now for after in self._next[state]} | set(self.end.first)
            now = {state for state in reached if self._labels[state] & label}
            if any(state in self.end.last for state in now):
                return True
        return False

    def is_ambiguous(self) -> bool:
        """Whether some state can be left and reached again in two ways by one text, and a match fail then."""
        for component in self._components():
            if not self._can_fail and any(state in self.end.last for state in component):
                continue  # what was read so far is a match already
            if any(self._next[one][other] > 1 for one in component for other in component):
                return True
            if any(self._splits(state, component) for state in component):
                return True
        return False

    def _splits(self, state: int, component: set[int]) -> bool:
        """Whether two ways lead from a state to itself, for one text."""
        before: dict[tuple[int, int], set[tuple[int, int]]] = {}
        waiting, seen, steps = [(state, state)], {(state, state)}, 0
        while waiting:
            pair = waiting.pop()
            for one in self._next[pair[0]].keys() & component:
                for other in self._next[pair[1]].keys() & component:
                    steps += 1
                    if steps > _MOST_STEPS:
                        raise _Unclear
                    if self._labels[one] & self._labels[other]:
                        after = one, other
                        before.setdefault(after, set()).add(pair)
                        if after not in seen:
                            seen.add(after)
                            waiting.append(after)
        waiting, back = [(state, state)], set[tuple[int, int]]()
        while waiting:
            for pair in before.get(waiting.pop(), ()):
                if pair not in back:
                    back.add(pair)
                    waiting.append(pair)
        return any(one != other for one, other in back)

    def _components(self) -> Iterator[set[int]]:
        """The sets of states that lead to each other."""
        ahead = [self._reached(state, self._next) for state in range(len(self._next))]
        done: set[int] = set()
        for state, reached in enumerate(ahead):
            if state in reached and state not in done:
                component = {other for other in reached if state in ahead[other]}
                done |= component
                yield component

    def _reached(self, state: int, following: "list[Counter[int]]") -> set[int]:
        found: set[int] = set()
        waiting = [state]
        while waiting:
            for after in following[waiting.pop()]:
                if after not in found:
                    found.add(after)
                    waiting.append(after)
        return found


# --- origins ---


def _samples(tree: Any) -> list[str]:
    """Some texts that the author thought of: of each alternative one, with and without what is optional."""
    found = [""]
    for operator, value in tree:
        name = str(operator)
        if name == "SUBPATTERN":
            options = _samples(value[3])
        elif name == "BRANCH":
            options = [sample for each in value[1] for sample in _samples(each)]
        elif name in ("MAX_REPEAT", "MIN_REPEAT"):
            once = [sample * max(1, min(value[0], 3)) for sample in _samples(value[2])]
            options = ["", *once] if value[0] == 0 else once
        elif name == "ANY":
            options = ["."]
        elif name == "LITERAL":
            options = [chr(value)]
        elif name == "IN":
            members = _members(value, 0)
            options = [next((each for each in "a0.-/:" if members & bit(each)), "")]
        else:
            options = [""]
        found = [before + option for before in found for option in options][:_MOST_SAMPLES]
    return found


_ORIGIN = pattern(r"(?:(https?)://)?([a-z0-9.-]*)(:[0-9]+)?", re.I)
# Below these anybody can register a name.
_PUBLIC = frozenset(("ac", "co", "com", "edu", "gov", "net", "org"))


def _attacks(sample: str, automaton: _Automaton) -> Iterator[str]:
    """Origins of strangers that look like one that is meant."""
    found = _ORIGIN.match(sample)
    if not found or not found[2].strip(".-"):
        return
    scheme, host, port = found[1] or "https", found[2].strip(".-"), found[3] or ""
    if "." in found[2] and found[2][0] == ".":
        host = f"www.{host}"
    if not automaton.matches(f"{scheme}://{host}{port}"):
        return
    yield f"{scheme}://{host}.attacker.example{port}"
    labels = host.split(".")
    is_below = len(labels) > 2 and labels[-2] in _PUBLIC and len(labels[-1]) == 2
    own = 3 if is_below else 2
    yield f"{scheme}://attacker{'.'.join(labels[-own:])}{port}"
    before = own if len(labels) > own else own - 1
    if before < len(labels) and before >= 2 and not host.replace(".", "").isdigit():
        glued = f"{'.'.join(labels[:-before])}x{'.'.join(labels[-before:])}"
        yield f"{scheme}://{glued}{port}"
