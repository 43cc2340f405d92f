"""Caddyfiles as blocks of segments, with the place of every word in its own file.

    { … }                      the global options: the first block, without a key
    (name) { … }               a snippet, which is read where it is imported
    &(name) { … }              a named route
    key, key { … }             a site; a file with one site may leave out its braces

A segment is a line that begins with the name of a directive, with the block that its end opens. What is
in the block is read in the same way, which holds for all directives of Caddy. A fault costs its line.
"""

from collections.abc import Mapping
from typing import Literal

from compolint.syntax.caddy_imports import Feed, Find, Imported
from compolint.syntax.caddy_lexer import Lexed, Token, lex
from compolint.syntax.caddy_variables import Fault, Variable
from compolint.text import Source, Span
from compolint.tuples import NamedTuple

__all__ = [
    "Block",
    "Caddyfile",
    "Fault",
    "Find",
    "Imported",
    "Lexed",
    "Segment",
    "Token",
    "Variable",
    "lex",
    "parse",
    "read",
]

_DEEPEST = 50


class Segment(NamedTuple):
    """A line with its block. `import` is one where what it names is not here."""

    name: Token
    arguments: tuple[Token, ...]
    body: "tuple[Segment, ...] | None"  # None without braces

    @property
    def span(self) -> Span:
        """The name with the arguments, as far as they stand in one file."""
        first, last = self.name.span, (self.arguments or (self.name,))[-1].span
        return first._replace(end=last.end) if last.path == first.path and last.end > first.start else first


class Block(NamedTuple):
    kind: Literal["options", "site", "route"]
    keys: tuple[Token, ...]
    segments: tuple[Segment, ...]
    span: Span  # of the first key, or of the brace


class Caddyfile(NamedTuple):
    blocks: tuple[Block, ...]
    faults: tuple[Fault, ...]
    read: tuple[Lexed, ...]  # all files that were read on the way, the first one included


def read(source: Source, environment: Mapping[str, str], find: Find) -> Caddyfile:
    """The blocks of a text and of what it imports."""
    return parse(lex(source, environment), find)


def parse(lexed: Lexed, find: Find) -> Caddyfile:
    """The blocks that words make."""
    feed = Feed(lexed, find)
    parser = _Parser(feed)
    while parser.block():
        pass
    faults = sorted(dict.fromkeys(feed.faults), key=lambda fault: fault.span)
    return Caddyfile(tuple(parser.blocks), tuple(faults), tuple(feed.read.values()))


class _Open:
    """A segment whose end is not reached."""

    __slots__ = ("arguments", "body", "name", "opening")

    def __init__(self, name: Token) -> None:
        self.name = name
        self.arguments: list[Token] = []
        self.body: list[Segment] | None = None
        self.opening: Token | None = None

    def closed(self) -> Segment:
        return Segment(self.name, tuple(self.arguments), None if self.body is None else tuple(self.body))


class _Parser:
    def __init__(self, feed: Feed) -> None:
        self.blocks: list[Block] = []
        self._feed = feed
        self._last: Token | None = None  # of the block before

    def block(self) -> bool:
        """Reads one block; whether there was anything to read."""
        feed = self._feed
        if not feed.peek():
            return False
        keys, opening = self._keys()
        if opening and len(keys) == 1 and _is_snippet(keys[0]):
            feed.define(keys[0], opening)
            return True
        if not opening and len(keys) == 1 and _is_snippet(keys[0]):
            feed.fault(f"the snippet {keys[0].text} has no braces", keys[0].span)
            return True
        segments = _Segments(feed, opening).read() if opening or feed.peek() else ()
        if not keys and not segments:
            return True
        kind: Literal["options", "site", "route"] = "site"
        if not keys:
            kind = "options"
        elif len(keys) == 1 and keys[0].text.startswith("&(") and keys[0].text.endswith(")"):
            kind = "route"
        place = keys[0].span if keys else (opening or segments[0].name).span
        self.blocks.append(Block(kind, tuple(keys), segments, place))
        return True

    def _keys(self) -> tuple[list[Token], Token | None]:
        """The keys of a block, and the brace that opens it."""
        feed, keys = self._feed, list[Token]()
        before: Token | None = None
        is_another_due = False
        while token := feed.peek():
            is_new_line = before is None or before.ends_before(token)
            if before is not None and is_new_line and not is_another_due and not token.is_brace("{"):
                return keys, None
            feed.next()
            if token.text == "import" and is_new_line:
                feed.take_in(token, is_in_block=False)
                continue
            if token.is_brace("{"):
                if is_another_due:
                    feed.fault("a comma says that another address follows, and none does", token.span)
                return keys, token
            if token.is_brace("}"):
                feed.fault("this brace closes nothing", token.span)
                before = token if keys else None
                continue
            before, text = token, token.text
            is_another_due = text.endswith(",")
            is_opened = len(text) > 1 and text.endswith("{")
            key = self._key(token, text.removesuffix(",").removesuffix("{" if is_opened else ","))
            if key:
                keys.append(key)
            if is_opened:
                feed.fault("a blank must stand between an address and its brace", token.span)
                return keys, token
        if is_another_due and before:
            feed.fault("a comma says that another address follows, and none does", before.span)
        return keys, None

    def _key(self, token: Token, text: str) -> Token | None:
        if text.startswith("@"):
            self._feed.fault("a matcher is declared outside of a site", token.span)
        elif "," in text:
            self._feed.fault("a blank must stand behind the comma between two addresses", token.span)
        if not text:
            return None
        cut = len(token.text) - len(text)
        span = token.span._replace(end=token.span.end - cut) if cut and not token.quote else token.span
        return token._replace(text=text, span=span)


