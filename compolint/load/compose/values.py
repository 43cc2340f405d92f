"""Scalars of a Compose file as Compose reads them: variables filled in, types cast."""

from collections.abc import Callable, Iterator, Mapping

from compolint.syntax import interpolate
from compolint.syntax.yaml import Mapping as MappingNode
from compolint.syntax.yaml import Node, Scalar, Sequence
from compolint.text import Note, Span
from compolint.unknown import Maybe, Unknown

Lookup = Callable[[str], str | None]
# What is known about variables: value and the place that gives it.
Environment = Mapping[str, tuple[str, Span]]

# Files and folders that lie elsewhere.
REMOTE = ("http://", "https://", "git@", "ssh://", "git://", "oci://", "github.com/")
_MOST_NOTES = 20  # about one scalar
_LONGEST = 10_000_000  # characters that all variables together give
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "yes", "on", "y"})
_FALSE = frozenset({"false", "no", "off", "n"})


class Invalid(Exception):
    """Something that Compose refuses."""

    def __init__(self, message: str, span: Span, notes: tuple[Note, ...] = ()) -> None:
        super().__init__(message)
        self.message, self.span, self.notes = message, span, notes


class Values:
    """Reads scalars, and remembers which variables were asked for and where their values came from."""

    def __init__(self) -> None:
        self.environments: dict[str, Environment] = {}  # by the path of the file that asks
        self.notes: dict[Span, tuple[Note, ...]] = {}
        self.asked: dict[tuple[str, str], tuple[Span, bool, bool]] = {}  # place, has a default, is given
        self.invalid: dict[Span, Invalid] = {}
        self._length = 0  # of all that variables gave

    def text(self, node: Node | None) -> Maybe[str] | None:
        """A scalar's text; `None` for nothing and for null."""
        if not isinstance(node, Scalar):
            return None
        value = node.value
        if "$" in value:
            return self.fill(value, node.span)
        return None if value in _NULLS and is_null(node) else value

    def required(self, node: Node | None) -> Maybe[str]:
        """A scalar's text, empty for nothing."""
        text = self.text(node)
        return "" if text is None else text

    def flag(self, node: Node | None) -> Maybe[bool]:
        """A boolean: words such as `yes` and `"on"` are cast, as Compose does."""
        text = self.text(node)
        if text is None or isinstance(text, Unknown):
            return False if text is None else text
        return text.lower() in _TRUE

    def named(self, node: Node | None) -> Iterator[tuple[str, Scalar, Node | None]]:
        """Names, where they stand, and what is said of them: from a list, a mapping, or layers of both."""
        for key, said in _named(node):
            yield self._name(key.value, key) if said is None else key.value, key, said

    def assignments(self, node: Node | None) -> Iterator[tuple[str, Scalar, Node | None, int]]:
        """`NAME=value` items and `NAME: value` pairs: the name, where it stands, the value's node, and where
        in that node the value begins (`-1`: no value is given)."""
        for name, key, value, begins in assignments(node):
            yield self._name(name, key) if key is value else name, key, value, begins

    def _name(self, name: str, item: Scalar) -> str:
        """A name from a list, whose items are values; one with an open variable stays as it is written."""
        filled = self.fill(name, item.span) if "$" in name else name
        return name if isinstance(filled, Unknown) else filled

    def fill(self, text: str, span: Span, more: Mapping[str, str] | None = None) -> Maybe[str]:
        """The text with its variables replaced; unknown when one of them is given nowhere."""
        if "$" not in text:
            return text
        environment = self.environments.get(span.path, {})

        def lookup(name: str) -> str | None:
            if more and name in more:
                return more[name]
            given = environment.get(name)
            return given[0] if given else None

        try:
            pieces = interpolate.pieces(text, lookup)
        except interpolate.Invalid as error:
            self.invalid.setdefault(span, Invalid(error.message, span))
            return Unknown(text, span)
        self._remember(pieces, span, environment)
        self._count(pieces, span)
        if self.is_exhausted:
            return Unknown(text, span)
        if all(piece.text is not None for piece in pieces):
            return "".join(piece.text or "" for piece in pieces)
        names = tuple(dict.fromkeys(name for piece in pieces for name in piece.names))
        return Unknown(text, span, names, _known(pieces), _known(pieces[::-1], backwards=True))

    @property
    def is_exhausted(self) -> bool:
        """Whether variables gave so much text that no more of them are filled in."""
        return self._length > _LONGEST

    def _count(self, pieces: list[interpolate.Piece], span: Span) -> None:
        was_exhausted = self.is_exhausted
        self._length += sum(len(piece.text or "") for piece in pieces if piece.names)
        if self.is_exhausted and not was_exhausted:
            self.invalid[span] = Invalid(f"all variables together give more than {_LONGEST} characters", span)

    def default_of(self, text: str, span: Span) -> str | None:
        """The variable whose literal default stands in the text: `NAME` of `${NAME:-value}`."""
        if "$" not in text:
            return None
        environment = self.environments.get(span.path, {})
        try:
            pieces = interpolate.pieces(
                text, lambda name: environment[name][0] if name in environment else None
            )
        except interpolate.Invalid:
            return None
        return next((piece.names[0] for piece in pieces if piece.defaulted and piece.text), None)

    def _remember(self, pieces: list[interpolate.Piece], span: Span, environment: Environment) -> None:
        for piece in pieces:
            for name in piece.names:
                given = environment.get(name)
                before = self.asked.get((span.path, name))
                has_default = piece.defaulted or (before is not None and before[1])
                self.asked[span.path, name] = (before[0] if before else span, has_default, given is not None)
                if given:
                    note = Note(f"{name} is set here", given[1], is_value=True)
                    notes = self.notes.get(span, ())
                    if len(notes) < _MOST_NOTES and note not in notes:
                        self.notes[span] = (*notes, note)


