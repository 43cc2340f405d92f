"""The walk through the statements of a shell text.

What is still to do lies on a stack, so that a hostile depth is not one of Python's, and the commands come in
the order in which they stand.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from compolint.pattern import pattern
from compolint.syntax.shell_carriers import carried, takes_commands
from compolint.syntax.shell_commands import Assignment, Command, Redirect, Script
from compolint.syntax.shell_memory import Memory, printed
from compolint.syntax.shell_nodes import (
    LISTS,
    REDIRECT,
    REDIRECTS,
    VARIABLE,
    Parts,
    expansions_in,
    faulty,
    files_of,
    parts_of,
    root_of,
    words_of,
)
from compolint.syntax.shell_scan import Heredoc, Scan, scan, substitutions
from compolint.syntax.shell_simple import VARIABLES, simple_commands
from compolint.syntax.shell_words import Expansion, Piece, Text, Word, inner, outermost, pieces_of
from compolint.syntax.shell_wrappers import Inner, unwrapped
from compolint.tuples import NamedTuple

if TYPE_CHECKING:
    from tree_sitter import Node

_Task = tuple[Callable[..., None], tuple[Any, ...]]
_DEEPEST = 8
_MOST_ERRORS = 300_000_000  # the sum of the squared lengths of faulty statements
_SMALL = 500  # a statement so short is parsed even then
_MOST_NESTED = 100_000  # characters in texts given to shells, and two times the whole


class _Context(NamedTuple):
    """What holds for the commands at a place."""

    text: Text
    scan: Scan
    offset: int = 0  # of the statement in the text
    stdin: tuple[Command, ...] | list[Command] = ()
    given: tuple[Word, ...] = ()  # the text that comes in there
    stdout: list[Command] | None = None
    redirects: tuple[Redirect, ...] = ()
    wrappers: tuple[str, ...] = ()
    remote: str | None = None
    function: str | None = None
    in_test: bool = False
    depth: int = 0


_Expansions = dict[int, Expansion]  # by their place


class Walker:
    """Collects the commands of one text."""

    def __init__(self, whole: str) -> None:
        self._whole = whole
        self._commands: list[Command] = []
        self._assignments: list[Assignment] = []
        self._tasks: list[_Task] = []
        self._memory = Memory()
        self._attached: dict[int, list[Node]] = {}  # redirections of the last command of a list, by its node
        self._taken: set[tuple[int, int]] = set()  # backticks that belong to a command, by text and place
        self._texts: list[Text] = []  # keeps the identities of all texts apart
        self._errors = self._nested = 0
        self._unread: set[tuple[int, int]] = set()

    def script(self, longest: int) -> Script:
        """What was found; behind `longest` characters nothing was looked for."""
        if len(self._whole) > longest:
            self._unread.add((longest, len(self._whole)))
        commands = sorted(self._commands, key=lambda command: command.start)
        unread: list[tuple[int, int]] = []
        for start, end in sorted(self._unread):
            if not unread or start >= unread[-1][1]:
                unread.append((start, end))
        return Script(self._whole, tuple(commands), tuple(self._assignments), tuple(unread))

    def read_text(self, text: Text) -> None:
        self._read(text, _Context(text, _NO_SCAN))
        self._work()

    def read_words(self, words: tuple[Word, ...]) -> None:
        if words:
            self._run(words, (), (), _Context(_NO_TEXT, _NO_SCAN), _place(words))
        self._work()

    # --- tasks ---

    def _work(self) -> None:
        while self._tasks:
            task, arguments = self._tasks.pop()
            task(*arguments)

    def _later(self, tasks: list[_Task]) -> None:
        """Do these next, in this order."""
        self._tasks += reversed(tasks)

    # --- texts ---

    def _read(self, text: Text, context: _Context) -> None:
        found = scan(text.text)
        self._texts.append(text)
        self._unread.update([text.place(*stretch) for stretch in found.unread])
        self._memory.expect(found.text)
        context = context._replace(text=text, scan=found)
        self._later([(self._statement, (start, end, context)) for start, end in found.statements])

    def _statement(self, start: int, end: int, context: _Context) -> None:
        commands = simple_commands(context.scan, start, end)
        if commands:
            context = context._replace(offset=0)
            self._later([(self._simple_command, (words, context)) for words in commands])
            return
        length = end - start
        if self._errors > _MOST_ERRORS and length > _SMALL:
            self._unread.add(context.text.place(start, end))
            return
        root = root_of(context.scan.text[start:end])
        if root.has_error:
            first, last = faulty(root)
            self._unread.add(context.text.place(start + first, start + last))
            self._errors += length * length
        context = context._replace(offset=start)
        self._later([(self._visit, (root, context)), (self._read_backticks, (start, end, context))])

    def _give(self, label: str, words: tuple[Word, ...], context: _Context, *, remote: bool = False) -> None:
        """Read a text that is given to a shell."""
        self._read_inside(inner(self._whole, words), _inside(context, label, remote=remote))

    # --- nodes ---

    def _visit(self, node: "Node", context: _Context) -> None:
        visit = _VISITS.get(node.type)
        if visit:
            visit(self, node, context)
        else:
            self._later([(self._visit, (child, context)) for child in node.named_children])

    def _nothing(self, node: "Node", context: _Context) -> None:
        return

    def _tested(self, node: "Node", context: _Context) -> None:
        """`if` and `while`: what stands before `then` and `do` is only tested."""
        tasks: list[_Task] = []
        testing = context._replace(in_test=True)
        for child in node.children:
            if child.type in ("then", "do_group"):
                testing = context
            if child.is_named:
                tasks.append((self._visit, (child, testing)))
        self._later(tasks)

    def _substitution(self, node: "Node", context: _Context) -> None:
        """One that is no part of a command: its output goes to a variable or a test."""
        self._later([(self._visit, (child, _apart(context, []))) for child in node.named_children])

    def _function(self, node: "Node", context: _Context) -> None:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if not name or not body:
            return
        called = context.text.text[context.offset + name.start_byte : context.offset + name.end_byte]
        output = self._memory.functions.setdefault(called, [])
        self._visit(body, context._replace(function=called, stdin=(), given=(), stdout=output))

    def _pipeline(self, node: "Node", context: _Context) -> None:
        *stages, last = [child for child in node.named_children if child.type != "comment"]
        tasks: list[_Task] = []
        inside = context
        for stage in stages:
            output: list[Command] = []
            tasks.append((self._visit, (stage, inside._replace(stdout=output))))
            inside = inside._replace(stdin=output, given=())
        self._later([*tasks, (self._visit, (last, inside))])

    def _redirected(self, node: "Node", context: _Context) -> None:
        body = node.child_by_field_name("body")
        redirects = [child for child in node.named_children if child.type in REDIRECTS]
        redirects += self._attached.pop(node.id, [])
        if not body or body.type == "command":
            parts = parts_of(body) if body else Parts([], [], [])
            self._simple(parts._replace(redirects=parts.redirects + redirects), node, context)
            return
        last = body
        while last.type in LISTS and last.named_children:  # `a | b > f`: the grammar has all of it redirected
            last = last.named_children[-1]
        if last is not body:
            self._attached[last.id] = redirects
            self._visit(body, context)
        else:
            self._compound(body, redirects, context)

    def _compound(self, body: "Node", redirects: "list[Node]", context: _Context) -> None:
        expansions, before, after = self._expansions(redirects, context)
        self._later([*before, (self._enter, (body, redirects, expansions, after, context))])

    def _enter(
        self,
        body: "Node",
        nodes: "list[Node]",
        expansions: _Expansions,
        after: list[_Task],
        context: _Context,
    ) -> None:
        redirects = self._redirects(nodes, expansions, context)
        context = _redirected(context, redirects)
        for output in _fed(expansions, context):
            context = context._replace(stdout=output)
        self._later(
            [(self._visit, (body, context._replace(redirects=context.redirects + redirects))), *after]
        )

    def _command(self, node: "Node", context: _Context) -> None:
        parts = parts_of(node)
        self._simple(
            parts._replace(redirects=parts.redirects + self._attached.pop(node.id, [])), node, context
        )

    def _lone_redirect(self, node: "Node", context: _Context) -> None:
        """`$(< FILE cmd)`: the grammar expects no command there."""
        self._simple(Parts([], [], [node]), node, context)

    def _declaration(self, node: "Node", context: _Context) -> None:
        """`export A=b`: a command whose words are assignments."""
        redirects = self._attached.pop(node.id, [])
        assignments = [child for child in node.named_children if child.type == "variable_assignment"]
        self._simple(Parts(list(node.children), [], redirects), node, context, declared=assignments)

    def _assignment(self, node: "Node", context: _Context) -> None:
        expansions, before, after = self._expansions([node], context)
        self._later([*before, (self._assigned, (node, expansions, context)), *after])

    def _assigned(self, node: "Node", expansions: _Expansions, context: _Context) -> None:
        assignment = self._assignment_of(node, expansions, context)
        self._assignments.append(assignment)
        self._memory.assign(assignment)

    # --- simple commands ---

    def _simple_command(self, places: list[tuple[int, int]], context: _Context) -> None:
        """A command that has nothing in it but words."""
        start, end = places[0][0], places[-1][1]
        expansions = {
            match.start(): Expansion(match.end(), [])
            for match in VARIABLES.finditer(context.scan.text, start, end)
        }
        words = [word for place in places for word in self._words(*place, expansions, context)]
        if words:
            self._run(tuple(words), (), (), context, context.text.place(start, end))

    def _simple(self, parts: Parts, node: "Node", context: _Context, declared: "Iterable[Node]" = ()) -> None:
        expansions, before, after = self._expansions(
            [*parts.words, *parts.assignments, *parts.redirects], context
        )
        self._later(
            [
                *before,
                *((self._assigned, (assignment, expansions, context)) for assignment in declared),
                (self._finish, (parts, expansions, node, after, context)),
            ]
        )

    def _expansions(
        self, nodes: "Iterable[Node]", context: _Context
    ) -> tuple[_Expansions, list[_Task], list[_Task]]:
        """The expansions in words, and what walks their commands, before and after the command itself."""
        found: _Expansions = {}
        before: list[_Task] = []
        after: list[_Task] = []
        for node in nodes:
            start, end = context.offset + node.start_byte, context.offset + node.end_byte
            expands = _EXPANDING.search(context.scan.text, start, end)
            for expansion in expansions_in(node) if expands else ():
                start, end = context.offset + expansion.start_byte, context.offset + expansion.end_byte
                output: list[Command] = []
                found[start] = Expansion(end, output)
                if context.text.text.startswith(">(", start):
                    reading = _apart(context, None)._replace(stdin=output)
                    after += [(self._visit, (child, reading)) for child in expansion.named_children]
                elif expansion.type != "simple_expansion":
                    apart = _apart(context, output)
                    before += [(self._visit, (child, apart)) for child in expansion.named_children]
            start, end = context.offset + node.start_byte, context.offset + node.end_byte
            for backtick in self._backticks(start, end, context):
                found[backtick[0]] = Expansion(backtick[1], [])
                before.append(self._backtick(*backtick, _apart(context, found[backtick[0]].output)))
            heredoc = _heredoc(node, context)
            if heredoc and heredoc.expand:
                before += self._expansions_in_body(heredoc, found, context)
        return found, before, after

    def _expansions_in_body(self, heredoc: Heredoc, found: _Expansions, context: _Context) -> list[_Task]:
        tasks: list[_Task] = []
        text = context.text.text
        for match in _BODY_VARIABLE.finditer(text, heredoc.start, heredoc.end):
            found[match.start()] = Expansion(match.end(), [])
        for start, end in substitutions(text[heredoc.start : heredoc.end]):
            start, end = start + heredoc.start, end + heredoc.start
            output: list[Command] = []
            found[start] = Expansion(end, output)
            apart = _apart(context, output)._replace(depth=context.depth + 1)
            if text[start] == "`":
                tasks.append(self._backtick(start, end, apart))
            elif not text.startswith(("$((", "${"), start) and context.depth <= _DEEPEST:
                tasks.append((self._read, (context.text.part(start + 2, end - 1), apart)))
        return tasks

    def _backticks(self, start: int, end: int, context: _Context) -> list[tuple[int, int]]:
        """The backticks of a stretch that nobody has read yet."""
        every = context.scan.backticks
        if not every:
            return []
        some = every[bisect_left(every, (start, 0)) : bisect_left(every, (end, 0))]
        unread = [backtick for backtick in some if (id(context.text), backtick[0]) not in self._taken]
        self._taken.update((id(context.text), backtick[0]) for backtick in unread)
        return unread

    def _backtick(self, start: int, end: int, context: _Context) -> _Task:
        closed = context.text.text[end - 1] == "`" and end - start > 1
        inside = context.text.part(start + 1, end - closed).unescaped()
        return self._read_inside, (inside, context._replace(depth=context.depth + 1))

    def _read_inside(self, text: Text, context: _Context) -> None:
        self._nested += len(text.text)
        if context.depth > _DEEPEST or self._nested > _MOST_NESTED + 2 * len(self._whole):
            self._unread.add(text.place(0, len(text.text)))
        else:
            self._read(text, context)

    def _read_backticks(self, start: int, end: int, context: _Context) -> None:
        """Those in tests and loops, whose output is nobody's."""
        apart = _apart(context, [])
        self._later([self._backtick(*backtick, apart) for backtick in self._backticks(start, end, context)])

    def _finish(
        self, parts: Parts, expansions: _Expansions, node: "Node", after: list[_Task], context: _Context
    ) -> None:
        places = words_of(parts.words)
        for redirect in parts.redirects:
            places += files_of(redirect)[1:]
        words = [word for place in sorted(places) for word in self._words(*place, expansions, context)]
        assignments = tuple([self._assignment_of(part, expansions, context) for part in parts.assignments])
        redirects = self._redirects(parts.redirects, expansions, context)
        self._later(after)
        if not words:
            self._assignments += assignments
            return
        place = context.text.place(context.offset + node.start_byte, context.offset + node.end_byte)
        self._run(tuple(words), assignments, redirects, context, place, _fed(expansions, context))

    def _run(
        self,
        words: tuple[Word, ...],
        assignments: tuple[Assignment, ...],
        redirects: tuple[Redirect, ...],
        context: _Context,
        place: tuple[int, int],
        fed: Iterable[list[Command]] = (),
    ) -> None:
        """A simple command, or what its wrappers leave of it; `fed` reads its output."""
        context = _redirected(context, redirects)
        name = _name(words[0])
        while name and (found := unwrapped(name, words)):
            assignments += tuple([_given_to_wrapper(word) for word in found.assignments])
            if found.inner.is_text:
                self._give(name, found.inner.words, context)
                return
            context = _inside(context, name)
            if context.depth > _DEEPEST:
                self._unread.add(place)
                return
            wrapper, words = words[0], found.inner.words
            if found.inner.open_ended:
                read = tuple(context.stdin)
                words = tuple([word.unknown("{}", read) for word in words])
                more = Piece("{}", wrapper.start, wrapper.end, False, read)
                unread = Word(self._whole, wrapper.start, wrapper.end, (more,))
                words = (*words, *self._divided(printed(context.stdin) or (unread,)))
            name = _name(words[0])
        command = Command()
        command.name, command.words, command.assignments = name, words, assignments
        command.redirects = redirects + context.redirects
        command.wrappers, command.remote = context.wrappers, context.remote
        command.function, command.in_test = context.function, context.in_test
        command.start, command.end = place
        command.input_from = self._memory.inputs(command, context.stdin)
        self._commands.append(command)
        for output in fed:
            output.append(command)
        if context.stdout is not None and not any(redirect.takes_output for redirect in redirects):
            context.stdout.append(command)
        self._memory.write(command, context.given)
        self._carry(command, context)

    def _carry(self, command: Command, context: _Context) -> None:
        """What a command runs besides: the text of a shell, a command in a container."""
        name = command.name
        if not name:
            return
        inners = carried(name, command.words)
        if inners:
            self._later([(self._carried, (found, context)) for found in inners])
        elif takes_commands(name, command.words):
            given = context.given or printed(context.stdin)
            if given:
                self._give(name, given, context._replace(given=(), stdin=()), remote=name == "ssh")
        elif text := self._memory.text_run_by(command):
            self._give(name, text, context._replace(given=(), stdin=()))

    def _carried(self, found: Inner, context: _Context) -> None:
        if found.is_text:
            self._give(found.label, found.words, context, remote=found.remote)
        elif context.depth > _DEEPEST:
            self._unread.add(_place(found.words))
        else:
            inside = _inside(context, found.label, remote=found.remote)
            self._run(found.words, (), (), inside, _place(found.words))

    # --- words ---

    def _words(self, start: int, end: int, expansions: _Expansions, context: _Context) -> list[Word]:
        start, end = context.offset + start, context.offset + end
        if _PLAIN.fullmatch(context.text.text, start, end):
            return [context.text.literal(start, end)]
        word = self._word(start, end, expansions, context)
        is_variable = VARIABLE.fullmatch(context.text.text, start, end)
        return list(self._divided([word])) if is_variable else [word]

    def _divided(self, words: Iterable[Word]) -> Iterator[Word]:
        """The words that a text is cut into, which comes from a variable without quotes or from an input."""
        for word in words:
            parts = [word.text] if word.text is None else word.text.split()
            for part in parts:
                piece = Piece(part or "", word.start, word.end)
                yield Word(self._whole, word.start, word.end, (piece,)) if part != word.text else word

    def _word(
        self, start: int, end: int, expansions: _Expansions, context: _Context, *, body: bool = False
    ) -> Word:
        def resolve(at: int) -> Piece:
            return self._piece(at, expansions[at], context)

        pieces = pieces_of(context.text, start, end, expansions, resolve, body=body)
        return context.text.word(pieces, start, end)

    def _piece(self, start: int, expansion: Expansion, context: _Context) -> Piece:
        text = context.text.text
        variable = VARIABLE.fullmatch(text, start, expansion.end)
        name = variable[1] or variable[2] if variable else ""
        place = context.text.place(start, expansion.end)
        if name in self._memory.constants:
            return Piece(self._memory.constants[name], *place)
        sources = self._memory.outputs(name) if name else tuple(expansion.output)
        return Piece(text[start : expansion.end], *place, False, sources)

    def _assignment_of(self, node: "Node", expansions: _Expansions, context: _Context) -> Assignment:
        start, end = context.offset + node.start_byte, context.offset + node.end_byte
        match = _ASSIGNMENT.match(context.text.text, start, end)
        value = node.child_by_field_name("value")
        if not match or (value and value.type == "array"):
            return Assignment(match[1] if match else "", None)
        return Assignment(match[1], self._word(match.end(), end, expansions, context))

    def _redirects(
        self, nodes: "Iterable[Node]", expansions: _Expansions, context: _Context
    ) -> tuple[Redirect, ...]:
        return tuple([self._redirect(node, expansions, context) for node in nodes])

    def _redirect(self, node: "Node", expansions: _Expansions, context: _Context) -> Redirect:
        text, start = context.text.text, context.offset + node.start_byte
        match = REDIRECT.match(text, start)
        number = match[1] if match else ""
        descriptor = int(number[-3:]) if number else None
        heredoc = _heredoc(node, context)
        if heredoc:
            body = self._word(heredoc.start, heredoc.end, expansions, context, body=True)
            if not heredoc.expand:
                body = context.text.literal(heredoc.start, heredoc.end)
            return Redirect("<<", body, descriptor)
        first = next(iter(files_of(node)), (node.end_byte, node.end_byte))
        target = self._word(context.offset + first[0], context.offset + first[1], expansions, context)
        return Redirect(match[2] if match else "", target, descriptor)


