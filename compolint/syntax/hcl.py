"""The blocks and attributes of HCL, the language of Terraform and of `docker-bake.hcl`, with their places.

Hand-written, because python-hcl2 cannot be paid for at each run: it needs 110 ms to start, and a second where
it cannot write its cache into its own folder. What it gives has no places, it gives up a file at its first
fault, and it breaks down on deep nesting. So it is what the tests hold this module against.

Only the structure is read here; the expression of an attribute is read when somebody asks for it
(`compolint.syntax.hcl_expression`). Terraform stops at a fault; here it costs the statement that it is in.

    resource "aws_security_group" "db" {   # a block with two labels
      name = "db-${var.name}"              # an attribute
      ingress { from_port = 22 }
    }
"""

from functools import cached_property

from compolint.pattern import pattern
from compolint.syntax.hcl_expression import HEREDOC, IDENTIFIER, heredoc_end, parse_expression
from compolint.syntax.hcl_nodes import Expression, Fault
from compolint.text import Source, Span

__all__ = ["Attribute", "Block", "Fault", "HclFile", "parse"]

_DEEPEST = 100
_MOST_FAULTS = 50
_MOST_OPEN = 500
_MOST_STATEMENTS = 50_000

_STRING = r'"(?:[^"\\\n]++|\\.)*+"'
# resource "aws_vpc" "main" {   name =   ### group 2: the sign of an attribute, 3: labels, 4: the brace ###
_STATEMENT = pattern(
    rf"({IDENTIFIER})(?:[ \t]*+(=)(?![=>])|((?:[ \t]*+(?:{_STRING}|{IDENTIFIER}))*+)[ \t]*+(\{{))"
)
_LABEL = pattern(rf"{_STRING}|{IDENTIFIER}")
_BLANK = pattern(r"(?:[ \t\r\n]++|#[^\n]*+|//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/)*+")
_COMMENT = pattern(r"#[^\r\n]*+|//[^\r\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/")
# What a value goes on with, strings without a template included, up to a sign that means something.
_CODE = pattern(r'(?:[^"{}()\[\]#/<\n]++|/(?![/*])|<(?!<)|"(?:[^"\\$%\n]++|\\.|\$\$\{|%%\{|[$%](?!\{))*+")*+')
_IN_STRING = pattern(r"(?:[^\"\\$%\n]++|\\.|\$\$\{|%%\{|[$%](?!\{))*+")
_CLOSERS = {"(": ")", "[": "]", "{": "}"}


class Attribute:
    """A name with an expression."""

    __slots__ = ("_expression", "end", "name", "name_end", "name_start", "source", "start")

    def __init__(
        self,
        source: Source,
        name: str,
        name_at: tuple[int, int],
        value_at: tuple[int, int],
        expression: Expression | None = None,
    ) -> None:
        self.source, self.name = source, name
        self.name_start, self.name_end = name_at
        self.start, self.end = value_at
        self._expression: Expression | Fault | None = expression

    @property
    def name_span(self) -> Span:
        return Span(self.source.path, self.name_start, self.name_end)

    @property
    def span(self) -> Span:
        """Where the value stands."""
        return Span(self.source.path, self.start, self.end)

    def expression(self) -> Expression | Fault:
        if self._expression is None:
            self._expression = parse_expression(self.source, self.start, self.end)
        return self._expression


class Block:
    """A keyword with labels, and what stands between its braces; the file itself is one without a keyword."""

    __slots__ = ("attributes", "blocks", "header_end", "keyword", "labels", "source", "start")

    def __init__(
        self, source: Source, keyword: str, labels: tuple[str, ...], start: int, header_end: int
    ) -> None:
        self.source, self.keyword, self.labels = source, keyword, labels
        self.start, self.header_end = start, header_end
        self.attributes: dict[str, Attribute] = {}
        self.blocks: list[Block] = []

    @property
    def span(self) -> Span:
        """The keyword and the labels."""
        return Span(self.source.path, self.start, self.header_end)


class HclFile:
    """The statements that can be read, and what is wrong with the others."""

    def __init__(self, source: Source, body: Block, faults: list[Fault], comments: list[Span]) -> None:
        self.source, self.body = source, body
        self.faults = tuple(faults)
        self._comments = comments

    @cached_property
    def comments(self) -> tuple[Span, ...]:
        return tuple(sorted(self._comments))


class _Refused(Exception):
    def __init__(self, message: str, start: int) -> None:
        super().__init__(message)
        self.message, self.start = message, start


def parse(source: Source) -> HclFile:
    scanner = _Scanner(source)
    scanner.read()
    return HclFile(source, scanner.file, scanner.faults, scanner.comments)


