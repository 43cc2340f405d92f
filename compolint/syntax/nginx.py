"""The configuration of Nginx as a tree, with the place of every word.

Hand-written, because crossplane fails what we need of it: it has no columns and no lines of arguments, gives
up a file at its first fault, leaves escapes as they are, takes `${a} b` for one word and `abc}` for none, and
reads Lua as directives where it does not know the directive. The tests hold this module against `nginx -t`.

One regular expression reads a statement up to the `;`, `{` or `}` that ends it, which is what Nginx itself
does (`ngx_conf_read_token`). Nginx stops at a fault; here it costs its statement and, if that opens one, the
block.

    location ~ "^/a{2}$" {    # quotes, because an unquoted `{` ends a word
        set $a ${b}c;         # but not behind `$`
        content_by_lua_block { ngx.say("}") }
    }
"""

import re
from functools import cached_property

from compolint.pattern import pattern
from compolint.syntax.nginx_braces import disagreement
from compolint.syntax.nginx_directive import (
    BLANKS,
    COMMENT,
    PLAIN,
    QUOTED,
    Directive,
    Word,
    comments,
    cut,
    decoded,
)
from compolint.syntax.nginx_lua import closing
from compolint.syntax.nginx_rules import BLOCKS, SIMPLE, TABLES
from compolint.text import Note, Source, Span
from compolint.tuples import NamedTuple

__all__ = ["Directive", "Fault", "NginxFile", "Word", "parse"]

TEMPLATE = "this looks like a template (Jinja, Go, ERB), not like a configuration of Nginx"
_DEEPEST = 100
_MOST = 100_000  # directives
_MOST_FAULTS = 100
_LONGEST = 4095  # bytes of a word or a comment
_PERHAPS_LONG = _LONGEST // 4

# What a template puts in is a line of its own: ${LOCATIONS}   %%EXTRA%%   @INCLUDES@
_INSERTION = r"(?:\$\{?[A-Z][A-Z0-9_]*\}?|%%\w+%%|@\w+@)(?=[ \t\r]*(?:\n|\Z))"
# ### <<<<<<< HEAD ###
_CONFLICT = r"(?:<{7}|={7}|>{7})(?![^ \t\r\n])[^\r\n]*"
_FOREIGN = pattern(rf"({_INSERTION})|{_CONFLICT}")
_WORD = f"(?:{PLAIN}|{QUOTED})"
_STATEMENT = pattern(
    rf"[{BLANKS}]*+((?:{COMMENT}[{BLANKS}]*+)*+)"
    rf"(?:((?!{_INSERTION}|{_CONFLICT}){_WORD})"
    rf"((?:(?:[{BLANKS}]++|{COMMENT})*+{_WORD})*+(?:[{BLANKS}]++|{COMMENT})*+))?+"
    r"([;{}]?)",
    re.DOTALL,
)
_QUOTES = {
    '"': pattern(r'"(?:[^"\\]++|\\.)*+("?)', re.DOTALL),
    "'": pattern(r"'(?:[^'\\]++|\\.)*+('?)", re.DOTALL),
}
# `{2}` or `{1,3}` right behind a word: ### location ~ ^/a{2}$ ###
_QUANTIFIER = pattern(r"[0-9]+(?:,[0-9]*)?\}")
_MORE_ENDS = pattern(rf"(?:[{BLANKS}]*+[;}}])*+")
_OPENING = pattern(rf"[{BLANKS}]*+\{{")
# <% if @ssl %>   listen <%= @port %>;
_ERB = pattern(r"^[^#\"'\n]*?(<%)", re.MULTILINE)


class Fault(NamedTuple):
    """Why Nginx refuses the file at this place, or why we cannot read it."""

    kind: str  # "syntax" or "unsupported"; loaders add "invalid" and "missing"
    message: str  # has no words of the file but names of well-known directives
    span: Span
    notes: tuple[Note, ...] = ()


