"""Words of a shell text after quote removal, and where each piece of them stands."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from compolint.pattern import pattern
from compolint.tuples import NamedTuple

if TYPE_CHECKING:
    from compolint.syntax.shell import Command


class Piece(NamedTuple):
    """A part of a word: literal text, or what only a run would tell, as it is written.

    `sources` are the commands whose output it stands for.
    """

    text: str
    start: int
    end: int
    known: bool = True
    sources: tuple["Command", ...] = ()

    def cut(self, start: int, end: int) -> "Piece":
        plain = self.known and len(self.text) == self.end - self.start
        place = (self.start + start, self.start + end) if plain else (self.start, self.end)
        return Piece(self.text[start:end], *place, self.known, self.sources)


class Word:
    """A word; `start` and `end` are its place in the outermost text.

    `spelling` is the word without its quotes, variables and substitutions as they are written; `text` is the
    same, but None if a part of it is only known when it runs.
    """

    __slots__ = ("_whole", "end", "pieces", "spelling", "start", "text")

    def __init__(self, whole: str, start: int, end: int, pieces: tuple[Piece, ...]) -> None:
        self._whole, self.start, self.end, self.pieces = whole, start, end, pieces
        if len(pieces) == 1:  # as nearly all words are, which are asked for their texts again and again
            self.spelling, is_known = pieces[0].text, pieces[0].known
        else:
            self.spelling = "".join([piece.text for piece in pieces])
            is_known = all(piece.known for piece in pieces)
        self.text: str | None = self.spelling if is_known else None

    @property
    def dynamic(self) -> bool:
        return self.text is None

    @property
    def prefix(self) -> str:
        """What is known of the beginning."""
        known: list[str] = []
        for piece in self.pieces:
            if not piece.known:
                break
            known.append(piece.text)
        return "".join(known)

    @property
    def raw(self) -> str:
        """The word as it stands in the text."""
        return self._whole[self.start : self.end]

    @property
    def sources(self) -> tuple["Command", ...]:
        """The commands whose output is part of the word, or is the file that it names."""
        return tuple([source for piece in self.pieces for source in piece.sources])

    def cut(self, start: int, end: int | None = None) -> "Word":
        """A part of the word, in characters of its spelling."""
        cut: list[Piece] = []
        at = 0
        for piece in self.pieces:
            first, last = (
                max(start - at, 0),
                min(len(piece.text), len(piece.text) if end is None else end - at),
            )
            at += len(piece.text)
            if first < last:
                cut.append(piece.cut(first, last))
        if not cut:
            return Word(self._whole, self.end, self.end, ())
        start, end = min(piece.start for piece in cut), max(piece.end for piece in cut)
        return Word(self._whole, start, end, tuple(cut))

    def lines(self) -> "Word":
        """The word as `printf` prints it: with newlines for their escapes."""
        pieces = tuple(piece._replace(text=piece.text.replace("\\n", "\n")) for piece in self.pieces)
        return Word(self._whole, self.start, self.end, pieces)

    def unknown(self, part: str, sources: "tuple[Command, ...]" = ()) -> "Word":
        """The word with a part of it as something that only a run tells: the `{}` of `find -exec`."""
        spelling = self.spelling
        if part not in spelling:
            return self
        pieces: list[Piece] = []
        at = 0
        for match in re.finditer(re.escape(part), spelling):
            pieces += self.cut(at, match.start()).pieces
            hidden = self.cut(*match.span()).pieces
            pieces += [piece._replace(known=False, sources=piece.sources or sources) for piece in hidden]
            at = match.end()
        return Word(self._whole, self.start, self.end, (*pieces, *self.cut(at).pieces))

    def __repr__(self) -> str:
        return f"Word({self.spelling!r}{', dynamic' * self.dynamic})"


class Text:
    """The text of a script, and the place of each of its characters in the outermost text.

    What is not known is one character of it, so that nobody reads an unknown value for a command.
    """

    __slots__ = ("_ends", "_starts", "text", "unknown", "whole")

    def __init__(
        self,
        whole: str,
        text: str,
        starts: Sequence[int],
        ends: Sequence[int],
        unknown: Mapping[int, Piece] | None = None,
    ) -> None:
        self.whole, self.text, self._starts, self._ends = whole, text, starts, ends
        self.unknown = unknown or {}

    def place(self, start: int, end: int) -> tuple[int, int]:
        if start < end:
            first, last = self._starts[start], self._ends[end - 1]
            return (first, last) if first <= last else (last, first)  # `xargs` puts words behind others
        at = self._starts[start] if start < len(self._starts) else (self._ends[-1] if self._ends else 0)
        return at, at

    def part(self, start: int, end: int) -> "Text":
        unknown = {at - start: piece for at, piece in self.unknown.items() if start <= at < end}
        cut = slice(start, end)
        return Text(self.whole, self.text[cut], self._starts[cut], self._ends[cut], unknown)

    def unescaped(self) -> "Text":
        """The text between backticks, without the backslashes that keep it from the outer shell."""
        if "\\" not in self.text:
            return self
        dropped = _escapes(self.text)
        kept = [at for at in range(len(self.text)) if at not in dropped]
        return Text(
            self.whole,
            "".join([self.text[at] for at in kept]),
            [self._starts[at] for at in kept],
            [self._ends[at] for at in kept],
            {new: self.unknown[at] for new, at in enumerate(kept) if at in self.unknown},
        )

    def literal(self, start: int, end: int) -> Word:
        place = self.place(start, end)
        return Word(self.whole, *place, (Piece(self.text[start:end], *place),))

    def word(self, pieces: Iterable[Piece], start: int, end: int) -> Word:
        return Word(self.whole, *self.place(start, end), tuple(pieces))


def _escapes(text: str) -> set[int]:
    return {match.start() for match in re.finditer(r"\\[\\`$]", text)}


def outermost(text: str) -> Text:
    return Text(text, text, range(len(text)), range(1, len(text) + 1))


def inner(whole: str, words: Sequence[Word]) -> Text:
    """The text that a shell gets from words: `bash -c WORD`, `eval WORD WORD`."""
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    unknown: dict[int, Piece] = {}
    for index, word in enumerate(words):
        if index:
            characters.append(" ")
            starts.append(word.start)
            ends.append(word.start)
        for piece in word.pieces:
            if not piece.known:
                unknown[len(starts)] = piece
            text = piece.text if piece.known else _UNKNOWN
            characters.append(text)
            plain = piece.known and len(text) == piece.end - piece.start
            starts += range(piece.start, piece.end) if plain else [piece.start] * len(text)
            ends += range(piece.start + 1, piece.end + 1) if plain else [piece.end] * len(text)
    return Text(whole, "".join(characters), starts, ends, unknown)


class Expansion(NamedTuple):
    """The end of a `$…`, and the commands in it, filled when they are walked."""

    end: int
    output: "list[Command]"


Resolve = Callable[[int], Piece]
_UNKNOWN = "\x80"  # a control character that no program reads

# outside of quotes and inside of double ones
_BARE = pattern(
    r"(?P<plain>[^\\'\"$`<>\x80]+)|\\(?:\n|(?P<escaped>.)|\Z)|'(?P<single>[^']*)(?:'|\Z)"
    r"|\$'(?P<ansi>(?:[^'\\]|\\.)*+)(?:'|\\?\Z)|(?P<quote>\$?\")|(?P<special>[$`<>\x80])",
    re.DOTALL,
)
_QUOTED = pattern(
    r"(?P<plain>[^\\\"$`\x80]+)|\\(?:\n|(?P<escaped>[$`\"\\]))|(?P<kept>\\)|(?P<quote>\")|(?P<special>[$`\x80])"
)
_BODY = pattern(r"(?P<plain>[^\\$`\x80]+)|\\(?:\n|(?P<escaped>[$`\\]))|(?P<kept>\\)|(?P<special>[$`\x80])")


# an expansion that the grammar did not see: it is not known all the same
_LOST = pattern(r"\$(?:\w+|[@*#?$!-]|\{[^}]*\}?|\([^)]*\)?)|`[^`]*`?")


def pieces_of(
    text: Text,
    start: int,
    end: int,
    expansions: Mapping[int, Expansion],
    resolve: Resolve,
    *,
    body: bool = False,
) -> list[Piece]:
    """The pieces of a stretch of a text; the expansions are told by their place."""
    found: list[Piece] = []
    source = text.text
    quoted = False
    at = start
    while at < end:
        if at in expansions:
            found.append(resolve(at))
            at = max(expansions[at].end, at + 1)
            continue
        pattern = _BODY if body else _QUOTED if quoted else _BARE
        match = pattern.match(source, at, end)
        if not match:
            at += 1
            continue
        if match.lastgroup == "special" and (lost := _LOST.match(source, at, end)):
            found.append(Piece(lost[0], *text.place(at, lost.end()), known=False))
            at = lost.end()
            continue
        at = match.end()
        if match.lastgroup == "quote":
            quoted = not quoted
        elif match.lastgroup:
            found.append(_piece(text, match, match.lastgroup))
    return found


def _piece(text: Text, match: re.Match[str], group: str) -> Piece:
    start, end = match.span(group)
    value = match[group]
    if group == "special" and value == _UNKNOWN and start in text.unknown:
        return text.unknown[start]
    if group == "ansi" and "\\" in value:
        return Piece(_unescaped(value), *text.place(*match.span()))
    if group == "escaped":
        start = match.start()
    return Piece(value, *text.place(start, end))


# $'\n', $'\x41', $'é', $'\101'
_ANSI = pattern(
    r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|(.))", re.DOTALL
)
_LETTERS = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "E": "\x1b",
    "f": "\f",
    "v": "\v",
}


def _unescaped(value: str) -> str:
    return _ANSI.sub(_unescaped_character, value)


def _unescaped_character(match: re.Match[str]) -> str:
    hexadecimal = match[1] or match[2] or match[3]
    if hexadecimal or match[4]:
        code = int(hexadecimal, 16) if hexadecimal else int(match[4], 8)
        return chr(code) if code < 0xD800 or 0xDFFF < code < 0x110000 else "\ufffd"
    return _LETTERS.get(match[5], match[5])