class _Scanner:
    """One pass over the text. The methods are given a place and give the one to go on from."""

    def __init__(self, source: Source) -> None:
        self._source, self._text = source, source.text
        self.file = Block(source, "", (), 0, 0)
        self.faults: list[Fault] = []
        self.comments: list[Span] = []
        self._open = [self.file]
        self._is_lost = False  # since a fault nothing made sense
        self._statements = 0
        # Behind a fault the same text is read again, which must not go on forever.
        self._steps = len(source.text) + 10_000

    def read(self) -> None:
        at, length = self._blank(0), len(self._text)
        while at < length:
            try:
                at = self._statement(at)
                self._is_lost = False
            except _Refused as refused:
                if not self._is_lost:
                    self._fault(refused.message, refused.start)
                self._is_lost = True
                self._steps -= len(self._text) // 200 + 1
                if len(self.faults) >= _MOST_FAULTS or self._steps <= 0:
                    self._fault("from here on nothing is read, because there is too much that cannot be", at)
                    return
                at = self._text.find("\n", at) + 1 or length
            at = self._blank(at)
        if len(self._open) > 1:
            self._fault("the block is not closed", self._open[1].start)
            for block in self._open[1:]:
                self._take_out(block)

    def _statement(self, at: int) -> int:
        text = self._text
        if text[at] == "}":
            if len(self._open) == 1:
                raise _Refused("`}` closes nothing", at)
            self._open.pop()
            return at + 1
        found = _STATEMENT.match(text, at)
        if not found and text.startswith("/*", at):
            raise self._unclosed("comment", at)
        if not found:
            raise _Refused("this is neither a block nor an attribute", at)
        self._statements += 1
        if self._statements > _MOST_STATEMENTS:
            self._steps = 0
            raise _Refused(f"the file has more than {_MOST_STATEMENTS} statements", at)
        body = self._open[-1]
        if found[2]:
            start = _skip_blanks(text, found.end())
            end, next_at = self._value_end(start)
            if end == start:
                raise _Refused(f"{found[1]} has no value", found.start(1))
            attribute = Attribute(self._source, found[1], found.span(1), (start, end))
            body.attributes.setdefault(found[1], attribute)
            return next_at
        if len(self._open) > _DEEPEST:
            self._steps = 0
            raise _Refused(f"blocks are nested deeper than {_DEEPEST}", at)
        labels = tuple(_unquoted(label) for label in _LABEL.findall(found[3])) if found[3] else ()
        block = Block(self._source, found[1], labels, found.start(1), found.end(3))
        body.blocks.append(block)
        self._open.append(block)
        return found.end()

    def _value_end(self, at: int) -> tuple[int, int]:
        """Where a value ends, and where to go on."""
        text = self._text
        opened: list[tuple[str, int]] = []  # what closes an open bracket or string, and where it began
        start = at
        while True:
            self._steps -= 1
            if self._steps <= 0:
                raise _Refused("this is too long", start)
            is_string = bool(opened) and opened[-1][0] == '"'
            at = (_IN_STRING if is_string else _CODE).match(text, at).end()  # type: ignore[union-attr]  # matches
            sign = text[at : at + 1]
            if is_string:
                at = self._in_string(sign, at, opened)
            elif sign == '"' or sign in _CLOSERS:
                if len(opened) == _MOST_OPEN:
                    raise _Refused(f"brackets are nested deeper than {_MOST_OPEN}", opened[0][1])
                opened.append((_CLOSERS.get(sign, '"'), at))
                at += 1
            elif sign == "<":
                at = self._heredoc(at)
            elif not opened and sign in "\n}":  # the empty text, too
                return _trimmed(text, start, at), at
            elif sign in "#/" and sign:
                if not opened and not text.startswith("/*", at):
                    return _trimmed(text, start, at), at
                at = self._comment(at)
            elif sign == "\n":
                at += 1
            elif opened and opened[-1][0] == sign:
                opened.pop()
                at += 1
            elif opened:
                raise _Refused(f"`{text[opened[-1][1]]}` is not closed", opened[-1][1])
            else:
                raise _Refused(f"`{sign}` closes nothing", at)

    def _in_string(self, sign: str, at: int, opened: list[tuple[str, int]]) -> int:
        if sign == '"':
            opened.pop()
            return at + 1
        if sign in "$%" and sign:
            if len(opened) == _MOST_OPEN:
                raise _Refused(f"templates are nested deeper than {_MOST_OPEN}", opened[0][1])
            opened.append(("}", at))
            return at + 2
        raise _Refused("the string is not closed", opened[-1][1])

    def _heredoc(self, at: int) -> int:
        found = HEREDOC.match(self._text, at)
        if not found:
            return at + 2
        end = heredoc_end(self._text, found.end(), found[2])
        if end is None:
            raise self._unclosed("heredoc", at)
        return end[1]

    def _comment(self, at: int) -> int:
        found = _COMMENT.match(self._text, at)
        if not found:
            raise self._unclosed("comment", at)
        self.comments.append(Span(self._source.path, *found.span()))
        return found.end()

    def _unclosed(self, what: str, at: int) -> _Refused:
        self._steps -= (len(self._text) - at) // 2
        return _Refused(f"the {what} is not closed", at)

    def _blank(self, at: int) -> int:
        """Where the next statement begins; the comments before it are kept."""
        found = _BLANK.match(self._text, at)
        assert found is not None  # it matches nothing, too
        stop = found.end()
        if stop - at > 1 and ("#" in found[0] or "/" in found[0]):
            spans = (comment.span() for comment in _COMMENT.finditer(self._text, at, stop))
            self.comments += (Span(self._source.path, *span) for span in spans)
        return stop

    def _fault(self, message: str, start: int) -> None:
        end = self._text.find("\n", start)
        end = len(self._text) if end < 0 else end
        self.faults.append(Fault(message, Span(self._source.path, start, max(start, end))))

    def _take_out(self, unclosed: Block) -> None:
        """Of a block that is not closed what begins a line cannot be meant to be in it."""
        inner = [block for block in unclosed.blocks if self._begins_line(block) and block.labels]
        unclosed.blocks[:] = [block for block in unclosed.blocks if block not in inner]
        self.file.blocks += inner

    def _begins_line(self, block: Block) -> bool:
        return block.start == 0 or self._text[block.start - 1] == "\n"


def _skip_blanks(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\t"):
        at += 1
    return at


def _trimmed(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1] in " \t\r\n":
        end -= 1
    return end


def _unquoted(label: str) -> str:
    return label[1:-1] if label[0] == '"' else label
