"""The variables that an instruction of a Dockerfile sees, and words with them filled in."""

from collections.abc import Callable, Iterable

from compolint.model.build import Given
from compolint.syntax.dockerfile import expand
from compolint.text import Note, Span
from compolint.unknown import Maybe, Unknown

# Stands in a text for what only the build will know.
_OPEN = "\0"
# More than any file has that somebody writes: what comes behind is not known.
_MOST_CHARACTERS, _MOST_NAMES = 4_000_000, 500
_MOST_NOTES = 20  # about one word
# https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope
_PLATFORM = frozenset((
    "BUILDPLATFORM", "BUILDOS", "BUILDOSVERSION", "BUILDARCH", "BUILDVARIANT", "TARGETPLATFORM", "TARGETOS",
    "TARGETOSVERSION", "TARGETARCH", "TARGETVARIANT",
))  # fmt: skip


class Fillings:
    """What all scopes of a file have in common."""

    __slots__ = ("escape", "notes", "refuse", "spent")

    def __init__(self, refuse: Callable[[str, Span], None], escape: str) -> None:
        self.refuse, self.escape = refuse, escape
        self.spent = 0  # characters that variables gave
        self.notes: dict[Span, tuple[Note, ...]] = {}  # where the values that were filled in come from


class Scope:
    """Names with their values. What is not in it may still be set by the base image."""

    __slots__ = ("_fillings", "_values")

    def __init__(self, fillings: Fillings) -> None:
        self._values: dict[str, Given] = {}
        self._fillings = fillings

    def copy(self) -> "Scope":
        scope = self.empty()
        if len(self._values) <= _MOST_NAMES:
            scope._values.update(self._values)
        return scope

    def empty(self) -> "Scope":
        """A scope with nothing in it, for the same file."""
        return Scope(self._fillings)

    def get(self, name: str) -> Given | None:
        return self._values.get(name)

    def set(self, name: str, given: Given) -> None:
        self._values[name] = given

    def fill(self, text: str, span: Span) -> Maybe[str]:
        """A word with its quotes removed and its variables replaced, as far as the file gives them."""
        if not any(special in text for special in "$'\"\\`"):
            return text
        shared = self._fillings
        if shared.spent > _MOST_CHARACTERS:
            return Unknown(text, span)
        expansion = expand(text, self._known, shared.escape)
        shared.spent += len(expansion.text)
        if not (expansion.fault or expansion.missing or _OPEN in expansion.text):
            self._note(expansion.used, span)
            return expansion.text

        def lookup(name: str) -> str | None:
            known = self._known(name)
            is_open = known is None and (expansion.fault is not None or name in expansion.missing)
            return _OPEN if is_open else known

        marked = expand(text, lookup, shared.escape)
        if marked.fault:
            shared.refuse(marked.fault, span)
        names = sorted(name for name in marked.used if not self._is_known(name))
        head, _, rest = marked.text.partition(_OPEN)
        return Unknown(text, span, tuple(names), head, rest.rpartition(_OPEN)[2])

    def _note(self, names: Iterable[str], span: Span) -> None:
        """Notes for a place where the values come from that are filled in there."""
        notes = [
            Note(f"{name} is set here", given.at, is_value=True)
            for name in sorted(names)[:_MOST_NOTES]
            if (given := self._values.get(name)) and given.at
        ]
        if notes:
            self._fillings.notes[span] = tuple(notes)

    def _is_known(self, name: str) -> bool:
        given = self._values.get(name)
        return given is not None and isinstance(given.value, str)

    def _known(self, name: str) -> str | None:
        given = self._values.get(name)
        if given is None:
            return _OPEN if name in _PLATFORM else None
        return _OPEN if isinstance(given.value, Unknown) else given.value
