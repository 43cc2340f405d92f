"""What the readers of a Dockerfile's instructions share: the file, and what is gathered from it."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import Any

from compolint.load.commands import Commands
from compolint.load.dockerfile.scope import Fillings, Scope
from compolint.model import Entity
from compolint.model.build import Given, StageName
from compolint.model.linter import Fault
from compolint.model.values import ImageName
from compolint.syntax.dockerfile import Dockerfile, Instruction
from compolint.text import Note, Span
from compolint.unknown import Maybe

Place = Callable[[Span], Span]
_SHELL = ("/bin/sh", "-c")
# What a stage hands on to those that start from it.
_INHERITED = ("user", "healthcheck", "workdir", "entrypoint", "from_scratch", "origin")


class Draft:
    """A stage with what the instructions so far have said."""

    __slots__ = (
        "commands", "images", "key", "name", "needs", "number", "parent", "runs", "said", "scope", "shell",
        "span", "spans", "started", "workdirs",
    )  # fmt: skip

    def __init__(
        self,
        file: "File",
        number: int,
        name: str | None,
        parent: "Draft | None",
        span: Span,
    ) -> None:
        self.key = file.unique(f"{file.key}#{name or number}")
        self.number, self.name, self.parent, self.span = number, name, parent, span
        self.scope: Scope = parent.scope.copy() if parent else file.scope.empty()
        self.shell: tuple[str, ...] = parent.shell if parent else _SHELL
        self.said: dict[str, Any] = {}
        self.spans: dict[str, Span] = {}
        self.needs: dict[int, None] = {}
        self.images: list[ImageName] = []
        self.workdirs: list[Maybe[str]] = []
        self.started: dict[str, Instruction] = {}  # what the container runs: of each kind the last one counts
        self.runs = 0
        self.commands = Commands(self.key, name or file.name, file.found.append)
        if parent:
            self.said = {field: parent.said[field] for field in _INHERITED if field in parent.said}
            self.spans = {field: parent.spans[field] for field in _INHERITED if field in parent.spans}

    def say(self, field: str, value: object, at: Span) -> None:
        self.said[field], self.spans[field] = value, at


class File:
    """A Dockerfile that is being read."""

    def __init__(
        self, dockerfile: Dockerfile, key: str, name: str, place: Place, arguments: Mapping[str, Given]
    ) -> None:
        self.dockerfile, self.key, self.name = dockerfile, key, name
        self.at = place  # where a stretch of the text stands for a person
        self.arguments = arguments
        self._outside = {given.at for given in arguments.values()}
        self.fillings = Fillings(self.refuse, dockerfile.escape)
        self.scope = Scope(self.fillings)  # of the ARGs before the first FROM
        self.drafts: list[Draft] = []
        self.found: list[Entity] = []
        self.faults: list[Fault] = []
        self.names: list[tuple[StageName, Span]] = []
        # Texts of `--from`, which may name a later stage, and the number of what is found to come from it.
        self.sources: list[tuple[str, Span, Draft, int | None]] = []
        self.compared = 0  # how often a name was compared with all others
        self._named: dict[str, Draft] = {}
        self._keys: dict[str, int] = {}

    def add(self, draft: Draft) -> None:
        self.drafts.append(draft)
        if draft.name:
            self._named[draft.name] = draft

    def stage_named(self, name: str) -> Draft | None:
        """Of the stages so far that have this name, the last."""
        return self._named.get(name.lower())

    def unique(self, key: str) -> str:
        count = self._keys[key] = self._keys.get(key, 0) + 1
        return key if count == 1 else f"{key}~{count}"

    def outside(self, at: Span) -> Span | None:
        """Where a value that is filled in at a place comes from, if not from the Dockerfile itself."""
        notes = self.fillings.notes.get(at, ())
        return next((note.at for note in notes if note.at in self._outside), None)

    def refuse(self, message: str, at: Span) -> None:
        """Notes what BuildKit would not go on with."""
        self._fault("invalid", message, at)

    def add_syntax_faults(self) -> None:
        spans = [instruction.span for instruction in self.dockerfile.instructions]
        for fault in self.dockerfile.faults:
            nearest = bisect_right(spans, fault.span.start, key=lambda span: span.start) - 1
            is_read = nearest >= 0 and fault.span.start < spans[nearest].end
            notes = tuple(Note(note.text, self.at(note.at)) for note in fault.notes)
            self._fault("syntax", fault.message, self.at(fault.span), notes, fatal=not is_read)

    def _fault(
        self, kind: str, message: str, at: Span, notes: tuple[Note, ...] = (), *, fatal: bool = False
    ) -> None:
        self.faults.append(
            Fault(
                key=f"{self.key}!{kind}:{len(self.faults)}",
                span=at,
                kind=kind,  # type: ignore[arg-type]  # the callers' words are the field's
                message=message,
                notes=notes,
                fatal=fatal,
            )
        )
