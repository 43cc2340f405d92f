r"""JSON with the place of everything, in the dialects that programs read their settings in.

Hand-written, because the standard library's reader keeps no places and knows no comments, and because JSON
is not quite what our reader of YAML takes: halves of UTF-16 pairs (`\ud83d\ude00`) are no YAML, words
without quotes are no JSON. The nodes are those of YAML, so that what reads them reads both.
"""

import re
from typing import Any, Literal

from compolint.pattern import pattern
from compolint.syntax.yaml_nodes import Fault, Mapping, Node, Scalar, Sequence
from compolint.text import Note, Source, Span
from compolint.tuples import NamedTuple

# "jsonc" has comments, and commas before closing brackets; "json5" writes names and texts as JavaScript does.
Dialect = Literal["json", "jsonc", "json5"]

_DEEPEST = 200
_MOST_NODES = 100_000

_TOKEN = pattern(
    r"""
    (?P<text> "(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+" )
  | (?P<mark> [{}\[\]:,] )
  | (?P<comment> //[^\r\n]*+ | /\*(?s:.*?)\*/ )
  | (?P<loose> "(?:[^"\\\r\n]|\\(?:\r\n|(?s:.)))*+" | '(?:[^'\\\r\n]|\\(?:\r\n|(?s:.)))*+' )
  | (?P<word> [^\s"'{}\[\]:,/\x00-\x1f]++ )
    """,
    re.VERBOSE,
)
_BLANK = pattern(r"[ \t\r\n\u00a0\ufeff\u2028\u2029]*+")
_WORD = {
    "json": pattern(r"-?(?:0|[1-9]\d*+)(?:\.\d++)?+(?:[eE][+-]?\d++)?+|true|false|null"),
    "json5": pattern(
        r"[+-]?(?:Infinity|NaN|0[xX][0-9a-fA-F]++|(?:\d++\.?\d*+|\.\d++)(?:[eE][+-]?\d++)?+)"
        r"|true|false|null"
    ),
}
_NAME = pattern(r"(?:[^\W\d]|\$)[\w$]*+")
_ESCAPE = pattern(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|(?s:.)))")
_ESCAPED = {
    "b": "\b", "f": "\f", "n": "\n",
    "r": "\r", "t": "\t", "v": "\v", "0": "\0", "\n": "", "\r": "", "\r\n": ""
}  # fmt: skip
_CLOSING = {"{": "}", "[": "]"}


class Document(NamedTuple):
    """What a file says. Without a root, a fault says why it could not be read."""

    root: Node | None
    faults: tuple[Fault, ...]
    comments: tuple[Span, ...]


def parse(source: Source, dialect: Dialect = "json") -> Document:
    """The document of a file; what only a richer dialect has is read all the same, with a fault."""
    reader = _Reader(source, dialect)
    try:
        return Document(reader.document(), tuple(reader.faults), tuple(reader.comments))
    except _Stop as stop:
        return Document(None, (stop.fault,), tuple(reader.comments))


