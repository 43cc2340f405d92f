"""The ways that a script may go: `a && b`, `if` and `case`.

Of two ways both are gone where nobody can tell which. A way that ends in `exit` is for when something is
wrong, and is not gone.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from compolint.load.firewall.script import conditions
from compolint.load.firewall.script.expansion import Frame, is_match
from compolint.load.firewall.script.run import DEEPEST, FILTERS, Run
from compolint.load.firewall.script.status import Status, negated

if TYPE_CHECKING:
    from compolint.syntax.shell_nodes import Node

# What a script is told to do when it shall set something up.
_STARTING = ("start", "up", "enable", "apply", "on", "install", "setup")


def in_turn(run: Run, node: "Node", frame: Frame) -> Status:
    first, *rest = [child for child in node.named_children if child.type != "comment"]
    sign = next((child.type for child in node.children if child.type in ("&&", "||")), "&&")
    if not rest:
        return run.visit(first, frame)
    if redirections := run.attached.pop(node.id, None):
        run.attached[rest[-1].id] = redirections
    is_and = sign == "&&"
    status = tested(run, first, frame)
    if status == ("no" if is_and else "yes"):
        return status
    is_gone = status in (("yes", "likely") if is_and else ("no", "absent"))
    if is_gone and not (run.is_assumed and _ends(run, rest, frame)):
        return run.all(rest, frame)
    if _ends(run, rest, frame):
        return "likely"
    run.maybe(rest, frame, f"{'' if is_and else '! '}{frame.raw(first)}")
    return "open" if is_and else "likely"


def tested(run: Run, node: "Node", frame: Frame) -> Status:
    run.is_assumed = False
    if node.type != "test_command":
        return run.visit(node, frame)
    status = conditions.decided(node, run.expander, frame, "none")
    if status == "open":
        status = conditions.decided(node, run.expander, frame, "filled")
        run.is_assumed = status != "open"
    return status


def opposite(run: Run, node: "Node", frame: Frame) -> Status:
    inner_node = node.named_children[-1] if node.named_children else None
    return negated(tested(run, inner_node, frame)) if inner_node is not None else "open"


def either(run: Run, node: "Node", frame: Frame) -> Status:
    ways = list(_ways(node))
    open_ways: list[tuple[list[Node], str]] = []
    for condition, body in ways:
        status: Status = "yes"
        for each in condition:
            status = tested(run, each, frame)
        if run.is_assumed and status == "yes" and _ends(run, body, frame):
            continue
        if condition and status == "absent" and not FILTERS.search(run.raw(body, frame)):
            continue
        if condition and status not in ("yes", "no"):
            open_ways.append((body, run.raw(condition, frame)))
        elif not condition or status == "yes":
            if not open_ways:
                return run.all(body, frame)
            why = open_ways[-1][1]
            open_ways.append((body, f"! {why}" if not condition else why))
            break
    else:
        if open_ways:
            open_ways.append(([], ""))
    _open_ways(run, open_ways, frame)
    return "likely" if open_ways else "yes"


def case(run: Run, node: "Node", frame: Frame) -> Status:
    subject = node.child_by_field_name("value")
    if subject is None:
        return "open"
    word = run.expander.word(*frame.span(subject), [subject], frame)
    ways: list[tuple[list[Node], str]] = []
    starting: list[Node] | None = None
    for item in node.named_children:
        if item.type != "case_item":
            continue
        values = item.children_by_field_name("value")
        globs = [frame.raw(value).strip("\"'") for value in values]
        ids = {value.id for value in values}
        body = [child for child in item.named_children if child.id not in ids]
        if word.text is not None and all(_is_simple(word.text, glob) for glob in globs):
            if any(is_match(word.text, glob) for glob in globs):
                return run.all(body, frame)
            continue
        if starting is None and not set(globs).isdisjoint(_STARTING):
            starting = body
        ways.append((body, f"{frame.raw(subject)} is {' or '.join(globs)}"))
    if starting is not None and "$1" in frame.raw(subject).replace("${1", "$1"):
        return run.all(starting, frame)
    _open_ways(run, [*ways, ([], "")] if ways else [], frame)
    return "open"


def _open_ways(run: Run, ways: "list[tuple[list[Node], str]]", frame: Frame) -> None:
    going_on = [(body, why) for body, why in ways if not _ends(run, body, frame)]
    if len(going_on) == 1 and len(ways) > 1:
        run.all(going_on[0][0], frame)
        return
    for body, why in going_on or ways:
        if body:
            run.maybe(body, frame, why)


def _ends(run: Run, nodes: "Sequence[Node]", frame: Frame) -> bool:
    """Whether a way ends the script, or the function with an error."""
    last = next((node for node in reversed(nodes) if node.type != "comment"), None)
    for _ in range(DEEPEST):
        if last is None or last.type not in (
            "compound_statement",
            "do_group",
            "list",
            "redirected_statement",
        ):
            break
        body = last.child_by_field_name("body")
        last = body or next(iter(reversed(last.named_children)), None)
    if last is None or last.type != "command":
        return False
    words = frame.raw(last).split()
    if not words:
        return False
    if words[0] == "exit":
        return True
    if words[0] == "return":
        return len(words) > 1 and words[1] not in ("0", ";")
    found = run.functions.get(words[0])
    if found is None:
        return words[0] in ("die", "fail", "fatal", "usage", "abort", "error_exit", "err_exit")
    body, inside = found
    inner_last = next((node for node in reversed(body.named_children) if node.type != "comment"), None)
    return inner_last is not None and inside.raw(inner_last).split()[:1] == ["exit"]


def _ways(node: "Node") -> "Iterator[tuple[list[Node], list[Node]]]":
    """The conditions of an `if` with what is done then; none for its `else`."""
    condition: list[Node] = []
    body: list[Node] = []
    is_body = False
    others: list[Node] = []
    for child in node.children:
        if child.type == "then":
            is_body = True
        elif child.type in ("elif_clause", "else_clause"):
            others.append(child)
        elif child.is_named and child.type != "comment":
            (body if is_body else condition).append(child)
    yield condition, body
    for other in others:
        if other.type == "else_clause":
            yield [], [child for child in other.named_children if child.type != "comment"]
        else:
            yield next(_ways(other))


def _is_simple(text: str, glob: str) -> bool:
    return "$" not in glob and glob.count("*") < 4 and (len(text) <= 100 or "*" not in glob)
