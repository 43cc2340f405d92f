"""How Compose lays one file, or one service, over another."""

from compolint.syntax.yaml import Mapping, Node, Scalar, Sequence

_LAYERED = frozenset(
    {
        "environment",
        "labels",
        "annotations",
        "args",
        "sysctls",
        "extra_hosts",
        "depends_on",
        "networks",
        "models",
    }
)  # lists of names or assignments that a mapping may say as well
_REPLACED = frozenset({"command", "entrypoint", "test"})
_LISTED = frozenset({"env_file", "label_file", "tmpfs", "dns", "dns_search"})  # one, or a list of them
LAYERS = "layers"


def merge(base: Node, over: Node, field: str = "") -> Node:
    """`over` laid over `base`; what both leave alone is shared, not copied.

    Mappings merge, lists append and anything else replaces; the tags `!override` and `!reset` replace
    and remove. The nodes keep the places in the files that they came from.
    """
    if over.tag == "!override" or field in _REPLACED:
        return over
    if isinstance(over, Scalar) and not over.style and over.value in {"", "~", "null"}:
        return base
    if field in _LAYERED and not isinstance(over, Scalar):
        return _joined(base, over)
    if isinstance(base, Mapping) and isinstance(over, Mapping):
        return _merged(base, over) if field != "logging" or _same_driver(base, over) else over
    if isinstance(base, Sequence) and isinstance(over, Sequence):
        return Sequence(base.path, base.start, base.end, [*base.items, *over.items])
    if field in _LISTED:
        return Sequence(over.path, over.start, over.end, [*_several(base), *_several(over)])
    if field == "build":
        return _merged(_context(base), _context(over))
    return over


def without_resets(node: Node) -> Node:
    """The node with everything that is tagged `!reset` removed."""
    if not isinstance(node, Mapping):
        return node
    kept = [(key, without_resets(value)) for key, value in node.pairs() if value.tag != "!reset"]
    return Mapping(node.path, node.start, node.end, kept)


def _merged(base: Mapping, over: Mapping) -> Mapping:
    pairs = {key.value: (key, value) for key, value in base.pairs()}
    for key, value in over.pairs():
        known = pairs.get(key.value)
        if value.tag == "!reset":
            pairs.pop(key.value, None)
        elif known:
            pairs[key.value] = known[0], merge(known[1], value, key.value)
        else:
            pairs[key.value] = key, value
    return Mapping(base.path, base.start, base.end, list(pairs.values()))


def _joined(base: Node, over: Node) -> Sequence:
    layers = base.items if isinstance(base, Sequence) and base.tag == LAYERS else [base]
    return Sequence(base.path, base.start, base.end, [*layers, over], LAYERS)


def _several(node: Node) -> list[Node]:
    return node.items if isinstance(node, Sequence) else [node]


def _same_driver(base: Mapping, over: Mapping) -> bool:
    drivers = [node.value for logging in (base, over) if isinstance(node := logging.get("driver"), Scalar)]
    return len(set(drivers)) < 2


def _context(node: Node) -> Mapping:
    """A build that is only a folder, as a mapping."""
    if isinstance(node, Mapping):
        return node
    key = Scalar(node.path, node.start, node.start, "context", "", None)
    return Mapping(node.path, node.start, node.end, [(key, node)])
