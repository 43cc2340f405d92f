"""The state of a script that is followed: what is known, what is open, and how to go on.

All of it is bounded: in steps, in depth, in the size of values.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from compolint.load.firewall.script.calls import Host, Redirection, written
from compolint.load.firewall.script.expansion import Expander, Frame
from compolint.load.firewall.script.status import Status
from compolint.pattern import pattern
from compolint.syntax.shell_nodes import root_of
from compolint.syntax.shell_scan import scan
from compolint.syntax.shell_words import Text, Word, inner

if TYPE_CHECKING:
    from compolint.syntax.shell_nodes import Node

DEEPEST = 40
MOST_ROUNDS = 2_000
# iptables   $IPT   ufw   ${NFT}
FILTERS = pattern(r"ip6?tables|\bufw\b|\bnft\b|(?i:\$\{?\w*(?:ip6?t|nft))")
_MOST_STEPS = 20_000
_LONGEST_SHOWN = 100
# $1   ${1:-}   $#   "$@"   getopts
_ARGUMENTS = pattern(r"\$\{?[1-9@*#](?![\w])|\bgetopts\b")
Handler = Callable[["Run", Any, Frame], Status]  # of one kind of statement


class Leave(Exception):
    """A way ends before its end."""

    def __init__(
        self, what: Literal["exit", "return", "break", "continue"], *, is_error: bool = False
    ) -> None:
        self.what, self.is_error = what, is_error


class TooLong(Exception):
    """The script does more than is followed."""


class Run:
    """One script; what it calls is told to the host."""

    def __init__(self, host: Host, handlers: Mapping[str, Handler]) -> None:
        self.host, self._handlers = host, handlers
        self.expander = Expander()
        self.functions: dict[str, tuple[Node, Frame]] = {}
        self.doubts: list[str] = []
        self._steps = self._depth = 0
        self.broken = ""  # what decides whether the loop ends early
        self.is_assumed = False  # the last test was decided by values that are only fallbacks
        self.site: tuple[int, int] | None = None  # of the call of the function that runs
        self.printed: tuple[Word, ...] = ()
        self.given: tuple[Word, ...] | None = None
        self.attached: dict[int, tuple[Redirection, ...]] = {}

    def run(self, text: Text) -> None:
        try:
            self.text(text)
        except (Leave, TooLong) as end:
            if isinstance(end, TooLong):
                self.host.unread(text.place(0, len(text.text)), text.text)

    def text(self, text: Text) -> Status:
        """One statement after the other; those that are no shell's are told to the host, too."""
        found = scan(text.text)
        frame = Frame(text, found)
        whole = set(found.statements)
        lost = [stretch for stretch in found.unread if stretch not in whole]
        status: Status = "yes"
        for start, end in sorted([*found.statements, *lost]):
            said = text.text[start:end]
            if (start, end) not in whole:
                self.host.unread(text.place(start, end), said)
                continue
            root = root_of(found.text[start:end])
            if root.has_error:
                self.host.unread(text.place(start, end), said)
            else:
                status = self.visit(root, frame._replace(offset=start))
        return status

    def inner_text(self, words: tuple[Word, ...]) -> Status:
        """A text that is given to a shell."""
        self._depth += 1
        try:
            text = inner("", [written(word) for word in words])
            if self._depth > DEEPEST:
                return "open"
            if text.text.split()[:1] == ["sleep"]:
                return "likely"
            kept = dict(self.expander.variables)
            status = self.text(text)
            self.expander.variables = kept
            return status
        except Leave as leave:
            return "no" if leave.is_error else "yes"
        finally:
            self._depth -= 1

    def sourced(self, word: Word) -> Status:
        """The text of another script, which goes on with what this one knows."""
        self._depth += 1
        try:
            return "open" if self._depth > DEEPEST else self.text(inner("", [word]))
        except Leave as leave:
            if leave.what != "return":
                raise
            return "no" if leave.is_error else "yes"
        finally:
            self._depth -= 1

    def place_of(self, words: "Sequence[Word]") -> tuple[int, int]:
        """Where a command stands, or the call of the function that it is in."""
        return self.site or (words[0].start, words[-1].end)

    def visit(self, node: "Node", frame: Frame) -> Status:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise TooLong
        if self._depth > DEEPEST:
            self.host.unread(frame.text.place(*frame.span(node)), frame.raw(node))
            return "open"
        self._depth += 1
        try:
            handler = self._handlers.get(node.type)
            return handler(self, node, frame) if handler else "open"
        finally:
            self._depth -= 1

    def all(self, nodes: "Sequence[Node]", frame: Frame) -> Status:
        status: Status = "yes"
        for node in nodes:
            if node.type != "comment":
                status = self.visit(node, frame)
        return status

    @property
    def doubt(self) -> str:
        """What decides whether this is reached; empty where nothing does."""
        return self.doubts[-1] if self.doubts else ""

    def maybe(self, nodes: "Sequence[Node]", frame: Frame, why: str) -> None:
        """Goes a way of which nobody knows whether it is gone."""
        if (
            self.expander.arguments is None
            and _ARGUMENTS.search(why)
            and not FILTERS.search(self.raw(nodes, frame))
        ):
            return  # the options of the script, of which it is given none
        before = self.expander.variables
        self.expander.variables = dict(before)
        self.doubts.append(" ".join(why.split())[:_LONGEST_SHOWN])
        left: Leave | None = None
        try:
            self.all(nodes, frame)
        except Leave as leave:
            left = leave
        self.doubts.pop()
        after = self.expander.variables
        self.expander.variables = {
            name: before[name] if name in before and before[name] == after[name] else None for name in after
        }
        if left and left.what == "break":
            self.broken = " ".join(why.split())[:_LONGEST_SHOWN]
        if left and left.what != "exit" and not left.is_error:
            # Whether what follows is reached is open in the same way.
            self.doubts.append(" ".join(why.split())[:_LONGEST_SHOWN])

    def raw(self, nodes: "Sequence[Node]", frame: Frame) -> str:
        """The statements as they are written."""
        return frame.text.text[frame.span(nodes[0])[0] : frame.span(nodes[-1])[1]] if nodes else ""
