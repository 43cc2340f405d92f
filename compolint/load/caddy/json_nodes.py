"""Nodes of a JSON file as values; what is missing, or of another kind, is empty."""

from compolint.load.caddy.configuration import Setting, Word
from compolint.load.caddy.words import valued
from compolint.syntax.yaml import Mapping, Node, Scalar, Sequence


def at(node: Node | None, *names: str) -> Node | None:
    for name in names:
        node = mapping(node).get(name)
    return node


def mapping(node: Node | None) -> Mapping:
    return node if isinstance(node, Mapping) else _NO_MAPPING


def sequence(node: Node | None) -> Sequence:
    return node if isinstance(node, Sequence) else _NO_SEQUENCE


def key_word(key: Scalar) -> Word:
    return Word(key.value, key.span)


def word_of(node: Node | None) -> Word | None:
    return valued(node.value, node.span) if isinstance(node, Scalar) else None


def words_of(node: Node | None) -> tuple[Word, ...]:
    nodes = node.items if isinstance(node, Sequence) else [node]
    return tuple(word for each in nodes if (word := word_of(each)))


def is_true(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.resolved() is True


def integer(node: Node | None) -> int | None:
    value = node.resolved() if isinstance(node, Scalar) else None
    return value if type(value) is int else None


def lines(node: Mapping) -> tuple[Setting, ...]:
    """What a JSON object says, as lines of a Caddyfile; `handler` and the like name the object itself."""
    return tuple(
        Setting(
            name.value,
            name.span,
            words_of(value),
            lines(value) if isinstance(value, Mapping) else (),
        )
        for name, value in node.pairs()
        if name.value not in ("handler", "routes", "handle")
    )


_NO_MAPPING = Mapping("", 0, 0, [])
_NO_SEQUENCE = Sequence("", 0, 0, [])
