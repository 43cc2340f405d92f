"""What a shell that runs nothing tells of a script: the programs that would be called, and with what."""

from collections.abc import Sequence
from typing import Protocol

from compolint.load.firewall.script.status import Status
from compolint.syntax.shell_words import Word
from compolint.tuples import NamedTuple


class Redirection(NamedTuple):
    operator: str
    target: Word
    descriptor: int | None = None

    @property
    def takes_output(self) -> bool:
        return self.operator in (">", ">>", ">|", "&>", "&>>") and self.descriptor in (None, 1)


class Call(NamedTuple):
    """A program that is called, with all that is known about it."""

    name: str
    words: tuple[Word, ...]  # with the program
    place: tuple[int, int]
    doubt: str  # what decides whether it is; empty where nothing does
    given: tuple[Word, ...] | None  # the text that it reads; `()` is one that is not known
    redirections: tuple[Redirection, ...]


class Host(Protocol):
    """Whom the calls are told."""

    def call(self, call: Call) -> Status | None:
        """How it ends; `None` for a program that is no concern of the host's."""
        ...

    def write(self, path: str, text: tuple[Word, ...], *, is_more: bool, doubt: str) -> None: ...

    def read(self, path: str) -> tuple[Word, ...]:
        """The text of a file that has been written."""
        ...

    inside: int  # the scripts that run each other here, but for the outermost

    def script(self, paths: Sequence[str]) -> "Word | None":
        """The text of another script, if one of these is here."""
        ...

    def opaque(self, place: tuple[int, int], text: str, *, is_late: bool = False) -> None:
        """Something is run that is not here; `is_late` is what counts only behind the first rule."""
        ...

    def unread(self, place: tuple[int, int], text: str) -> None:
        """A part of the script that is not understood."""
        ...


def written(word: Word) -> Word:
    """The word with what is not known as it is written."""
    return Word("", word.start, word.end, tuple(piece._replace(known=True) for piece in word.pieces))
