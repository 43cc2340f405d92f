"""The places of a rule's parts, which few rules of a large set are ever asked for."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence

from compolint.text import Span

Place = tuple[int, int]  # the first piece of a rule's text and the last one


class Spans(Mapping[str, Span]):
    """The places by their names, looked for when one of them is asked for."""

    __slots__ = ("_found", "_of")

    def __init__(self, of: Mapping[str, Place]) -> None:
        self._of = of
        self._found: dict[str, Span] | None = None

    @abstractmethod
    def pieces(self) -> Sequence[Span]:
        """Those of the rule's text."""

    def _all(self) -> dict[str, Span]:
        if self._found is None:
            pieces = self.pieces()
            self._found = {
                name: Span(pieces[first].path, pieces[first].start, pieces[last].end)
                for name, (first, last) in self._of.items()
            }
        return self._found

    def __getitem__(self, name: str) -> Span:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)
