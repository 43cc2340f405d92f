r"""The words of a Caddyfile, with the place of each.

Hand-written after Caddy's own lexer, as no library reads this language. What is unlike a shell:

    {$NAME:default}  is replaced in the raw text, before anything else is read: it may become several words
    "a \" b"         a backslash hides a quote and nothing else; a quote opens only where a word begins
    `a "b"`          as it is
    a \              a backslash joins the next line; in a comment it does so wherever it stands
    <<END            a heredoc ends at the first END anywhere, even inside of a word

A variable that nothing gives would be empty to Caddy. Here it stays, as `{$NAME}`, a hole in its word.
"""

import re
from collections.abc import Mapping

from compolint.pattern import pattern
from compolint.syntax.caddy_variables import Fault, Filled, Variable
from compolint.text import Source, Span
from compolint.tuples import NamedTuple

_MOST = 100_000  # words
# What Go takes for a blank, but for the line feed and for the carriage return, which ends no word.
_BLANK = " \t\v\f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_STEP = pattern(
    rf"[{_BLANK}\r]*+(?:(?P<lines>\n[{_BLANK}\r\n]*+)|(?P<comment>#[^\n]*+)"
    rf"|(?P<plain>[^{_BLANK}\r\n\\\"`#<][^{_BLANK}\r\n\\]*+)(?=[{_BLANK}\n]|\r\n|\Z))?"
)
# Behind a backslash stands what is no blank; else the word ends before it.
_WORD = pattern(rf"(?:[^{_BLANK}\n\\]++|\\\r*+[^{_BLANK}\r\n])*+")
_ESCAPE = pattern(r"\\\r*(.)")
_JOIN = pattern(r"\\\r*\n")
_QUOTED = pattern(r'(?:[^"\\]++|\\.)*+', re.DOTALL)
_HEREDOC = pattern(r"<<([^ \n]*+)")
_MARKER = pattern(r"[A-Za-z0-9_-]+")


class Token(NamedTuple):
    """A word. Those on one line have the same number and the same frame, which is the import they came by."""

    text: str
    span: Span  # the quotes, or the whole heredoc, included
    line: int  # as Caddy counts: of the text with its variables filled in, joined lines being one
    quote: str  # "" for none, else `"`, "`" or "<" for a heredoc
    breaks: int  # line ends inside
    variables: tuple[Variable, ...] = ()
    frame: int = 0

    def ends_before(self, following: "Token") -> bool:
        """Whether the following word is on another line."""
        return self.frame != following.frame or self.line + self.breaks < following.line

    def is_brace(self, brace: str) -> bool:
        return self.text == brace and not self.quote


class Lexed(NamedTuple):
    source: Source
    tokens: tuple[Token, ...]
    comments: tuple[Span, ...]
    faults: tuple[Fault, ...]


def lex(source: Source, environment: Mapping[str, str]) -> Lexed:
    """The words of a text, its variables taken from the environment."""
    faults: list[Fault] = []
    text = Filled(source, environment, faults)
    lexer = _Lexer(text, faults)
    lexer.run()
    return Lexed(source, tuple(lexer.tokens), tuple(lexer.comments), tuple(faults))


