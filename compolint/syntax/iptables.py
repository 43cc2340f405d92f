"""Words and lines of iptables' language, each with its place.

Hand-written after what `iptables-restore` does, because that is no shell's language: only double quotes
quote, a backslash means something only between them, and the second quote ends the word.

    *filter
    :INPUT DROP [0:0]
    [12:720] -A INPUT -p tcp -m comment --comment "a \\"b\\"" -j ACCEPT
    COMMIT
"""

from collections.abc import Iterator
from typing import Literal

from compolint.pattern import pattern
from compolint.text import Source, Span
from compolint.tuples import NamedTuple

_LINE = pattern(r"[^\r\n]+")
_BLANKS = " \t"
# --comment   log"ged: \"x\"   "never closed
_QUOTED = pattern(r'([^" \t\r\n]*)"([^"\\]*(?:\\.[^"\\]*)*)(\\?\Z|")|[^" \t\r\n]+', 16)
_ESCAPE = pattern(r"\\(.)", 16)
# [12:720]
_COUNTERS = pattern(r"\[(\d+):(\d+)\]")

_COMMANDS = {
    **dict.fromkeys(("-A", "--append"), "append"),
    **dict.fromkeys(("-I", "--insert"), "insert"),
    **dict.fromkeys(("-R", "--replace"), "replace"),
    **dict.fromkeys(("-D", "--delete"), "delete"),
    **dict.fromkeys(("-N", "--new-chain", "--new"), "new"),
    **dict.fromkeys(("-X", "--delete-chain"), "remove"),
    **dict.fromkeys(("-E", "--rename-chain"), "rename"),
    **dict.fromkeys(("-F", "--flush"), "flush"),
    **dict.fromkeys(("-P", "--policy"), "policy"),
    **dict.fromkeys(("-Z", "--zero"), "zero"),
    **dict.fromkeys(("-C", "--check"), "check"),
    **dict.fromkeys(("-L", "--list", "-S", "--list-rules"), "list"),
}
_NUMBERED = frozenset(("insert", "replace", "delete"))


class Word(NamedTuple):
    """A word without its quotes. Few of a dump's many words are asked for their places."""

    text: str
    path: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        return Span(self.path, self.start, self.end)


def placed(text: str, span: Span) -> Word:
    """A word that stands, or is said, at a place."""
    return Word(text, *span)


class Command(NamedTuple):
    """What is done to a chain; `words` are the rule's, without the command, the chain and the number."""

    verb: str  # "append", "policy", …
    chain: Word | None
    number: int | None
    words: list[Word]


class Line(NamedTuple):
    """A line that says something. Few of a dump's many lines are asked for the places of their words."""

    kind: Literal["comment", "table", "chain", "commit", "rule"]
    span: Span  # without the blanks around it
    text: str = ""  # its words: of a rule without the counters before it
    start: int = 0  # of the text
    packets: int | None = None
    is_unclosed: bool = False  # a quote is never closed

    @property
    def words(self) -> list[Word]:
        return words(self.span.path, self.text, self.start)


def lines(source: Source) -> Iterator[Line]:
    path, text = source.path, source.text
    for match in _LINE.finditer(text):
        start = match.start()
        line = match[0].strip(_BLANKS)
        if not line:
            continue
        start = text.index(line[0], start)
        span = Span(path, start, start + len(line))
        if line[0] == "#":
            yield Line("comment", span)
        elif line[0] == "*":
            yield Line("table", span, line[1:], start + 1)
        elif line[0] == ":":
            yield Line("chain", span, line[1:], start + 1)
        elif line == "COMMIT":
            yield Line("commit", span)
        else:
            yield _rule(line, span)


def _rule(line: str, span: Span) -> Line:
    packets = None
    if line[0] == "[" and (counters := _COUNTERS.match(line)):
        packets = int(counters[1][:20])
        line = line[counters.end() :].lstrip(_BLANKS)
    is_odd = line.count('"') % 2 == 1 or "\\" in line
    return Line("rule", span, line, span.end - len(line), packets, is_odd and is_unclosed(line))


def words(path: str, text: str, at: int) -> list[Word]:
    """The words of a line that stands at a place of a file."""
    if '"' not in text and "\t" not in text:
        return _plain(path, text, at)
    quote = max(text.find('"'), 0)
    head = text.rfind(" ", 0, quote) + 1 if "\t" not in text else 0
    found = _plain(path, text[:head], at)
    found += [
        Word(
            match[0] if match[2] is None else match[1] + _ESCAPE.sub(r"\1", match[2]),
            path,
            at + match.start(),
            at + match.end(),
        )
        for match in _QUOTED.finditer(text, head)
    ]
    return found


def _plain(path: str, text: str, at: int) -> list[Word]:
    found: list[Word] = []
    new = tuple.__new__  # half the price of the constructor, for each word of a long dump
    for part in text.split(" "):
        end = at + len(part)
        if part:
            found.append(new(Word, (part, path, at, end)))
        at = end + 1
    return found


def texts(line: str) -> list[str]:
    """The words of a line without their places."""
    # Between blanks each, so that before, between and behind quotes there must be one
    pieces = f" {line} ".split('"')
    if "\t" in line or "\\" in line or len(pieces) % 2 == 0 or any(map(_is_glued, pieces[::2])):
        return [word.text for word in words("", line, 0)]
    found: list[str] = []
    for number, piece in enumerate(pieces):
        found += (piece,) if number % 2 else filter(None, piece.split(" "))
    return found


def _is_glued(piece: str) -> bool:
    return not piece[:1] == piece[-1:] == " "


def is_unclosed(text: str) -> bool:
    """Whether a quote of the line is never closed."""
    return any(match[3] is not None and match[3] != '"' for match in _QUOTED.finditer(text))


def command(said: list[Word]) -> Command | None:
    """The words of a rule taken apart: mostly the command comes first, but it need not."""
    at = 0 if said and said[0].text in _COMMANDS else None
    if at is None:
        at = next((number for number, word in enumerate(said) if word.text in _COMMANDS), None)
    if at is None:
        return None
    verb = _COMMANDS[said[at].text]
    chain = said[at + 1] if at + 1 < len(said) and not said[at + 1].text.startswith("-") else None
    behind = at + 1 + (chain is not None)
    number = None
    if verb in _NUMBERED and chain and behind < len(said) and said[behind].text.isdecimal():
        number = int(said[behind].text[:9])
        behind += 1
    return Command(verb, chain, number, said[:at] + said[behind:])
