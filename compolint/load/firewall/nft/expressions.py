"""Expressions of nftables, from words: fields of packets, literals, ranges, sets, maps."""

from collections.abc import Mapping, Sequence

from compolint.load.firewall.nft.fields import CONNECTION, DIRECTED, FIELDS, META, PLAIN_META
from compolint.load.firewall.nft.values import (
    Atom,
    Combined,
    Concat,
    Elements,
    Field,
    Listed,
    Mapped,
    Masked,
    Named,
    Open,
    Pair,
    Range,
    Refused,
    Unfamiliar,
    Value,
    Verdict,
)
from compolint.load.firewall.nft.words import Words
from compolint.syntax.nft import Node
from compolint.text import Span

_DEEPEST = 40
_BITWISE = {"&": "&", "and": "&", "|": "|", "or": "|", "^": "^", "xor": "^", "<<": "<<", ">>": ">>"}
_RAW = frozenset(("ll", "nh", "th", "ih"))
# What may stand behind an element
_OPTIONS = frozenset((
    "timeout", "expires", "comment", "counter", "limit", "quota", "last", "ct",
))  # fmt: skip
# What no value can be, unless it is in quotes
_RESERVED = frozenset((
    "accept", "drop", "continue", "return", "jump", "goto", "queue", "counter", "log", "limit", "quota",
    "reject", "masquerade", "notrack", "vmap", "map", "set", "add", "update", "to", "comment",
))  # fmt: skip
_JUMPS = {"jump": "jump", "goto": "goto"}
_SIMPLE = {"accept": "accept", "drop": "drop", "return": "return", "continue": "continue", "queue": "unknown"}
_MOST_ELEMENTS = 200_000
_MOST_PUT_IN = 1_000_000  # elements of variables, in all places together


class Sizes:
    """How much variables stand for, which doubles with every line that names another one twice."""

    def __init__(self) -> None:
        self._of: dict[str, int] = {}
        self._used = 0

    def note(self, name: str, size: int) -> None:
        self._of[name] = size

    def use(self, name: str, at: Span) -> int:
        size = self._of.get(name, 1)
        if self._used + size > _MOST_PUT_IN:
            raise Unfamiliar("what the variables stand for is more than is looked at", at)
        self._used += size
        return size