def _known(pieces: list[interpolate.Piece], *, backwards: bool = False) -> str:
    """The text of the leading pieces that have a value."""
    known: list[str] = []
    for piece in pieces:
        if piece.text is None:
            break
        known.append(piece.text)
    return "".join(known[::-1] if backwards else known)


def is_null(node: Node | None) -> bool:
    return node is None or (
        isinstance(node, Scalar) and not node.style and node.value in _NULLS and node.tag is None
    )


def is_empty(text: Maybe[str] | None) -> bool:
    """Whether nothing is said; what is open is not nothing."""
    return not isinstance(text, Unknown) and not text


def part(node: Scalar, start: int, end: int) -> Span:
    """The place of a part of a scalar's value; the whole scalar where escapes or folding moved it."""
    quote = 1 if node.style in ("'", '"') else 0
    if node.end - node.start - 2 * quote != len(node.value) or node.style in ("|", ">"):
        return node.span
    return Span(node.path, node.start + quote + start, node.start + quote + end)


def mapping(node: Node | None) -> Iterator[tuple[Scalar, Node]]:
    """The pairs of a mapping; nothing for any other node."""
    if isinstance(node, MappingNode):
        yield from node.pairs()


def items(node: Node | None) -> Iterator[Node]:
    """The items of a list, or the one that stands in its place."""
    if isinstance(node, Sequence):
        yield from node.items
    elif isinstance(node, Scalar) and not is_null(node):
        yield node


def _named(node: Node | None) -> Iterator[tuple[Scalar, Node | None]]:
    if isinstance(node, MappingNode):
        yield from node.pairs()
    elif isinstance(node, Sequence):
        for item in node.items:
            if isinstance(item, Scalar):
                yield item, None
            else:
                yield from _named(item)


def assignments(node: Node | None) -> Iterator[tuple[str, Scalar, Node | None, int]]:
    """What `Values.assignments` gives, with the variables in names not filled in."""
    if isinstance(node, MappingNode):
        for key, value in node.pairs():
            yield key.value, key, value, (-1 if is_null(value) else 0)
    elif isinstance(node, Sequence):
        for item in node.items:
            if isinstance(item, Scalar):
                equals = _equals(item.value)
                name = item.value if equals < 0 else item.value[:equals]
                yield name, item, item, (-1 if equals < 0 else equals + 1)
            else:
                yield from assignments(item)


def _equals(text: str) -> int:
    """Where an assignment's value is divided from its name, `=` inside of `${A:-b=c}` not counted."""
    equals = text.find("=")
    if equals < 0 or "{" not in text[:equals]:
        return equals
    depth = 0
    for at, char in enumerate(text):
        if char == "=" and depth <= 0:
            return at
        depth += (char == "{") - (char == "}")
    return -1


def colons(raw: str, opening: str) -> list[tuple[int, int]]:
    """The stretches between colons, those inside brackets such as `${A:-b}` not counted."""
    found, start, at = [], 0, -1
    if not any(bracket in raw for bracket in opening):
        while (at := raw.find(":", at + 1)) >= 0:
            found.append((start, at))
            start = at + 1
        return [*found, (start, len(raw))]
    depth = 0
    for at, char in enumerate(raw):
        if char in opening:
            depth += 1
        elif char in "}]":
            depth -= char == "}" or "[" in opening
        elif char == ":" and depth <= 0:
            found.append((start, at))
            start = at + 1
    return [*found, (start, len(raw))]
