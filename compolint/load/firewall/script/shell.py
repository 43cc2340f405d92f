"""A shell that runs nothing: it follows a script command by command, and tells a host what would be called.

Loops over known words go round for each, functions are gone into, and of two ways both are gone where nobody
can tell which: what stands there is in doubt, for a reason that is cited. A way that ends in `exit` is for
when something is wrong, and is not gone. All of it is bounded: in steps, in depth, in the size of values.

Not `shell.parse` of `compolint.syntax`, which gives every command once, whether or how often it runs.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol

from compolint.load.firewall.script import conditions
from compolint.load.firewall.script.expansion import Expander, Frame, Value, is_match
from compolint.load.firewall.script.status import Status, negated
from compolint.pattern import pattern
from compolint.syntax.shell_nodes import (
    LISTS,
    REDIRECT,
    REDIRECTS,
    Parts,
    files_of,
    parts_of,
    root_of,
    words_of,
)
from compolint.syntax.shell_scan import scan
from compolint.syntax.shell_words import Piece, Text, Word, inner
from compolint.syntax.shell_wrappers import SHELLS, WRAPPERS, shell_operands, unwrapped
from compolint.tuples import NamedTuple

if TYPE_CHECKING:
    from compolint.syntax.shell_nodes import Node

_MOST_STEPS = 20_000
_DEEPEST = 40
_MOST_ROUNDS = 2_000
_LONGEST_SHOWN = 100
_LONGEST_PRINTED = 200_000
_LEAST_DELAY = 5  # seconds, after which something is only a way back for who locks himself out
# Which do not run on this machine's own network.
_ELSEWHERE = frozenset(("nsenter", "unshare", "chroot", "watch", "parallel"))
# What a script is told to do when it shall set something up.
_STARTING = ("start", "up", "enable", "apply", "on", "install", "setup")
_NAME = pattern(r"[A-Za-z_]\w*")
_ASSIGNED = pattern(r"([A-Za-z_]\w*)(?:\[([^\]]*)\])?(\+?)=")
_CONFIGURATION = pattern(r"/etc/(?:ufw|default/ufw|iptables|nftables)|rules\.v[46]$")
_NUMBER = pattern(r"\d{1,9}[smhd]?")
_FILTERS = pattern(r"ip6?tables|\bufw\b|\bnft\b|(?i:\$\{?\w*(?:ip6?t|nft))")
# $1   ${1:-}   $#   "$@"   getopts
_ARGUMENTS = pattern(r"\$\{?[1-9@*#](?![\w])|\bgetopts\b")
# ufw status | grep …   iptables-save | grep …   iptables -nL | grep …
_QUERY = pattern(
    r"\s*(?:sudo\s+)?(?:\S*/)?(?:ufw\s+(?:status|show)|ip6?tables-save|ip6?tables\b[^|]*\s(?:-n?v?[LS]|--list)|nft\s+(?:-\w+\s+)*list)"
)
# run_as_root   try   retry   quietly
_RUNNER = pattern(r"(?:\w*_)?(?:run|try|exec|cmd|sudo|root|retry|quiet|quietly|silently|do)(?:_\w*)?")
_RUN = pattern(r"(?:.*/)?(?:ufw|nft|ip6?tables(?:-\w+)*)")
# $SUDO   ${MAYBE_SUDO}
_PREFIX = pattern(r"\$\{?\w*(?i:sudo|cmd|run|exec|prefix|dry)\w*(?::?-[^}]*)?\}?")
# $IPTABLES   ${IPT6}   $nft
_PROGRAM = pattern(r"\$\{?(\w*)(?::?[-=][^}]*)?\}?")
_GUESSES = (("ip6t", "ip6tables"), ("ipt6", "ip6tables"), ("ipt", "iptables"), ("ufw", "ufw"), ("nft", "nft"))


class Redirection(NamedTuple):
    operator: str
    target: Word
    descriptor: int | None = None

    @property
    def takes_output(self) -> bool:
        return self.operator in (">", ">>", ">|", "&>", "&>>") and self.descriptor in (None, 1)


class Call(NamedTuple):
    """A program that is called, with all that is known about it."""

    name: str
    words: tuple[Word, ...]  # with the program
    place: tuple[int, int]
    doubt: str  # what decides whether it is; empty where nothing does
    given: tuple[Word, ...] | None  # the text that it reads; `()` is one that is not known
    redirections: tuple[Redirection, ...]


class Host(Protocol):
    """Whom the calls are told."""

    def call(self, call: Call) -> Status | None:
        """How it ends; `None` for a program that is no concern of the host's."""
        ...

    def write(self, path: str, text: tuple[Word, ...], *, is_more: bool, doubt: str) -> None: ...

    def read(self, path: str) -> tuple[Word, ...]:
        """The text of a file that has been written."""
        ...

    def unread(self, place: tuple[int, int], text: str) -> None:
        """A part of the script that is not understood."""
        ...


