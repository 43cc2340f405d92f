"""Statements and expressions of nftables' JSON, by libnftables-json(5)."""

from collections.abc import Callable, Iterable

from compolint.load.firewall.nft.values import (
    Assignment,
    Atom,
    Combined,
    Concat,
    Counter,
    Elements,
    Field,
    Limit,
    Listed,
    Lookup,
    Mapped,
    Masked,
    Named,
    Notrack,
    Open,
    Pair,
    Part,
    Quiet,
    Range,
    Refused,
    Relation,
    Translation,
    Unclear,
    Value,
    Verdict,
)
from compolint.syntax.yaml_nodes import Mapping, Node, Scalar, Sequence

_VERDICTS = ("accept", "drop", "return", "continue", "jump", "goto", "queue")
_QUIET = frozenset(
    ("log", "dup", "flow", "last", "ct helper", "ct timeout", "ct expectation", "secmark", "map")
)
_ELSEWHERE = frozenset(("fwd", "tproxy", "synproxy"))


def pairs_of(node: Node | None) -> Iterable[tuple[str, Node]]:
    return [(key.value, inner) for key, inner in node.pairs()] if isinstance(node, Mapping) else []


def text_of(node: Node | None, name: str) -> str:
    found = node.get(name) if isinstance(node, Mapping) else None
    return found.value if isinstance(found, Scalar) else ""


def _get(node: Node | None, name: str) -> Node | None:
    return node.get(name) if isinstance(node, Mapping) else None


def _only(node: Node) -> tuple[str, Node]:
    for pair in pairs_of(node):
        return pair
    raise Refused("this is no statement of nftables", node.span)


# --- expressions ---


def value(node: Node, *, is_map: bool = False, is_set: bool = False) -> Value:
    """An expression; the depth of the document bounds that of the calls."""
    if isinstance(node, Scalar):
        return _literal(node)
    if isinstance(node, Sequence):
        if is_set:
            return Elements(tuple(_element(item, is_map) for item in node.items), node.span)
        return Listed(tuple(value(item) for item in node.items), node.span)
    kind, body = _only(node)
    if kind in _VERDICTS:
        return _verdict(kind, body, node)
    if reader := _EXPRESSIONS.get(kind):
        return reader(body, node)
    return Field(_field(kind, body), node.span)


def _literal(node: Scalar) -> Value:
    text = node.value
    if node.style:
        if text.startswith("@"):
            return Named(text[1:], node.span)
        return Atom(text, node.span, True)
    return Atom({"true": "exists", "false": "missing"}.get(text, text), node.span)


def _element(node: Node, is_map: bool) -> Value | Pair:
    if is_map and isinstance(node, Sequence) and len(node.items) == 2:
        return Pair(value(node.items[0]), value(node.items[1]), node.span)
    return value(node)


def _operands(node: Node) -> list[Value]:
    return [value(item) for item in node.items] if isinstance(node, Sequence) else [value(node)]


def _prefix(body: Node, node: Node) -> Value:
    length = text_of(body, "len")
    address = _get(body, "addr")
    if not isinstance(address, Scalar):
        return Open("", node.span)
    return Atom(f"{address.value}/{length}", node.span)


def _range(body: Node, node: Node) -> Value:
    ends = _operands(body)
    if len(ends) == 2 and isinstance(ends[0], Atom) and isinstance(ends[1], Atom):
        return Range(ends[0], ends[1], node.span)
    return Open("", node.span)


def _masked(body: Node, node: Node) -> Value:
    operands = _operands(body)
    if len(operands) == 2 and isinstance(operands[0], Field):
        return Masked(operands[0], operands[1], node.span)
    return Combined(tuple(operands), ("&",) * (len(operands) - 1), node.span)


def _either(body: Node, node: Node) -> Value:
    operands = _operands(body)
    first = operands[0] if operands else None
    if isinstance(first, Masked):
        rest = (first.field, first.mask, *operands[1:])
        return Combined(rest, ("&", *("|" for _ in operands[1:])), node.span)
    flat: list[Value] = []
    for operand in operands:
        flat += operand.items if isinstance(operand, Listed) else (operand,)
    return Listed(tuple(flat), node.span)


def _mapped(body: Node, node: Node) -> Value:
    key, data = _get(body, "key"), _get(body, "data")
    if key is None or data is None:
        raise Refused("a map has a key and data", node.span)
    return Mapped(value(key), _data(data), node.span)


def _data(node: Node) -> Value:
    body = _get(node, "set")
    return value(node if body is None else body, is_map=True, is_set=True)


def _wrapped(body: Node, node: Node) -> Value:
    inner = _get(body, "val")
    return value(inner) if inner is not None else Open("", node.span)


