"""A shell that runs nothing: it follows a script command by command, and tells a host what would be called.

Loops over known words go round for each, functions are gone into, and of two ways both are gone where nobody
can tell which: what stands there is in doubt, for a reason that is cited. A way that ends in `exit` is for
when something is wrong, and is not gone. All of it is bounded: in steps, in depth, in the size of values.

Not `shell.parse` of `compolint.syntax`, which gives every command once, whether or how often it runs.
"""

from typing import TYPE_CHECKING

from compolint.load.firewall.script import commands, loops, variables, ways
from compolint.load.firewall.script.calls import Host
from compolint.load.firewall.script.expansion import Frame
from compolint.load.firewall.script.run import Handler, Leave, Run
from compolint.load.firewall.script.status import Status
from compolint.pattern import pattern

if TYPE_CHECKING:
    from compolint.syntax.shell_nodes import Node

_LEAST_DELAY = 5  # seconds, after which something is only a way back for who locks himself out
_NUMBER = pattern(r"\d{1,9}[smhd]?")
# ufw status | grep …   iptables-save | grep …   iptables -nL | grep …
_QUERY = pattern(
    r"\s*(?:sudo\s+)?(?:\S*/)?(?:ufw\s+(?:status|show)|ip6?tables-save|ip6?tables\b[^|]*\s(?:-n?v?[LS]|--list)|nft\s+(?:-\w+\s+)*list)"
)


def block(run: Run, node: "Node", frame: Frame) -> Status:
    if node.children and node.children[0].type == "((":
        return "open"
    return run.all(node.named_children, frame)


def subshell(run: Run, node: "Node", frame: Frame) -> Status:
    if _is_delayed(node, frame):
        return "likely"
    kept = dict(run.expander.variables)
    try:
        return run.all(node.named_children, frame)
    except Leave as leave:
        if leave.what != "exit":
            raise
        return "no" if leave.is_error else "yes"
    finally:
        run.expander.variables = kept


def _is_delayed(node: "Node", frame: Frame) -> bool:
    """Whether it waits first, as what undoes everything does when nobody stops it."""
    first = node.named_children[0] if node.named_children else None
    words = frame.raw(first).split() if first is not None and first.type == "command" else []
    if len(words) != 2 or words[0] != "sleep":
        return False
    return bool(_NUMBER.fullmatch(words[1])) and (
        words[1][-1] in "mhd" or int(words[1].rstrip("s")) >= _LEAST_DELAY
    )


def pipeline(run: Run, node: "Node", frame: Frame) -> Status:
    *stages, last = [child for child in node.named_children if child.type != "comment"]
    if redirections := run.attached.pop(node.id, None):
        run.attached[last.id] = redirections
    before = run.given
    for stage in stages:
        run.printed = ()
        run.visit(stage, frame)
        run.given = run.printed
    run.printed = ()
    is_query = bool(stages) and bool(_QUERY.match(frame.raw(stages[0])))
    try:
        status = run.visit(last, frame)
        if is_query and status == "open":
            return "yes" if "inactive" in frame.raw(last) else "absent"
        return status
    finally:
        run.given = before


_HANDLERS: dict[str, Handler] = {
    "program": block,
    "do_group": block,
    "compound_statement": block,
    "subshell": subshell,
    "list": ways.in_turn,
    "pipeline": pipeline,
    "negated_command": ways.opposite,
    "if_statement": ways.either,
    "case_statement": ways.case,
    "for_statement": loops.for_each,
    "while_statement": loops.while_each,
    "c_style_for_statement": loops.counted,
    "function_definition": commands.define,
    "redirected_statement": commands.redirected,
    "command": commands.command,
    "test_command": ways.tested,
    "declaration_command": variables.declaration,
    "unset_command": variables.declaration,
    "variable_assignment": variables.assignment,
    "variable_assignments": variables.assignments,
}


class Shell(Run):
    def __init__(self, host: Host) -> None:
        super().__init__(host, _HANDLERS)
