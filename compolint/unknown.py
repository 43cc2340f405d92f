"""Values that the files leave open, and what happens to a check that looks at one.

`${DATA}/config` has no value where nothing gives `DATA`. Taking it for empty, for safe or for
dangerous would be a guess, so a loader hands on an `Unknown` instead. A question that its known ends
answer is answered: it does not end with `.sock`. Any other look at it raises `Undecided`, and the
engine reports the check as open at that place: what cannot be decided is never silently safe.

A check that knows why a guess does no harm says so with `assume(value, otherwise)`.
"""

from collections.abc import Callable
from typing import NoReturn, TypeAlias, TypeVar

from compolint.text import Span

T = TypeVar("T")


class Undecided(Exception):
    """A check needed a value that the files leave open."""

    def __init__(self, value: "Unknown") -> None:
        super().__init__(value)
        self.value = value


class Unknown:
    """A value that no file gives."""

    __slots__ = ("head", "names", "span", "tail", "text")

    def __init__(
        self, text: str, span: Span, names: tuple[str, ...] = (), head: str = "", tail: str = ""
    ) -> None:
        self.text = text  # as the file writes it
        self.span = span
        self.names = names  # the variables that would decide it
        self.head = head  # what is known of its beginning
        self.tail = tail  # and of its end

    def startswith(self, prefix: str | tuple[str, ...]) -> bool:
        return self._answer(str.startswith, self.head, prefix)

    def endswith(self, suffix: str | tuple[str, ...]) -> bool:
        return self._answer(str.endswith, self.tail, suffix)

    def _answer(self, has: Callable[[str, str], bool], known: str, asked: str | tuple[str, ...]) -> bool:
        asked = (asked,) if isinstance(asked, str) else asked
        if any(has(known, each) for each in asked):
            return True
        if any(has(each, known) for each in asked):
            raise Undecided(self)
        return False

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Unknown):
            return self.text == other.text
        if other is None or isinstance(other, bool):
            return False if other is None else self._refuse()
        if isinstance(other, str) and not (other.startswith(self.head) and other.endswith(self.tail)):
            return False
        raise Undecided(self)

    def __hash__(self) -> int:  # else `unknown in {"host"}` would be a silent no
        raise Undecided(self)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Unknown({self.text!r})"

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        raise Undecided(self)

    def __bool__(self) -> bool:  # not `NoReturn`, which some type checkers refuse in a condition
        raise Undecided(self)

    def _refuse(self, *_: object) -> NoReturn:
        raise Undecided(self)

    __iter__ = __len__ = __contains__ = __lt__ = __gt__ = __le__ = __ge__ = __int__ = _refuse


Maybe: TypeAlias = T | Unknown


def assume(value: Maybe[T], otherwise: T) -> T:
    """The value, or `otherwise` for one left open: for a check that says why that is harmless."""
    return otherwise if isinstance(value, Unknown) else value


def is_in_words(value: object) -> bool:
    """Whether nothing that a file gives decides it: a condition of a script, a part that is not shown."""
    return isinstance(value, Unknown) and " " in value.text
