"""Dockerfiles as instructions, with the place of every word.

The lexer is our own: what counts is where BuildKit ends an instruction, and dockerfile-parse ends it
elsewhere. It takes the lines of a heredoc for instructions (`FROM evil` in one becomes a stage), ends an
instruction at a blank line inside a continuation, loses one whose continuation meets the end of the file,
continues after an even number of backslashes, keeps a byte order mark and ignores `# escape=` behind `#
check=`; it has no columns, no flags, no JSON and no faults. Where the two mean to agree, the tests hold
this module against it.

A fault costs its instruction, not the file, though BuildKit would stop there.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache, cached_property

from compolint.pattern import pattern
from compolint.syntax.dockerfile_expand import SPACES, Expansion, HeredocWord, expand, heredoc_words
from compolint.syntax.dockerfile_instruction import Flag, Heredoc, Instruction, Pair, Passage, Word
from compolint.syntax.dockerfile_rules import Fault, fault_of, flag_faults, is_instruction
from compolint.syntax.dockerfile_words import Exposed, exposed
from compolint.text import Note, Source, Span
from compolint.tuples import NamedTuple

__all__ = [
    "Directive",
    "Dockerfile",
    "Expansion",
    "Exposed",
    "Fault",
    "Flag",
    "Heredoc",
    "Instruction",
    "Pair",
    "Passage",
    "Word",
    "expand",
    "exposed",
    "parse",
]


class Directive(NamedTuple):
    """`# escape=` and its like, at the top of the file; the name in lower case."""

    name: str
    value: str
    span: Span
    value_span: Span


class Dockerfile:
    """The instructions that can be read, in order, and what is wrong with the others."""

    def __init__(
        self,
        source: Source,
        directives: tuple[Directive, ...],
        escape: str,
        instructions: tuple[Instruction, ...],
        faults: tuple[Fault, ...],
        read: tuple[Instruction, ...],
    ) -> None:
        self.source, self.directives, self.escape = source, directives, escape
        self.instructions, self.faults = instructions, faults
        self._read = read  # those with faults as well

    def directive(self, name: str) -> Directive | None:
        return next((directive for directive in self.directives if directive.name == name), None)

    @cached_property
    def comments(self) -> tuple[Span, ...]:
        """All comments in order: directives, those between instructions, and those inside of them."""
        path, text = self.source.path, self.source.text
        found = [comment for instruction in self._read for comment in instruction.comments]
        at = 0
        for span in (*(instruction.span for instruction in self._read), Span(path, len(text), len(text))):
            for match in _COMMENT.finditer(text, at, span.start):
                found.append(Span(path, match.start(), match.start() + len(match[0].rstrip(SPACES))))
            at = span.end
        return tuple(sorted(found))


def parse(source: Source) -> Dockerfile:
    """The instructions of a Dockerfile."""
    directives, escape, faults = _directives(source)
    reader = _Reader(source, escape)
    reader.read()
    faults += reader.faults + reader.misplaced()
    told = _told(sorted(faults, key=lambda fault: fault.span), source)
    return Dockerfile(source, directives, escape, tuple(reader.sound), tuple(told), tuple(reader.all))


_SPACE = f"[{SPACES.replace(chr(10), '')}]"
_COMMENT = pattern(r"#[^\n]*")
# # escape = `
_DIRECTIVE = pattern(rf"{_SPACE}*#{_SPACE}*([a-zA-Z][a-zA-Z0-9]*)[ \t\f\r]*=[ \t\f\r]*([^\n]*)\n?")
_SHEBANG = pattern(r"#![^\n]*\n?")
_LONGEST_LINE = 65_535  # bytes
_LONG_LINE = pattern(r"[^\n]{16384,}")  # a character has four bytes at most
_MOST = 10_000  # instructions
_HEREDOCS_IN = frozenset(("RUN", "COPY", "ADD"))
# What makes many faults of which one is enough: ### >>>>>>> theirs ###   and   ### {% if x %} ###
_FOREIGN = (
    (pattern(r"((?:<{7}|={7}|>{7})(?![^ \t\r\n])[^\r\n]*)"), "a merge conflict is not resolved"),
    (pattern(r"[^\n]*?(\{[{%])"), "this looks like a template (Jinja, Go), not a Dockerfile"),
)


@cache
def _unit(escape: str) -> re.Pattern[str]:
    """Blank lines and comments, then an instruction with its continuations if there is one more."""
    e = re.escape(escape)
    skipped = rf"(?:{_SPACE}*+(?:\#[^\n]*+)?\n)*+(?:{_SPACE}*+\#[^\n]*+\Z)?+"
    # a command without flags and JSON needs no second look
    plain = rf"(?P<plain>(?i:RUN|CMD|ENTRYPOINT)[\t\v\f\r ]++(?=[^-\[{e}{SPACES}]))?+"
    keyword = rf"(?={plain})(?P<keyword>[A-Za-z]++(?=[\t\v\f\r \n]|\Z))?+"
    continued = rf"[^\n]*{e}(?<!{e}{e})[ \t]*+\r*+\n{skipped}"
    return pattern(rf"{skipped}{_SPACE}*+(?P<lines>{keyword}(?:{continued})*+[^\n]*+)")


class _Reader:
    """One pass over the text, from instruction to instruction."""

    def __init__(self, source: Source, escape: str) -> None:
        self._source, self._escape = source, escape
        self._too_long = _too_long_lines(source)
        self._has_heredocs = "<<" in source.text
        self.sound: list[Instruction] = []
        self.faults: list[Fault] = [
            Fault("the line is longer than 65535 bytes", line) for line in self._too_long
        ]
        self.all: list[Instruction] = []
        self._endless: set[HeredocWord] = set()  # no line ends them, here and so further down
        self._opening: Instruction | None = None  # the first but for ARG

    def read(self) -> None:
        text, unit = self._source.text, _unit(self._escape)
        at, before = 0, None
        while match := unit.match(text, at):
            start, at = match.span("lines")
            if start == at:
                return
            if len(self.all) == _MOST:
                place = Span(self._source.path, start, start)
                self.faults.append(Fault(f"the file has more than {_MOST} instructions", place))
                return
            instruction = Instruction(self._source, start, at, self._escape, match["keyword"] or "")
            if not self._opening and instruction.keyword != "ARG" and is_instruction(instruction.keyword):
                self._opening = instruction
            if match["plain"] and not self._too_long and not (self._has_heredocs and "<<" in match["lines"]):
                self.sound.append(instruction)
            else:
                at = self._take(instruction, at, before)
            self.all.append(instruction)
            before = instruction

    def misplaced(self) -> list[Fault]:
        """The fault of a file that does not begin with a stage."""
        opening = self._opening
        if opening and opening.keyword == "FROM":
            return []
        if opening:
            return [Fault(f"{opening.keyword} stands before the first FROM", opening.span)]
        if self.all:
            return [Fault("no FROM is in this file", self.all[-1].span)]
        return [Fault("no instruction is in this file", Span(self._source.path, 0, 0))]

    def _take(self, instruction: Instruction, at: int, before: Instruction | None) -> int:
        """Sort out one instruction whose lines end at `at`; where the next one may begin."""
        if not is_instruction(instruction.keyword):
            return self._stray(instruction, at, before)
        fault = fault_of(instruction)
        if not fault and self._has_heredocs:
            at, fault = self._attach_heredocs(instruction, at)
        if self._too_long and self._is_too_long(instruction.span):
            return at  # which is told of its line
        if fault:
            self.faults.append(fault)
            return at
        if instruction.cut.flags:
            self.faults += flag_faults(instruction)
        self.sound.append(instruction)
        return at

    def _stray(self, instruction: Instruction, at: int, before: Instruction | None) -> int:
        """A line that is no instruction: one fault is enough for several of them, and for a heredoc."""
        if before and not is_instruction(before.keyword):
            return at
        announced = heredoc_words(before.passage.text) if before and self._has_heredocs else ()
        if not before or not announced:
            self.faults += filter(None, [fault_of(instruction)])
            return at
        note = Note("heredocs are for RUN, COPY and ADD only, and not for their JSON form", before.span)
        message = f"{before.keyword} takes no heredoc here, so its lines are read as instructions"
        self.faults.append(Fault(message, instruction.keyword_span, (note,)))
        start = before.span.end
        for word in announced:
            found = self._body(word, start)
            if not found:
                return at
            start = found[1]
        return max(at, start)

    def _attach_heredocs(self, instruction: Instruction, at: int) -> tuple[int, Fault | None]:
        command = instruction.trigger if instruction.keyword == "ONBUILD" else instruction
        line = instruction.passage.text
        if not command or command.keyword not in _HEREDOCS_IN or "<<" not in line or command.form == "exec":
            return at, None
        heredocs: list[Heredoc] = []
        for word in heredoc_words(line):
            found = self._body(word, at)
            if not found:
                instruction.attach((), len(self._source.text))
                return len(self._source.text), _unterminated(instruction)
            heredoc, at = found
            heredocs.append(heredoc)
        if heredocs:
            instruction.attach(tuple(heredocs), at)
        return at, None

    def _body(self, word: HeredocWord, before: int) -> tuple[Heredoc, int] | None:
        """The heredoc whose body begins on the line after `before`, and the end of its last line."""
        text = self._source.text
        start = text.find("\n", before) + 1
        if not start or word in self._endless:
            return None
        end = start
        while (found := text.find(word.name, end)) >= 0:
            line_start = max(text.rfind("\n", start, found) + 1, start)
            line_end = _end_of_line(text, found)
            tabs = text[line_start:found]
            if text[found:line_end].rstrip("\r") == word.name and not tabs.strip(
                "\t" if word.strip_tabs else ""
            ):
                span = Span(self._source.path, start, line_start)
                body = Heredoc(
                    word.name, text[start:line_start], span, word.expand, word.strip_tabs, word.descriptor
                )
                return body, line_end
            end = line_end
        self._endless.add(word)
        return None

    def _is_too_long(self, span: Span) -> bool:
        at = bisect_left(self._too_long, span.start, key=lambda line: line.end)
        return at < len(self._too_long) and self._too_long[at].start < span.end


def _told(faults: list[Fault], source: Source) -> Iterator[Fault]:
    """The faults; all that come of a merge conflict, or of a template, are one."""
    told: set[str] = set()
    for fault in faults:
        start = source.offset(source.position(fault.span.start)[0])
        for foreign, message in _FOREIGN:
            if found := foreign.match(source.text, start):
                if message not in told:
                    yield Fault(message, Span(source.path, *found.span(1)))
                told.add(message)
                break
        else:
            yield fault


def _unterminated(instruction: Instruction) -> Fault:
    return Fault(
        "no line ends this heredoc, so it takes the rest of the file",
        instruction.place(0, len(instruction.text)),
    )


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return end if end >= 0 else len(text)


def _too_long_lines(source: Source) -> list[Span]:
    text = source.text
    if len(text) < 16384:
        return []
    return [
        Span(source.path, *match.span())
        for match in _LONG_LINE.finditer(text)
        if len(match[0].encode(errors="replace")) > _LONGEST_LINE
    ]


def _directives(source: Source) -> tuple[tuple[Directive, ...], str, list[Fault]]:
    """The directives at the top, the escape character, and what is wrong with them."""
    shebang = _SHEBANG.match(source.text)
    at = shebang.end() if shebang else 0
    escape = "\\"
    found: dict[str, Directive] = {}
    faults: list[Fault] = []
    while match := _DIRECTIVE.match(source.text, at):
        name, value = match[1].lower(), match[2].rstrip(" \t\f\r")
        if name not in ("check", "escape", "syntax") or not value:
            break
        start = match.start(2)
        value_span = Span(source.path, start, start + len(value))
        span = value_span._replace(start=source.text.index("#", at))
        at = match.end()
        if name in found:
            faults.append(Fault(f"the directive {name} is given twice", span))
            continue
        found[name] = Directive(name, value, span, value_span)
        if name != "escape" or shebang:  # behind a `#!` BuildKit looks for the others only
            continue
        if value in ("\\", "`"):
            escape = value
        else:
            faults.append(Fault("the escape character is a backslash or a backtick", value_span))
    return tuple(found.values()), escape, [] if shebang else faults
