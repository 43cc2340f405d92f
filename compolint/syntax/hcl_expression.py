"""The expressions of HCL as trees, with the place of every part.

https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md. The parser reads the text itself, without a list
of tokens, because what a sign means depends on what is around it: in a string, in a template, in a heredoc.
"""

import re

from compolint.pattern import pattern
from compolint.syntax.hcl_nodes import (
    Binary,
    Call,
    Conditional,
    Expression,
    Fault,
    For,
    Index,
    Literal,
    Member,
    Name,
    Object,
    Opaque,
    Splat,
    Template,
    Tuple,
    Unary,
)
from compolint.text import Source, Span

IDENTIFIER = r"[^\W\d][\w-]*+"
_DEEPEST = 40
_MOST_PARTS = 20_000  # of one expression
_LONGEST_NUMBER = 40

# <<EOT   <<-EOT
HEREDOC = pattern(rf"<<(-?)({IDENTIFIER})[ \t]*+\r?\n")
_BLANK = pattern(r"(?:[ \t\r\n]++|#[^\n]*+|//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/)*+")
_IDENTIFIER = pattern(IDENTIFIER)
_NUMBER = pattern(r"\d++(?:\.\d++)?+(?:[eE][+-]?\d++)?+")
_SIGN = pattern(r"==|!=|<=|>=|&&|\|\||[-+*/%<>]")
# .name   .0   .*   [*]
_STEP = pattern(rf"\.[ \t\r\n]*+(?:({IDENTIFIER})|(\d++)|(\*))|(\[[ \t]*+\*[ \t]*+\])")
# Between the expressions of a string: `$${` and `%%{` stand for `${` and `%{`.
_TEXT = pattern(r"(?:[^\"\\$%\n]++|\\.|\$\$\{|%%\{|[$%](?!\{))*+")
_HEREDOC_TEXT = pattern(r"(?:[^$%]++|\$\$\{|%%\{|[$%](?!\{))*+")
_ESCAPE = pattern(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))|([$%])[$%]\{")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}
_BINDS = {
    "||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, ">": 4, "<=": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6,
    "%": 6,
}  # fmt: skip
_WORDS = {"true": True, "false": False, "null": None}


class _Refused(Exception):
    def __init__(self, message: str, start: int) -> None:
        super().__init__(message)
        self.message, self.start = message, start


def parse_expression(source: Source, start: int, end: int) -> Expression | Fault:
    """The expression between two places of a text."""
    return _parsed(source, start, end, is_template=False)


def parse_template(source: Source, start: int, end: int) -> Expression | Fault:
    """The text between two places, in which `${…}` and `%{…}` are templates, as a JSON file has it."""
    return _parsed(source, start, end, is_template=True)


def heredoc_end(text: str, at: int, marker: str) -> tuple[int, int] | None:
    """Where the text of a heredoc ends, and where its marker does."""
    while True:
        line_end = text.find("\n", at)
        stop = len(text) if line_end < 0 else line_end
        if stop - at >= len(marker) and text[at:stop].strip() == marker:
            return at, stop
        if line_end < 0:
            return None
        at = line_end + 1


def _parsed(source: Source, start: int, end: int, *, is_template: bool) -> Expression | Fault:
    parser = _Parser(source, start, end)
    try:
        return parser.template(start, end) if is_template else parser.whole()
    except _Refused as refused:
        at = min(refused.start, end)
        line_end = source.text.find("\n", at, end)
        return Fault(refused.message, Span(source.path, at, end if line_end < 0 else line_end))


class _Parser:
    """One expression. What is read last decides where it goes on: `self._at`."""

    def __init__(self, source: Source, start: int, end: int) -> None:
        self._text, self._path = source.text, source.path
        self._at, self._end = start, end
        self._depth = self._parts = 0
        self._by_line = False  # a line's end is the end of an expression: in `{}`
        self._crossed = False  # a line's end stands in the blanks that were passed last
        self._passed = -1  # where those blanks end

    def whole(self) -> Expression:
        self._blank()
        found = self._expression()
        self._blank()
        if self._at < self._end:
            raise _Refused("the value should end here", self._at)
        return found

    def _expression(self) -> Expression:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _Refused(f"the expression is nested deeper than {_DEEPEST}", self._at)
        start = self._at
        found = self._binary(1)
        if self._next() == "?":
            self._take()
            yes = self._expression()
            self._expect(":")
            no = self._expression()
            found = Conditional(self._span(start), found, yes, no)
        self._depth -= 1
        return found

    def _binary(self, least: int) -> Expression:
        start = self._at
        left = self._unary()
        while True:
            self._blank()
            sign = None if self._ends_line() else _SIGN.match(self._text, self._at, self._end)
            if not sign or _BINDS[sign[0]] < least:
                return left
            self._at = sign.end()
            self._blank()
            right = self._binary(_BINDS[sign[0]] + 1)
            left = Binary(self._span(start), sign[0], left, right)

    def _unary(self) -> Expression:
        start = self._at
        signs: list[tuple[str, int]] = []
        while (sign := self._text[self._at : self._at + 1]) in ("!", "-"):
            signs.append((sign, self._at))
            if len(signs) > _DEEPEST:
                raise _Refused(f"there are more than {_DEEPEST} signs", start)
            self._take()
        found = self._steps(self._primary())
        for sign, at in reversed(signs):
            found = Unary(self._span(at), sign, found)
        return found

    def _steps(self, found: Expression) -> Expression:
        start = found.span.start
        while True:
            self._blank()
            sign = "" if self._ends_line() else self._peek()
            step = _STEP.match(self._text, self._at, self._end) if sign in (".", "[") else None
            if step:
                self._at = step.end()
                if step[3] or step[4]:
                    each = self._steps(Name(Span(self._path, *step.span()), "*"))
                    return Splat(self._span(start), found, each)
                name = step[1] or step[2]
                found = self._counted(Member(self._span(start), found, name))
            elif sign == "[":
                key = self._inside("]")
                found = self._counted(Index(self._span(start), found, key))
            else:
                return found

    def _primary(self) -> Expression:
        start, text = self._at, self._text
        sign = self._peek()
        if sign == '"':
            return self._string()
        if sign == "[":
            return self._bracket()
        if sign == "{":
            return self._brace()
        if sign == "(":
            return self._inside(")")
        if sign == "<" and (opening := HEREDOC.match(text, start, self._end)):
            return self._heredoc(opening[2], opening[1] == "-", opening.end())
        if number := _NUMBER.match(text, start, self._end):
            self._at = number.end()
            return self._counted(Literal(self._span(start), _number(number[0])))
        if not (name := _IDENTIFIER.match(text, start, self._end)):
            raise _Refused("a value should stand here", start)
        self._at = name.end()
        if text.startswith("(", self._at) or text.startswith("::", self._at):
            return self._call(start)
        if name[0] in _WORDS:
            return self._counted(Literal(self._span(start), _WORDS[name[0]]))
        return self._counted(Name(self._span(start), name[0]))

    def _call(self, start: int) -> Expression:
        """A call; `provider::name::function(…)` has a longer name."""
        while self._text.startswith("::", self._at):
            part = _IDENTIFIER.match(self._text, self._at + 2, self._end)
            if not part:
                raise _Refused("a name should stand here", self._at)
            self._at = part.end()
        name = self._text[start : self._at]
        opening = self._at
        self._expect("(")
        by_line, self._by_line = self._by_line, False
        arguments: list[Expression] = []
        expands = False
        while self._next() != ")":
            arguments.append(self._expression())
            if self._text.startswith("...", self._next_at()):
                self._at += 3
                expands = True
            if self._next() != ",":
                break
            self._take()
        self._by_line = by_line
        self._close(")", opening)
        return self._counted(Call(self._span(start), name, tuple(arguments), expands))

    def _bracket(self) -> Expression:
        start = self._at
        self._take()
        by_line, self._by_line = self._by_line, False
        if self._is_for():
            found = self._for(start, "]")
            self._by_line = by_line
            return found
        items: list[Expression] = []
        while self._next() not in ("]", ""):
            items.append(self._expression())
            if self._next() != ",":
                break
            self._take()
        self._by_line = by_line
        self._close("]", start)
        return self._counted(Tuple(self._span(start), tuple(items)))

    def _brace(self) -> Expression:
        start = self._at
        self._take()
        by_line = self._by_line
        if self._is_for():
            self._by_line = False
            found = self._for(start, "}")
            self._by_line = by_line
            return found
        self._by_line = True
        items: list[tuple[Expression, Expression]] = []
        while self._next() not in ("}", ""):
            is_word = self._peek() != "("
            key = self._expression()
            if self._next() not in ("=", ":"):
                raise _Refused("a key should be followed by `=` and a value", key.span.start)
            self._take()
            items.append((_as_key(key) if is_word else key, self._expression()))
            if self._next() == ",":
                self._take()
            elif not self._crossed and self._next() != "}":
                raise _Refused("the next key should stand in a line of its own", self._at)
        self._by_line = by_line
        self._close("}", start)
        return self._counted(Object(self._span(start), tuple(items)))

    def _is_for(self) -> bool:
        name = _IDENTIFIER.match(self._text, self._next_at(), self._end)
        if not name or name[0] != "for":
            return False
        after = _BLANK.match(self._text, name.end(), self._end)
        assert after is not None
        return after.end() > name.end() and bool(_IDENTIFIER.match(self._text, after.end(), self._end))

    def _for(self, start: int, closer: str) -> Expression:
        self._word()
        names = [self._word()]
        if self._next() == ",":
            self._take()
            names.append(self._word())
        if self._word() != "in":
            raise _Refused("`for` should be followed by a name and `in`", start)
        of = self._expression()
        self._expect(":")
        value, key, grouped = self._expression(), None, False
        if closer == "}":
            self._expect("=>")
            key, value = value, self._expression()
            if self._text.startswith("...", self._next_at()):
                self._at += 3
                grouped = True
        condition = None
        if self._next() == "i":
            self._word()
            condition = self._expression()
        self._close(closer, start)
        return For(self._span(start), tuple(names), of, key, value, condition, grouped)

    def _inside(self, closer: str) -> Expression:
        start, by_line = self._at, self._by_line
        self._take()
        self._by_line = False
        found = self._expression()
        self._by_line = by_line
        self._close(closer, start)
        return found

    def _string(self) -> Expression:
        start = self._at
        parts: list[Expression] = []
        at = start + 1
        while True:
            text = _TEXT.match(self._text, at, self._end)
            assert text is not None  # it matches nothing, too
            if text[0]:
                is_plain = "\\" not in text[0] and "{" not in text[0]
                value = text[0] if is_plain else _ESCAPE.sub(_unescaped, text[0])
                parts.append(
                    self._counted(Literal(Span(self._path, *text.span()), value, at if is_plain else -1))
                )
            at = text.end()
            if self._text.startswith('"', at, self._end):
                self._at = at + 1
                return self._joined(start, parts)
            parts.append(self._part(at))
            at = self._at

    def _heredoc(self, marker: str, is_indented: bool, begins: int) -> Expression:
        start = self._at
        end = heredoc_end(self._text, begins, marker)
        if end is None:
            raise _Refused("the heredoc is not closed", start)
        found = self.template(begins, end[0])
        self._at = end[1]
        span = self._span(start)
        if isinstance(found, Literal):
            if is_indented and isinstance(found.value, str):
                return Literal(span, _dedented(found.value))
            return found._replace(span=span)
        return found._replace(span=span)

    def template(self, start: int, end: int) -> Expression:
        """A text in which no backslash means anything."""
        before, self._end = self._end, end
        parts: list[Expression] = []
        at = start
        while True:
            text = _HEREDOC_TEXT.match(self._text, at, end)
            assert text is not None  # it matches nothing, too
            if text[0]:
                is_plain = "${" not in text[0] and "%{" not in text[0]
                value = text[0] if is_plain else text[0].replace("$${", "${").replace("%%{", "%{")
                parts.append(
                    self._counted(Literal(Span(self._path, *text.span()), value, at if is_plain else -1))
                )
            at = text.end()
            if at >= end:
                break
            parts.append(self._part(at))
            at = self._at
        self._at, self._end = end, before
        return self._joined(start, parts)

    def _part(self, start: int) -> Expression:
        """`${…}`; of `%{…}` only where it ends."""
        if not self._text.startswith(("${", "%{"), start):
            raise _Refused("the string is not closed", start)
        self._at = start + 2
        if self._text.startswith("~", self._at):
            self._at += 1
        by_line, self._by_line = self._by_line, False
        if self._text[start] == "%":
            self._directive()
            found: Expression = Opaque(self._span(start))
        else:
            self._blank()
            found = self._expression()
        self._by_line = by_line
        if self._next() == "~":
            self._at += 1
        self._close("}", start)
        return found

    def _directive(self) -> None:
        """`if …`, `else`, `endif`, `for … in …`, `endfor`"""
        word = self._word()
        if word == "for":
            self._word()
            if self._next() == ",":
                self._take()
                self._word()
            self._word()
        if word in ("if", "for"):
            self._blank()
            self._expression()

    def _joined(self, start: int, parts: list[Expression]) -> Expression:
        span = self._span(start)
        if not parts:
            return Literal(span, "", start + 1)
        if any(isinstance(part, Opaque) for part in parts):
            return Opaque(span)
        if len(parts) == 1 and isinstance(parts[0], Literal):
            return parts[0]._replace(span=span)
        return Template(span, tuple(parts))

    def _counted(self, found: Expression) -> Expression:
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise _Refused(f"the expression has more than {_MOST_PARTS} parts", found.span.start)
        return found

    def _word(self) -> str:
        word = _IDENTIFIER.match(self._text, self._next_at(), self._end)
        if not word:
            raise _Refused("a name should stand here", self._at)
        self._at = word.end()
        self._blank()
        return word[0]

    def _expect(self, sign: str) -> None:
        if not self._text.startswith(sign, self._next_at()) or self._at >= self._end:
            raise _Refused(f"`{sign}` should stand here", self._at)
        self._at += len(sign)
        self._blank()

    def _close(self, closer: str, opening: int) -> None:
        if self._next() != closer:
            raise _Refused(f"what is opened here should be closed by `{closer}`", opening)
        self._at += 1

    def _take(self) -> None:
        self._at += 1
        self._blank()

    def _peek(self) -> str:
        return self._text[self._at] if self._at < self._end else ""

    def _next(self) -> str:
        self._blank()
        return self._peek()

    def _next_at(self) -> int:
        self._blank()
        return self._at

    def _blank(self) -> None:
        """Goes on to what is neither blank nor comment; remembers whether a line ended on the way."""
        found = _BLANK.match(self._text, self._at, self._end)
        assert found is not None  # it matches nothing, too
        if found[0]:
            self._crossed = "\n" in found[0]
            self._at = self._passed = found.end()
        elif self._at != self._passed:
            self._crossed = False

    def _ends_line(self) -> bool:
        return self._by_line and self._crossed

    def _span(self, start: int) -> Span:
        end = self._at
        while end > start and self._text[end - 1] in " \t\r\n":
            end -= 1
        return Span(self._path, start, end)


def _as_key(key: Expression) -> Expression:
    """A bare word is a key by itself, and no variable."""
    if isinstance(key, Name):
        return Literal(key.span, key.text, key.span.start)
    return key


def _number(text: str) -> int | float | str:
    if len(text) > _LONGEST_NUMBER:
        return text
    return int(text) if text.isdecimal() else float(text)


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        number = int(code, 16)
        return chr(number) if number < 0x110000 else "\ufffd"
    return f"{match[4]}{{" if match[4] else _ESCAPED.get(match[3], match[3])


def _dedented(text: str) -> str:
    """Without the blanks that all lines begin with."""
    lines = text.split("\n")
    indents = [len(line) - len(line.lstrip(" \t")) for line in lines if line.strip()]
    least = min(indents, default=0)
    return "\n".join(line[least:] for line in lines)
