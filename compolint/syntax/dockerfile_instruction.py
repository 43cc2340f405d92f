"""One instruction of a Dockerfile: its words, flags and heredocs, each with its place in the file.

Nothing is cut before it is asked for: of most instructions a reader wants little more than the keyword.
"""

import re
from bisect import bisect_right
from functools import cached_property
from itertools import pairwise

from compolint.pattern import pattern
from compolint.syntax import dockerfile_words as words
from compolint.syntax.dockerfile_expand import SPACES, heredoc_word
from compolint.syntax.dockerfile_words import FlagPiece, Piece
from compolint.text import Source, Span
from compolint.tuples import NamedTuple


class Word(NamedTuple):
    """A word as BuildKit cuts it: raw, with its quotes, or the value of a JSON string."""

    text: str
    span: Span


class Pair(NamedTuple):
    """`name=value` of ENV, LABEL and ARG; an ARG may have no value."""

    name: Word
    value: Word | None


class Flag(NamedTuple):
    """`--name=value`, the value without its quotes; None where there is no `=`."""

    name: str
    value: str | None
    span: Span
    value_span: Span


class Heredoc(NamedTuple):
    """A heredoc's body as it stands in the file; `content` is what the build sees of it."""

    name: str
    text: str
    span: Span
    expand: bool
    strip_tabs: bool
    descriptor: int

    @property
    def content(self) -> str:
        return _LEADING_TABS.sub("", self.text) if self.strip_tabs else self.text


class Passage:
    """Text put together from pieces of a file, which knows the place of each of its characters."""

    __slots__ = ("_path", "_places", "_starts", "text")

    def __init__(self, path: str, pieces: list[tuple[str, int]]) -> None:
        self._path = path
        self.text = "".join([piece for piece, _ in pieces])
        self._places = [place for _, place in pieces]
        self._starts = [0]
        for piece, _ in pieces[:-1]:
            self._starts.append(self._starts[-1] + len(piece))

    def place(self, start: int, end: int) -> Span:
        """The stretch of the file from the first to the last character of a stretch of the text."""
        first = self._offset(start)
        return Span(self._path, first, self._offset(end - 1) + 1 if end > start else first)

    def pieces(self, start: int) -> list[tuple[str, int]]:
        """The text from `start` on, for another passage."""
        cuts = [start, *(cut for cut in self._starts if cut > start), len(self.text)]
        return [(self.text[cut:end], self._offset(cut)) for cut, end in pairwise(cuts)]

    def _offset(self, at: int) -> int:
        if len(self._starts) == 1:
            return self._places[0] + at
        piece = bisect_right(self._starts, at) - 1
        return self._places[piece] + at - self._starts[piece]


class Cut(NamedTuple):
    """The flags and words of a line, as offsets into it; `start` is where the words begin."""

    flags: list[FlagPiece]
    start: int
    form: str | None
    words: list[Piece]


