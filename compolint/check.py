"""What a check is, and what it says."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import IntEnum

from compolint.model import Change, Entity
from compolint.record import Record
from compolint.text import Note, Span
from compolint.tuples import NamedTuple


class Severity(IntEnum):
    INFO, LOW, MEDIUM, HIGH, CRITICAL = range(5)

    def __str__(self) -> str:
        return self.name.lower()


class Patch(NamedTuple):
    """Make `field` of the entity say `value`; the loader that read the field knows how to write it."""

    entity: Entity
    field: str
    value: str


class Fix(NamedTuple):
    """What to write instead: a sentence for a person, and patches where a program can do it."""

    title: str
    patches: tuple[Patch, ...] = ()
    safe: bool = False  # what the service does stays the same


class Problem(NamedTuple):
    """What a check found. The engine adds which check, how severe, and whether it is accepted."""

    message: str
    at: Span
    notes: tuple[Note, ...] = ()
    fix: Fix | None = None
    severity: Severity | None = None  # only where it differs from the check's own


Problems = Iterator[Problem]


class Check(Record):
    """One thing that can be wrong, and the function that finds it."""

    name: str
    category: str  # the folder it lies in
    subject: type[Entity]
    is_change: bool  # its parameter is a `Change` of the subject
    severity: Severity
    clauses: tuple[str, ...]
    cwe: tuple[int, ...]
    cis: tuple[str, ...]
    references: tuple[str, ...]
    absolute: bool
    hardening: bool
    hides: bool = False
    when: tuple[str, ...] = ()
    profile: str
    precision: str
    doc: str
    is_local: bool  # needs nothing but its subject
    options: Mapping[str, object]
    run: Callable[..., Iterable[Problem]]

    @property
    def title(self) -> str:
        return self.doc.partition("\n")[0]

    @property
    def why(self) -> str:
        """The first paragraph of the documentation after its title, as one line."""
        paragraph = self.doc.partition("\n\n")[2].partition("\n\n")[0]
        return " ".join(paragraph.split())


def check(
    severity: Severity,
    *,
    clauses: str = "",
    cwe: tuple[int, ...] = (),
    cis: str = "",
    references: tuple[str, ...] = (),
    absolute: bool = False,
    hardening: bool = False,
    hides: bool = False,
    when: str = "",
    profile: str = "default",
    precision: str = "high",
) -> Callable[[Callable[..., Problems]], Check]:
    """Makes a function a check.

    The type of its first parameter says what it is run on. A second one, if any, gets the world;
    its keyword parameters are its options. The docstring of its module is its documentation, and
    its first test. `absolute`: cannot be suppressed. `hardening`: a wish that most services do not
    fulfil, reported folded. `hides`: what it points at is a secret. `profile`: the least that runs it.
    `when`: fields (`privileged`, `where:RUN`) of which one must be stated by something that the check
    looks at, options (`--workers`) of which one must be set, or kinds of entities (`Firewall`) of which one
    must occur; else it is not even imported.
    """

    def make(function: Callable[..., Problems]) -> Check:
        first, *rest = function.__code__.co_varnames[: function.__code__.co_argcount]
        subject = function.__annotations__[first]
        if isinstance(subject, str):
            raise TypeError(f"{function.__module__}: a check must not postpone its annotations")
        is_change = getattr(subject, "__origin__", None) is Change
        return Check(
            name=function.__name__.replace("_", "-"),
            category=function.__module__.split(".")[-2],
            subject=subject.__args__[0] if is_change else subject,
            is_change=is_change,
            severity=severity,
            clauses=tuple(clauses.split()),
            cwe=cwe,
            cis=tuple(cis.split()),
            references=references,
            absolute=absolute,
            hardening=hardening,
            hides=hides,
            when=tuple(when.split()),
            profile=profile,
            precision=precision,
            doc=function.__globals__["__doc__"] or "",
            is_local=not rest,
            options=function.__kwdefaults__ or {},
            run=function,
        )

    return make