class Expressions:
    """Reads expressions of one file; `variables` has what was defined, None where it may be elsewhere."""

    def __init__(
        self, variables: Mapping[str, Value], is_complete: bool, sizes: "Sizes | None" = None
    ) -> None:
        self._variables = variables
        self._is_complete = is_complete
        self._sizes = sizes or Sizes()
        self.size = 0  # of all that was put in for variables so far
        self._depth = 0

    def value(self, words: Words) -> Value:
        """An expression with all that may stand on the right side of a match."""
        start = words.at
        first = self._combined(words)
        if words.word != ",":
            return first
        items = [first]
        while words.has(","):
            items.append(self._combined(words))
        return Listed(tuple(items), words.span(start))

    def left(self, words: Words) -> Value:
        """An expression that begins with a field."""
        return self._combined(words)

    def single(self, words: Words) -> Value:
        """An expression without commas."""
        return self._combined(words)

    def verdict(self, words: Words) -> Verdict | None:
        start, word = words.at, words.word
        if word in _SIMPLE:
            words.take()
            return Verdict(_SIMPLE[word], words.span(start))  # type: ignore[arg-type]
        if word not in _JUMPS:
            return None
        words.take()
        kind = words.kind()
        if kind == "variable":
            named = self._variable(words)
            chain = named.text if isinstance(named, Atom) else None
        else:
            chain = words.take_plain("the name of a chain").text
        target = words.span(words.at - 1)
        return Verdict(_JUMPS[word], words.span(start), chain, target)  # type: ignore[arg-type]

    def elements(self, nodes: Sequence[Node], path: str, start: int, end: int) -> Elements:
        """The elements between braces."""
        from compolint.text import Span

        self._depth += 1
        if self._depth > _DEEPEST:
            raise Unfamiliar("this is nested too deeply", Span(path, start, start + 1))
        words = Words(nodes, path, end)
        items: list[Value | Pair] = []
        while words:
            if words.has(","):
                continue
            items.append(self._element(words))
            if words and words.word != ",":
                raise Refused("`,` or `}` is missing before this", words.here)
            if len(items) > _MOST_ELEMENTS:
                raise Unfamiliar(
                    f"this set has more than {_MOST_ELEMENTS} elements", Span(path, start, start + 1)
                )
        self._depth -= 1
        return Elements(tuple(items), Span(path, start, end))

    def _element(self, words: Words) -> Value | Pair:
        start = words.at
        key = self._combined(words)
        _skip_options(words)
        if not words.has(":"):
            return key
        data = self.verdict(words) or self._combined(words)
        _skip_options(words)
        return Pair(key, data, words.span(start))

    def _combined(self, words: Words) -> Value:
        start = words.at
        operands, operators = [self._joined(words)], []
        while words.word in _BITWISE:
            operators.append(_BITWISE[words.take().text])
            operands.append(self._joined(words))
        first = operands[0]
        if not operators:
            value = first
        elif set(operators) == {"|"}:
            value = Listed(tuple(operands), words.span(start))
        elif operators == ["&"] and isinstance(first, Field):
            value = Masked(first, operands[1], words.span(start))
        else:
            value = Combined(tuple(operands), tuple(operators), words.span(start))
        if words.word == "map" and _is_key(value):
            words.take()
            return Mapped(value, self._data(words), words.span(start))
        return value

    def _data(self, words: Words) -> Value:
        """The map behind `map` or `vmap`."""
        if words.kind() == "set":
            name = words.take()
            return Named(name.text, words.span(words.at - 1))
        if words.kind() == "variable":
            return self._variable(words)
        group = words.group("a map")
        return self.elements(_nodes(group), words.path, group.start, group.end)

    data = _data

    def _joined(self, words: Words) -> Value:
        start = words.at
        parts = [self._range(words)]
        while words.has("."):
            parts.append(self._range(words))
        return parts[0] if len(parts) == 1 else Concat(tuple(parts), words.span(start))

    def _range(self, words: Words) -> Value:
        start = words.at
        first = self._primary(words)
        if words.word != "-":
            return first
        words.take()
        last = self._primary(words)
        if isinstance(first, Atom) and isinstance(last, Atom):
            return Range(first, last, words.span(start))
        return Open("", words.span(start))

    def _primary(self, words: Words) -> Value:
        start, kind = words.at, words.kind()
        if kind == "group":
            group = words.group("a set")
            return self.elements(_nodes(group), words.path, group.start, group.end)
        if kind == "variable":
            return self._variable(words)
        if kind == "set":
            return self._named(words)
        if kind == "mark":
            return self._bracketed(words)
        if kind == "word" and (field := self.field(words)) is not None:
            return field
        if words.word in _RESERVED:
            raise Refused("a value is missing here", words.here)
        word = words.take_plain("a value")
        if words.word == "/" and words.ahead(1)[:1].isdigit():
            words.take()
            length = words.take()
            return Atom(f"{word.text}/{length.text}", words.span(start))
        atom = Atom(word.text, words.span(start), word.kind == "text")
        words.has("[", "invalid", "type", "]")  # nft prints this behind some ports
        return atom

    def _bracketed(self, words: Words) -> Value:
        if words.has("("):
            self._depth += 1
            if self._depth > _DEEPEST:
                raise Unfamiliar("this is nested too deeply", words.here)
            inner = self.value(words)
            words.skip(")")
            self._depth -= 1
            return inner
        start = words.at
        if words.has("["):
            address = words.take_plain("an address")
            words.skip("]")
            return Atom(address.text, words.span(start))
        if words.has("-"):
            number = words.take_plain("a number")
            return Atom(f"-{number.text}", words.span(start))
        raise Refused("this is no value", words.here)

    def _variable(self, words: Words) -> Value:
        name = words.take()
        span = words.span(words.at - 1)
        found = self._variables.get(name.text)
        if found is not None:
            self.size += self._sizes.use(name.text, span)
            return found._replace(span=span)
        if self._is_complete:
            raise Refused(f"${name.text} is defined nowhere", span)
        return Open(f"${name.text}", span)

    def _named(self, words: Words) -> Value:
        start = words.at
        name = words.take()
        if name.text not in _RAW or words.word != ",":
            return Named(name.text, words.span(start))
        for _ in range(2):
            words.skip(",")
            words.take_plain("a number")
        return Field(f"@{name.text}", words.span(start))

    def field(self, words: Words) -> Field | None:
        """The field that the next words name, if they do."""
        start = words.at
        name = _field(words)
        return None if name is None else Field(name, words.span(start))


def _field(words: Words) -> str | None:
    first, second = words.word, words.ahead(1)
    if first == "meta":
        if second not in META:
            raise Unfamiliar("meta has no such key", words.here)
        words.has(first, second)
        return f"meta {second}"
    if first in FIELDS:
        return _header(words, first, second)
    if first == "ct":
        return _connection(words)
    if first in PLAIN_META and first != second:
        words.take()
        return f"meta {first}"
    special = _SPECIAL.get(first)
    return special(words) if special else None