class Instruction:
    """An instruction; the keyword is in capitals, and `span` reaches to the end of the last heredoc."""

    def __init__(self, source: Source, start: int, lines_end: int, escape: str, keyword: str = "") -> None:
        self.escape = escape
        self.heredocs: tuple[Heredoc, ...] = ()
        self._source, self._start, self._lines_end = source, start, lines_end
        self._passage: Passage | None = None
        self._cut: Cut | None = None
        self._keyword_end = len(keyword) or _end_of_keyword(self.passage.text)
        self.keyword = (keyword or self.passage.text[: self._keyword_end]).upper()
        self.span = Span(source.path, start, start + len(source.text[start:lines_end].rstrip(SPACES)))

    def attach(self, heredocs: tuple[Heredoc, ...], end: int) -> None:
        """Take the heredocs that follow the lines of the instruction."""
        self.heredocs, self.span = heredocs, self.span._replace(end=end)
        if self.trigger:
            self.trigger.attach(heredocs, end)

    @property
    def keyword_span(self) -> Span:
        return self.passage.place(0, self._keyword_end)

    @property
    def text(self) -> str:
        """What follows the keyword and its flags, on one line and without comments."""
        return self.passage.text[self.cut.start :]

    def place(self, start: int, end: int) -> Span:
        """Where a stretch of `text` stands in the file."""
        offset = self.cut.start
        return self.passage.place(offset + start, offset + end)

    @property
    def form(self) -> str | None:
        """`exec` if the words are JSON, `shell` for another command; None where no command is meant."""
        return self.cut.form

    @cached_property
    def flags(self) -> tuple[Flag, ...]:
        place = self.passage.place
        return tuple(
            Flag(flag.name, flag.value, place(flag.start, flag.end), place(flag.value_start, flag.end))
            for flag in self.cut.flags
        )

    @cached_property
    def arguments(self) -> tuple[Word, ...]:
        """The words. A shell command is one, and so is what USER, WORKDIR, STOPSIGNAL and MAINTAINER take."""
        return tuple([self._word(*piece) for piece in self.cut.words])

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """The pairs of ENV, LABEL and ARG."""
        pieces = self.cut.words
        if self.keyword not in _PAIRED or not pieces:
            return ()
        if self.keyword != "ARG" and "=" not in pieces[0].text:
            return (Pair(*self.arguments),) if len(pieces) == 2 else ()
        return tuple(self._pair(piece) for piece in pieces)

    @cached_property
    def trigger(self) -> "Instruction | None":
        """The instruction that ONBUILD holds; it has the heredocs, too."""
        if self.keyword != "ONBUILD" or not self.text:
            return None
        return Instruction(self._source, self.place(0, 1).start, self._lines_end, self.escape)

    @cached_property
    def script(self) -> Passage | None:
        """What the shell gets to run; None in exec form.

        A heredoc that is the whole of a RUN is its script, which may begin with `#!`; other heredocs stay
        behind their command, and the shell reads them again.
        """
        if self.form != "shell" or not self.cut.words:
            return None
        command = self.cut.words[-1]
        if self.heredocs and heredoc_word(command.text):
            return _body(self.heredocs[0])
        pieces = self.passage.pieces(command.start)
        for heredoc in self.heredocs:
            start, end = heredoc.span.start, heredoc.span.end
            pieces += [("\n", start - 1), (heredoc.text, start), (heredoc.name, end)]
        return Passage(self._source.path, pieces)

    @property
    def passage(self) -> Passage:
        """The lines of the instruction joined, from the keyword on, without comments."""
        if self._passage is None:
            text = self._source.text[self._start : self._lines_end]
            single = "\n" not in text
            line = _uncontinued(text, self.escape).rstrip(SPACES) if single else ""
            pieces = [(line, self._start)] if single else _continued(text, self._start, self.escape)
            self._passage = Passage(self._source.path, pieces)
        return self._passage

    @cached_property
    def comments(self) -> tuple[Span, ...]:
        """The comments between the lines of the instruction."""
        found = []
        at = self._start
        for line in self._source.text[at : self._lines_end].split("\n"):
            content = line.strip(SPACES)
            if content.startswith("#"):
                start = at + line.index("#")
                found.append(Span(self._source.path, start, start + len(content)))
            at += len(line) + 1
        return tuple(found)

    @property
    def cut(self) -> Cut:
        """The words without their places; raises NotStrings for a JSON array that holds something else."""
        if self._cut is None:
            line = self.passage.text
            flags, start = words.flags(line, self._keyword_end)
            self._cut = Cut(flags, start, *self._cut_words(line, start))
        return self._cut

    def _cut_words(self, line: str, start: int) -> tuple[str | None, list[Piece]]:
        match self.keyword:
            case "RUN" | "CMD" | "ENTRYPOINT" | "SHELL":
                return _command(line, start)
            case "ENV" | "LABEL" | "ARG":
                return None, self._cut_pairs(line, start)
            case "FROM" | "EXPOSE":
                return None, words.plain_words(line, start)
            case "COPY" | "ADD" | "VOLUME":
                found = words.json_words(line, start)
                return (None, words.plain_words(line, start)) if found is None else ("exec", found)
            case "HEALTHCHECK":
                kind, command = words.split_at_blank(line, start)
                form, rest = _command(line, command.start) if command else (None, [])
                return form, [kind, *rest] if kind.text else []
        return None, _rest(line, start)

    def _cut_pairs(self, line: str, start: int) -> list[Piece]:
        pieces = words.quoted_words(line, start, self.escape)
        if self.keyword == "ARG" or not pieces or "=" in pieces[0].text:
            return pieces
        name, value = words.split_at_blank(line, start)  # `ENV name the rest of the line`
        return [name, value] if value else [name]

    def _pair(self, piece: Piece) -> Pair:
        name, equals, value = piece.text.partition("=")
        middle = piece.start + len(name)
        return Pair(
            self._word(name, piece.start, middle),
            self._word(value, middle + 1, piece.end) if equals else None,
        )

    def _word(self, text: str, start: int, end: int) -> Word:
        return Word(text, self.passage.place(start, end))


_PAIRED = frozenset(("ENV", "LABEL", "ARG"))
_KEYWORD = pattern(r"[^\t\v\f\r ]*")
_LINE = pattern(r"[^\n]*\n|[^\n]+")
_LEADING_TABS = pattern(r"^\t+", re.MULTILINE)


def _end_of_keyword(line: str) -> int:
    match = _KEYWORD.match(line)
    return match.end() if match else 0


def _command(line: str, start: int) -> tuple[str | None, list[Piece]]:
    found = words.json_words(line, start)
    return ("shell", _rest(line, start)) if found is None else ("exec", found)


def _rest(line: str, start: int) -> list[Piece]:
    return [Piece(line[start:], start, len(line))] if start < len(line) else []


def _body(heredoc: Heredoc) -> Passage:
    at = heredoc.span.start
    if not heredoc.strip_tabs:
        return Passage(heredoc.span.path, [(heredoc.text, at)])
    pieces: list[tuple[str, int]] = []
    for line in _LINE.findall(heredoc.text):
        text = line.lstrip("\t")
        pieces.append((text, at + len(line) - len(text)))
        at += len(line)
    return Passage(heredoc.span.path, pieces)


def _continued(text: str, start: int, escape: str) -> list[tuple[str, int]]:
    """The lines of an instruction without continuations, blank lines and comments."""
    pieces: list[tuple[str, int]] = []
    for line in text.split("\n"):
        content = line.strip(SPACES)
        if content and not content.startswith("#"):
            pieces.append((_uncontinued(line, escape), start))
        start += len(line) + 1
    while len(pieces) > 1 and not pieces[-1][0].strip(SPACES):
        pieces.pop()
    pieces[-1] = (pieces[-1][0].rstrip(SPACES), pieces[-1][1])
    return pieces


def _uncontinued(line: str, escape: str) -> str:
    line = line.rstrip("\r")
    content = line.rstrip(" \t")
    return content[:-1] if content.endswith(escape) and not content.endswith(escape * 2) else line
