"""Texts that a script gives to another program, and where in the script each of their parts stands."""

from collections.abc import Iterator, Sequence

from compolint.load.firewall.script.calls import written
from compolint.load.moved import moved
from compolint.model import Entity
from compolint.syntax.iptables import Word, placed
from compolint.syntax.shell_words import Text, inner
from compolint.syntax.shell_words import Word as ShellWord
from compolint.text import Source, Span


class Given:
    """A text made of the words of a script, which is read under a name of its own."""

    def __init__(self, words: Sequence[ShellWord], script: str, path: str) -> None:
        self._text: Text = inner("", [written(word) for word in words])
        self._script, self._path = script, path

    @property
    def text(self) -> str:
        return self._text.text

    @property
    def source(self) -> Source:
        return Source(self._path, self.text)

    def span(self, span: Span) -> Span:
        """Where in the script a stretch of the text stands."""
        start = min(span.start, len(self.text))
        end = max(start, min(span.end, len(self.text)))
        return Span(self._script, *self._text.place(start, end))


class Texts:
    """All texts that a script gives away."""

    def __init__(self, script: str) -> None:
        self._script = script
        self._by_path: dict[str, Given] = {}

    def give(self, words: Sequence[ShellWord]) -> Given:
        path = f"{self._script}\0{len(self._by_path)}"
        given = self._by_path[path] = Given(words, self._script, path)
        return given

    def place(self, span: Span) -> Span:
        given = self._by_path.get(span.path)
        return given.span(span) if given else span

    def placed(self, entities: Iterator[Entity]) -> Iterator[Entity]:
        """The entities with their places in the script."""
        return (moved(entity, self.place) for entity in entities) if self._by_path else entities


def words_of(words: Sequence[ShellWord], script: str) -> list[Word]:
    """The words of a command in the language of iptables' rules."""
    return [placed(word.spelling, Span(script, word.start, word.end)) for word in words]