def _header(words: Words, first: str, second: str) -> str | None:
    if second not in FIELDS[first]:
        return None
    words.has(first, second)
    if second == "option":
        option = words.take_plain("the name of an option")
        if words.word in _OPTION_FIELDS:
            words.take()
        return f"{first} option {option.text}"
    if first == "arp" and second in ("saddr", "daddr"):
        words.take_plain("`ip` or `ether`")
    elif first == "sctp" and second == "chunk":
        words.take_plain("the name of a chunk")
        if words.word in _CHUNK_FIELDS:
            words.take()
    return f"{first} {second}"


_OPTION_FIELDS = frozenset((
    "kind", "length", "size", "count", "left", "right", "tsval", "tsecr", "value", "ptr", "addr",
    "type",
))  # fmt: skip
_CHUNK_FIELDS = frozenset((
    "type", "flags", "length", "tsn", "stream", "ssn", "ppid", "init-tag", "a-rwnd", "seqno",
))  # fmt: skip


def _connection(words: Words) -> str:
    words.take()
    direction = ""
    if words.word in ("original", "reply"):
        direction = f"{words.take().text} "
    family = words.take().text if words.word in ("ip", "ip6") else ""
    key = words.word
    if key not in (DIRECTED if direction else CONNECTION):
        raise Unfamiliar("ct has no such key", words.here)
    words.take()
    return f"ct {direction}{f'{family} ' if family else ''}{key}"


def _fib(words: Words) -> str:
    words.take()
    parts = [words.take_plain("saddr or daddr").text]
    while words.has("."):
        parts.append(words.take_plain("a part of the key").text)
    result = words.take_plain("what is looked up").text
    if result not in ("type", "oif", "oifname", "check"):
        raise Unfamiliar("fib looks up `type`, `oif` or `oifname`", words.span(words.at - 1))
    return f"fib {'.'.join(sorted(parts))} {result}"


def _numbered(words: Words) -> str:
    """`numgen random mod 2`, `jhash ip saddr mod 2 seed 1`, `symhash mod 2`."""
    first = words.take().text
    while words and words.word != "mod":
        words.at += 1
    words.skip("mod")
    words.take_plain("a number")
    while words.word in ("offset", "seed"):
        words.take()
        words.take_plain("a number")
    return first


def _socket(words: Words) -> str:
    words.take()
    key = words.take_plain("a key of sockets").text
    if key == "cgroupv2" and words.has("level"):
        words.take_plain("a number")
    return f"socket {key}"


def _two(words: Words) -> str:
    """`rt mtu`, `rt ip nexthop`, `osf name`, `ipsec in reqid`, `exthdr hbh`."""
    first = words.take().text
    keys = []
    while words.word in _TWO_KEYS:
        keys.append(words.take().text)
        if keys[-1] == "spnum":
            words.take_plain("a number")
    if not keys:
        raise Refused(f"what {first} is asked for is missing", words.here)
    return f"{first} {' '.join(keys)}"


_TWO_KEYS = frozenset((
    "in", "out", "spnum", "reqid", "spi", "saddr", "daddr", "ip", "ip6", "nexthop", "mtu", "ipsec",
    "classid", "name", "version", "ttl", "loose", "skip", "type", "seg-left", "nexthdr",
    "hdrlength", "hbh", "dst", "frag", "rt", "mh",
))  # fmt: skip
_SPECIAL = {
    "fib": _fib, "numgen": _numbered, "jhash": _numbered, "symhash": _numbered, "socket": _socket,
    "rt": _two, "rt0": _two, "rt2": _two, "rt4": _two, "osf": _two, "ipsec": _two, "exthdr": _two,
}  # fmt: skip
# How a statement begins that looks at a field
BEGINNINGS = frozenset((*FIELDS, *PLAIN_META, *_SPECIAL, "meta", "ct"))


def _is_key(value: Value) -> bool:
    if isinstance(value, Concat):
        return all(isinstance(part, Field | Masked) for part in value.parts)
    return isinstance(value, Field | Masked | Combined)


def _skip_options(words: Words) -> None:
    if words.word in _OPTIONS:
        while words and words.word not in (",", ":"):
            words.at += 1


def _nodes(group: object) -> tuple[Node, ...]:
    """What stands in braces; a statement that a line ended is none here."""
    nodes = getattr(group, "nodes", None)
    if nodes is not None:
        return tuple(nodes)
    statements = getattr(group, "statements", ())
    return tuple(node for each in statements for node in each.nodes)