_NO_SCAN = Scan("", [], {}, set(), [], [])
_NO_TEXT = outermost("")
_PLAIN = pattern(r"[\w@%+:,./=-]+", re.ASCII)
_BODY_VARIABLE = pattern(r"(?<!\\)\$(?:\{[^}\n]*\}|\w+|[@*#?$!-])")
_EXPANDING = pattern(r"[$(]")
_ASSIGNMENT = pattern(r"([A-Za-z_]\w*)(?:\[[^\]]*\])?\+?=")

_VISITS: dict[str, Callable[[Walker, Any, _Context], None]] = {
    "comment": Walker._nothing,
    "command": Walker._command,
    "redirected_statement": Walker._redirected,
    "file_redirect": Walker._lone_redirect,
    "pipeline": Walker._pipeline,
    "function_definition": Walker._function,
    "if_statement": Walker._tested,
    "elif_clause": Walker._tested,
    "while_statement": Walker._tested,
    "command_substitution": Walker._substitution,
    "process_substitution": Walker._substitution,
    "declaration_command": Walker._declaration,
    "unset_command": Walker._declaration,
    "variable_assignment": Walker._assignment,
}


def _inside(context: _Context, label: str, *, remote: bool = False) -> _Context:
    return context._replace(
        wrappers=(*context.wrappers, label),
        depth=context.depth + 1,
        remote=label if remote else context.remote,
    )