class _Leave(Exception):
    def __init__(
        self, what: Literal["exit", "return", "break", "continue"], *, is_error: bool = False
    ) -> None:
        self.what, self.is_error = what, is_error


class _TooLong(Exception):
    pass


class Shell:
    def __init__(self, host: Host) -> None:
        self._host = host
        self._expander = Expander()
        self._functions: dict[str, tuple[Node, Frame]] = {}
        self._doubts: list[str] = []
        self._steps = self._depth = 0
        self._broken = ""  # what decides whether the loop ends early
        self._is_assumed = False  # the last test was decided by values that are only fallbacks
        self._site: tuple[int, int] | None = None  # of the call of the function that runs
        self._printed: tuple[Word, ...] = ()
        self._given: tuple[Word, ...] | None = None
        self._attached: dict[int, tuple[Redirection, ...]] = {}

    def run(self, text: Text) -> None:
        try:
            self._text(text)
        except (_Leave, _TooLong) as end:
            if isinstance(end, _TooLong):
                self._host.unread(text.place(0, len(text.text)), text.text)

    # --- texts and statements ---

    def _text(self, text: Text) -> Status:
        found = scan(text.text)
        frame = Frame(text, found)
        whole = set(found.statements)
        lost = [stretch for stretch in found.unread if stretch not in whole]
        status: Status = "yes"
        for start, end in sorted([*found.statements, *lost]):
            said = text.text[start:end]
            if (start, end) not in whole:
                self._host.unread(text.place(start, end), said)
                continue
            root = root_of(found.text[start:end])
            if root.has_error:
                self._host.unread(text.place(start, end), said)
            else:
                status = self._visit(root, frame._replace(offset=start))
        return status

    def _visit(self, node: "Node", frame: Frame) -> Status:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise _TooLong
        if self._depth > _DEEPEST:
            self._host.unread(frame.text.place(*frame.span(node)), frame.raw(node))
            return "open"
        self._depth += 1
        try:
            handler = _HANDLERS.get(node.type)
            return handler(self, node, frame) if handler else "open"
        finally:
            self._depth -= 1

    def _all(self, nodes: "Sequence[Node]", frame: Frame) -> Status:
        status: Status = "yes"
        for node in nodes:
            if node.type != "comment":
                status = self._visit(node, frame)
        return status

    def _block(self, node: "Node", frame: Frame) -> Status:
        if node.children and node.children[0].type == "((":
            return "open"
        return self._all(node.named_children, frame)

    def _subshell(self, node: "Node", frame: Frame) -> Status:
        if self._is_delayed(node, frame):
            return "likely"
        kept = dict(self._expander.variables)
        try:
            return self._all(node.named_children, frame)
        except _Leave as leave:
            if leave.what != "exit":
                raise
            return "no" if leave.is_error else "yes"
        finally:
            self._expander.variables = kept

    def _is_delayed(self, node: "Node", frame: Frame) -> bool:
        """Whether it waits first, as what undoes everything does when nobody stops it."""
        first = node.named_children[0] if node.named_children else None
        words = frame.raw(first).split() if first is not None and first.type == "command" else []
        if len(words) != 2 or words[0] != "sleep":
            return False
        return bool(_NUMBER.fullmatch(words[1])) and (
            words[1][-1] in "mhd" or int(words[1].rstrip("s")) >= _LEAST_DELAY
        )

    # --- ways that may be gone ---

    @property
    def _doubt(self) -> str:
        return self._doubts[-1] if self._doubts else ""

    def _maybe(self, nodes: "Sequence[Node]", frame: Frame, why: str) -> None:
        """Goes a way of which nobody knows whether it is gone."""
        if (
            self._expander.arguments is None
            and _ARGUMENTS.search(why)
            and not _FILTERS.search(self._raw(nodes, frame))
        ):
            return  # the options of the script, of which it is given none
        before = self._expander.variables
        self._expander.variables = dict(before)
        self._doubts.append(" ".join(why.split())[:_LONGEST_SHOWN])
        left: _Leave | None = None
        try:
            self._all(nodes, frame)
        except _Leave as leave:
            left = leave
        self._doubts.pop()
        after = self._expander.variables
        self._expander.variables = {
            name: before[name] if name in before and before[name] == after[name] else None for name in after
        }
        if left and left.what == "break":
            self._broken = " ".join(why.split())[:_LONGEST_SHOWN]
        if left and left.what != "exit" and not left.is_error:
            # Whether what follows is reached is open in the same way.
            self._doubts.append(" ".join(why.split())[:_LONGEST_SHOWN])

    def _ends(self, nodes: "Sequence[Node]", frame: Frame) -> bool:
        """Whether a way ends the script, or the function with an error."""
        last = next((node for node in reversed(nodes) if node.type != "comment"), None)
        for _ in range(_DEEPEST):
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
        found = self._functions.get(words[0])
        if found is None:
            return words[0] in ("die", "fail", "fatal", "usage", "abort", "error_exit", "err_exit")
        body, inside = found
        inner_last = next((node for node in reversed(body.named_children) if node.type != "comment"), None)
        return inner_last is not None and inside.raw(inner_last).split()[:1] == ["exit"]

    def _list(self, node: "Node", frame: Frame) -> Status:
        first, *rest = [child for child in node.named_children if child.type != "comment"]
        sign = next((child.type for child in node.children if child.type in ("&&", "||")), "&&")
        if not rest:
            return self._visit(first, frame)
        if redirections := self._attached.pop(node.id, None):
            self._attached[rest[-1].id] = redirections
        is_and = sign == "&&"
        status = self._condition(first, frame)
        if status == ("no" if is_and else "yes"):
            return status
        is_gone = status in (("yes", "likely") if is_and else ("no", "absent"))
        if is_gone and not (self._is_assumed and self._ends(rest, frame)):
            return self._all(rest, frame)
        if self._ends(rest, frame):
            return "likely"
        self._maybe(rest, frame, f"{'' if is_and else '! '}{frame.raw(first)}")
        return "open" if is_and else "likely"

    def _condition(self, node: "Node", frame: Frame) -> Status:
        self._is_assumed = False
        if node.type != "test_command":
            return self._visit(node, frame)
        status = conditions.decided(node, self._expander, frame, "none")
        if status == "open":
            status = conditions.decided(node, self._expander, frame, "filled")
            self._is_assumed = status != "open"
        return status

    def _negated(self, node: "Node", frame: Frame) -> Status:
        inner_node = node.named_children[-1] if node.named_children else None
        return negated(self._condition(inner_node, frame)) if inner_node is not None else "open"

    def _if(self, node: "Node", frame: Frame) -> Status:
        ways = list(_ways(node))
        open_ways: list[tuple[list[Node], str]] = []
        for condition, body in ways:
            status: Status = "yes"
            for each in condition:
                status = self._condition(each, frame)
            if self._is_assumed and status == "yes" and self._ends(body, frame):
                continue
            if condition and status == "absent" and not _FILTERS.search(self._raw(body, frame)):
                continue
            if condition and status not in ("yes", "no"):
                open_ways.append((body, self._raw(condition, frame)))
            elif not condition or status == "yes":
                if not open_ways:
                    return self._all(body, frame)
                why = open_ways[-1][1]
                open_ways.append((body, f"! {why}" if not condition else why))
                break
        else:
            if open_ways:
                open_ways.append(([], ""))
        self._open_ways(open_ways, frame)
        return "likely" if open_ways else "yes"

    def _raw(self, nodes: "Sequence[Node]", frame: Frame) -> str:
        return frame.text.text[frame.span(nodes[0])[0] : frame.span(nodes[-1])[1]] if nodes else ""

    def _open_ways(self, ways: "list[tuple[list[Node], str]]", frame: Frame) -> None:
        going_on = [(body, why) for body, why in ways if not self._ends(body, frame)]
        if len(going_on) == 1 and len(ways) > 1:
            self._all(going_on[0][0], frame)
            return
        for body, why in going_on or ways:
            if body:
                self._maybe(body, frame, why)

    def _case(self, node: "Node", frame: Frame) -> Status:
        subject = node.child_by_field_name("value")
        if subject is None:
            return "open"
        word = self._expander.word(*frame.span(subject), [subject], frame)
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
                    return self._all(body, frame)
                continue
            if starting is None and not set(globs).isdisjoint(_STARTING):
                starting = body
            ways.append((body, f"{frame.raw(subject)} is {' or '.join(globs)}"))
        if starting is not None and "$1" in frame.raw(subject).replace("${1", "$1"):
            return self._all(starting, frame)
        self._open_ways([*ways, ([], "")] if ways else [], frame)
        return "open"

    # --- loops ---

    def _for(self, node: "Node", frame: Frame) -> Status:
        variable, body = node.child_by_field_name("variable"), node.child_by_field_name("body")
        if variable is None or body is None:
            return "open"
        name = frame.raw(variable)
        values = node.children_by_field_name("value")
        stretches = words_of(values) if values else []
        fields: list[Word] = []
        for start, end in stretches:
            inside = [value for value in values if start <= value.start_byte < end]
            fields += self._expander.fields(frame.offset + start, frame.offset + end, inside, frame)
        if not values and " in" not in frame.raw(node)[: frame.raw(node).find("do")]:
            arguments = self._expander.arguments
            if arguments is None:
                return self._round(body, frame, name, None, '"$@"')
            fields = list(arguments)
        mark = len(self._doubts)
        for number, word in enumerate(fields):
            if number >= _MOST_ROUNDS:
                raise _TooLong
            if self._broken:
                self._doubts.append(self._broken)
                self._broken = ""
            is_known = word.text is not None and not any(sign in word.text for sign in "*?")
            try:
                if is_known:
                    self._expander.assign(name, Value((word.spelling,)))
                    self._going(body, frame)
                else:
                    self._round(body, frame, name, None, word.spelling)
            except _Leave as leave:
                if leave.what == "break":
                    break
                raise
        self._broken = ""
        del self._doubts[mark:]
        return "likely"

    def _round(self, body: "Node", frame: Frame, name: str | None, value: Value | None, why: str) -> Status:
        """A round that is gone any number of times."""
        if name:
            self._expander.assign(name, value)
        mark = len(self._doubts)
        self._maybe([body], frame, f"for each of {why}" if name else why)
        del self._doubts[mark:]
        return "open"

    def _going(self, body: "Node", frame: Frame) -> None:
        """One round of a loop."""
        mark = len(self._doubts)
        try:
            self._all([body], frame)
        except _Leave as leave:
            if leave.what != "continue":
                raise
        finally:
            del self._doubts[mark:]

    def _while(self, node: "Node", frame: Frame) -> Status:
        body = node.child_by_field_name("body")
        tested = [child for child in node.named_children if child.type not in ("do_group", "comment")]
        if body is None or not tested:
            return "open"
        is_until = node.children[0].type == "until"
        for _ in range(_MOST_ROUNDS):
            status: Status = "yes"
            for each in tested:
                status = self._condition(each, frame)
            status = negated(status) if is_until else status
            if status == "no":
                return "yes"
            if status != "yes" or self._is_assumed:
                return self._round(body, frame, None, None, frame.raw(tested[-1]))
            if frame.raw(tested[-1]) in ("true", ":"):
                return self._round(body, frame, None, None, "while true")
            try:
                self._going(body, frame)
            except _Leave as leave:
                if leave.what != "break":
                    raise
                return "yes"
        raise _TooLong

    def _counted(self, node: "Node", frame: Frame) -> Status:
        body = node.child_by_field_name("body")
        if body is None:
            return "open"
        name = _NAME.search(frame.raw(node)[5:])
        return self._round(body, frame, name[0] if name else None, None, frame.raw(node).partition(";")[0])

    # --- pipes and redirections ---

    def _pipeline(self, node: "Node", frame: Frame) -> Status:
        *stages, last = [child for child in node.named_children if child.type != "comment"]
        if redirections := self._attached.pop(node.id, None):
            self._attached[last.id] = redirections
        before = self._given
        for stage in stages:
            self._printed = ()
            self._visit(stage, frame)
            self._given = self._printed
        self._printed = ()
        is_query = bool(stages) and bool(_QUERY.match(frame.raw(stages[0])))
        try:
            status = self._visit(last, frame)
            if is_query and status == "open":
                return "yes" if "inactive" in frame.raw(last) else "absent"
            return status
        finally:
            self._given = before

    def _redirected(self, node: "Node", frame: Frame) -> Status:
        body = node.child_by_field_name("body")
        nodes = [child for child in node.named_children if child.type in REDIRECTS]
        redirections = (*self._redirections(nodes, frame), *self._attached.pop(node.id, ()))
        if body is None:
            return self._simple(Parts([], [], []), node, frame, redirections)
        if body.type == "command":
            return self._simple(parts_of(body), node, frame, redirections, also=nodes)
        last = body
        while last.type in LISTS and last.named_children:
            last = last.named_children[-1]
        if last is not body or body.type == "declaration_command":
            self._attached[last.id] = redirections
            return self._visit(body, frame)
        before = self._given
        self._given = _input(redirections, self._given)
        try:
            return self._visit(body, frame)
        finally:
            self._given = before

    def _redirections(self, nodes: "Sequence[Node]", frame: Frame) -> tuple[Redirection, ...]:
        return tuple(self._redirection(node, frame) for node in nodes)

    def _redirection(self, node: "Node", frame: Frame) -> Redirection:
        start, _ = frame.span(node)
        match = REDIRECT.match(frame.text.text, start)
        descriptor = int(match[1][-3:]) if match and match[1] else None
        if match and (heredoc := frame.scan.heredocs.get(match.start(2))):
            if heredoc.expand:
                return Redirection("<<", self._expander.body(heredoc.start, heredoc.end, frame), descriptor)
            return Redirection("<<", frame.text.literal(heredoc.start, heredoc.end), descriptor)
        first = next(iter(files_of(node)), (node.end_byte, node.end_byte))
        word = self._expander.word(frame.offset + first[0], frame.offset + first[1], [node], frame)
        return Redirection(match[2] if match else "", word, descriptor)

    # --- commands ---

    def _command(self, node: "Node", frame: Frame) -> Status:
        return self._simple(parts_of(node), node, frame, self._attached.pop(node.id, ()))

    def _simple(
        self,
        parts: Parts,
        node: "Node",
        frame: Frame,
        redirections: tuple[Redirection, ...],
        also: "Sequence[Node]" = (),
    ) -> Status:
        redirections = (*self._redirections(parts.redirects, frame), *redirections)
        stretches = words_of(parts.words)
        for redirect in (*parts.redirects, *also):
            stretches += files_of(redirect)[1:]
        words: list[Word] = []
        nodes = [*parts.words, *parts.redirects, *also]
        for start, end in sorted(stretches):
            inside = [each for each in nodes if each.start_byte < end and start < each.end_byte]
            words += self._expander.fields(frame.offset + start, frame.offset + end, inside, frame)
        if not words:
            self._assign_all(parts.assignments, frame)
            return "likely"
        place = frame.text.place(*frame.span(node))
        return self._call(tuple(words), place, _input(redirections, self._given), redirections, frame)

    def _call(
        self,
        words: tuple[Word, ...],
        place: tuple[int, int],
        given: tuple[Word, ...] | None,
        redirections: tuple[Redirection, ...],
        frame: Frame,
    ) -> Status:
        self._printed = ()
        if self._site and not all(place[0] <= word.start and word.end <= place[1] for word in words):
            place = self._site  # of the call that has the words
        if _PREFIX.fullmatch(words[0].spelling) and len(words) > 1:
            words = words[1:]
        name = _name(words[0])
        is_run = len(words) > 1 and bool(_RUN.fullmatch(words[1].spelling))
        if is_run and name not in self._functions and name not in WRAPPERS and _RUNNER.fullmatch(name):
            words = words[1:]
            name = _name(words[0])
        doubt = self._doubt
        for _ in range(_DEEPEST):
            if name in self._functions and words[0].text == name:
                return self._function_call(name, words, place, given)
            found = unwrapped(name, words)
            if not found:
                break
            if name in _ELSEWHERE:
                return "likely"
            words = found.inner.words
            if found.inner.is_text:
                return self._inner_text(words)
            if found.inner.open_ended:
                words = tuple(word.unknown("{}") for word in words)
                if not any(word.text is None for word in words):
                    words = (*words, _literal("$(xargs)", place, is_known=False))
                doubt = doubt or "what xargs reads"
            if not words:
                return "likely"
            name = _name(words[0])
        builtin = _BUILTINS.get(name)
        if builtin:
            return builtin(self, words, given, redirections)
        if name in SHELLS and (code := shell_operands(words).code):
            return self._inner_text((code,))
        if name in SHELLS and given and len(words) == 1:
            return self._inner_text(given)
        call = Call(name, words, place, doubt, given, redirections)
        status = self._host.call(call)
        self._pass_on(call)
        return status or "likely"

    def _inner_text(self, words: tuple[Word, ...]) -> Status:
        """A text that is given to a shell."""
        self._depth += 1
        try:
            text = inner("", [written(word) for word in words])
            if self._depth > _DEEPEST:
                return "open"
            if text.text.split()[:1] == ["sleep"]:
                return "likely"
            kept = dict(self._expander.variables)
            status = self._text(text)
            self._expander.variables = kept
            return status
        except _Leave as leave:
            return "no" if leave.is_error else "yes"
        finally:
            self._depth -= 1

    def _pass_on(self, call: Call) -> None:
        """What a program prints, and the files that it writes."""
        printed: tuple[Word, ...] = ()
        texts = [word.spelling for word in call.words[1:]]
        if call.name == "echo":
            rest = call.words[1:]
            while rest and rest[0].spelling in ("-n", "-e", "-E", "-ne", "-en"):
                rest = rest[1:]
            printed = tuple(word.lines() for word in rest)
        elif call.name == "printf" and call.words[1:]:
            form = texts[0]
            if "%" not in form:
                printed = (call.words[1].lines(),)
            elif form in ("%s", "%s\\n", "%b\\n", "%b"):
                printed = tuple(word.lines() for word in call.words[2:])
        elif call.name == "cat" and len(texts) == 1 and texts[0] != "-":
            printed = self._host.read(texts[0])
        elif call.name in ("cat", "tee") and all(text == "-" for text in texts if call.name == "cat"):
            printed = call.given or ()
        if sum(len(word.spelling) for word in printed) > _LONGEST_PRINTED:
            printed = ()
        self._printed = printed
        for redirection in call.redirections:
            if redirection.takes_output and redirection.target.text:
                is_more = redirection.operator in (">>", "&>>")
                self._host.write(redirection.target.text, printed, is_more=is_more, doubt=call.doubt)
        if call.name in ("tee", "sponge"):
            is_more = any(text in ("-a", "--append") for text in texts)
            for text in texts:
                if not text.startswith("-"):
                    self._host.write(text, printed, is_more=is_more, doubt=call.doubt)

    # --- functions ---

    def _define(self, node: "Node", frame: Frame) -> Status:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name is not None and body is not None:
            self._functions[frame.raw(name)] = body, frame
        return "yes"

    def _function_call(
        self,
        name: str,
        words: tuple[Word, ...],
        place: tuple[int, int],
        given: tuple[Word, ...] | None,
    ) -> Status:
        body, frame = self._functions[name]
        site, self._site = self._site, place
        before, input_before = self._expander.arguments, self._given
        self._expander.arguments = words[1:]
        self._given = given
        mark = len(self._doubts)
        # Within `iptables() { …; iptables "$@"; }` the name is the program's.
        hidden = self._functions.pop(name)
        try:
            return self._visit(body, frame)
        except _Leave as leave:
            if leave.what != "return":
                raise
            return "no" if leave.is_error else "yes"
        finally:
            self._functions[name] = hidden
            del self._doubts[mark:]
            self._expander.arguments, self._given, self._site = before, input_before, site

    # --- assignments and builtins ---

    def _assignment(self, node: "Node", frame: Frame) -> Status:
        self._assign_all([node], frame)
        return "likely"

    def _assignments(self, node: "Node", frame: Frame) -> Status:
        self._assign_all(node.named_children, frame)
        return "likely"

    def _declaration(self, node: "Node", frame: Frame) -> Status:
        self._attached.pop(node.id, None)
        for child in node.named_children:
            if child.type == "variable_assignment":
                self._assign_all([child], frame)
            elif child.type == "variable_name" and node.type == "unset_command":
                self._expander.assign(frame.raw(child), Value(()))
        return "likely"

    def _assign_all(self, nodes: "Sequence[Node]", frame: Frame) -> None:
        for node in nodes:
            start, end = frame.span(node)
            match = _ASSIGNED.match(frame.text.text, start, end)
            if match is None:
                continue
            value = node.child_by_field_name("value")
            if match[2] is not None:
                self._expander.assign(match[1], None)
                continue
            said = self._value(value, match.end(), end, node, frame)
            if match[3] and said is not None:
                before = self._expander.variables.get(match[1], Value(()))
                if before is None:
                    said = None
                elif value is not None and value.type == "array":
                    said = Value(before.words + said.words, before.is_assumed or said.is_assumed)
                else:
                    said = Value(("".join(before.words) + "".join(said.words),), before.is_assumed)
            self._expander.assign(match[1], said)

    def _value(self, value: "Node | None", start: int, end: int, node: "Node", frame: Frame) -> Value | None:
        if value is not None and value.type == "array":
            items: list[Word] = []
            for first, last in words_of(value.named_children):
                inside = [each for each in value.named_children if first <= each.start_byte < last]
                items += self._expander.fields(frame.offset + first, frame.offset + last, inside, frame)
            if len(items) > _MOST_ROUNDS or any(item.text is None for item in items):
                return None
            return Value(tuple(item.spelling for item in items))
        word = self._expander.word(start, end, [node], frame)
        if word.text is None:
            return None
        is_assumed = self._expander.word(start, end, [node], frame, "none").text is None
        return Value((word.text,), is_assumed)

    def _exit(self, words: tuple[Word, ...], *rest: object) -> Status:
        raise _Leave("exit", is_error=len(words) > 1 and words[1].text != "0")

    def _return(self, words: tuple[Word, ...], *rest: object) -> Status:
        raise _Leave("return", is_error=len(words) > 1 and words[1].text != "0")

    def _break(self, words: tuple[Word, ...], *rest: object) -> Status:
        raise _Leave("break")

    def _continue(self, words: tuple[Word, ...], *rest: object) -> Status:
        raise _Leave("continue")

    def _shift(self, words: tuple[Word, ...], *rest: object) -> Status:
        count = int(words[1].spelling[:3]) if len(words) > 1 and words[1].spelling.isdecimal() else 1
        if self._expander.arguments is not None:
            self._expander.arguments = self._expander.arguments[count:]
        return "yes"

    def _test(self, words: tuple[Word, ...], *rest: object) -> Status:
        return conditions.of_words([word.text for word in words[1:]])

    def _true(self, words: tuple[Word, ...], *rest: object) -> Status:
        return "yes"

    def _false(self, words: tuple[Word, ...], *rest: object) -> Status:
        return "no"

    def _read(self, words: tuple[Word, ...], *rest: object) -> Status:
        for word in words[1:]:
            if word.text and _NAME.fullmatch(word.text):
                self._expander.assign(word.text, None)
        return "open"

    def _source(self, words: tuple[Word, ...], *rest: object) -> Status:
        """Another script, which may set every variable anew."""
        self._expander.variables = dict.fromkeys(self._expander.variables)
        return "likely"

    def _eval(
        self,
        words: tuple[Word, ...],
        given: tuple[Word, ...] | None,
        redirections: tuple[Redirection, ...],
    ) -> Status:
        return self._inner_text(words[1:]) if words[1:] else "yes"

    def _look(self, words: tuple[Word, ...], *rest: object) -> Status:
        """`command -v ufw`: a script that is about a program is for machines that have it."""
        last = words[-1].text or ""
        is_ours = any(last.startswith(name) for name in ("iptables", "ip6tables", "ufw", "nft"))
        return "yes" if is_ours else "open"

    def _nothing(self, words: tuple[Word, ...], *rest: object) -> Status:
        return "likely"

    def _asks(self, words: tuple[Word, ...], *rest: object) -> Status:
        """`grep -q mine /etc/ufw/after.rules`: what the script is to put there is not there yet."""
        return "absent" if _CONFIGURATION.search(words[-1].spelling) else "open"


