"""The commands that an agent runs by itself: before it calls a tool, behind it, when it ends, for a key."""

from collections.abc import Iterator

from compolint.load.agent.kind import HELPERS
from compolint.load.agent.values import part
from compolint.load.commands import Commands, Run, Said
from compolint.model import Entity
from compolint.syntax.yaml_nodes import Mapping, Node, Scalar, Sequence
from compolint.text import Span

_COMMANDS = ("command", "bash")
_DEEPEST = 6


def hooks(path: str, root: Mapping) -> Iterator[Entity]:
    """`hooks: {EVENT: [{hooks: [{command: …}]}]}`, with or without the inner list."""
    found: list[Entity] = []
    events = root.get("hooks")
    for event, node in events.pairs() if isinstance(events, Mapping) else ():
        maker = Commands(f"{path}#{event.value}", f"the hook {event.value}", found.append)
        for number, body in enumerate(_bodies(node)):
            _run(maker, body, Run("hook", f"{path}#{event.value}.{number}"))
    for name in HELPERS:
        helper = root.get(name)
        if isinstance(helper, Scalar) and helper.value.strip():
            run = Run("hook", f"{path}#{name}")
            Commands(f"{path}#{name}", f"the helper {name}", found.append).of_text(_said(helper), run)
    yield from found


def _bodies(node: Node) -> Iterator[Mapping]:
    ahead = [(node, 0)]
    while ahead:
        node, depth = ahead.pop()
        if isinstance(node, Sequence) and depth < _DEEPEST:
            ahead += ((item, depth + 1) for item in reversed(node.items))
        elif isinstance(node, Mapping):
            yield node
            if (inner := node.get("hooks")) is not None and depth < _DEEPEST:
                ahead.append((inner, depth + 1))


def _run(maker: Commands, body: Mapping, run: Run) -> None:
    for field in _COMMANDS:
        node = body.get(field)
        if not isinstance(node, Scalar) or not node.value.strip():
            continue
        arguments = body.get("args")
        if isinstance(arguments, Sequence):  # no shell is asked
            words = [node, *(item for item in arguments.items if isinstance(item, Scalar))]
            maker.of_words([_said(word) for word in words], run)
        else:
            maker.of_text(_said(node), run)


def _said(node: Scalar) -> Said:
    def place(start: int, end: int) -> Span:
        return part(node, start, end)

    return Said(node.value, place)
