"""What has been asked of a request on its way through the handlers of a site, and what follows from it."""

from collections.abc import Iterator
from typing import Literal, TypeAlias

from compolint.load.caddy.configuration import HeaderChange, Word
from compolint.load.caddy.requests import Test, beyond
from compolint.model.web import Access
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown

Tests: TypeAlias = tuple[Test, ...]
Direction: TypeAlias = Literal["answer", "request"]
_MOST = 100  # things of a kind that are remembered


class Asked(NamedTuple):
    """A guard: who comes is asked of requests that get through its tests."""

    tests: Tests
    how: Maybe[str]  # Unknown where it is not known whether anything is asked at all
    number: int


class Answered(NamedTuple):
    tests: Tests
    key: str  # of the location
    hands_on: bool  # to a program, or to files


class Stated(NamedTuple):
    """A folder, or headers, for requests that get through the tests."""

    tests: Tests
    root: Word | None = None
    changes: tuple[HeaderChange, ...] = ()
    direction: Direction = "answer"


class Budget:
    """How much one configuration may come to."""

    def __init__(self) -> None:
        self.handlers, self.locations, self.headers = 100_000, 5_000, 20_000
        self.comparisons = 500_000  # of tests

    @property
    def is_spent(self) -> bool:
        return min(self.handlers, self.locations, self.headers, self.comparisons) <= 0


class Trail:
    """Grows on the way; what a block of alternatives adds is forgotten behind it."""

    def __init__(self, budget: "Budget", authentication: str | None) -> None:
        self._budget = budget
        self._authentication = authentication  # of all requests: by certificates
        self.asked: list[Asked] = []
        self.answered: list[Answered] = []
        self._denied: list[Tests] = []
        self._stated: list[Stated] = []
        self._is_full = False

    def ask(self, asked: Asked) -> None:
        self._is_full = self._is_full or len(self.asked) == _MOST
        if not self._is_full:
            self.asked.append(asked)

    def answer(self, answered: Answered) -> None:
        if len(self.answered) < _MOST:
            self.answered.append(answered)

    def deny(self, tests: Tests) -> None:
        if len(self._denied) < _MOST:
            self._denied.append(tests)

    def state(self, stated: Stated) -> None:
        if len(self._stated) < _MOST:
            self._stated.append(stated)

    def mark(self) -> tuple[int, ...]:
        return len(self.asked), len(self.answered), len(self._denied), len(self._stated)

    def forget(self, mark: tuple[int, ...]) -> None:
        """Goes back to how it was at a mark."""
        asked, answered, denied, stated = mark
        del self.asked[asked:], self.answered[answered:], self._denied[denied:], self._stated[stated:]

    def answer_before(self, tests: Tests) -> Answered | None:
        """What has answered all requests that get through the tests."""
        return next((each for each in self.answered if self._covers(each.tests, tests)), None)

    def root(self, tests: Tests) -> Word | None:
        """The folder for these requests, or for some of them."""
        roots = [each for each in self._stated if each.root]
        fitting = [each for each in roots if self._covers(each.tests, tests)] or roots[:1]
        return fitting[-1].root if fitting else None

    def headers(self, tests: Tests) -> Iterator[tuple[HeaderChange, Direction]]:
        for stated in self._stated:
            if stated.changes and self._covers(stated.tests, tests):
                yield from ((change, stated.direction) for change in stated.changes)

    def access(self, tests: Tests, at: Span, but_for: Asked | None = None) -> Access:
        """Who gets through to where these requests are answered; one of the guards may be left out."""
        networks: list[str] = [network for test in tests for network in test.networks]
        how: Maybe[str] | None = self._authentication
        unknown = [test.name for test in tests if not test.is_known]
        if any(map(_wants_secret, tests)):
            how = how or "header"
        for denied in self._denied:
            rest = self._beyond(denied, tests)
            if len(rest) == 1:
                networks += rest[0].spared_networks
                if rest[0].name == "not" and any(map(_wants_secret, rest[0].tests)):
                    how = how or "header"
                unknown += [] if rest[0].is_known or rest[0].spared_networks else [rest[0].name]
        for asked in self.asked:
            if asked is but_for:
                continue
            rest = self._beyond(asked.tests, tests)
            if any(not test.is_known for test in rest):
                unknown += [str(asked.how)]
            elif all(test.name == "not" for test in rest):  # all but a few
                how = how if isinstance(how, str) else asked.how
        if how is None and (unknown or self._is_full):
            how = Unknown(unknown[0] if unknown else "what else is asked", at)
        is_known = not isinstance(how, Unknown)
        return Access(tuple(networks), ("all",) if networks else (), how, is_known=is_known)

    def _covers(self, wide: Tests, narrow: Tests) -> bool:
        return not self._beyond(wide, narrow)

    def _beyond(self, wide: Tests, narrow: Tests) -> Tests:
        self._budget.comparisons -= 1 + len(wide) * len(narrow)
        return beyond(wide, narrow)


def _wants_secret(test: Test) -> bool:
    """Whether a request must know something: ### header X-Api-Key 0123 ###   ### query token=0123 ###"""
    if test.name not in ("header", "header_regexp", "query"):
        return False
    from compolint.model.credential_name import names_credential

    if test.name == "query":
        return any(names_credential(name) for name, _, value in _pairs(test.words) if value not in ("", "*"))
    if len(test.words) < 2 or test.words[1] == "*":
        return False
    name = test.words[0]
    return name.lower() in ("authorization", "cookie") or names_credential(name)


def _pairs(words: tuple[str, ...]) -> list[tuple[str, str, str]]:
    return [word.partition("=") for word in words]
