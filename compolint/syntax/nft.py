"""The language of nftables as statements of words, with the place of every word.

Hand-written, because no package reads it: Python's `nftables` is a binding to the program's own library,
which takes a text to the kernel and tells no places. `nft` gives up a file at its first fault; here it costs
a statement.

    define lan = { 10.0.0.0/8, 192.168.0.0/16 }     # a set: line ends count for nothing in it
    table inet fw {                                 # a block: statements, each ended by a line or `;`
        chain input {
            type filter hook input priority 0; policy drop;
            ip saddr $lan tcp dport { 22, 80 } accept
        }
    }
"""

from compolint.pattern import pattern
from compolint.text import Source, Span
from compolint.tuples import NamedTuple

_DEEPEST = 40
_MOST_FAULTS = 100
_TOKEN = pattern(
    r"""
    (?P<blank> (?:[ \t]++|\\\r?\n)++ )
  | (?P<end> \r?\n|\r|; )
  | (?P<comment> \#[^\r\n]*+ )
  | (?P<text> "[^"\r\n]*+" )
  | (?P<address> (?:[0-9a-fA-F]{0,4}+:){2,7}+[0-9a-fA-F:.]*+ )
  | (?P<variable> \$[A-Za-z_][A-Za-z0-9_./\\-]*+ )
  | (?P<set> @[A-Za-z_][A-Za-z0-9_./\\-]*+ )
  | (?P<word> [A-Za-z_\\][A-Za-z0-9_./\\-]*+\*?+|[0-9][A-Za-z0-9_.]*+|\* )
  | (?P<mark> ==|!=|<=|>=|<<|>>|&&|[{}()\[\],:/!<>&|^+=.-] )
  | (?P<junk> (?s:.) )
    """,
    64,  # re.VERBOSE
)
# A line of a chain that is a statement for sure: what is special stands in quotes or in braces of its own
#     ip saddr 10.0.0.0/8 tcp dport { 22, 80 } counter accept comment "a"   # handle 4
_LINE = pattern(
    r"""
    [ \t]*+ (?P<statement> (?! (?:chain|table)\b)
        (?: [\w.:/!=<>&|^,()\[\]* \t+-]++ | "[^"\r\n]*+"
          | \{ (?: [\w.:/!=<>&|^,()\[\]* \t+-]++ | "[^"\r\n]*+" )*+ \}
        )++
    )
    (?P<comment> \#[^\r\n]*+ )? \r?\n
    """,
    64 | 256,  # re.VERBOSE | re.ASCII
)
_SEPARATOR = "a `;` or the end of the line is missing before this"
_VERBS = frozenset(
    ("add", "create", "insert", "delete", "destroy", "flush", "list", "reset", "replace", "rename")
)
# What has statements in its braces
_BODIES = frozenset(
    ("set", "map", "counter", "quota", "limit", "ct", "flowtable", "secmark", "synproxy", "tunnel")
)


class Word(NamedTuple):
    text: str  # of a quoted one what is between the quotes; of `$name` and `@name` the name
    kind: str  # "word", "text", "address", "variable", "set" or "mark"
    start: int
    end: int


class Group(NamedTuple):
    """A set: what stands between braces in a statement. A line end in it is left out."""

    nodes: "tuple[Node, ...]"
    start: int
    end: int


class Block(NamedTuple):
    """Statements between braces."""

    statements: "tuple[Statement, ...]"
    start: int
    end: int


Node = Word | Group | Block


class Statement:
    """A plain line of a chain is cut into its words when somebody asks for them."""

    __slots__ = ("_nodes", "end", "is_broken", "line", "start")

    def __init__(
        self, nodes: tuple[Node, ...] | None, start: int, end: int, is_broken: bool = False, line: str = ""
    ) -> None:
        self._nodes, self.start, self.end = nodes, start, end
        self.is_broken = is_broken  # there is a fault in it
        self.line = line  # the text of a plain line

    @property
    def nodes(self) -> tuple[Node, ...]:
        if self._nodes is None:
            self._nodes = _nodes(self.line, self.start)
        return self._nodes

    @property
    def first(self) -> str:
        """The first word; nothing if it begins with something else."""
        if self.line:
            return self.line.partition(" ")[0]
        first = self._nodes[0] if self._nodes else None
        return first.text if isinstance(first, Word) else ""


class Fault(NamedTuple):
    message: str
    start: int
    end: int