_EXPRESSIONS: dict[str, Callable[[Node, Node], Value]] = {
    "set": lambda body, node: (
        value(body, is_set=True) if isinstance(body, Sequence) else Elements((value(body),), node.span)
    ),
    "concat": lambda body, node: Concat(tuple(_operands(body)), node.span),
    "prefix": _prefix,
    "range": _range,
    "&": _masked,
    "|": _either,
    "^": lambda body, node: Combined(tuple(_operands(body)), ("^",), node.span),
    "<<": lambda body, node: Combined(tuple(_operands(body)), ("<<",), node.span),
    ">>": lambda body, node: Combined(tuple(_operands(body)), (">>",), node.span),
    "map": _mapped,
    "elem": _wrapped,
}


def _field(kind: str, body: Node) -> str:
    """The name that nftables' language has for a field."""
    if kind == "payload":
        base = text_of(body, "base")
        return f"@{base}" if base else f"{text_of(body, 'protocol')} {text_of(body, 'field')}"
    if kind == "ct":
        words = ("ct", text_of(body, "dir"), text_of(body, "family"), text_of(body, "key"))
        return " ".join(word for word in words if word)
    if kind == "fib":
        flags = _get(body, "flags")
        names = [each.value for each in getattr(flags, "items", (flags,)) if isinstance(each, Scalar)]
        return f"fib {'.'.join(sorted(names))} {text_of(body, 'result')}"
    if kind in ("exthdr", "tcp option", "ip option"):
        return f"{kind} {text_of(body, 'name')}"
    return f"{kind} {text_of(body, 'key')}".strip()


# --- statements ---


def part(node: Node) -> Part:
    kind, body = _only(node)
    if kind in _VERDICTS:
        return _verdict(kind, body, node)
    if reader := _STATEMENTS.get(kind):
        return reader(body, node)
    if kind in _QUIET:
        return Quiet(node.span)
    return Unclear("", node.span, is_match=kind not in _ELSEWHERE)


def _verdict(kind: str, body: Node, node: Node) -> Verdict:
    if kind == "queue":
        return Verdict("unknown", node.span)
    target = _get(body, "target")
    chain = target.value if isinstance(target, Scalar) else None
    return Verdict(kind, node.span, chain, target.span if target else None)  # type: ignore[arg-type]


def _match(body: Node, node: Node) -> Part:
    left, right = _get(body, "left"), _get(body, "right")
    if left is None or right is None:
        raise Refused("a match has a left and a right side", node.span)
    operator = text_of(body, "op")
    return Relation(value(left), "" if operator == "in" else operator, value(right), node.span)


def _lookup(body: Node, node: Node) -> Part:
    found = _mapped(body, node)
    assert isinstance(found, Mapped)
    return Lookup(found.key, found.data, node.span)


def _translation(kind: str) -> Callable[[Node, Node], Part]:
    def read(body: Node, node: Node) -> Part:
        address, port = _get(body, "addr"), _get(body, "port")
        family = {"ip": 4, "ip6": 6}.get(text_of(body, "family"))
        return Translation(
            kind,  # type: ignore[arg-type]
            None if address is None else value(address),
            None if port is None else value(port),
            node.span,
            family,  # type: ignore[arg-type]
        )

    return read


def _assignment(body: Node, node: Node) -> Part:
    key, given = _get(body, "key"), _get(body, "value")
    field = value(key) if key is not None else None
    name = field.name if isinstance(field, Field) else ""
    return Assignment(name, value(given) if given is not None else Open("", node.span), node.span)


def _limit(body: Node, node: Node) -> Part:
    if isinstance(body, Scalar):
        return Unclear("", node.span)
    return Limit(text_of(body, "inv") != "true", node.span)


def _entry(body: Node, node: Node) -> Part:
    inner, element = _get(body, "stmt"), _get(body, "elem") or _get(body, "key")
    key = value(element) if element is not None else None
    for statement in inner.items if isinstance(inner, Sequence) else [inner] if inner else []:
        found = part(statement)
        if isinstance(found, Limit):
            return Limit(found.is_within, node.span, key)
        if not isinstance(found, Counter | Quiet):
            return Unclear("", node.span)
    return Quiet(node.span, key)


def _extension(body: Node, node: Node) -> Part:
    return Unclear("", node.span, is_match=text_of(body, "type") == "match")


def _counter(body: Node, node: Node) -> Part:
    packets = text_of(body, "packets")
    return Counter(int(packets) if packets.isdecimal() and len(packets) < 20 else None, node.span)


_STATEMENTS: dict[str, Callable[[Node, Node], Part]] = {
    "match": _match,
    "vmap": _lookup,
    "reject": lambda body, node: Verdict("reject", node.span),
    "notrack": lambda body, node: Notrack(node.span),
    "counter": _counter,
    "limit": _limit,
    "quota": _limit,
    "ct count": _limit,
    "mangle": _assignment,
    "set": _entry,
    "meter": _entry,
    "xt": _extension,
    **{kind: _translation(kind) for kind in ("dnat", "snat", "redirect", "masquerade")},
}
