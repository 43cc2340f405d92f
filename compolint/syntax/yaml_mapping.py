"""What is in force of a YAML mapping that is not just pairs: merge keys followed, odd and repeated keys told.

The rules are go-yaml's: a key is text; an own pair beats a merged one wherever it stands; of several merged
mappings the first beats the later ones. A repeated key is refused there; here the last one counts, as most
other parsers have it.
"""

from collections.abc import Iterator

from compolint.syntax.yaml_nodes import Fault, Mapping, Node, Scalar, Sequence
from compolint.text import Note, Span

TEMPLATE = "this looks like a template (Jinja, Helm), not YAML"


def settled(raw: Mapping, text: str, faults: list[Fault]) -> Mapping:
    """The mapping with its pairs in force. The keys of `raw` may still be anything."""
    items, aliases = _with_text_keys(raw, text, faults)
    first: dict[str, Scalar] = {}
    pairs: dict[str, tuple[Scalar, Node]] = {}
    merges: list[tuple[Mapping, Span]] = []
    for at, (key, value) in enumerate(items):
        name = key.value
        if first.setdefault(name, key) is not key:
            message = f"the key {shortened(name)} occurs twice in one mapping"
            note = Note("it occurs first here", first[name].span)
            faults.append(Fault("duplicate key", message, key.span, (note,)))
        if _is_merge(key):
            merges.extend(_merged(value, aliases.get(at), faults))
        else:
            pairs[name] = key, value
    via: dict[int, Span] = {}
    for merged, place in merges:
        for pair in merged.pairs():
            if pair[0].value not in pairs:
                pairs[pair[0].value] = pair
                via[id(pair[0])] = place
    return Mapping(raw.path, raw.start, raw.end, items, raw.tag, aliases or None, list(pairs.values()), via)


def shortened(name: str) -> str:
    """A name short enough to be told in one line."""
    return name if len(name) <= 40 else f"{name[:39]}…"


def _with_text_keys(
    raw: Mapping, text: str, faults: list[Fault]
) -> tuple[list[tuple[Scalar, Node]], dict[int, Span]]:
    """The items and the aliases without the pairs whose key is a collection."""
    items: list[tuple[Scalar, Node]] = []
    aliases: dict[int, Span] = {}
    written = raw.aliases or {}
    for at, (key, value) in enumerate(raw.items):
        if isinstance(key, Scalar):
            if at in written:
                aliases[len(items)] = written[at]
            items.append((key, value))
        else:
            faults.append(_odd_key(key, text))
    return items, aliases


def _odd_key(key: Mapping | Sequence, text: str) -> Fault:
    template = text.find("{{", max(key.start - 1, 0), key.start + 2)
    if template >= 0:
        return Fault("unsupported", TEMPLATE, Span(key.path, template, key.end))
    return Fault("syntax", "a key must be text", key.span)


def _is_merge(key: Scalar) -> bool:
    return key.value == "<<" and (key.tag == "!!merge" if key.tag else not key.style)


def _merged(value: Node, alias: Span | None, faults: list[Fault]) -> Iterator[tuple[Mapping, Span]]:
    """The mappings that one merge key names, each with the place where it does."""
    if isinstance(value, Sequence):
        inner = value.aliases or {}
        named = [(item, alias or inner.get(at) or item.span) for at, item in enumerate(value.items)]
    else:
        named = [(value, alias or value.span)]
    for node, place in named:
        if isinstance(node, Mapping):
            yield node, place
        else:
            faults.append(Fault("syntax", "the merge key << takes a mapping, or a list of mappings", place))
