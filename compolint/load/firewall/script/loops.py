"""Loops of a script: over known words they go round for each."""

from typing import TYPE_CHECKING

from compolint.load.firewall.script.expansion import Frame, Value
from compolint.load.firewall.script.run import MOST_ROUNDS, Leave, Run, TooLong
from compolint.load.firewall.script.status import Status, negated
from compolint.load.firewall.script.ways import tested
from compolint.pattern import pattern
from compolint.syntax.shell_nodes import words_of
from compolint.syntax.shell_words import Word

if TYPE_CHECKING:
    from compolint.syntax.shell_nodes import Node

_NAME = pattern(r"[A-Za-z_]\w*")


def for_each(run: Run, node: "Node", frame: Frame) -> Status:
    variable, body = node.child_by_field_name("variable"), node.child_by_field_name("body")
    if variable is None or body is None:
        return "open"
    name = frame.raw(variable)
    values = node.children_by_field_name("value")
    stretches = words_of(values) if values else []
    fields: list[Word] = []
    for start, end in stretches:
        inside = [value for value in values if start <= value.start_byte < end]
        fields += run.expander.fields(frame.offset + start, frame.offset + end, inside, frame)
    if not values and " in" not in frame.raw(node)[: frame.raw(node).find("do")]:
        arguments = run.expander.arguments
        if arguments is None:
            return _round(run, body, frame, name, None, '"$@"')
        fields = list(arguments)
    mark = len(run.doubts)
    for number, word in enumerate(fields):
        if number >= MOST_ROUNDS:
            raise TooLong
        if run.broken:
            run.doubts.append(run.broken)
            run.broken = ""
        is_known = word.text is not None and not any(sign in word.text for sign in "*?")
        try:
            if is_known:
                run.expander.assign(name, Value((word.spelling,)))
                _going(run, body, frame)
            else:
                _round(run, body, frame, name, None, word.spelling)
        except Leave as leave:
            if leave.what == "break":
                break
            raise
    run.broken = ""
    del run.doubts[mark:]
    return "likely"


def while_each(run: Run, node: "Node", frame: Frame) -> Status:
    body = node.child_by_field_name("body")
    asked = [child for child in node.named_children if child.type not in ("do_group", "comment")]
    if body is None or not asked:
        return "open"
    is_until = node.children[0].type == "until"
    for _ in range(MOST_ROUNDS):
        status: Status = "yes"
        for each in asked:
            status = tested(run, each, frame)
        status = negated(status) if is_until else status
        if status == "no":
            return "yes"
        if status != "yes" or run.is_assumed:
            return _round(run, body, frame, None, None, frame.raw(asked[-1]))
        if frame.raw(asked[-1]) in ("true", ":"):
            return _round(run, body, frame, None, None, "while true")
        try:
            _going(run, body, frame)
        except Leave as leave:
            if leave.what != "break":
                raise
            return "yes"
    raise TooLong


def counted(run: Run, node: "Node", frame: Frame) -> Status:
    body = node.child_by_field_name("body")
    if body is None:
        return "open"
    name = _NAME.search(frame.raw(node)[5:])
    return _round(run, body, frame, name[0] if name else None, None, frame.raw(node).partition(";")[0])


def _round(run: Run, body: "Node", frame: Frame, name: str | None, value: Value | None, why: str) -> Status:
    """A round that is gone any number of times."""
    if name:
        run.expander.assign(name, value)
    mark = len(run.doubts)
    run.maybe([body], frame, f"for each of {why}" if name else why)
    del run.doubts[mark:]
    return "open"


def _going(run: Run, body: "Node", frame: Frame) -> None:
    """One round of a loop."""
    mark = len(run.doubts)
    try:
        run.all([body], frame)
    except Leave as leave:
        if leave.what != "continue":
            raise
    finally:
        del run.doubts[mark:]