_BUILTINS: dict[str, Callable[..., Status]] = {
    "exit": Shell._exit,
    "return": Shell._return,
    "break": Shell._break,
    "continue": Shell._continue,
    "shift": Shell._shift,
    "test": Shell._test,
    "true": Shell._true,
    ":": Shell._true,
    "false": Shell._false,
    "read": Shell._read,
    "mapfile": Shell._read,
    "readarray": Shell._read,
    "getopts": Shell._read,
    "source": Shell._source,
    ".": Shell._source,
    "eval": Shell._eval,
    "which": Shell._look,
    "command": Shell._look,
    "type": Shell._look,
    "hash": Shell._look,
    "trap": Shell._nothing,
    **dict.fromkeys(
        ("grep", "egrep", "fgrep", "pgrep", "ping", "diff", "cmp", "is-active", "id", "getent"), Shell._asks
    ),
}
_HANDLERS: dict[str, Callable[[Shell, Any, Frame], Status]] = {
    "program": Shell._block,
    "do_group": Shell._block,
    "compound_statement": Shell._block,
    "subshell": Shell._subshell,
    "list": Shell._list,
    "pipeline": Shell._pipeline,
    "negated_command": Shell._negated,
    "if_statement": Shell._if,
    "case_statement": Shell._case,
    "for_statement": Shell._for,
    "while_statement": Shell._while,
    "c_style_for_statement": Shell._counted,
    "function_definition": Shell._define,
    "redirected_statement": Shell._redirected,
    "command": Shell._command,
    "test_command": Shell._condition,
    "declaration_command": Shell._declaration,
    "unset_command": Shell._declaration,
    "variable_assignment": Shell._assignment,
    "variable_assignments": Shell._assignments,
}


def _is_simple(text: str, glob: str) -> bool:
    return "$" not in glob and glob.count("*") < 4 and (len(text) <= 100 or "*" not in glob)


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


def _input(redirections: Sequence[Redirection], given: tuple[Word, ...] | None) -> tuple[Word, ...] | None:
    for redirection in redirections:
        if redirection.operator in ("<<", "<<<"):
            given = (redirection.target,)
        elif redirection.operator == "<":
            given = None
    return given


def _name(word: Word) -> str:
    text = word.text
    if text is not None:
        return text.rpartition("/")[2]
    guess = _PROGRAM.fullmatch(word.spelling)
    called = guess[1].lower() if guess else ""
    return next((program for part, program in _GUESSES if part in called), word.spelling)


def _literal(text: str, place: tuple[int, int], *, is_known: bool = True) -> Word:
    return Word("", *place, (Piece(text, *place, is_known),))


def written(word: Word) -> Word:
    """The word with what is not known as it is written."""
    return Word("", word.start, word.end, tuple(piece._replace(known=True) for piece in word.pieces))
