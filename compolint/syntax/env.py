r"""Env files as Compose reads them, with the place of every name and value.

Hand-written: what other libraries read is another language (`python-dotenv` takes `\'` and comments
otherwise, and gives neither places nor what was quoted).

    NAME=value            # a comment after a blank
    export NAME: value    the words and the colon are Compose's, too
    NAME='as it is'       may span lines, as may the next
    NAME="with \n, \$ and ${OTHER}"
    NAME                  taken from the shell

What a comment seems to be right after the `=` is the value: `NAME= # text` gives `# text`. Where
Compose refuses the file, the line is a fault here and the next ones are read. So it is where a carriage
return alone ends a line, since Compose takes what follows for a part of it.
"""

import re
from functools import lru_cache

from compolint.pattern import pattern
from compolint.text import Source, Span
from compolint.tuples import NamedTuple

_MOST = 10_000  # variables and comments
_BLANK = " \t\v\f\r\x85\xa0"
_SPACE = _BLANK + "\n\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_TRIMMED = _BLANK + "\n\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_SPACES = pattern(f"[{_SPACE}]*")
_BLANKS = pattern(f"[{_BLANK}]*")
_EXPORT = pattern(f"export(?=[\t\n\f\r ])[{_BLANK}]*")
_NAME = pattern(rf"[\w.\-\[\]{_BLANK}]*")
# ### <<<<<<< HEAD ###
_CONFLICT = pattern(r"(?:<{7}|={7}|>{7})(?![^ \t\r\n])")
# \n   \"   \\   \$   \0101
_ESCAPE = pattern(r'\\(?:(?P<letter>[abfnrtv$"\\])|0(?P<octal>[0-3][0-7]{2})|0(?P<rest>[0-9]{0,3}))')
# \n   \r before something that is not the end of its line
_LINE_END = pattern(r"\n|\r(?=[^\r\n])")
_LETTERS = dict(zip('abfnrtv$"\\', ("\a", "\b", "\f", "\n", "\r", "\t", "\v", "$$", '"', "\\"), strict=True))


class Pair(NamedTuple):
    name: str
    value: str | None  # without quotes and escapes, but not interpolated; None if the shell has it
    literal: bool  # not to be interpolated
    name_span: Span
    value_span: Span  # inside the quotes
    exported: bool


class Fault(NamedTuple):
    message: str  # never has a word of the file, which may be a secret
    span: Span


class EnvFile(NamedTuple):
    pairs: tuple[Pair, ...]
    faults: tuple[Fault, ...]
    comments: tuple[Span, ...]


@lru_cache(16)
def parse(source: Source) -> EnvFile:
    """The variables of a file, read once for all services that are given them."""
    parser = _Parser(source)
    parser.run()
    return EnvFile(tuple(parser.pairs), tuple(parser.faults), tuple(parser.comments))


class _Parser:
    def __init__(self, source: Source) -> None:
        self.pairs: list[Pair] = []
        self.faults: list[Fault] = []
        self.comments: list[Span] = []
        self._is_in_conflict = self._has_lone_return = False
        self._path, self._text = source.path, source.text

    def run(self) -> None:
        text, at, count = self._text, 0, 0
        while (at := _end(_SPACES, text, at)) < len(text):
            count += 1
            if count > _MOST:
                self._fault(f"the file has more than {_MOST} variables and comments", at, at)
                return
            at = self._comment(at) if text[at] == "#" else self._statement(at)

    def _statement(self, at: int) -> int:
        text = self._text
        if _CONFLICT.match(text, at):
            return self._conflict(at)
        start = _end(_EXPORT, text, at)
        is_exported = start > at
        if is_exported and text.startswith("\n", start):
            return start
        stop = _end(_NAME, text, start)
        name = text[start:stop].rstrip(_TRIMMED)
        name_span = self._span(start, start + len(name))
        sign = text[stop : stop + 1]
        if sign not in ("", "\n", "=", ":"):
            return self._fault("the name has a character that no name may have", stop, stop + 1)
        if not name:
            return self._fault("there is no name here", stop, stop + 1)
        if " " in name:
            return self._fault("there is a blank in the name", *name_span[1:])
        if sign not in ("=", ":"):
            self.pairs.append(Pair(name, None, False, name_span, self._span(stop, stop), is_exported))
            return stop
        at = _end(_BLANKS, text, stop + 1)
        quote = text[at : at + 1]
        if quote not in ("'", '"') or not quote:
            return self._plain(name, name_span, at, is_exported)
        end = _closing(text, at + 1, quote)
        if end < 0:
            return self._fault("the quote is never closed", at, at + 1)
        value = text[at + 1 : end].replace(f"\\{quote}", quote)
        is_literal = quote == "'"
        value = value if is_literal else _ESCAPE.sub(_unescaped, value)
        span = self._span(at + 1, end)
        self.pairs.append(Pair(name, value, is_literal, name_span, span, is_exported))
        return end + 1

    def _plain(self, name: str, name_span: Span, at: int, is_exported: bool) -> int:
        text, stop = self._text, self._line_end(at)
        comment = text.find(" #", at, stop)
        value = text[at : stop if comment < 0 else comment].rstrip(_TRIMMED)
        span = self._span(at, at + len(value))
        self.pairs.append(Pair(name, value, False, name_span, span, is_exported))
        return stop if comment < 0 else self._comment(comment + 1)

    def _conflict(self, at: int) -> int:
        """A line that git has put there; the first one speaks for the others."""
        if self._is_in_conflict:
            return self._line_end(at)
        self._is_in_conflict = True
        return self._fault("a merge conflict is not resolved", at, self._line_end(at))

    def _comment(self, at: int) -> int:
        stop = self._line_end(at)
        self.comments.append(self._span(at, at + len(self._text[at:stop].rstrip("\r"))))
        return stop

    def _fault(self, message: str, start: int, end: int) -> int:
        self.faults.append(Fault(message, self._span(start, min(end, len(self._text)))))
        return self._line_end(start)

    def _line_end(self, at: int) -> int:
        match = _LINE_END.search(self._text, at)
        if match is None:
            return len(self._text)
        if match[0] == "\r" and not self._has_lone_return:
            self._has_lone_return = True
            message = "this carriage return ends no line for Compose, which reads on; write line feeds"
            self.faults.append(Fault(message, self._span(match.start(), match.end())))
        return match.start()

    def _span(self, start: int, end: int) -> Span:
        return Span(self._path, start, end)


def _closing(text: str, at: int, quote: str) -> int:
    """Where the quote closes that opens before `at`; -1 if it does not.

    That happens at most once for each kind of quote, since a second one would close the first; so
    the searches to the end of the file do not add up.
    """
    start = at
    while (at := text.find(quote, at)) >= 0:
        before = at
        while before > start and text[before - 1] == "\\":
            before -= 1
        if (at - before) % 2 == 0:
            return at
        at += 1
    return -1


def _unescaped(match: re.Match[str]) -> str:
    if letter := match["letter"]:
        return _LETTERS[letter]
    if octal := match["octal"]:
        return chr(int(octal, 8))
    return f"\\{match['rest']}"


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at
