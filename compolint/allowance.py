"""What comments allow, and which lines they cover.

    ports: ["8080:80"]  # compolint: allow wildcard-bind until 2027-01-31: behind the router's firewall

A comment covers the line it stands on; one that has a line to itself covers the next line of content as
well, with all lines of an instruction that begins there, and `allow-file` the whole file.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable
from typing import Literal

from compolint.config import Config, Ignore, is_day
from compolint.text import Source, Span
from compolint.tuples import NamedTuple

State = Literal["used", "unused", "expired", "without reason", "malformed", "forbidden"]

WHOLE_FILE = 0  # stands for every line

# Not compiled, since most files have no such comment.
_ADDRESS = r"(?s)[#;/\s]*compolint:(?P<words>.*)"
_ALMOST = r"(?i)[#;/\s]*compolint:?\s+allow(?:-file)?\s"
# allow wildcard-bind, acme/no-latest until 2027-01-31
_ALLOW = (
    r"\s*allow(?P<whole_file>-file)?\s+(?P<checks>[\w/.-]+(?:\s*,\s*[\w/.-]+)*)"
    r"(?:\s+until\s+(?P<until>\S+))?\s*"
)


class Allowance(NamedTuple):
    """Findings that a comment or an entry of the configuration allows."""

    at: Span
    checks: tuple[str, ...] = ()
    reason: str = ""
    until: str | None = None
    whole_file: bool = False
    form: Literal["comment", "configuration"] = "comment"
    state: State = "used"  # or what keeps it from having any effect


def from_comment(text: str, at: Span, config: Config) -> Allowance | None:
    """What a comment allows; `None` for one that does not speak to the linter."""
    address = re.match(_ADDRESS, text)
    if address is None:
        return Allowance(at, state="malformed") if re.match(_ALMOST, text) else None
    head, _, reason = address["words"].partition(":")
    allow = re.fullmatch(_ALLOW, head)
    if allow is None or (allow["until"] and not is_day(allow["until"])):
        return Allowance(at, state="malformed")
    state: State = "used"
    if not reason.strip():
        state = "without reason"
    elif allow["until"] and config.is_past(allow["until"]):
        state = "expired"
    checks = tuple(dict.fromkeys(re.split(r"\s*,\s*", allow["checks"])))
    return Allowance(at, checks, reason.strip(), allow["until"], bool(allow["whole_file"]), state=state)


def from_config(ignore: Ignore, config: Config) -> Allowance:
    """What an entry of the configuration allows."""
    state: State = "expired" if ignore.until and config.is_past(ignore.until) else "used"
    return Allowance(ignore.at, ignore.checks, ignore.reason, ignore.until, False, "configuration", state)


class Lines:
    """Which comments cover which lines, and which of them have been of use."""

    def __init__(self) -> None:
        self._all: list[tuple[int, int]] = []  # a line, and the number of a comment that covers it
        self._untouched: list[tuple[int, int]] | None = None

    def add(self, lines: Iterable[int], number: int) -> None:
        self._all += ((line, number) for line in lines)

    def touch(self, *ranges: tuple[int, int]) -> int | None:
        """The first comment that covers one of the lines, if any; all that do have been of use now."""
        if self._untouched is None:
            self._all.sort()
            self._untouched = list(self._all)
        found = None
        for low, high in ((WHOLE_FILE, WHOLE_FILE), *ranges):
            # Taken out of the list, so that many findings on many lines stay cheap.
            start, end = (bisect_left(self._untouched, (line,)) for line in (low, high + 1))
            del self._untouched[start:end]
            at = bisect_left(self._all, (low,))
            if found is None and at < len(self._all) and self._all[at][0] <= high:
                found = self._all[at][1]
        return found

    def touched(self) -> set[int]:
        """The numbers of the comments that have been of use."""
        untouched = set(self._all if self._untouched is None else self._untouched)
        return {number for line, number in self._all if (line, number) not in untouched}


class CommentedFile:
    """A file in which comments speak to the linter."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._content_after: list[int] | None = None
        self._begins: dict[int, int] = {}  # where an instruction of several lines begins, by each of them

    def lines(self, span: Span) -> tuple[tuple[int, int], tuple[int, int]]:
        """The first and the last line of a stretch, and the line that stands for the instruction around."""
        first = self.source.position(span.start)[0]
        last = self.source.position(max(span.start, span.end - 1))[0]
        begin = self._begins.get(first, first)
        return (first, last), (begin, begin)

    def said(self, comment: Span) -> Span:
        """The comment without the instruction that it is about, if there is one behind it."""
        text = self.source.text[comment.start : comment.end]
        if not text.startswith("#"):
            return comment
        return comment._replace(end=comment.start + len(text.partition("\n")[0].rstrip("\r")))

    def covered_by(self, comment: Span) -> tuple[int, ...]:
        line, column = self.source.position(comment.start)
        if self.source.line(line)[: column - 1].strip():
            return (line,)
        begin, last = self._next_content(line), self.source.position(comment.end)[0]
        if begin not in self._begins:
            self._begins.update(dict.fromkeys(range(begin, last + 1), begin))
        return line, begin

    def _next_content(self, line: int) -> int:
        """The number of the next line that is neither empty nor a comment."""
        if self._content_after is None:
            count = self.source.line_count()
            after = self._content_after = [count + 1] * (count + 2)
            for number in range(count, 0, -1):
                text = self.source.line(number).lstrip()
                is_content = text and not text.startswith("#")
                after[number - 1] = number if is_content else after[number]
        return self._content_after[line]
