"""The variables that an instruction of a Dockerfile sees, and words with them filled in."""

from collections.abc import Callable

from compolint.syntax.dockerfile import expand
from compolint.text import Span
from compolint.unknown import Maybe, Unknown

# Stands in a text for what only the build will know.
_OPEN = "\0"
# More than any file has that somebody writes: what comes behind is not known.
_MOST_CHARACTERS, _MOST_NAMES = 4_000_000, 500
# https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope
_PLATFORM = frozenset((
    "BUILDPLATFORM", "BUILDOS", "BUILDOSVERSION", "BUILDARCH", "BUILDVARIANT", "TARGETPLATFORM", "TARGETOS",
    "TARGETOSVERSION", "TARGETARCH", "TARGETVARIANT",
))  # fmt: skip


class Scope:
    """Names with their values. What is not in it may still be set by the base image."""

    __slots__ = ("_escape", "_refuse", "_spent", "_values")

    def __init__(self, refuse: Callable[[str, Span], None], escape: str) -> None:
        self._values: dict[str, Maybe[str]] = {}
        self._refuse, self._escape = refuse, escape
        self._spent = [0]  # characters that variables gave, in all scopes of the file

    def empty(self) -> "Scope":
        """A scope with nothing in it, for the same file."""
        scope = Scope(self._refuse, self._escape)
        scope._spent = self._spent
        return scope

    def copy(self) -> "Scope":
        scope = self.empty()
        if len(self._values) <= _MOST_NAMES:
            scope._values.update(self._values)
        return scope

    def get(self, name: str) -> Maybe[str] | None:
        return self._values.get(name)

    def set(self, name: str, value: Maybe[str]) -> None:
        self._values[name] = value

    def fill(self, text: str, span: Span) -> Maybe[str]:
        """A word with its quotes removed and its variables replaced, as far as the file gives them."""
        if not any(special in text for special in "$'\"\\`"):
            return text
        if self._spent[0] > _MOST_CHARACTERS:
            return Unknown(text, span)
        expansion = expand(text, self._known, self._escape)
        self._spent[0] += len(expansion.text)
        if not (expansion.fault or expansion.missing or _OPEN in expansion.text):
            return expansion.text

        def lookup(name: str) -> str | None:
            known = self._known(name)
            is_open = known is None and (expansion.fault is not None or name in expansion.missing)
            return _OPEN if is_open else known

        marked = expand(text, lookup, self._escape)
        if marked.fault:
            self._refuse(marked.fault, span)
        names = sorted(name for name in marked.used if not isinstance(self._values.get(name), str))
        head, _, rest = marked.text.partition(_OPEN)
        return Unknown(text, span, tuple(names), head, rest.rpartition(_OPEN)[2])

    def _known(self, name: str) -> str | None:
        value = self._values.get(name)
        return _OPEN if isinstance(value, Unknown) or (value is None and name in _PLATFORM) else value
