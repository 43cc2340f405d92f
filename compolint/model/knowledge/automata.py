"""Expressions as automata: whether one fits a text, and whether one can take exponential time to say no.

Hand-written because the programs that answer the second question are not for Python, and because Python's
own matching, on an expression of a stranger, may take that time itself.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from compolint.model.knowledge.expressions import BEGIN, FINISH, Unclear, bit, leaf, parsed
from compolint.tuples import NamedTuple

_MOST_POSITIONS = 400
_MOST_STEPS = 200_000
_LONG = 10  # repetitions that are as bad as any number of them


@lru_cache(256)
def explodes(text: str) -> bool:
    """Whether there are texts for which the time to find no match doubles with each few characters.

    That is so if a part can be repeated, and one text be read by its repetitions in two ways.
    """
    try:
        tree, flags = parsed(text)
        return Automaton(tree, flags, exact=False).is_ambiguous()
    except (Unclear, RecursionError):
        return False


class _Piece(NamedTuple):
    """A part of an expression: whether nothing fits it, and the positions that it can begin and end with."""

    is_empty: bool
    first: "Counter[int]"
    last: "Counter[int]"


_NOTHING = _Piece(True, Counter(), Counter())


class Automaton:
    """Glushkov's: a state for each character of the expression, and how many ways lead from one to the next.

    An exact one repeats what is to be repeated some times; else that is taken for one time or any number.
    """

    def __init__(self, tree: Any, flags: int, *, exact: bool) -> None:
        self._exact = exact
        self._labels: list[int] = []
        self._next: list[Counter[int]] = []
        self._can_fail = False  # whether something is asked for that has no characters
        self._whole = self._add(tree, flags)

    def _add(self, tree: Any, flags: int) -> _Piece:
        """The piece for a sequence of elements."""
        done = _NOTHING
        for operator, value in tree:
            done = self._joined(done, self._element(str(operator), value, flags))
        return done

    def _element(self, name: str, value: Any, flags: int) -> _Piece:
        if name == "SUBPATTERN":
            return self._add(value[3], (flags | value[1]) & ~value[2])
        if name in ("MAX_REPEAT", "MIN_REPEAT"):
            return self._repeated(value[0], int(value[1]), value[2], flags)
        if name == "BRANCH":
            pieces = [self._add(each, flags) for each in value[1]]
            first = sum((each.first for each in pieces), Counter[int]())
            last = sum((each.last for each in pieces), Counter[int]())
            return _Piece(any(each.is_empty for each in pieces), first, last)
        if name == "AT":
            return self._anchor(str(value), flags)
        if self._exact and name in ("ASSERT", "ASSERT_NOT", "GROUPREF", "ATOMIC_GROUP", "POSSESSIVE_REPEAT"):
            raise Unclear
        if name in ("ASSERT", "ASSERT_NOT"):
            self._can_fail = True
            return _NOTHING
        if name in ("ATOMIC_GROUP", "POSSESSIVE_REPEAT"):
            return self._position(0)  # it is never entered again, so there is one way through it
        return self._position(leaf(name, value, flags))

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
            raise Unclear
        return self._position(BEGIN if where.startswith("AT_BEGINNING") else FINISH)

    def _repeated(self, least: int, most: int, tree: Any, flags: int) -> _Piece:
        if not self._exact:
            piece = self._add(tree, flags)
            if most >= _LONG and most != least:
                self._link(piece.last, piece.first)
            return piece._replace(is_empty=piece.is_empty or least == 0)
        done = _NOTHING
        is_endless = most > _MOST_POSITIONS
        for count in range(least + 1 if is_endless else most):
            piece = self._add(tree, flags)
            if is_endless and count == least:
                self._link(piece.last, piece.first)
            if count >= least:
                piece = piece._replace(is_empty=True)
            done = self._joined(done, piece)
        return done

    def _position(self, label: int) -> _Piece:
        if len(self._labels) >= _MOST_POSITIONS:
            raise Unclear
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
            raise Unclear
        for before, ways in last.items():
            for after, more in first.items():
                self._next[before][after] = min(2, self._next[before][after] + ways * more)

    def matches(self, text: str) -> bool:
        """Whether it fits somewhere in a text."""
        if self._whole.is_empty:
            return True
        now: set[int] = set()
        for label in (BEGIN, *map(bit, text), FINISH) if text else (BEGIN | FINISH,):
            reached = {after for state in now for after in self._next[state]} | set(self._whole.first)
            now = {state for state in reached if self._labels[state] & label}
            if label >= BEGIN:
                now = self._closed(now, label)
            if any(state in self._whole.last for state in now):
                return True
        return False

    def _closed(self, states: set[int], label: int) -> set[int]:
        """The states with those that ask for the same end of the text once more."""
        found, waiting = set(states), list(states)
        while waiting:
            for after in self._next[waiting.pop()]:
                if self._labels[after] & label and after not in found:
                    found.add(after)
                    waiting.append(after)
        return found

    def is_ambiguous(self) -> bool:
        """Whether some state can be left and reached again in two ways by one text, and a match fail then."""
        for component in self._components():
            if not self._can_fail and any(state in self._whole.last for state in component):
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
                        raise Unclear
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
