"""Commands of Dockerfiles, Compose files and scripts, from words or from the text that a shell gets."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from compolint.load.plaincommands import plain_commands, starts_others
from compolint.model import Entity
from compolint.model.command import Command, Where
from compolint.model.linter import Fault
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown

if TYPE_CHECKING:
    from compolint.load.downloads import Downloads
    from compolint.syntax import shell

Place = Callable[[int, int], Span]
Stretch = tuple[int, int, tuple[str, ...]]  # start, end, the variables that it is of
_NONE: Mapping[str, Any] = MappingProxyType({})
_LONGEST_INPUT = 20_000
_MOST_UNREAD = 20  # places of one script; one is enough of what fails as a whole
_NO_NUMBERS: frozenset[int] = frozenset()


class Said(NamedTuple):
    """A text that is run: where its parts stand, which of them are open, and which variables gave."""

    text: str
    place: Place
    open: Callable[[int, int], Sequence[Stretch]] | None = None  # `None`: nothing is
    is_given: Callable[[int, int], bool] | None = None  # `None`: no part of it


class Run(NamedTuple):
    """What all commands of one text have in common."""

    where: Where
    script: str
    network: str | None = None
    security: str | None = None
    caches: tuple[str, ...] = ()
    spans: Mapping[str, Span] = _NONE


class Commands:
    """Makes entities of the commands of one workload or stage."""

    __slots__ = ("_add", "_downloads", "_keys", "_name", "_owner")

    def __init__(self, owner: str, name: str, add: Callable[[Entity], object]) -> None:
        self._owner, self._name, self._add = owner, name, add
        self._downloads: Downloads | None = None  # once there are some
        self._keys: dict[str, int] = {}

    def of_words(self, words: Sequence[Said], run: Run) -> None:
        """A command whose words no shell sees."""
        if not words:
            return
        said = _joined(words)
        if starts_others([word.text for word in words]):
            from compolint.syntax import shell

            self._of_shell(shell.from_words([word.text for word in words]), said, run)
        else:
            bounds, at = [], 0
            for word in words:
                bounds.append((at, at + len(word.text)))
                at += len(word.text) + 1
            self._of_plain(bounds, said, run)

    def of_text(self, said: Said, run: Run) -> None:
        """The commands of a text that a shell of the Bourne family gets."""
        plain = plain_commands(said.text, run.where == "RUN")
        if plain is not None and not self._downloads:
            for bounds in plain:
                self._of_plain(bounds, said, run)
            return
        from compolint.syntax import shell

        self._of_shell(shell.parse(said.text), said, run)

    def of_foreign_text(self, at: Span, run: Run) -> None:
        """A text for a shell of another language, of which no more is known than that it runs."""
        places = _Places(lambda start, end: at, [(0, 0)], {}, run.spans)
        self._emit(run, at, places, None, (Unknown("a script of another shell", at),))

    def _of_plain(self, bounds: list[tuple[int, int]], said: Said, run: Run) -> None:
        words = tuple([_word(said, start, end, said.text[start:end]) for start, end in bounds])
        first = words[0]
        self._emit(
            run,
            said.place(bounds[0][0], bounds[-1][1]),
            _Places(said.place, bounds, {}, run.spans),
            # Options alone are for a program that only the image names.
            first.rpartition("/")[2] if isinstance(first, str) and not first.startswith("-") else None,
            words,
            given=_given(said, bounds),
        )

    def _of_shell(self, script: "shell.Script", said: Said, run: Run) -> None:
        from compolint.load.downloads import Downloads, are_verified
        from compolint.load.handover import handed_on, password_printers

        downloads = self._downloads or Downloads()
        runs = downloads.run_by(script)
        self._downloads = downloads if downloads.files else None
        most = _MOST_UNREAD if run.where == "script" else 1
        for number, (start, end) in enumerate(script.unread[:most]):
            self._add(_unread(said.place(*_first_line(said.text, start, end)), number, run))
        is_verified = are_verified(script)
        readers = _readers(script)
        printers, handed = password_printers(script.commands, said.text), handed_on(script.commands)
        for command in script.commands:
            bounds = [(word.start, word.end) for word in command.words]
            assigned = {
                each.name: (each.value.start, each.value.end) for each in command.assignments if each.value
            }
            words = tuple([_spoken(said, word) for word in command.words])
            first = words[0]
            self._emit(
                run,
                said.place(command.start, command.end),
                _Places(said.place, bounds, assigned, run.spans),
                command.name if isinstance(first, str) else None,
                words,
                assignments=tuple(
                    (each.name, _spoken(said, each.value, is_secret=True) if each.value else "")
                    for each in command.assignments
                ),
                wrappers=command.wrappers,
                input_from=tuple(source.name for source in command.input_from if source.name),
                output_to=tuple(readers.get(id(command), ())),
                prints_password=id(command) in printers,
                handed_on=frozenset(handed.get(id(command), ())),
                input_text=_input_text(command),
                writes=tuple(
                    _spoken(said, redirect.target) for redirect in command.redirects if redirect.takes_output
                ),
                given=_given(said, bounds),
                runs_download=runs.get(id(command)),
                verified=is_verified,
            )

    def _emit(
        self,
        run: Run,
        span: Span,
        places: "_Places",
        name: str | None,
        words: tuple[Maybe[str], ...],
        **more: Any,
    ) -> None:
        key = f"{self._owner}!{run.where}.{name}"
        count = self._keys[key] = self._keys.get(key, 0) + 1
        self._add(
            Command(
                key=key if count == 1 else f"{key}~{count}",
                span=span,
                spans=places,
                owner=self._owner,
                owner_name=self._name,
                where=run.where,
                name=name,
                words=words,
                network=run.network,
                security=run.security,
                script=run.script,
                caches=run.caches,
                **more,
            )
        )


class _Places(Mapping[str, Span]):
    """The places of a command's words, found when they are asked for: almost none ever is."""

    __slots__ = ("_assigned", "_bounds", "_more", "_place")

    def __init__(
        self,
        place: Place,
        bounds: list[tuple[int, int]],
        assigned: Mapping[str, tuple[int, int]],
        more: Mapping[str, Span],
    ) -> None:
        self._place, self._bounds, self._assigned, self._more = place, bounds, assigned, more

    def __getitem__(self, field: str) -> Span:
        name, _, part = field.partition(".")
        if name == "words" and part.isdecimal() and int(part) < len(self._bounds):
            return self._place(*self._bounds[int(part)])
        if name == "assignments" and part in self._assigned:
            return self._place(*self._assigned[part])
        return self._more[field]

    def __iter__(self) -> Iterator[str]:
        yield from (f"words.{number}" for number in range(len(self._bounds)))
        yield from (f"assignments.{name}" for name in self._assigned)
        yield from self._more

    def __len__(self) -> int:
        return len(self._bounds) + len(self._assigned) + len(self._more)


