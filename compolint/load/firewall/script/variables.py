"""What a script assigns to its variables."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from compolint.load.firewall.script.expansion import Frame, Value
from compolint.load.firewall.script.run import MOST_ROUNDS, Run
from compolint.load.firewall.script.status import Status
from compolint.pattern import pattern
from compolint.syntax.shell_nodes import words_of
from compolint.syntax.shell_words import Word

if TYPE_CHECKING:
    from compolint.syntax.shell_nodes import Node

# A=b   A+=b   A[0]=b
_ASSIGNED = pattern(r"([A-Za-z_]\w*)(?:\[([^\]]*)\])?(\+?)=")


def assignment(run: Run, node: "Node", frame: Frame) -> Status:
    assign_all(run, [node], frame)
    return "likely"


def assignments(run: Run, node: "Node", frame: Frame) -> Status:
    assign_all(run, node.named_children, frame)
    return "likely"


def declaration(run: Run, node: "Node", frame: Frame) -> Status:
    run.attached.pop(node.id, None)
    for child in node.named_children:
        if child.type == "variable_assignment":
            assign_all(run, [child], frame)
        elif child.type == "variable_name" and node.type == "unset_command":
            run.expander.assign(frame.raw(child), Value(()))
    return "likely"


def assign_all(run: Run, nodes: "Sequence[Node]", frame: Frame) -> None:
    for node in nodes:
        start, end = frame.span(node)
        match = _ASSIGNED.match(frame.text.text, start, end)
        if match is None:
            continue
        value = node.child_by_field_name("value")
        if match[2] is not None:
            run.expander.assign(match[1], None)
            continue
        said = _value(run, value, match.end(), end, node, frame)
        if match[3] and said is not None:
            before = run.expander.variables.get(match[1], Value(()))
            if before is None:
                said = None
            elif value is not None and value.type == "array":
                said = Value(before.words + said.words, before.is_assumed or said.is_assumed)
            else:
                said = Value(("".join(before.words) + "".join(said.words),), before.is_assumed)
        run.expander.assign(match[1], said)


def _value(run: Run, value: "Node | None", start: int, end: int, node: "Node", frame: Frame) -> Value | None:
    if value is not None and value.type == "array":
        items: list[Word] = []
        for first, last in words_of(value.named_children):
            inside = [each for each in value.named_children if first <= each.start_byte < last]
            items += run.expander.fields(frame.offset + first, frame.offset + last, inside, frame)
        if len(items) > MOST_ROUNDS or any(item.text is None for item in items):
            return None
        return Value(tuple(item.spelling for item in items))
    word = run.expander.word(start, end, [node], frame)
    if word.text is None:
        return None
    is_assumed = run.expander.word(start, end, [node], frame, "none").text is None
    return Value((word.text,), is_assumed)