class _Stop(Exception):
    """The text cannot be understood from here on."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault


class _Open(NamedTuple):
    """A collection that is not closed yet."""

    mark: str
    start: int
    pairs: list[tuple[Scalar, Node]]
    items: list[Node]


class _Reader:
    """One pass over a text, with a stack of the open collections instead of recursion."""

    def __init__(self, source: Source, dialect: Dialect) -> None:
        self.path, self.text, self.dialect = source.path, source.text, dialect
        self.faults: list[Fault] = []
        self.comments: list[Span] = []
        self._at = 0
        self._token: Any = None
        self._is_refused = False  # what it says of the dialect is said once

    def document(self) -> Node:
        if self._next() is None:
            raise self._stop("the file is empty")
        root = self._value()
        if self._next() is not None:
            raise self._stop("the value has ended before this; nothing can stand here")
        return root

    def _value(self) -> Node:
        """The value that the current token begins."""
        stack: list[_Open] = []
        key: Scalar | None = None
        keys: list[Scalar | None] = []
        count = 0
        while True:
            count += 1
            if count > _MOST_NODES:
                raise self._stop(f"the file has more than {_MOST_NODES} values", kind="unsupported")
            mark = self._token and self._token["mark"]
            if mark and mark in "{[":
                if len(stack) >= _DEEPEST:
                    raise self._stop(f"nested deeper than {_DEEPEST} levels")
                keys.append(key)
                stack.append(_Open(mark, self._token.start(), [], []))
                done, key = self._member(stack[-1])
                if not done:
                    continue
                node = self._closed(stack.pop())
                key = keys.pop()
            else:
                node = self._scalar()
            while True:
                if not stack:
                    return node
                around = stack[-1]
                if key is not None:
                    around.pairs.append((key, node))
                else:
                    around.items.append(node)
                self._next()
                done, key = self._following(around)
                if not done:
                    break
                node = self._closed(stack.pop())
                key = keys.pop()

    def _following(self, around: _Open) -> tuple[bool, Scalar | None]:
        """Behind a member: whether the collection is closed, else the key of the next member."""
        mark = self._token and self._token["mark"]
        if mark == _CLOSING[around.mark]:
            return True, None
        if mark != ",":
            what = "mapping" if around.mark == "{" else "list"
            begins = (Note(f"the {what} begins here", Span(self.path, around.start, around.start + 1)),)
            raise self._stop(f"a {what} needs `,` or `{_CLOSING[around.mark]}` here", begins)
        comma = self._token
        done, key = self._member(around)
        if done and self.dialect == "json":
            self._refuse("JSON has no `,` behind the last value", Span(self.path, *comma.span()))
        return done, key

    def _member(self, around: _Open) -> tuple[bool, Scalar | None]:
        """Steps to a member's value: whether the collection is closed instead, else the key."""
        token = self._next()
        if token is not None and token["mark"] == _CLOSING[around.mark]:
            return True, None
        if around.mark == "[":
            return False, None
        key = self._key()
        if (token := self._next()) is None or token["mark"] != ":":
            raise self._stop(f"the name {_shortened(key.value)} needs `:` and a value behind it")
        self._next()
        return False, key

    def _key(self) -> Scalar:
        token = self._token
        if token is not None and (token["text"] or token["loose"]):
            return self._scalar()
        if token is not None and token["word"] and self.dialect == "json5" and _NAME.fullmatch(token[0]):
            return self._word(token, '"')
        raise self._stop("a name in double quotes is missing here")

    def _scalar(self) -> Scalar:
        token = self._token
        if token is not None and token["text"]:
            return self._text(token)
        if token is not None and token["loose"] and self.dialect == "json5":
            return self._text(token)
        if token is not None and token["word"]:
            words = _WORD["json5" if self.dialect == "json5" else "json"]
            if words.fullmatch(token[0]):
                return self._word(token, "")
            raise self._stop("this word is no value; a text stands in double quotes")
        if token is not None and token["loose"]:
            quoted = "stands in double quotes" if token[0][0] == "'" else "has no such escape or character"
            raise self._stop(f"a text in JSON {quoted}")
        raise self._stop("a value is missing here")

    def _word(self, token: Any, style: str) -> Scalar:
        start, end = token.span()
        return Scalar(self.path, start, end, token[0], style, None)

    def _text(self, token: Any) -> Scalar:
        start, end = token.span()
        value = self.text[start + 1 : end - 1]
        if "\\" in value:
            value = _ESCAPE.sub(_unescaped, value)
            if any("\ud800" <= character <= "\udfff" for character in value):
                value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return Scalar(self.path, start, end, value, '"', None)

    def _closed(self, opened: _Open) -> Node:
        start, end = opened.start, self._token.end()
        if opened.mark == "[":
            return Sequence(self.path, start, end, opened.items)
        last: dict[str, tuple[Scalar, Node]] = {}
        for pair in opened.pairs:
            name = pair[0].value
            if name in last:
                first = (Note("and here, without effect", last[name][0].span),)
                message = f"the key {_shortened(name)} occurs twice"
                self.faults.append(Fault("duplicate key", message, pair[0].span, first))
            last[name] = pair
        return Mapping(self.path, start, end, opened.pairs, pairs=list(last.values()))

    def _next(self) -> Any:
        """Steps to the next token; None at the end of the text."""
        while True:
            at = _BLANK.match(self.text, self._at).end()  # type: ignore[union-attr]  # it matches nothing, too
            self._token = token = _TOKEN.match(self.text, at)
            self._at = at if token is None else token.end()
            if token is None:
                if at < len(self.text):
                    raise self._stop(self._unread(at))
                return None
            if not token["comment"]:
                return token
            comment = Span(self.path, *token.span())
            self.comments.append(comment)
            if self.dialect == "json":
                self._refuse("JSON has no comments", comment)

    def _unread(self, at: int) -> str:
        character = self.text[at]
        if character in "\"'":
            return "a quote is not closed on its line"
        if self.text.startswith("/*", at):
            return "a comment is not closed"
        if not character.isprintable():
            return f"JSON does not allow the character U+{ord(character):04X}"
        return f"no value can begin with {character}"

    def _refuse(self, message: str, at: Span) -> None:
        if not self._is_refused:
            self._is_refused = True
            self.faults.append(Fault("syntax", f"{message}, so the program does not read this file", at))

    def _stop(self, message: str, notes: tuple[Note, ...] = (), kind: str = "syntax") -> _Stop:
        start, end = self._token.span() if self._token else (self._at, min(self._at + 1, len(self.text)))
        return _Stop(Fault(kind, message, Span(self.path, start, end), notes))


def _unescaped(escape: re.Match[str]) -> str:
    if code := escape[1] or escape[2]:
        return chr(int(code, 16))
    return _ESCAPED.get(escape[3], escape[3])


def _shortened(text: str) -> str:
    return f"`{text}`" if len(text) <= 40 else f"`{text[:39]}…`"