def _word(said: Said, start: int, end: int, text: str) -> Maybe[str]:
    """A word that the shell leaves as it is; what a variable of the file around it would give may be open."""
    stretches = said.open(start, end) if said.open else None
    if not stretches:
        return text
    names = tuple(dict.fromkeys(name for _, _, each in stretches for name in each))
    first, last = stretches[0][0] - start, stretches[-1][1] - end
    is_verbatim = text == said.text[start:end]
    return Unknown(
        ", ".join(f"${name}" for name in names) or "a variable",
        said.place(start, end),
        names,
        text[: max(first, 0)] if is_verbatim else "",
        text[len(text) + last :] if is_verbatim and last < 0 else "",
    )


def _spoken(said: Said, word: "shell.Word", *, is_secret: bool = False) -> Maybe[str]:
    text = word.text
    if text is not None:
        if is_secret and said.is_given and said.is_given(word.start, word.end):
            return Unknown("its value", said.place(word.start, word.end))
        return _word(said, word.start, word.end, text)
    pieces = word.pieces
    tail: list[str] = []
    for piece in reversed(pieces):
        if not piece.known:
            break
        tail.append(piece.text)
    shown = next(piece.text for piece in pieces if not piece.known)
    return Unknown(
        "$(…)" if shown.startswith(("$(", "`")) else shown[:80],
        said.place(word.start, word.end),
        (),
        word.prefix,
        "".join(reversed(tail)),
    )


def _first_line(text: str, start: int, end: int) -> tuple[int, int]:
    """The first line of a stretch that is not empty; it is long enough to be seen."""
    while start < end and text[start].isspace():
        start += 1
    line_end = text.find("\n", start)
    return start, max(min(end, line_end if line_end >= 0 else end), start)


def _unread(at: Span, number: int, run: Run) -> Fault:
    is_part = run.where == "script"
    return Fault(
        key=f"{run.script}!unsupported.{number}",
        span=at,
        kind="unsupported",
        message="a part of this command cannot be understood, so it is not checked",
        fatal=not is_part,
        is_part=is_part,
    )


def _readers(script: "shell.Script") -> dict[int, list[str]]:
    """The programs that read what a command prints, by its identity."""
    found: dict[int, list[str]] = {}
    for command in script.commands:
        for source in command.input_from if command.name else ():
            found.setdefault(id(source), []).append(command.name or "")
    return found


def _input_text(command: "shell.Command") -> str:
    texts = (redirect.target.spelling for redirect in command.redirects if redirect.operator in {"<<", "<<<"})
    return next((text[:_LONGEST_INPUT] for text in texts), "")


def _given(said: Said, bounds: list[tuple[int, int]]) -> frozenset[int]:
    given = said.is_given
    if given is None:
        return _NO_NUMBERS
    return frozenset(number for number, (start, end) in enumerate(bounds) if given(start, end))


def _joined(words: Sequence[Said]) -> Said:
    """Words with blanks between them, as one text."""
    starts = [0]
    for word in words[:-1]:
        starts.append(starts[-1] + len(word.text) + 1)

    def word_at(offset: int) -> int:
        return bisect_right(starts, offset) - 1

    def place(start: int, end: int) -> Span:
        first, last = word_at(start), word_at(max(end - 1, start))
        low = start - starts[first]
        if first == last:
            return words[first].place(low, min(end - starts[first], len(words[first].text)))
        begin = words[first].place(low, len(words[first].text))
        finish = words[last].place(0, min(end - starts[last], len(words[last].text)))
        is_one = begin.path == finish.path and begin.start <= finish.end
        return begin._replace(end=finish.end) if is_one else begin

    def within(start: int, end: int) -> Sequence[Stretch]:
        number = word_at(start)
        opened, offset = words[number].open, starts[number]
        found = opened(start - offset, end - offset) if opened else ()
        return [(first + offset, last + offset, names) for first, last, names in found]

    def is_given(start: int, end: int) -> bool:
        number = word_at(start)
        given = words[number].is_given
        return given is not None and given(start - starts[number], end - starts[number])

    return Said(
        " ".join([word.text for word in words]),
        place,
        within if any(word.open for word in words) else None,
        is_given if any(word.is_given for word in words) else None,
    )