class _Lexer:
    def __init__(self, filled: Filled, faults: list[Fault]) -> None:
        self.tokens: list[Token] = []
        self.comments: list[Span] = []
        self._faults = faults
        self._filled, self._text = filled, filled.text
        self._line = 1
        self._joined = 0  # lines that are one with the line before
        self._escaped = False  # a backslash stands somewhere before what comes next

    def run(self) -> None:
        text, at, step = self._text, 0, _STEP.match
        while at < len(text):
            match = step(text, at)
            if match is None:
                return  # never: every part of it may be empty
            kind, at = match.lastgroup, match.end()
            if kind == "plain" and not self._escaped:
                start = match.start("plain")
                self._add(text[start:at], start, at, "")
            elif kind == "lines":
                self._end_lines(text.count("\n", match.start("lines"), at))
            elif kind == "comment":
                self._comment(match.start("comment"), at)
            elif at < len(text) or kind:
                at = self._other(match.start(kind) if kind else at)
            if len(self.tokens) > _MOST:
                message = f"the file has more than {_MOST} words"
                self._faults.append(Fault(message, self.tokens.pop().span, "unsupported"))
                return

    def _end_lines(self, count: int) -> None:
        if self._escaped:
            self._escaped = False
            self._joined += 1
            count -= 1
        if count:
            self._line += count + self._joined
            self._joined = 0

    def _comment(self, start: int, end: int) -> None:
        comment = self._text[start:end].rstrip("\r")
        self.comments.append(self._filled.span(start, start + len(comment)))
        self._escaped = self._escaped or "\\" in comment

    def _other(self, at: int) -> int:
        character = self._text[at]
        if character == "\\" and not self._escaped:
            self._escaped = True
            return at + 1
        escaped, self._escaped = self._escaped, False
        if character == '"':
            return self._quoted(at, escaped)
        if character == "`":
            return self._raw(at)
        if not escaped and self._text.startswith("<<", at):
            return self._heredoc(at)
        return self._word(at, escaped)

    def _word(self, at: int, escaped: bool) -> int:
        text = self._text
        start = at + escaped  # what the backslash stands before is part of the word, whatever it is
        match = _WORD.match(text, start)
        end = match.end() if match else start
        written = text[at:end]
        value = _ESCAPE.sub(_unescaped, f"\\{written}" if escaped else written).replace("\r", "")
        self._add(value, at, at + len(written.rstrip("\r")), "")
        if join := _JOIN.match(text, end):
            self._joined += 1
            return join.end()
        return end + text.startswith("\\", end)

    def _quoted(self, at: int, escaped: bool) -> int:
        text = self._text
        match = _QUOTED.match(text, min(at + 1 + escaped, len(text)))
        end = match.end() if match else len(text)
        value = ("\\" * escaped + text[at + 1 : end]).replace('\\"', '"')
        return self._close(value, at, end, '"')

    def _raw(self, at: int) -> int:
        end = self._text.find("`", at + 1)
        end = len(self._text) if end < 0 else end
        return self._close(self._text[at + 1 : end], at, end, "`")

    def _close(self, value: str, at: int, end: int, quote: str) -> int:
        if not self._text.startswith(quote, end):  # never closed: Caddy takes what there is, as if unquoted
            end, quote = len(self._text), ""
        breaks = value.count("\n")
        if value or quote:
            self._add(value, at, end + len(quote), quote, breaks)
        if breaks:
            self._end_lines(breaks)
        return end + len(quote)

    def _heredoc(self, at: int) -> int:
        text = self._text
        opening = _HEREDOC.match(text, at)
        if opening is None:
            return at + 2  # never: it begins with `<<`
        body = opening.end() + 1
        marker = opening[1].replace("\r", "")
        if text[body - 1 : body] != "\n":
            self._add(f"<<{marker}", at, at + len(opening[0].rstrip("\r")), "")
            return opening.end()
        if refusal := _refusal(marker):
            span = self._filled.span(at, opening.end())
            self._faults.append(Fault(refusal, span))
            self._add(f"<<{marker}", at, opening.end(), "")
            return opening.end()
        end = text.find(marker, body)
        if end < 0:
            span = self._filled.span(at, opening.end())
            if body < len(text):
                self._faults.append(Fault(f"the heredoc never comes to its end, {marker}", span))
            return len(text)
        content, is_even = _dedented(text[body:end])
        end += len(marker)
        if not is_even:
            message = f"the heredoc has lines that do not begin with the blanks before its end, {marker}"
            self._faults.append(Fault(message, self._filled.span(at, opening.end())))
        self._add(content, at, end, "<", content.count("\n") + 2)
        self._line += self._joined + text.count("\n", opening.end(), end)
        self._joined = 0
        return end

    def _add(self, value: str, start: int, end: int, quote: str, breaks: int = 0) -> None:
        filled = self._filled
        token = (value, filled.span(start, end), self._line, quote, breaks, filled.variables(start, end), 0)
        self.tokens.append(tuple.__new__(Token, token))


def _refusal(marker: str) -> str | None:
    if not marker:
        return "the heredoc has no word for its end"
    if marker.startswith("<"):
        return "a heredoc opens with two `<`, not with more"
    if not _MARKER.fullmatch(marker):
        return "the end of a heredoc is a word of letters, digits, `-` and `_`"
    return None


def _dedented(body: str) -> tuple[str, bool]:
    """The text of a heredoc without the padding of its last line; whether all lines have that."""
    content, newline, padding = body.rpartition("\n")
    lines = content.split("\n") if newline else []
    is_even = all(line.startswith(padding) for line in lines if line.strip("\r"))
    kept = (line[len(padding) :] if line.startswith(padding) else line.strip("\r") for line in lines)
    return "\n".join(kept).replace("\r", ""), is_even


def _unescaped(match: re.Match[str]) -> str:
    following = match[1]
    return following if following == "<" else f"\\{following}"
