"""A report as it may be shown: without secrets, and with the places its findings point to."""

import re
from bisect import bisect_left
from collections.abc import Mapping
from functools import lru_cache

from compolint.engine import Finding, Report
from compolint.model.linter import Fault
from compolint.redact import mask, redact, secret_part, secrets
from compolint.text import Edit, Note, Source, Span
from compolint.tree import Skipped, Tree, Unreadable
from compolint.tuples import NamedTuple

_GIVING_VALUES = frozenset({"env", "dockerfile"})
_WITHOUT_VALUES = frozenset(
    (
        "ADD", "CMD", "COPY", "ENTRYPOINT", "EXPOSE", "FROM", "HEALTHCHECK", "MAINTAINER", "RUN", "SHELL",
        "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    )
)  # fmt: skip
_LONGEST = 1000  # characters of a message; a name in a file may have millions


class Place(NamedTuple):
    """A span as people count, from 1; its end is the column behind the last character."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


class Files:
    """The text of the files that findings point to, without the secrets in it."""

    def __init__(self, tree: Tree, secret: Mapping[str, list[Span]], kinds: Mapping[str, str]) -> None:
        self._tree, self._secret, self._kinds = tree, secret, kinds
        self._sources: dict[str, Source] = {}
        self._unread: dict[str, tuple[int, int]] = {}  # where files cease to be text
        self._masked: dict[str, Source] = {}
        self._wide: dict[str, list[int]] = {}

    def start(self, span: Span) -> tuple[int, int]:
        """The line and the column that a place begins at."""
        source = self._source(span.path)
        return self._unread.get(span.path) or source.position(min(max(span.start, 0), len(source.text)))

    def place(self, span: Span) -> Place:
        source = self._source(span.path)
        start, end = _within(span, source.text)
        line, column = self._unread.get(span.path) or source.position(start)
        if end == start:
            return Place(span.path, line, column, line, column)
        return Place(span.path, line, column, *source.position(end))

    def line(self, path: str, number: int) -> str:
        return self._masked_source(path).line(number)

    def text(self, span: Span) -> str:
        source = self._masked_source(span.path)
        start, end = _within(span, source.text)
        return source.text[start:end]

    def place_utf16(self, span: Span) -> Place:
        """The place with columns in UTF-16's units; an empty span is widened to a character."""
        place = self.place(span)
        source = self._source(span.path)
        start, end = _within(span, source.text)
        if start == end and end < len(source.text) and source.text[end] not in "\r\n":
            end, place = end + 1, place._replace(end_column=place.column + 1)
        wide = self._wide_characters(source)
        if not wide:
            return place
        return place._replace(
            column=place.column + _between(wide, start - place.column + 1, start),
            end_column=place.end_column + _between(wide, end - place.end_column + 1, end),
        )

    def edits(self, finding: Finding) -> tuple[Edit, ...]:
        """The changes of the files that fix what was found; none unless all of them are known."""
        if not finding.patches:
            return ()
        from compolint.load.edits import edit

        found = [edit(self._source(patch.entity.span.path), patch) for patch in finding.patches]
        known = tuple(each for each in found if each is not None and redact(each.text) == each.text)
        return known if len(known) == len(found) else ()

    def unmasked(self, path: str) -> str:
        """A file's own text, for what is computed from it and says nothing of it: a hash."""
        return self._source(path).text

    def _source(self, path: str) -> Source:
        if path not in self._sources:
            try:
                source = self._tree.read(path)
            except Unreadable as error:
                source = None
                if error.position:
                    self._unread[path] = error.position
            self._sources[path] = source or Source(path, "")
        return self._sources[path]

    def _masked_source(self, path: str) -> Source:
        if path not in self._masked:
            text = self._source(path).text
            places = [*secrets(text)]
            for span in self._secret.get(path, ()):
                start, end = _within(span, text)
                if start < end:
                    places += secret_part(text, start, end)
                else:
                    places.append(_hidden(text, start, self._kinds.get(path)))
            self._masked[path] = Source(path, mask(text, places))
        return self._masked[path]

    def _wide_characters(self, source: Source) -> list[int]:
        """The places of the characters that UTF-16 writes as two units."""
        if source.path not in self._wide:
            text = source.text
            has_some = not text.isascii() and max(text) > "\uffff"
            self._wide[source.path] = (
                [at for at, character in enumerate(text) if character > "\uffff"] if has_some else []
            )
        return self._wide[source.path]


class Shown(NamedTuple):
    """A report whose words hold no secrets. Only its `files` know where its findings are."""

    findings: tuple[Finding, ...]
    kinds: Mapping[str, str]
    skipped: tuple[Skipped, ...]
    errors: tuple[str, ...]
    incomplete: bool
    files: Files


def shown(report: Report) -> Shown:
    return Shown(
        findings=tuple(map(_without_secrets, report.findings)),
        kinds=report.kinds,
        skipped=tuple(Skipped(skipped.path, told(skipped.reason)) for skipped in report.skipped),
        errors=tuple(map(told, report.errors)),
        incomplete=report.incomplete,
        files=Files(report.tree, _secret_places(report), report.kinds),
    )


@lru_cache(4096)
def told(text: str) -> str:
    """A text without its secrets, cut in the middle where it is too long to be read."""
    text = redact(text)
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]}…{text[-half:]}"


def _without_secrets(finding: Finding) -> Finding:
    message, fix, subject = told(finding.message), finding.fix and told(finding.fix), told(finding.subject)
    reason = finding.reason and told(finding.reason)
    if not finding.notes and (message, fix, subject, reason) == (
        finding.message, finding.fix, finding.subject, finding.reason
    ):  # fmt: skip
        return finding
    notes = tuple(Note(told(note.text), note.at) for note in finding.notes)
    return finding._replace(message=message, notes=notes, fix=fix, subject=subject, reason=reason)


def _secret_places(report: Report) -> dict[str, list[Span]]:
    """By file, what findings about secrets point to; an empty span stands for its whole line."""
    places: dict[str, list[Span]] = {}
    for finding in report.findings:
        spans = []
        if finding.check.hides:
            spans = [finding.at, *(note.at for note in finding.notes if note.is_value)]
        elif finding.check.subject is Fault and report.kinds.get(finding.at.path) in _GIVING_VALUES:
            # What a line says there that is not understood may be anything.
            spans = [finding.at._replace(end=finding.at.start)]
        for span in spans:
            places.setdefault(span.path, []).append(span)
    return places


def _hidden(text: str, at: int, kind: str | None) -> tuple[int, int]:
    """What to hide of a line that is not understood: all of it, in a Dockerfile but for its first word.

    What stands there behind an instruction that gives no values is shown.
    """
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    end = len(text) if end < 0 else end
    word = re.compile(r"[ \t]*([A-Za-z]++)[ \t]++").match(text, start, end)
    if kind != "dockerfile" or word is None:
        return start, end
    if word[1].upper() in _WITHOUT_VALUES:
        return start, start
    return word.end() if word[1].isupper() else start, end


def _within(span: Span, text: str) -> tuple[int, int]:
    """The span's ends, inside the text and without the ends of lines and the blanks behind it."""
    start = min(max(span.start, 0), len(text))
    end = min(max(span.end, start), len(text))
    while end > start and text[end - 1] in " \t\r\n":
        end -= 1
    return start, end


def _between(places: list[int], start: int, end: int) -> int:
    return bisect_left(places, end) - bisect_left(places, start)