class NginxFile:
    """The statements that can be read, and what is wrong with the others."""

    def __init__(
        self,
        source: Source,
        directives: tuple[Directive, ...],
        faults: tuple[Fault, ...],
        insertions: tuple[Span, ...],
        commented: list[tuple[int, int]],
    ) -> None:
        self.source, self.directives, self.faults = source, directives, faults
        # Where a template puts in statements that nobody can know; each is also a directive of that name.
        self.insertions = insertions
        self._commented = commented  # stretches with comments in them

    @cached_property
    def comments(self) -> tuple[Span, ...]:
        found = {span for start, stop in self._commented for span in comments(self.source, start, stop)}
        return tuple(sorted(found))


def parse(source: Source) -> NginxFile:
    parser = _Parser(source)
    if "<%" in source.text and (found := _ERB.search(source.text)):
        parser.template = found.start(1)
    else:
        parser.read()
    if parser.template is not None:
        place = Span(source.path, parser.template, parser.template + 2)
        return NginxFile(source, (), (Fault("unsupported", TEMPLATE, place),), (), parser.commented)
    children, insertions = tuple(parser.children), tuple(parser.insertions)
    return NginxFile(source, children, tuple(parser.faults), insertions, parser.commented)


class _Parser:
    """One pass over the text. The methods are given a place and give the one to go on from, or `_END`."""

    def __init__(self, source: Source) -> None:
        self.children: list[Directive] = []  # of the innermost open block
        self.faults: list[Fault] = []
        self.commented: list[tuple[int, int]] = []
        self.insertions: list[Span] = []
        self.template: int | None = None
        # The open blocks, each with what stands beside it; None for one whose statement is faulty.
        self._stack: list[tuple[Directive | None, list[Directive]]] = []
        self._source, self._path, self._text = source, source.path, source.text
        self._is_in_conflict = self._is_misplaced = False  # told once

    def read(self) -> None:
        source, text, match = self._source, self._text, _STATEMENT.match
        at = count = 0
        while at != _END:
            found = match(text, at)
            assert found is not None  # it matches nothing, too
            lead, name, rest, end = found.groups()
            stop = found.end()
            if lead or (rest and "#" in rest):
                self.commented.append((at, stop))
            if stop - at > _PERHAPS_LONG:
                self._measure(at, stop)
            if end == ";" and name and name.isidentifier() and name not in BLOCKS:
                self.children.append(Directive(source, name, found.start(2), stop))
                at = stop
            elif end == "}" and not name and self._stack:
                at = self._close(stop)
            else:
                at = self._other(found)
            count += 1
            if count > _MOST:
                at = self._give_up(f"the file has more than {_MOST} directives", stop)
            elif len(self.faults) > _MOST_FAULTS:
                at = self._give_up(f"the file has more than {_MOST_FAULTS} faults", stop)
        while self._stack:
            self._close(len(text))

    def _other(self, found: re.Match[str]) -> int:
        """All that is not `name argument;` or a `}`."""
        _, name, rest, end = found.groups()
        stop = found.end()
        if not end:
            return self._cut_short(found)
        if not name:
            return self._stray(end, stop)
        directive = self._directive(name, found.start(2), stop)
        if end == "{":
            return self._open(directive, stop)
        if end == "}":
            directive.end = directive.words[-1].end
            self.children.append(directive)
            self._unended(directive, stop - 1)
            return self._close(stop) if self._stack else stop
        if directive.name in BLOCKS and self._needs_block(directive.name, rest):
            self._fault(f"`{directive.name}` needs a block: `{{` instead of `;`", stop - 1)
        else:
            self.children.append(directive)
        return stop

    def _directive(self, raw: str, start: int, stop: int) -> Directive:
        name = raw[1:-1] if raw[0] in _QUOTES else raw
        return Directive(self._source, decoded(name) if "\\" in name else name, start, stop)

    # --- blocks ---

    def _open(self, directive: Directive, at: int) -> int:
        """Begins the block of a directive that a `{` ends."""
        text, name = self._text, directive.name
        if text[at - 2] not in BLANKS and (quantifier := _QUANTIFIER.match(text, at)):
            self._fault("`{` opens a block here; put a pattern with braces in quotes", at - 1)
            return self._skip(quantifier.end())
        if name.endswith("_by_lua_block"):
            return self._take_lua(directive, at)
        if self._is_in_table():
            self._fault("no block can stand in this table", at - 1)
            return self._push(None, at)
        if name in BLOCKS:
            return self._push(directive, at)
        if swallowed := self._swallowed(directive):
            return self._open_swallowed(directive, swallowed, at)
        if name not in SIMPLE:
            return self._push(directive, at)
        self._unended(directive, at - 1)
        directive.end = directive.words[-1].end
        self.children.append(directive)
        return self._push(None, at)

    def _push(self, directive: Directive | None, at: int) -> int:
        if self._text[at : at + 1] in ("{", "%"):  # `{{ name }}`, `{% if %}`; no directive begins like that
            self.template = at - 1
            return _END
        if len(self._stack) == _DEEPEST:
            return self._give_up(f"blocks are nested deeper than {_DEEPEST} levels", at - 1)
        if directive:
            self.children.append(directive)
        self._stack.append((directive, self.children))
        self.children = []
        return at

    def _close(self, at: int) -> int:
        directive, siblings = self._stack.pop()
        if directive:
            directive.block, directive.end = tuple(self.children), at
        self.children = siblings
        return at

    def _take_lua(self, directive: Directive, at: int) -> int:
        self.children.append(directive)
        directive.block = ()
        end = closing(self._text, at)
        if end < 0:
            self._fault("this block of Lua is never closed", directive.start, directive.words[-1].end)
            end = len(self._text)
        directive.code = self._span(at, end)
        directive.end = min(end + 1, len(self._text))
        return directive.end

    def _swallowed(self, directive: Directive) -> Word | None:
        """The last word that begins a line and names a block, so that a `;` is missing before it."""
        if "\n" not in self._text[directive.start : directive.end]:
            return None
        before, found = directive.words[0], None
        for word in directive.arguments:
            if word.text in BLOCKS and not word.quote and "\n" in self._text[before.end : word.start]:
                found = word
            before = word
        return found

    def _open_swallowed(self, directive: Directive, word: Word, at: int) -> int:
        alone = Directive(self._source, directive.name, directive.start, word.start)
        alone.end = alone.words[-1].end
        self.children.append(alone)
        self._unended(alone, at - 1)
        return self._open(Directive(self._source, word.text, word.start, at), at)

    def _is_in_table(self) -> bool:
        return self._around() in TABLES

    def _needs_block(self, name: str, rest: str) -> bool:
        """Whether this is a directive that is nothing without its block, not an entry of some table."""
        around = self._around()
        if around in TABLES or (name == "server" and around == "upstream"):
            return False
        # At the top of a file nothing is sure: a table may include it.
        return bool(around) or not rest.strip(BLANKS)

    def _around(self) -> str:
        """The name of the innermost open block."""
        directive = self._stack[-1][0] if self._stack else None
        return directive.name if directive else ""

    # --- faults ---

    def _stray(self, end: str, at: int) -> int:
        """An end of a statement where none has begun."""
        if end == "{":
            if self._text[at : at + 1] not in ("{", "%"):
                self._fault("no directive stands before this `{`", at - 1)
            return self._push(None, at)
        if end == ";":
            self._fault("no directive stands before this `;`", at - 1)
            return at
        self._fault("this `}` closes nothing", at - 1, notes=self._misplaced())
        more = _MORE_ENDS.match(self._text, at)
        return more.end() if more else at

    def _cut_short(self, found: re.Match[str]) -> int:
        """The end of the text, a quote with a fault, or a line that is not of Nginx."""
        text, at = self._text, found.end()
        if at == len(text):
            return self._ended(found[2], found.start(2), at)
        if text[at] in _QUOTES:
            return self._misquoted(at)
        foreign = _FOREIGN.match(text, at)
        assert foreign is not None  # else the words would go on here
        if foreign[1]:
            self.insertions.append(self._span(*foreign.span()))
            self.children.append(Directive(self._source, foreign[1], at, foreign.end()))
        elif not self._is_in_conflict:
            self._is_in_conflict = True
            self._fault("a merge conflict is not resolved", *foreign.span())
        return foreign.end()

    def _ended(self, name: str | None, start: int, at: int) -> int:
        if name:
            directive = self._directive(name, start, at)
            directive.end = directive.words[-1].end if directive.words else at
            self.children.append(directive)
            self._unended(directive, at)
        elif self._stack:
            directive_or_none = self._stack[-1][0]
            notes = self._misplaced()
            if directive_or_none:
                notes = (Note("this block is open at the end of the file", directive_or_none.head), *notes)
            self._fault("the file ends where a `}` is missing", at, notes=notes)
        return _END

    def _unended(self, directive: Directive, at: int) -> None:
        name = f"`{directive.name}`" if directive.name in SIMPLE | BLOCKS else "the directive before this"
        words = directive.words
        notes = (Note("a `;` is missing behind this", words[-1].span),) if words else ()
        self._fault(f"{name} is not ended by `;`", at, notes=notes)

    def _misquoted(self, at: int) -> int:
        """A quote that never closes, or has something right behind it."""
        text = self._text
        end, is_closed = self._quoted(at)
        if is_closed and "\n" not in text[at:end]:
            self._fault("behind a closing quote a blank, `;` or `{` is missing", end)
            return self._skip(end)
        # The quote is taken to lack its end on the line where it begins.
        if not is_closed or _is_too_long(text[at + 1 : end]):
            self._fault("this quote is never closed", at, at + 1)
        else:
            opener = Note(
                "the quote opens here; perhaps it should close on this line", self._span(at, at + 1)
            )
            self._fault("behind a closing quote a blank, `;` or `{` is missing", end, notes=(opener,))
        return self._skip_line(at)

    def _skip(self, at: int) -> int:
        """Passes over the rest of a faulty statement."""
        text = self._text
        while found := _STATEMENT.match(text, at):
            end, stop = found[4], found.end()
            if found[1] or "#" in (found[3] or ""):
                self.commented.append((at, stop))
            if end == "{":
                return self._push(None, stop)
            if end == "}":
                return self._close(stop) if self._stack else stop
            if end or stop == len(text):
                return stop
            if foreign := _FOREIGN.match(text, stop):
                at = foreign.end()
                continue
            at, _ = self._quoted(stop)
            if "\n" in text[stop:at]:
                return self._skip_line(stop)
        return at

    def _skip_line(self, at: int) -> int:
        """Passes over the rest of a line; if it opens a block there or behind, nothing is known of that."""
        line_end = self._text.find("\n", at)
        if line_end < 0:
            return len(self._text)
        if self._text[at:line_end].rstrip(BLANKS).endswith("{"):
            return self._push(None, line_end)
        opening = _OPENING.match(self._text, line_end)
        return self._push(None, opening.end()) if opening else line_end

    def _quoted(self, at: int) -> tuple[int, bool]:
        """Where the quote at a place ends, and whether it does so before the text does."""
        quoted = _QUOTES[self._text[at]].match(self._text, at)
        assert quoted is not None  # it needs the opening quote only
        return quoted.end(), bool(quoted[1])

    def _misplaced(self) -> tuple[Note, ...]:
        """Where braces and indentation begin to disagree; told once, since one brace upsets all behind it."""
        if self._is_misplaced:
            return ()
        self._is_misplaced = True
        siblings = (each for _, beside in self._stack for each in beside)
        return disagreement(self._source, [*siblings, *self.children])

    def _measure(self, at: int, stop: int) -> None:
        """Faults for words and comments that are longer than Nginx can read."""
        for place in [
            *(word.span for word in cut(self._source, at, stop)),
            *comments(self._source, at, stop),
        ]:
            if _is_too_long(self._text[place.start : place.end]):
                self._fault(
                    f"this is longer than {_LONGEST} bytes, which Nginx refuses", place.start, place.end
                )

    def _give_up(self, message: str, at: int) -> int:
        self._fault(message, at)
        return _END

    def _fault(self, message: str, at: int, end: int | None = None, notes: tuple[Note, ...] = ()) -> None:
        end = min(at + 1, len(self._text)) if end is None else end
        self.faults.append(Fault("syntax", message, self._span(at, end), notes))

    def _span(self, start: int, end: int) -> Span:
        return Span(self._path, start, end)


_END = -1


def _is_too_long(text: str) -> bool:
    return len(text) > _PERHAPS_LONG and len(text.encode("utf-8", "replace")) > _LONGEST
