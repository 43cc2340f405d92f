r"""Values of units cut into words, as systemd does where it takes quotes and escapes of C.

    ExecStart=-/bin/sh -c "a b" x\x41 'it''s' ; /bin/echo \;

It is no shell's language: quotes inside of double quotes mean nothing, variables are filled in after the
cutting, and `;` parts commands only as a word of its own. Escapes that systemd does not know stay as they
are, with its warning.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from compolint.pattern import pattern
from compolint.syntax.unit import BLANKS
from compolint.tuples import NamedTuple

_SKIPPED = pattern(f"[{BLANKS}]*")
_PLAIN = pattern(rf"[^{BLANKS}\\'\"]+")
_IN_QUOTES = {"'": pattern(r"[^\\']+"), '"': pattern(r'[^\\"]+')}
# \n   \s   \x41   \101   \u00e4   \U0001f600
_ESCAPE = pattern(
    r"\\(?:(?P<letter>[abfnrtvs\\\"'])|x(?P<hex>[0-9a-fA-F]{2})|(?P<octal>[0-7]{3})"
    r"|u(?P<short>[0-9a-fA-F]{4})|U(?P<long>[0-9a-fA-F]{8}))"
)
_LETTERS = dict(zip("abfnrtvs\\\"'", "\a\b\f\n\r\t\v \\\"'", strict=True))
# Of `@NAME@/app`, which a build fills in, the first letter is none.
_PREFIXES = pattern(r"(?:[-:+!|]|@(?![A-Za-z_][A-Za-z0-9_]*@))*")
_LAST_CHARACTER = 0x10FFFF


class Piece(NamedTuple):
    """A stretch of a text, and of the value that it comes from: the same characters, or one escape."""

    first: int
    last: int
    start: int  # in the value
    end: int

    @property
    def is_verbatim(self) -> bool:
        return self.last - self.first == self.end - self.start

    def moved(self, by: int) -> "Piece":
        """The piece at another place of the text."""
        return Piece(self.first + by, self.last + by, self.start, self.end)


class Word(NamedTuple):
    """A word without its quotes."""

    text: str
    start: int  # of it, in the value
    end: int
    pieces: tuple[Piece, ...]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the text stands in the value."""
        return place_of(self.pieces, start, end) or (self.end, self.end)

    def without(self, count: int) -> "Word":
        """The word without its first characters."""
        text = self.text[count:]
        pieces = tuple(piece.moved(-count) for piece in cut(self.pieces, count, len(self.text)))
        return Word(text, pieces[0].start if pieces else self.end, self.end, pieces)


def place_of(pieces: Sequence[Piece], start: int, end: int) -> tuple[int, int] | None:
    """Where a stretch of the text stands in the value; `None` behind its end."""
    within = cut(pieces, start, max(end, start + 1))
    if not within:
        return None
    return within[0].start, (within[-1].end if end > start else within[0].start)


def cut(pieces: Sequence[Piece], start: int, end: int) -> list[Piece]:
    """The pieces of a stretch of the text."""
    found: list[Piece] = []
    number = max(bisect_right(pieces, start, key=lambda piece: piece.first) - 1, 0)
    while number < len(pieces) and pieces[number].first < end:
        piece = pieces[number]
        number += 1
        low, high = max(start, piece.first), min(end, piece.last)
        if low >= high:
            continue
        if piece.is_verbatim:
            begin = piece.start + low - piece.first
            found.append(Piece(low, high, begin, begin + high - low))
        else:
            found.append(Piece(low, high, piece.start, piece.end))
    return found


class CommandLine(NamedTuple):
    prefixes: str  # of `-@:+!|`
    words: tuple[Word, ...]  # the first one is the program

    @property
    def start(self) -> int:
        return self.words[0].start

    @property
    def end(self) -> int:
        return self.words[-1].end


class Unbalanced(Exception):
    """A quote that is never closed; `fatal` if systemd refuses the whole unit for it."""

    def __init__(self, at: int, *, fatal: bool = False) -> None:
        super().__init__(at)
        self.at, self.fatal = at, fatal


def whole(value: str) -> Word:
    """The value as one word, whatever is in it."""
    return Word(value, 0, len(value), (Piece(0, len(value), 0, len(value)),))


def words(value: str) -> Iterator[Word]:
    """The words; raises `Unbalanced` behind those that come before a quote that is never closed."""
    at = _end(_SKIPPED, value, 0)
    while at < len(value):
        word = _word(value, at)
        yield word
        at = _end(_SKIPPED, value, word.end)


def command_lines(value: str) -> Iterator[CommandLine]:
    """The commands of an `ExecStart=` and its like; raises `Unbalanced` behind those that are complete."""
    line: list[Word] = []
    at = _end(_SKIPPED, value, 0)
    while at < len(value):
        if value[at] == ";" and _ends(value, at + 1):
            if line:
                yield _command(line)
            line, at = [], at + 1
        elif line and value.startswith("\\;", at) and _ends(value, at + 2):
            line.append(Word(";", at, at + 2, (Piece(0, 1, at, at + 2),)))
            at += 2
        else:
            try:
                word = _word(value, at)
            except Unbalanced as error:
                is_fatal = bool(line) and "-" not in _command(line).prefixes
                raise Unbalanced(error.at, fatal=is_fatal) from None
            line.append(word)
            at = word.end
            if not _command(line[:1]).words[0].text:
                return  # without a program, the rest is passed over
        at = _end(_SKIPPED, value, at)
    if line:
        yield _command(line)


def _command(line: list[Word]) -> CommandLine:
    first = line[0]
    count = _end(_PREFIXES, first.text, 0)
    return CommandLine(first.text[:count], (first.without(count) if count else first, *line[1:]))


def _word(value: str, start: int) -> Word:
    end = _end(_PLAIN, value, start)
    if end == len(value) or value[end] in BLANKS:
        return Word(value[start:end], start, end, (Piece(0, end - start, start, end),))
    texts: list[str] = []
    pieces: list[Piece] = []
    length = 0
    at, quote, opened = start, "", start
    while at < len(value):
        char = value[at]
        if char == quote:
            quote, at = "", at + 1
            continue
        if char in "'\"" and not quote:
            quote, opened, at = char, at, at + 1
            continue
        if char == "\\":
            text, end = _unescaped(value, at)
        elif quote:
            end = _end(_IN_QUOTES[quote], value, at)
            text = value[at:end]
        elif char in BLANKS:
            break
        else:
            end = _end(_PLAIN, value, at)
            text = value[at:end]
        texts.append(text)
        pieces.append(Piece(length, length + len(text), at, end))
        length += len(text)
        at = end
    if quote:
        raise Unbalanced(opened)
    return Word("".join(texts), start, at, tuple(pieces))


def _unescaped(value: str, at: int) -> tuple[str, int]:
    """What a backslash and what follows it give; both as they stand if that is no escape."""
    match = _ESCAPE.match(value, at)
    if not match:
        return value[at : at + 2], min(at + 2, len(value))
    if letter := match["letter"]:
        return _LETTERS[letter], match.end()
    number = int(match["octal"], 8) if match["octal"] else int(_digits(match), 16)
    is_possible = 0 < number <= (255 if match["octal"] else _LAST_CHARACTER)
    if not is_possible or 0xD800 <= number < 0xE000:
        return value[at : at + 2], at + 2
    return chr(number), match.end()


def _digits(match: re.Match[str]) -> str:
    return match["hex"] or match["short"] or match["long"]


def _ends(value: str, at: int) -> bool:
    return at >= len(value) or value[at] in BLANKS


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at
