r"""Files of systemd's language (units, drop-ins, quadlets), with the place of every key and value.

Hand-written, as it is a language of its own: `configparser` of the standard library takes `:` for `=`,
continues lines by indentation, refuses a key that is given twice, and tells no places.

    [Service]                       a section may come twice
    ExecStart=/bin/sh -c 'a' \      a backslash at the end continues the line,
    # also across comments          which are whole lines; `Key=value # text` is all value
        'b'
    ExecStart=                      nothing: forgets what was said before

What systemd passes over is a fault here and costs its line; a fault that is `fatal` makes systemd refuse
the whole file. By systemd.syntax(7) and the behaviour of systemd 252.
"""

from bisect import bisect_right
from functools import lru_cache

from compolint.pattern import pattern
from compolint.text import Source, Span
from compolint.tuples import NamedTuple

BLANKS = " \t\n\r"
_MOST = 3_000  # settings and sections
_MOST_COMMENTS = 10_000
_LONGEST = 1024 * 1024  # bytes of a line with all its continuations
_EMPTY = pattern(r"[ \t\n\r\0]*[\n\r\0]")  # lines
_LINE = pattern(r"([^\n\r\0]*)(?:\r\n|[\n\r\0]|\Z)")
# What no name of a section may hold: control characters, quotes, backslashes
_UNSAFE = pattern(r"[\x00-\x1f\x7f'\"\\]")


class Setting(NamedTuple):
    section: str
    key: str
    value: str  # on one line, without the blanks around it
    key_span: Span
    value_span: Span
    breaks: tuple[tuple[int, int], ...]  # where pieces of the value begin: in it, and in the file

    def place(self, start: int, end: int) -> Span:
        """Where a stretch of the value stands in the file."""
        first = _offset(self.breaks, start)
        return Span(self.key_span.path, first, _offset(self.breaks, end - 1) + 1 if end > start else first)


class Header(NamedTuple):
    name: str
    span: Span  # of the name


class Fault(NamedTuple):
    message: str  # never has a word of the file, which may be a secret
    span: Span
    fatal: bool = False
    is_limit: bool = False  # ours, not systemd's


class UnitFile(NamedTuple):
    settings: tuple[Setting, ...]
    headers: tuple[Header, ...]
    faults: tuple[Fault, ...]
    comments: tuple[Span, ...]


@lru_cache(128)
def parse(source: Source) -> UnitFile:
    """What a file says, in its order; read once for all units that it counts for."""
    reader = _Reader(source)
    reader.run()
    return UnitFile(
        tuple(reader.settings), tuple(reader.headers), tuple(reader.faults), tuple(reader.comments)
    )


class _Line(NamedTuple):
    """A line with its continuations, and where the pieces begin: in it, and in the file."""

    text: str
    breaks: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, pieces: list[tuple[str, int]]) -> "_Line":
        if len(pieces) == 1:
            return cls(pieces[0][0], ((0, pieces[0][1]),))
        breaks, at = [], 0
        for text, place in pieces:
            breaks.append((at, place))
            at += len(text)
        return cls("".join([text for text, _ in pieces]), tuple(breaks))

    def place(self, start: int, end: int) -> tuple[int, int]:
        first = _offset(self.breaks, start)
        return first, _offset(self.breaks, end - 1) + 1 if end > start else first

    def breaks_from(self, begin: int) -> tuple[tuple[int, int], ...]:
        """The breaks of what follows `begin`."""
        if len(self.breaks) == 1:
            return ((0, self.breaks[0][1] + begin),)
        later = [(at - begin, place) for at, place in self.breaks if at > begin]
        return ((0, _offset(self.breaks, begin)), *later)


class _Reader:
    def __init__(self, source: Source) -> None:
        self.settings: list[Setting] = []
        self.headers: list[Header] = []
        self.faults: list[Fault] = []
        self.comments: list[Span] = []
        self._path, self._text = source.path, source.text

    def run(self) -> None:
        pieces: list[tuple[str, int]] = []
        length = at = 0
        while at < len(self._text):
            if not pieces and (empty := _EMPTY.match(self._text, at)):
                at = empty.end()
            match = _LINE.match(self._text, at)
            assert match is not None  # any text begins with a line, if only an empty one
            start, at = at, match.end()
            line = match[1]
            text = line.lstrip(BLANKS)
            if text.startswith(("#", ";")):
                begin = start + len(line) - len(text)
                self.comments.append(self._span((begin, start + len(line.rstrip(BLANKS)))))
                if len(self.comments) > _MOST_COMMENTS:
                    self._stop(
                        f"the file has more than {_MOST_COMMENTS} comments", (begin, start + len(line))
                    )
                    return
                continue
            length += len(line) if line.isascii() else len(line.encode("utf-8", "surrogatepass"))
            if length > _LONGEST:
                self._fault("the line is longer than a mebibyte", (start, start + len(line)), fatal=True)
                return
            if _is_continued(line):
                pieces.append((f"{line[:-1]} ", start))
                continue
            pieces.append((line, start))
            self._statement(_Line.of(pieces))
            pieces, length = [], 0
            if len(self.settings) + len(self.headers) + len(self.faults) > _MOST:
                self._stop(f"the file says more than {_MOST} things", (start, start + len(line)))
                return
        if pieces:
            self._statement(_Line.of(pieces))

    def _statement(self, line: _Line) -> None:
        text = line.text.strip(BLANKS)
        start = len(line.text) - len(line.text.lstrip(BLANKS))
        end = start + len(text)
        key, equals, value = text.partition("=")
        if not text:
            return
        if text.startswith("["):
            self._header(text, line, start)
        elif not self.headers:
            self._fault("this stands before the first section", line.place(start, end))
        elif not equals:
            self._fault("there is no `=` in this line", line.place(start, end))
        elif not key:
            self._fault("there is no name before the `=`", line.place(start, end))
        else:
            self._setting(key, value, line, start)

    def _setting(self, key: str, value: str, line: _Line, start: int) -> None:
        begin = start + len(key) + 1
        end = begin + len(value)
        begin += len(value) - len(value.lstrip(BLANKS))
        name = key.rstrip(BLANKS)
        self.settings.append(
            Setting(
                self.headers[-1].name,
                name,
                value.strip(BLANKS),
                self._span(line.place(start, start + len(name))),
                self._span(line.place(begin, end)),
                line.breaks_from(begin),
            )
        )

    def _header(self, text: str, line: _Line, start: int) -> None:
        name = text[1:].removesuffix("]")
        if not text.endswith("]") or _UNSAFE.search(name):
            place = line.place(start, start + len(text))
            self._fault("this is no name of a section in brackets", place, fatal=True)
            name = name.partition("]")[0]
        self.headers.append(Header(name, self._span(line.place(start + 1, start + 1 + len(name)))))

    def _fault(self, message: str, place: tuple[int, int], *, fatal: bool = False) -> None:
        self.faults.append(Fault(message, self._span(place), fatal))

    def _stop(self, message: str, place: tuple[int, int]) -> None:
        self.faults.append(Fault(message, self._span(place), fatal=True, is_limit=True))

    def _span(self, place: tuple[int, int]) -> Span:
        return Span(self._path, *place)


def _is_continued(line: str) -> bool:
    return line.endswith("\\") and (len(line) - len(line.rstrip("\\"))) % 2 == 1


def _offset(breaks: tuple[tuple[int, int], ...], at: int) -> int:
    if len(breaks) == 1:
        return breaks[0][1] + at
    begin, place = breaks[bisect_right(breaks, at, key=lambda each: each[0]) - 1]
    return place + at - begin
