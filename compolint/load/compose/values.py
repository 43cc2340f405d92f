"""Scalars of a Compose file as Compose reads them: variables filled in, types cast."""

from collections.abc import Iterator, Mapping

from compolint.syntax import interpolate
from compolint.syntax.yaml import Mapping as MappingNode
from compolint.syntax.yaml import Node, Scalar, Sequence
from compolint.text import Note, Span
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown

# `NAME=value` or `NAME: value`: the name, where it stands, the value's node, and where in that node the value
# begins (`-1`: no value is given).
Assignment = tuple[str, Scalar, Node | None, int]

# Files and folders that lie elsewhere.
REMOTE = ("http://", "https://", "git@", "ssh://", "git://", "oci://", "github.com/")
_MOST_NOTES = 20  # about one scalar
_LONGEST = 10_000_000  # characters that all variables together give
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "yes", "on", "y"})


class Environment(dict[str, tuple[str, Span]]):
    """What is known about variables: their values, and the places that give them."""

    __hash__ = object.__hash__  # type: ignore[assignment]  # two that are equal may still change apart


class File(str):
    """The path of a file as one project reads it: what variables and relative paths in it mean.

    Every node and place of the file has this path, so a file that is read twice has two meanings.
    """

    environment: Environment
    folder: str  # what relative paths are relative to

    @classmethod
    def of(cls, path: str, folder: str, environment: Environment) -> "File":
        made = cls(path)
        made.folder, made.environment = folder, environment
        return made


_UNREAD = File.of("", "", Environment())


def as_read(path: str) -> File:
    """The path of a node or a place, with its meaning."""
    return path if isinstance(path, File) else _UNREAD


class Invalid(Exception):
    """Something that Compose refuses."""

    def __init__(self, message: str, span: Span, notes: tuple[Note, ...] = ()) -> None:
        super().__init__(message)
        self.message, self.span, self.notes = message, span, notes


class _Filled(NamedTuple):
    text: Maybe[str]
    default: str | None  # the variable whose literal default stands in the text


class Values:
    """Reads scalars, and remembers which variables were asked for and where their values came from."""

    def __init__(self) -> None:
        self.notes: dict[Span, tuple[Note, ...]] = {}
        self.asked: dict[tuple[str, str], tuple[Span, bool, bool]] = {}  # place, has a default, is given
        self.invalid: dict[Span, Invalid] = {}
        self._filled: dict[tuple[int, int, str], _Filled] = {}  # by the file, the place and the text
        self._length = 0  # of all that variables gave

    def text(self, node: Node | None) -> Maybe[str] | None:
        """A scalar's text; `None` for nothing and for null."""
        if node.__class__ is not Scalar:
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

    def assignments(self, node: Node | None) -> list[Assignment]:
        """The assignments of a mapping, a list, or layers of both, the names of list items filled in."""
        found = assignments(node)
        if any(each[1] is each[2] and "$" in each[0] for each in found):
            found = [
                (self._name(name, key) if key is value else name, key, value, begins)
                for name, key, value, begins in found
            ]
        return found

    def _name(self, name: str, item: Scalar) -> str:
        """A name from a list, whose items are values; one with an open variable stays as it is written."""
        filled = self.fill(name, item.span) if "$" in name else name
        return name if isinstance(filled, Unknown) else filled

    def fill(self, text: str, span: Span, more: Mapping[str, str] | None = None) -> Maybe[str]:
        """The text with its variables replaced; unknown when one of them is given nowhere.

        `more` has the values of some that the shell always gives.
        """
        if "$" not in text:
            return text
        return self._fill(text, span, more).text if more else self._remembered(text, span).text

    def default_of(self, text: str, span: Span) -> str | None:
        """The variable whose literal default stands in the text: `NAME` of `${NAME:-value}`."""
        return self._remembered(text, span).default if "$" in text else None

    @property
    def is_exhausted(self) -> bool:
        """Whether variables gave so much text that no more of them are filled in."""
        return self._length > _LONGEST

    def _remembered(self, text: str, span: Span) -> _Filled:
        place = id(span.path), span.start, text
        known = self._filled.get(place)
        if known is None:
            known = self._filled[place] = self._fill(text, span, None)
        return known

    def _fill(self, text: str, span: Span, more: Mapping[str, str] | None) -> _Filled:
        environment = as_read(span.path).environment

        def lookup(name: str) -> str | None:
            if more and name in more:
                return more[name]
            given = environment.get(name)
            return given[0] if given else None

        try:
            pieces = interpolate.pieces(text, lookup)
        except interpolate.Invalid as error:
            self.invalid.setdefault(span, Invalid(error.message, span))
            return _Filled(Unknown(text, span), None)
        self._remember(pieces, span, environment)
        if self.is_exhausted:
            return _Filled(Unknown(text, span), None)
        default = None
        texts: list[str] = []
        names: dict[str, None] = {}
        for piece in pieces:
            if piece.names:
                names.update(dict.fromkeys(piece.names))
                if piece.defaulted and piece.text:
                    default = default or piece.names[0]
            if piece.text is not None:
                texts.append(piece.text)
        if len(texts) == len(pieces):
            return _Filled("".join(texts), default)
        head, tail = _known(pieces), _known(pieces, backwards=True)
        return _Filled(Unknown(text, span, tuple(names), head, tail), default)

    def _remember(self, pieces: list[interpolate.Piece], span: Span, environment: Environment) -> None:
        was_exhausted = self.is_exhausted
        for piece in pieces:
            if not piece.names:
                continue
            self._length += len(piece.text or "")
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
        if self.is_exhausted and not was_exhausted:
            self.invalid[span] = Invalid(f"all variables together give more than {_LONGEST} characters", span)


