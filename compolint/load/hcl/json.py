"""HCL that is written as JSON: `main.tf.json`, `docker-bake.json`.

https://developer.hashicorp.com/terraform/language/syntax/json. JSON is YAML, so the reader of YAML gives the
places; texts are templates as in HCL.
"""

from collections.abc import Iterator, Mapping

from compolint.syntax import yaml
from compolint.syntax.hcl import Attribute, Block, HclFile
from compolint.syntax.hcl_expression import parse_template
from compolint.syntax.hcl_nodes import Expression, Fault, Literal, Object, Opaque, Tuple
from compolint.syntax.yaml import Mapping as MappingNode
from compolint.syntax.yaml import Node, Scalar, Sequence
from compolint.text import Source


def parse(source: Source, labels: Mapping[str, int]) -> HclFile:
    """The blocks of a file; `labels` has the number of labels for each keyword, all else are attributes."""
    (document, *_) = yaml.parse(source)
    body = Block(source, "", (), 0, 0)
    if isinstance(document.root, MappingNode):
        for key, node in document.root.pairs():
            if key.value in labels:
                body.blocks += _blocks(source, key, (), node, labels[key.value])
            else:
                body.attributes.setdefault(key.value, _attribute(source, key, node))
    faults = [Fault(fault.message, fault.span) for fault in document.faults]
    return HclFile(source, body, faults, [])


def _blocks(
    source: Source, key: Scalar, labels: tuple[Scalar, ...], node: Node, more: int
) -> Iterator[Block]:
    for each in node.items if isinstance(node, Sequence) else (node,):
        if not isinstance(each, MappingNode):
            continue
        if more:
            for label, inner in each.pairs():
                yield from _blocks(source, key, (*labels, label), inner, more - 1)
            continue
        last = labels[-1] if labels else key
        block = Block(source, key.value, tuple(label.value for label in labels), last.start, last.end)
        for name, value in each.pairs():
            block.attributes.setdefault(name.value, _attribute(source, name, value))
        yield block


def _attribute(source: Source, key: Scalar, node: Node) -> Attribute:
    at = (node.span.start, node.span.end)
    return Attribute(source, key.value, (key.start, key.end), at, _expression(source, node))


def _expression(source: Source, node: Node) -> Expression:
    if isinstance(node, MappingNode):
        pairs = ((Literal(key.span, key.value), _expression(source, value)) for key, value in node.pairs())
        return Object(node.span, tuple(pairs))
    if isinstance(node, Sequence):
        return Tuple(node.span, tuple(_expression(source, item) for item in node.items))
    if not isinstance(node, Scalar):
        return Opaque(node.span)
    if not node.style:
        value = node.resolved()
        return Literal(node.span, value)
    if "${" not in node.value and "%{" not in node.value:
        return Literal(node.span, node.value, node.start + 1 if _is_plain(source, node) else -1)
    found = parse_template(source, node.start + 1, node.end - 1) if _is_plain(source, node) else None
    return Opaque(node.span) if found is None or isinstance(found, Fault) else found


def _is_plain(source: Source, node: Scalar) -> bool:
    """Whether the text stands there as it is, without escapes."""
    return source.text[node.start + 1 : node.end - 1] == node.value
