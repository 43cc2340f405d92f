"""The nodes of YAML: what a file says, and where it says it.

A plain scalar is resolved by the rules of go-yaml, which Compose and most of the container world read with;
the rules of Python's YAML libraries differ from them (`22:22`, `yes`, `0644`, `08`).
"""

from bisect import bisect_right

from compolint.pattern import pattern
from compolint.text import Note, Source, Span
from compolint.tuples import NamedTuple


class Scalar(NamedTuple):
    """A piece of text. The span has the quotes or the block header in it, but not the anchor and the tag."""

    path: str
    start: int
    end: int
    value: str
    style: str  # "" for a plain one, else the character that opens it: one of '"|>
    tag: str | None

    @property
    def span(self) -> Span:
        return Span(self.path, self.start, self.end)

    def resolved(self) -> str | int | float | bool | None:
        """The value with its type; a timestamp, and whatever its tag does not fit, stays text."""
        tag = self.tag
        if tag is None or tag == "!":
            return self.value if self.style else _resolved(self.value)
        if tag not in _TYPES:
            return self.value
        value = _resolved(self.value)
        if tag == "!!float" and type(value) is int:
            return float(value)
        return value if type(value) is _TYPES[tag] else self.value


class Mapping:
    """Keys with their values.

    `items` are the pairs as written: with merge keys (`<<`), with keys that occur twice. `aliases` has, by
    the index of the item, the place of each alias that is a value; the value is the node with the anchor.
    """

    __slots__ = ("_index", "_pairs", "_via", "aliases", "end", "items", "path", "start", "tag")

    def __init__(
        self,
        path: str,
        start: int,
        end: int,
        items: "list[tuple[Scalar, Node]]",
        tag: str | None = None,
        aliases: dict[int, Span] | None = None,
        pairs: "list[tuple[Scalar, Node]] | None" = None,
        via: dict[int, Span] | None = None,
    ) -> None:
        self.path = path
        self.start = start
        self.end = end
        self.items = items
        self.tag = tag
        self.aliases = aliases
        self._pairs = items if pairs is None else pairs
        self._via = via
        self._index: dict[str, tuple[Scalar, Node]] | None = None

    @property
    def span(self) -> Span:
        return Span(self.path, self.start, self.end)

    def pairs(self) -> "list[tuple[Scalar, Node]]":
        """The pairs in force, each key once and merge keys followed: its own, then the merged ones."""
        return self._pairs

    def get(self, name: str) -> "Node | None":
        """The value of a key, its own or merged."""
        pair = self._pair(name)
        return pair and pair[1]

    def key(self, name: str) -> Scalar | None:
        """The key that `get` finds."""
        pair = self._pair(name)
        return pair and pair[0]

    def via(self, key: Scalar) -> Span | None:
        """The place, mostly an alias, through which a merge key brings in a pair; none for its own pairs."""
        return self._via.get(id(key)) if self._via else None

    def _pair(self, name: str) -> "tuple[Scalar, Node] | None":
        if self._index is None:
            self._index = {pair[0].value: pair for pair in self._pairs}
        return self._index.get(name)


class Sequence:
    """A list. `aliases` has the place of each alias in it, by the index of the item."""

    __slots__ = ("aliases", "end", "items", "path", "start", "tag")

    def __init__(
        self,
        path: str,
        start: int,
        end: int,
        items: "list[Node]",
        tag: str | None = None,
        aliases: dict[int, Span] | None = None,
    ) -> None:
        self.path = path
        self.start = start
        self.end = end
        self.items = items
        self.tag = tag
        self.aliases = aliases

    @property
    def span(self) -> Span:
        return Span(self.path, self.start, self.end)


Node = Scalar | Mapping | Sequence


class Fault(NamedTuple):
    """Why a text, or a part of it, is not taken: `syntax`, `duplicate key` or `unsupported`."""

    kind: str
    message: str
    span: Span
    notes: tuple[Note, ...] = ()


class Document(NamedTuple):
    """One document of a file. Without a root it is empty, or a fault says why it could not be read."""

    root: Node | None
    faults: tuple[Fault, ...]
    source: Source
    span: Span

    @property
    def comments(self) -> tuple[Span, ...]:
        """The comments, each from its `#` to the end of the line; looked for anew each time."""
        if self.root is None and self.faults:
            return ()
        return _comments(self.source.text, self.span, _scalars(self.root))


_WORDS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    "-0": -0.0,
}
_TYPES = {"!!bool": bool, "!!int": int, "!!float": float, "!!null": type(None)}
_BASES = {"0x": 16, "0o": 8, "0b": 2}


def _resolved(value: str) -> str | int | float | bool | None:
    if value in _WORDS:
        return _WORDS[value]
    if value[0] not in "+-.0123456789":
        return value
    digits = value if value[0] == "." else value.replace("_", "")
    integer = _integer(digits)
    number = _float(digits) if integer is None else integer
    return value if number is None else number


def _integer(text: str) -> int | None:
    digits, base = text.lstrip("+-"), 10
    if digits[:2].lower() in _BASES:
        base, digits = _BASES[digits[:2].lower()], digits[2:]
    elif digits[:1] == "0":
        base = 8
    if len(text) - len(text.lstrip("+-")) > 1 or not (digits.isascii() and digits.isalnum()):
        return None
    try:
        number = int(digits, base)
    except ValueError:  # also for thousands of decimal digits
        return None
    number = -number if text[0] == "-" else number
    return number if -(2**63) <= number < 2**64 else None


def _float(text: str) -> float | None:
    if text.strip("+-.0123456789eE"):  # Python's own floats may also be words, and have `_` and blanks
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return None if number in (float("inf"), float("-inf")) else number


# Compiled where a file needs them, as few do: to compile all of them takes a millisecond of every start.
_COMMENT = r"#[^\r\n\x85\u2028\u2029]*"
# ### |- # a comment ###
_BLOCK_HEADER = r"[|>][-+0-9]*[ \t]+"


def _comments(text: str, extent: Span, scalars: list[Scalar]) -> tuple[Span, ...]:
    starts = [scalar.start for scalar in scalars]
    found, at = [], extent.start
    while (at := text.find("#", at, extent.end)) >= 0:
        before = bisect_right(starts, at)
        around = scalars[before - 1] if before and at < scalars[before - 1].end else None
        if not _begins_comment(text, at, around):
            at = around.end if around else at + 1
        elif comment := pattern(_COMMENT).match(text, at):
            found.append(Span(extent.path, *comment.span()))
            at = comment.end()
    return tuple(found)


def _begins_comment(text: str, at: int, around: Scalar | None) -> bool:
    if around is None:
        return at == 0 or text[at - 1].isspace()
    header = pattern(_BLOCK_HEADER).match(text, around.start)
    return header is not None and header.end() == at


def _scalars(root: Node | None) -> list[Scalar]:
    """Every scalar below a node, once, in the order of the text."""
    found: list[Scalar] = []
    ahead: list[Node] = [root] if root is not None else []
    while ahead:
        node = ahead.pop()
        if isinstance(node, Scalar):
            found.append(node)
            continue
        aliases = node.aliases or {}
        if isinstance(node, Mapping):
            found.extend(key for key, _ in node.items)
            ahead.extend(value for at, (_, value) in enumerate(node.items) if at not in aliases)
        else:
            ahead.extend(value for at, value in enumerate(node.items) if at not in aliases)
    found.sort(key=lambda scalar: scalar.start)
    return found