def _apart(context: _Context, stdout: list[Command] | None) -> _Context:
    """A substitution: it has an output of its own."""
    return context._replace(stdout=stdout, redirects=(), in_test=False)


def _redirected(context: _Context, redirects: Iterable[Redirect]) -> _Context:
    for redirect in redirects:
        if redirect.gives_input:
            given = (redirect.target,) if redirect.is_text else ()
            context = context._replace(stdin=redirect.target.sources, given=given)
    return context


def _fed(expansions: _Expansions, context: _Context) -> list[list[Command]]:
    text = context.text.text
    return [found.output for start, found in expansions.items() if text.startswith(">(", start)]


def _heredoc(node: "Node", context: _Context) -> Heredoc | None:
    if node.type != "file_redirect" or not context.scan.heredocs:
        return None
    match = REDIRECT.match(context.text.text, context.offset + node.start_byte)
    return context.scan.heredocs.get(match.start(2)) if match else None


def _place(words: tuple[Word, ...]) -> tuple[int, int]:
    return min([word.start for word in words]), max([word.end for word in words])


def _name(word: Word) -> str | None:
    text = word.text
    return text.rpartition("/")[2] or text if text else None


def _given_to_wrapper(word: Word) -> Assignment:
    name, _, _ = word.spelling.partition("=")
    return Assignment(name.rstrip("+"), word.cut(len(name) + 1))
