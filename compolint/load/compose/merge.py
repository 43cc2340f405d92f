"""How Compose lays one file, or one service, over another."""

from compolint.load.compose.values import assignments, is_null, mapping
from compolint.syntax.yaml import Mapping, Node, Scalar, Sequence

# What merges differently from the rest, by where it lies in a project; names that the project gives
# to its services, networks and volumes are not part of it.
_LAYERED = frozenset(
    {
        "service.annotations",
        "service.build.additional_contexts",
        "service.build.args",
        "service.build.extra_hosts",
        "service.build.labels",
        "service.deploy.labels",
        "service.environment",
        "service.extra_hosts",
        "service.labels",
        "service.sysctls",
        "network.labels",
        "volume.labels",
    }
)  # lists of assignments that a mapping may say as well
_NAMING = {
    "service.depends_on": (("condition", "service_started"),),
    "service.models": (),
    "service.networks": (),
}  # lists of names that a mapping may say as well, and what a name alone says
_REPLACED = frozenset({"service.command", "service.entrypoint", "service.healthcheck.test"})
_LISTED = frozenset(
    {"service.dns", "service.dns_search", "service.env_file", "service.label_file", "service.tmpfs"}
)  # one, or a list of them
_NAMED = {"services": "service", "networks": "network", "volumes": "volume"}
LAYERS = "layers"


def merge(base: Node, over: Node, place: str = "") -> Node:
    """`over` laid over `base`; what both leave alone is shared, not copied.

    Mappings merge, lists append and anything else replaces; the tags `!override` and `!reset` replace
    and remove. The nodes keep the places in the files that they came from. A `place` such as `service`
    says what the two nodes are, by default whole projects.
    """
    if over.tag == "!override" or place in _REPLACED:
        return over
    if is_null(over):
        return base
    if is_null(base) or base.tag == "!reset":
        return over
    if place in _NAMING:
        base, over = _as_named(base, place), _as_named(over, place)
    if place in _LAYERED or (place in _NAMING and not isinstance(base, Mapping)):
        return _layered(base, over)
    if isinstance(base, Mapping) and isinstance(over, Mapping):
        is_other = place == "service.logging" and not _same_driver(base, over)
        return over if is_other else _merged(base, over, place)
    if isinstance(base, Sequence) and isinstance(over, Sequence):
        return _appended(base, over)
    if place in _LISTED:
        return Sequence(over.path, over.start, over.end, [*_several(base), *_several(over)])
    if place == "service.build":
        return _merged(_context(base), _context(over), place)
    return over


def without_resets(node: Node) -> Node:
    """The node with everything that is tagged `!reset` removed."""
    if isinstance(node, Sequence):
        items = [without_resets(item) for item in node.items if item.tag != "!reset"]
        return Sequence(node.path, node.start, node.end, items, node.tag)
    if isinstance(node, Mapping):
        kept = [(key, without_resets(value)) for key, value in node.pairs() if value.tag != "!reset"]
        return Mapping(node.path, node.start, node.end, kept, node.tag)
    return node


def _merged(base: Mapping, over: Mapping, place: str) -> Mapping:
    pairs = {key.value: (key, value) for key, value in base.pairs()}
    for key, value in over.pairs():
        known = pairs.get(key.value)
        if value.tag == "!reset":
            pairs.pop(key.value, None)
        elif known:
            merged = merge(known[1], value, _inside(place, key.value))
            pairs[key.value] = key if merged is value else known[0], merged
        else:
            pairs[key.value] = key, value
    return Mapping(base.path, base.start, base.end, list(pairs.values()))


def _inside(place: str, key: str) -> str:
    """The place of what a key leads to: `services` → `service` → `service.build`."""
    return _NAMED.get(place) or (f"{place}.{key}" if place else key)


def _appended(base: Sequence, over: Sequence) -> Sequence:
    """One list behind the other; what both have is there once."""
    said = {_said(item) for item in over.items}
    kept = [item for item in base.items if _said(item) not in said]
    return Sequence(base.path, base.start, base.end, [*kept, *over.items])


def _said(node: Node) -> object:
    """What a node says, which is open as long as there are variables in it."""
    if isinstance(node, Scalar):
        return node.value, node.style == "", id(node.path) if "$" in node.value else None
    if isinstance(node, Mapping):
        return frozenset((key.value, _said(value)) for key, value in node.pairs())
    return tuple(_said(item) for item in node.items)


def _as_named(node: Node, place: str) -> Node:
    """A list of names as the mapping that says the same, unless a name is open."""
    if not isinstance(node, Sequence) or node.tag == LAYERS:
        return node
    pairs: list[tuple[Scalar, Node]] = []
    for item in node.items:
        if not isinstance(item, Scalar) or "$" in item.value:
            return node
        said = [(item._replace(value=key), item._replace(value=value)) for key, value in _NAMING[place]]
        pairs.append((item, Mapping(item.path, item.start, item.end, list(said))))
    return Mapping(node.path, node.start, node.end, pairs)


def _layered(base: Node, over: Node) -> Sequence:
    """Both, to be read one after the other, without the names that the upper one resets."""
    layers = base.items if isinstance(base, Sequence) and base.tag == LAYERS else [base]
    if gone := {key.value for key, value in mapping(over) if value.tag == "!reset"}:
        layers = [_without(layer, gone) for layer in layers]
    return Sequence(base.path, base.start, base.end, [*layers, over], LAYERS)


def _without(layer: Node, gone: set[str]) -> Node:
    if isinstance(layer, Mapping):
        pairs = [pair for pair in layer.pairs() if pair[0].value not in gone]
        return Mapping(layer.path, layer.start, layer.end, pairs)
    if isinstance(layer, Sequence):
        kept = [item for name, item, _, _ in assignments(layer) if name not in gone]
        return Sequence(layer.path, layer.start, layer.end, list(kept))
    return layer


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
