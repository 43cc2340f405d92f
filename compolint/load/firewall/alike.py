"""Rules of iptables that are written alike, of which only the first is read word by word.

A dump has thousands of rules that differ in an address, a port and a comment. What such words mean depends on
the words before them only as far as these are options, so that it is looked up for the others.
"""

from collections.abc import Mapping, Sequence

from compolint.load.firewall import options
from compolint.load.firewall.draft import Draft
from compolint.load.firewall.options import HOOKED, Taken
from compolint.load.firewall.spans import Place, Spans
from compolint.load.firewall.values import Refused
from compolint.model.firewall import Family, Match
from compolint.syntax.iptables import Line, Word
from compolint.text import Span

# What stands behind these is different in every rule.
_VARYING = frozenset((
    "-s", "-d", "--source", "--destination", "--src-range", "--dst-range", "--dport", "--sport", "--dports",
    "--sports", "--ctorigsrc", "--ctorigdst", "--ctorigdstport", "--comment", "--log-prefix",
))  # fmt: skip
# Which packets match does not depend on what stands behind these.
_SILENT = frozenset(("--comment", "--log-prefix"))
_SIGNS = ("-", "!")
_BEGINNING = 2  # words: the command and its chain
_MOST_SHAPES = 1_000


class _Places(Spans):
    __slots__ = ("_line",)

    def __init__(self, of: Mapping[str, Place], line: Line) -> None:
        super().__init__(of)
        self._line = line

    def pieces(self) -> Sequence[Span]:
        return [word.span for word in self._line.words]


class Alike:
    """The shapes of the rules of a file that were read so far."""

    def __init__(self) -> None:
        self._shapes: dict[tuple[Family, str, str, tuple[str, ...]], _Shape | None] = {}

    def read(self, line: Line, words: list[str], family: Family, table: str) -> Draft:
        """A rule that a line appends to a chain."""
        chain = words[1]
        key = (family, table, chain if chain in HOOKED else "", _without_values(words))
        shape = self._shapes.get(key)
        if shape and (draft := shape.read(line, words, Draft(family, table, chain))):
            return draft
        taken: list[Taken] = []
        placed = line.words
        draft = options.read(placed[_BEGINNING:], family, table, chain, taken)
        if key not in self._shapes and len(self._shapes) < _MOST_SHAPES:
            self._shapes[key] = _shape(draft, taken, placed, key[-1])
        return draft


def _without_values(words: list[str]) -> tuple[str, ...]:
    """The words, of which those that vary are empty."""
    found, before = [], ""
    for word in words[_BEGINNING:]:
        before = "" if before in _VARYING else word
        found.append(before)
    return tuple(found)


class _Value:
    """A word that varies: what it adds to the rule, for each that there was."""

    __slots__ = ("_draft", "_known", "_names", "_taken", "at", "before")

    def __init__(self, taken: Taken, draft: Draft, behind: int) -> None:
        self.at = taken.at + _BEGINNING
        self.before = draft.matches[behind : taken.first]  # what the words before it add
        self._draft, self._taken = draft, taken
        text = taken.said.value
        again = self._read(text)
        self._names = again.spans.keys() if again else None
        self._known: dict[str, list[Match] | None] = {text: again.matches if again else None}

    def adds(self, text: str) -> list[Match] | None:
        """None for what is not as simple as the first one."""
        if text in self._known:
            return self._known[text]
        again = None if text.startswith(_SIGNS) else self._read(text)
        found = again.matches if again and again.spans.keys() == self._names else None
        self._known[text] = found
        return found

    def _read(self, text: str) -> Draft | None:
        said, protocol = self._taken.said, self._taken.protocol
        draft = Draft(self._draft.family, self._draft.table, self._draft.chain)
        draft.protocol = protocol
        try:
            self._taken.handler(draft, said._replace(values=[Word(text, *said.span)]))
        except Refused:
            return None
        return None if draft.troubles or draft.protocol != protocol else draft


class _Shape:
    """What rules that are written alike have in common."""

    __slots__ = ("_comment", "_draft", "_places", "_rest", "_silent", "_values")

    def __init__(self, draft: Draft, varying: list[Taken], places: dict[str, Place]) -> None:
        self._draft, self._places = draft, places
        self._values: list[_Value] = []
        self._silent: list[int] = []
        self._comment: int | None = None
        behind = 0
        for taken in varying:
            if taken.said.name not in _SILENT:
                self._values.append(_Value(taken, draft, behind))
                behind = taken.last
                continue
            self._silent.append(taken.at + _BEGINNING)
            if taken.said.name == "--comment":
                self._comment = taken.at + _BEGINNING
        self._rest = draft.matches[behind:]

    def read(self, line: Line, words: list[str], draft: Draft) -> Draft | None:
        """None for a rule that is not as simple as the first one."""
        matches: list[Match] = []
        for value in self._values:
            added = value.adds(words[value.at])
            if added is None:
                return None
            matches += value.before
            matches += added
        if any(words[at].startswith(_SIGNS) for at in self._silent):
            return None
        draft.matches = matches + self._rest
        draft.action, draft.target = self._draft.action, self._draft.target
        draft.comment = self._draft.comment if self._comment is None else words[self._comment]
        draft.places = _Places(self._places, line)
        return draft


def _shape(draft: Draft, taken: list[Taken], words: list[Word], shape: tuple[str, ...]) -> _Shape | None:
    """None if the values do not stand where they seemed to, or if something is odd about the rule."""
    if draft.troubles or draft.marker or draft.packets is not None:
        return None
    blanks = {number for number, word in enumerate(shape) if not word}
    varying = [each for each in taken if each.at in blanks and len(each.said.values) == 1]
    starts = {word.start: number for number, word in enumerate(words)}
    ends = {word.end: number for number, word in enumerate(words)}
    places = {
        name: (starts.get(span.start, -1), ends.get(span.end, -1)) for name, span in draft.spans.items()
    }
    target = draft.target_span
    if target and target.end - target.start != len(draft.target or ""):
        return None  # it is in quotes
    if len(varying) < len(blanks) or any(-1 in place for place in places.values()):
        return None
    return _Shape(draft, varying, places)