class _Segments:
    """Reads the segments of one block, however deep they are nested."""

    def __init__(self, feed: Feed, opening: Token | None) -> None:
        self._feed, self._opening = feed, opening
        self._found: list[Segment] = []
        self._outer: list[_Open] = []  # segments whose blocks are open
        self._current: _Open | None = None  # the segment of this line
        self._ignored = 0  # blocks that are too deep

    def read(self) -> tuple[Segment, ...]:
        feed, before = self._feed, self._opening
        is_behind_block = False
        while token := feed.peek():
            is_new_line = before is None or before.ends_before(token)
            if token.is_brace("}"):
                feed.next()
                if self._close(token, is_new_line):
                    return tuple(self._found)
                before, is_behind_block = token, True
                continue
            if token.is_brace("{"):
                feed.next()
                self._open(token, is_new_line)
                is_behind_block = False
            elif token.text == "import" and (is_new_line or self._is_at_start()):
                feed.next()
                self._end_line()
                if missing := feed.take_in(token, is_in_block=True):
                    self._inner().append(Segment(token, (missing,), None))
                before = None  # what is imported begins a line, and what follows does
                continue
            else:
                feed.next()
                is_behind_block = is_behind_block and not is_new_line
                if not is_behind_block:
                    self._word(token, is_new_line)
                elif before and before.is_brace("}"):
                    message = "what stands behind this brace on its line is ignored"
                    feed.fault(message, token.span, "invalid")
            before = token
        self._end_line()
        self._miss_end(before)
        while self._outer:
            self._leave()
        return tuple(self._found)

    def _miss_end(self, last: Token | None) -> None:
        """Notes that the file ends in a block, where Caddy sees it: not, if the last word is a brace."""
        opening = self._outer[-1].opening if self._outer else self._opening
        if opening and (self._outer or last is None or not last.is_brace("}")):
            self._feed.fault("this brace is never closed", opening.span)

    def _is_at_start(self) -> bool:
        return self._current is None and not self._outer

    def _word(self, token: Token, is_new_line: bool) -> None:
        if self._ignored:
            return
        if token.is_brace("{}") and self._ends_line(token):
            self._feed.fault("`{}` opens no block; leave it out, or put the braces on two lines", token.span)
            return
        if self._current is None or is_new_line:
            self._end_line()
            self._current = _Open(token)
        else:
            self._current.arguments.append(token)

    def _ends_line(self, token: Token) -> bool:
        following = self._feed.peek()
        return following is None or token.ends_before(following)

    def _open(self, token: Token, is_new_line: bool) -> None:
        if self._ignored or len(self._outer) >= _DEEPEST:
            if not self._ignored:
                self._feed.fault(f"blocks are nested deeper than {_DEEPEST} levels", token.span)
            self._ignored += 1
            return
        if is_new_line:
            self._feed.fault("the brace must stand at the end of the line before", token.span)
        following = self._feed.peek()
        if following and not token.ends_before(following):
            self._feed.fault("nothing may follow this brace on its line", following.span)
        if self._current is None:
            self._current = self._last_of_line() or _Open(token)
        segment, self._current = self._current, None
        segment.body, segment.opening = segment.body or [], token
        self._outer.append(segment)

    def _last_of_line(self) -> _Open | None:
        """The segment before, taken up again."""
        found = self._inner()
        if not found or found[-1].body is not None:
            return None
        last = found.pop()
        segment = _Open(last.name)
        segment.arguments = list(last.arguments)
        return segment

    def _close(self, token: Token, is_new_line: bool) -> bool:
        """Whether it closes the block as a whole."""
        if self._ignored:
            self._ignored -= 1
            return False
        is_line_open = self._current is not None and not is_new_line
        self._end_line()
        if self._outer:
            self._leave()
            return False
        if is_line_open:
            self._feed.fault("this brace must stand on a line of its own", token.span)
        return True

    def _inner(self) -> list[Segment]:
        if not self._outer:
            return self._found
        outer = self._outer[-1]
        outer.body = outer.body if outer.body is not None else []
        return outer.body

    def _end_line(self) -> None:
        if self._current is not None:
            segment, self._current = self._current, None
            self._inner().append(segment.closed())

    def _leave(self) -> None:
        segment = self._outer.pop()
        self._inner().append(segment.closed())


def _is_snippet(key: Token) -> bool:
    return len(key.text) > 1 and key.text.startswith("(") and key.text.endswith(")")
