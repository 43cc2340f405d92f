"""The directives of Nginx: what a file says, and where it says it."""

import re

from compolint.pattern import pattern
from compolint.text import Source, Span
from compolint.tuples import NamedTuple

# Blanks are these four; a form feed or a no-break space belongs to a word.
BLANKS = " \t\r\n"
# A word goes on to a blank, `;` or `{`. A quote, `#` or `}` has a meaning only where one could begin: `a"b`,
# `a#b` and `a}b` are words. A backslash protects what follows, and `${` opens no block.
PLAIN = r"""(?!["'#}])(?:[^ \t\r\n;{\\$]++|\\.?|\$\{*+)++"""
# Behind a quoted word there must be room for the next thing; `)` begins the next word.
QUOTED = r""""(?:[^"\\]++|\\.)*+"(?=[ \t\r\n;{)])|'(?:[^'\\]++|\\.)*+'(?=[ \t\r\n;{)])"""
COMMENT = r"#[^\n]*+"
_PIECE = pattern(rf"{COMMENT}|{PLAIN}|{QUOTED}", re.DOTALL)
# In a statement without it, and without blanks but spaces, whatever is between spaces is a word.
_NOT_PLAIN = pattern(r"""[#"'\\]|\$\{""")
_ESCAPE = pattern(r"""\\(["'\\trn])""")
_CONTROLS = {"t": "\t", "r": "\r", "n": "\n"}


class Word(NamedTuple):
    """A name or an argument. The span has the quotes in it."""

    path: str
    start: int
    end: int
    text: str  # without quotes and escapes
    quote: str  # "" for a plain one, else the character that opens it

    @property
    def span(self) -> Span:
        return Span(self.path, self.start, self.end)


class Directive:
    """A name with arguments, and with directives inside of it if it is a block.

    The words are cut when somebody asks for them: most directives are passed over by their names.
    """

    __slots__ = ("_stop", "_words", "block", "code", "end", "name", "source", "start")

    def __init__(self, source: Source, name: str, start: int, stop: int) -> None:
        self.source, self.name, self.start = source, name, start
        self._stop = self.end = stop  # behind the `;` or the `{`, and later behind the `}`
        self.block: tuple[Directive, ...] | None = None
        self.code: Span | None = None  # Lua, between the braces
        self._words: tuple[Word, ...] | None = None

    @property
    def words(self) -> tuple[Word, ...]:
        """The name and the arguments."""
        if self._words is None:
            self._words = cut(self.source, self.start, self._stop)
        return self._words

    @property
    def arguments(self) -> tuple[Word, ...]:
        return self.words[1:]

    @property
    def texts(self) -> tuple[str, ...]:
        """The arguments without their places."""
        return tuple(word.text for word in self.arguments)

    @property
    def span(self) -> Span:
        """All of it, to the end of its block."""
        return Span(self.source.path, self.start, self.end)

    @property
    def head(self) -> Span:
        """The name and the arguments, without what ends them."""
        return Span(self.source.path, self.start, self.words[-1].end)

    @property
    def name_span(self) -> Span:
        return self.words[0].span

    def named(self, *names: str) -> "tuple[Directive, ...]":
        """The directives in its block that have one of the names."""
        return tuple(inner for inner in self.block or () if inner.name in names)

    def __repr__(self) -> str:
        return f"Directive({self.name!r}, {self.start}, {self.end})"


def cut(source: Source, start: int, stop: int) -> tuple[Word, ...]:
    """The words in a stretch of text that has nothing else in it but blanks, comments and what ends them."""
    # Most of the time that Nginx's files cost us is spent here, so words are made in the quickest way.
    path, new, word, found = source.path, tuple.__new__, Word, []
    statement = source.text[start:stop]
    if statement[-1:] in (";", "{") and statement.isprintable() and not _NOT_PLAIN.search(statement):
        at = start
        for raw in statement[:-1].split(" "):
            end = at + len(raw)
            if raw:
                found.append(new(word, (path, at, end, raw, "")))
            at = end + 1
        return tuple(found)
    for match in _PIECE.finditer(source.text, start, stop):
        raw, quote = match[0], ""
        if raw[0] in "#\"'":
            if raw[0] == "#":
                continue
            raw, quote = raw[1:-1], raw[0]
        if "\\" in raw:
            raw = decoded(raw)
        found.append(new(word, (path, *match.span(), raw, quote)))
    return tuple(found)


def comments(source: Source, start: int, stop: int) -> list[Span]:
    """The comments in such a stretch."""
    return [
        Span(source.path, match.start(), match.start() + len(match[0].rstrip(BLANKS)))
        for match in _PIECE.finditer(source.text, start, stop)
        if match[0][0] == "#"
    ]


def decoded(raw: str) -> str:
    """The text that Nginx makes of a word; a backslash stays before what it does not know, as in `\\.`."""
    return _ESCAPE.sub(lambda match: _CONTROLS.get(match[1], match[1]), raw)
