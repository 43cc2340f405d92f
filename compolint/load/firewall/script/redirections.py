"""Where the commands of a script read from and write to."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from compolint.load.firewall.script.calls import Redirection
from compolint.load.firewall.script.expansion import Frame
from compolint.load.firewall.script.run import Run
from compolint.syntax.shell_nodes import REDIRECT, files_of
from compolint.syntax.shell_words import Word

if TYPE_CHECKING:
    from compolint.syntax.shell_nodes import Node


def redirections_of(run: Run, nodes: "Sequence[Node]", frame: Frame) -> tuple[Redirection, ...]:
    return tuple(_redirection(run, node, frame) for node in nodes)


def _redirection(run: Run, node: "Node", frame: Frame) -> Redirection:
    start, _ = frame.span(node)
    match = REDIRECT.match(frame.text.text, start)
    descriptor = int(match[1][-3:]) if match and match[1] else None
    if match and (heredoc := frame.scan.heredocs.get(match.start(2))):
        if heredoc.expand:
            return Redirection("<<", run.expander.body(heredoc.start, heredoc.end, frame), descriptor)
        return Redirection("<<", frame.text.literal(heredoc.start, heredoc.end), descriptor)
    first = next(iter(files_of(node)), (node.end_byte, node.end_byte))
    word = run.expander.word(frame.offset + first[0], frame.offset + first[1], [node], frame)
    return Redirection(match[2] if match else "", word, descriptor)


def given_by(redirections: Sequence[Redirection], given: tuple[Word, ...] | None) -> tuple[Word, ...] | None:
    for redirection in redirections:
        if redirection.operator in ("<<", "<<<"):
            given = (redirection.target,)
        elif redirection.operator == "<":
            given = None
    return given