def _known(pieces: list[interpolate.Piece], *, backwards: bool = False) -> str:
    """The text of the leading pieces that have a value, or of the trailing ones."""
    known: list[str] = []
    for piece in reversed(pieces) if backwards else pieces:
        if piece.text is None:
            break
        known.append(piece.text)
    return "".join(reversed(known) if backwards else known)


def is_null(node: Node | None) -> bool:
    return node is None or (
        isinstance(node, Scalar) and not node.style and node.value in _NULLS and node.tag is None
    )


def is_empty(text: Maybe[str] | None) -> bool:
    """Whether nothing is said; what is open is not nothing."""
    return not isinstance(text, Unknown) and not text


def part(node: Scalar, start: int, end: int) -> Span:
    """The place of a part of a scalar's value; the whole scalar where escapes or folding moved it."""
    path, begin, stop, value, style, _ = node
    if style:
        if style not in ("'", '"'):
            return node.span
        begin, stop = begin + 1, stop - 1
    return Span(path, begin + start, begin + end) if stop - begin == len(value) else node.span


def mapping(node: Node | None) -> list[tuple[Scalar, Node]]:
    """The pairs of a mapping; nothing for any other node."""
    return node.pairs() if isinstance(node, MappingNode) else []


def fields(node: Node | None) -> dict[str, Node]:
    """What the keys of a mapping lead to; nothing for any other node."""
    return {key.value: value for key, value in node.pairs()} if isinstance(node, MappingNode) else {}


def items(node: Node | None) -> list[Node]:
    """The items of a list, or the one that stands in its place."""
    if isinstance(node, Sequence):
        return node.items
    return [node] if isinstance(node, Scalar) and not is_null(node) else []


def _named(node: Node | None) -> Iterator[tuple[Scalar, Node | None]]:
    if isinstance(node, MappingNode):
        yield from node.pairs()
    elif isinstance(node, Sequence):
        for item in node.items:
            if isinstance(item, Scalar):
                yield item, None
            else:
                yield from _named(item)


def assignments(node: Node | None) -> list[Assignment]:
    """What `Values.assignments` gives, with the variables in names not filled in."""
    if isinstance(node, MappingNode):
        return [(key.value, key, value, -1 if is_null(value) else 0) for key, value in node.pairs()]
    found: list[Assignment] = []
    for item in node.items if isinstance(node, Sequence) else ():
        if not isinstance(item, Scalar):
            found += assignments(item)
            continue
        text = item.value
        equals = _equals(text)
        found.append((text, item, item, -1) if equals < 0 else (text[:equals], item, item, equals + 1))
    return found


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
    if opening[0] not in raw and opening[-1] not in raw:
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