class NftFile(NamedTuple):
    source: Source
    statements: tuple[Statement, ...]
    faults: tuple[Fault, ...]
    comments: tuple[Span, ...]


def parse(source: Source) -> NftFile:
    reader = _Reader(source)
    return NftFile(source, tuple(reader.run()), tuple(reader.faults), tuple(reader.comments))


class _Frame:
    """What is open: the file, a block or a set."""

    __slots__ = ("is_broken", "is_closed", "kind", "nodes", "start", "statements", "was_line")

    def __init__(self, kind: str, start: int) -> None:
        self.kind, self.start = kind, start
        self.nodes: list[Node] = []  # of the statement that is being read, or of the set
        self.statements: list[Statement] = []
        self.was_line = False  # of a set: a line has ended since its last word
        self.is_closed = False  # a block has ended, and its line has not
        self.is_broken = False


class _Reader:
    def __init__(self, source: Source) -> None:
        self._source = source
        self.faults: list[Fault] = []
        self.comments: list[Span] = []
        self._open = [_Frame("file", 0)]

    def run(self) -> list[Statement]:
        text = self._source.text
        at = 0
        while at < len(text):
            at = self._lines(self._tokens(at))
        return self._finish(len(text))

    def _lines(self, at: int) -> int:
        """Reads plain lines as far as they go."""
        frame = self._open[-1]
        if frame.kind != "chain" or frame.nodes or frame.is_broken:
            return at
        path, match = self._source.path, _LINE.match
        while line := match(self._source.text, at):
            start, end = line.span("statement")
            statement = line["statement"].rstrip(" \t")
            if statement:
                frame.statements.append(Statement(None, start, start + len(statement), line=statement))
            if line["comment"]:
                self.comments.append(Span(path, end, end + len(line["comment"])))
            at = line.end()
        return at

    def _tokens(self, at: int) -> int:
        """Reads word by word, up to the end of a line of a chain."""
        text = self._source.text
        for token in _TOKEN.finditer(text, at):
            kind = token.lastgroup
            if kind == "blank":
                continue
            start, end = token.span()
            frame = self._open[-1]
            if kind == "word" and not (frame.was_line or frame.is_closed):
                frame.nodes.append(Word(token[0], kind, start, end))
            elif kind == "end":
                self._end_of_line(start, text[start] == ";")
                if self._open[-1].kind == "chain":
                    return end
            elif kind == "comment":
                self.comments.append(Span(self._source.path, start, end))
            elif kind == "junk":
                unclosed = text[start] == '"'
                self._fault(
                    "the quote is never closed" if unclosed else "nft knows no such character", start, end
                )
            else:
                assert kind is not None
                self._token(kind, token[0], start, end)
        return len(text)

    def _token(self, kind: str, text: str, start: int, end: int) -> None:
        frame = self._open[-1]
        if frame.kind == "set" and frame.was_line:
            frame.was_line = False
            if frame.nodes and text not in ("}", ",") and not _is_comma(frame.nodes[-1]):
                self._abandon(start, end)
                frame = self._open[-1]
        if frame.is_closed:
            frame.is_closed = False
            self._fault(_SEPARATOR, start, end)
            frame.is_broken = False
        if kind == "mark":
            if text == "{":
                self._enter(start)
                return
            if text == "}":
                self._leave(start, end)
                return
        elif kind == "text":
            text = text[1:-1]
        elif kind == "variable" or kind == "set":
            text = text[1:]
        frame.nodes.append(Word(text, kind, start, end))

    def _enter(self, start: int) -> None:
        if len(self._open) > _DEEPEST:
            self._fault(f"braces are nested deeper than {_DEEPEST} levels", start, start + 1)
            return
        frame = self._open[-1]
        if frame.kind == "chain" and frame.nodes:
            first = frame.nodes[0]
            if isinstance(first, Word) and first.text in ("chain", "table") and len(frame.nodes) < 4:
                self._close_chain(first)
        self._open.append(_Frame(_kind(self._open[-1]), start))

    def _leave(self, start: int, end: int) -> None:
        frame = self._open[-1]
        if frame.kind == "file":
            self._fault("this brace closes nothing", start, end)
            return
        if frame.kind == "set":
            self._open.pop()
            self._open[-1].nodes.append(Group(tuple(frame.nodes), frame.start, end))
            self._open[-1].is_broken |= frame.is_broken
            return
        if frame.nodes and frame.kind in ("chain", "table"):
            is_broken = frame.is_broken
            self._fault(_SEPARATOR, start, end)
            frame.is_broken = is_broken
        self._end_statement()
        self._open.pop()
        self._open[-1].nodes.append(Block(tuple(frame.statements), frame.start, end))
        self._end_statement()
        self._open[-1].is_closed = True

    def _end_of_line(self, at: int, is_semicolon: bool) -> None:
        frame = self._open[-1]
        frame.is_closed = False
        if frame.kind != "set":
            self._end_statement()
        elif is_semicolon:
            self._abandon(at, at + 1)
            self._end_statement()
        else:
            frame.was_line = True

    def _end_statement(self) -> None:
        frame = self._open[-1]
        if frame.nodes or frame.is_broken:
            nodes = tuple(frame.nodes)
            start, end = (nodes[0].start, nodes[-1].end) if nodes else (frame.start, frame.start)
            frame.statements.append(Statement(nodes, start, end, frame.is_broken))
        frame.nodes, frame.is_broken = [], False

    def _abandon(self, start: int, end: int) -> None:
        """Sets that are open when they cannot be end where they are, and their statement with them."""
        line, _ = self._source.position(self._open[-1].start)
        last = self._open[-1].nodes[-2:]
        if len(last) == 2 and all(isinstance(node, Word) and node.kind != "mark" for node in last):
            start, end = last[1].start, last[1].end  # a word too many, not a line
        self._fault(f"`,` or `}}` is missing before this: the brace of line {line} is open", start, end)
        while self._open[-1].kind == "set":
            frame = self._open.pop()
            until = frame.nodes[-1].end if frame.nodes else frame.start + 1
            self._open[-1].nodes.append(Group(tuple(frame.nodes), frame.start, until))
            self._open[-1].is_broken = True
        self._end_statement()

    def _close_chain(self, first: Word) -> None:
        """The chain is over where the next one begins."""
        self._fault("`}` is missing before this: it is inside of a chain", first.start, first.end)
        frame = self._open.pop()
        block = Block(tuple(frame.statements), frame.start, frame.nodes[0].start)
        outer = self._open[-1]
        outer.nodes.append(block)
        self._end_statement()
        outer.nodes = frame.nodes

    def _finish(self, length: int) -> list[Statement]:
        if len(self._open) > 1:
            frame = self._open[-1]
            self.faults.append(Fault("this brace is never closed", frame.start, frame.start + 1))
        while len(self._open) > 1:
            frame = self._open[-1]
            if frame.kind == "set":
                self._open.pop()
                self._open[-1].nodes.append(Group(tuple(frame.nodes), frame.start, length))
                self._open[-1].is_broken = True
            else:
                self._end_statement()
                self._open.pop()
                block = Block(tuple(frame.statements), frame.start, length)
                self._open[-1].nodes.append(block)
                self._open[-1].is_broken = True
        self._end_statement()
        return self._open[0].statements

    def _fault(self, message: str, start: int, end: int) -> None:
        self._open[-1].is_broken = True
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(Fault(message, start, end))


def _nodes(line: str, start: int) -> tuple[Node, ...]:
    """The words of a plain line."""
    found: list[Node] = []
    outer, opened = found, 0
    for token in _TOKEN.finditer(line):
        kind, text = token.lastgroup or "", token[0]
        if kind == "blank":
            continue
        first, last = start + token.start(), start + token.end()
        if text == "{":
            found, opened = [], first
        elif text == "}":
            outer.append(Group(tuple(found), opened, last))
            found = outer
        else:
            found.append(Word(text[1:-1] if kind == "text" else text, kind, first, last))
    return tuple(outer)


def _is_comma(node: Node) -> bool:
    return isinstance(node, Word) and node.kind == "mark" and node.text in (",", ":")


def _kind(frame: _Frame) -> str:
    """What a brace opens, by what stands before it in its statement."""
    if frame.kind in ("chain", "body", "set"):
        return "set"
    words = [node.text for node in frame.nodes[:2] if isinstance(node, Word)]
    if frame.kind == "file" and words and words[0] in _VERBS:
        words = words[1:]
    first = words[0] if words else ""
    if first == "table":
        return "table" if frame.kind == "file" else "set"
    if first == "chain":
        return "chain"
    return "body" if first in _BODIES else "set"
