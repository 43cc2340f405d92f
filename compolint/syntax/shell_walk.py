"""The walk through the statements of a shell text.

What is still to do lies on a stack, so that a hostile depth is not one of Python's, and the commands come in
the order in which they stand.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from compolint.pattern import pattern
from compolint.syntax.shell_commands import Assignment, Command, Script
from compolint.syntax.shell_context import (
    NO_CONTEXT,
    Context,
    Expansions,
    fed_by,
    heredoc_of,
    place_of,
    redirected,
    set_apart,
)
from compolint.syntax.shell_nodes import (
    LISTS,
    REDIRECTS,
    Parts,
    expansions_in,
    faulty,
    files_of,
    parts_of,
    root_of,
    words_of,
)
from compolint.syntax.shell_runner import DEEPEST, Runner, Task
from compolint.syntax.shell_scan import Heredoc, scan, substitutions
from compolint.syntax.shell_simple import VARIABLES, simple_commands
from compolint.syntax.shell_words import Expansion, Text, Word

if TYPE_CHECKING:
    from tree_sitter import Node

_MOST_ERRORS = 300_000_000  # the sum of the squared lengths of faulty statements
_SMALL = 500  # a statement so short is parsed even then
_MOST_NESTED = 100_000  # characters in texts given to shells, and two times the whole


class Walker(Runner):
    """Collects the commands of one text."""

    def __init__(self, whole: str) -> None:
        super().__init__(whole)
        self._assignments: list[Assignment] = []
        self._attached: dict[int, list[Node]] = {}  # redirections of the last command of a list, by its node
        self._taken: set[tuple[int, int]] = set()  # backticks that belong to a command, by text and place
        self._texts: list[Text] = []  # keeps the identities of all texts apart
        self._errors = self._nested = 0

    def script(self, longest: int) -> Script:
        """What was found; behind `longest` characters nothing was looked for."""
        if len(self.whole) > longest:
            self.unread.add((longest, len(self.whole)))
        commands = sorted(self.commands, key=lambda command: command.start)
        unread: list[tuple[int, int]] = []
        for start, end in sorted(self.unread):
            if not unread or start >= unread[-1][1]:
                unread.append((start, end))
        return Script(self.whole, tuple(commands), tuple(self._assignments), tuple(unread))

    def read_text(self, text: Text) -> None:
        self._read(text, NO_CONTEXT)
        self.work()

    def read_words(self, words: tuple[Word, ...]) -> None:
        if words:
            self.run(words, (), (), NO_CONTEXT, place_of(words))
        self.work()

    # --- texts ---

    def _read(self, text: Text, context: Context) -> None:
        found = scan(text.text)
        self._texts.append(text)
        self.unread.update([text.place(*stretch) for stretch in found.unread])
        self.memory.expect(found.text)
        context = context._replace(text=text, scan=found)
        self.later([(self._statement, (start, end, context)) for start, end in found.statements])

    def _statement(self, start: int, end: int, context: Context) -> None:
        commands = simple_commands(context.scan, start, end)
        if commands:
            context = context._replace(offset=0)
            self.later([(self._simple_command, (words, context)) for words in commands])
            return
        length = end - start
        if self._errors > _MOST_ERRORS and length > _SMALL:
            self.unread.add(context.text.place(start, end))
            return
        root = root_of(context.scan.text[start:end])
        if root.has_error:
            first, last = faulty(root)
            self.unread.add(context.text.place(start + first, start + last))
            self._errors += length * length
        context = context._replace(offset=start)
        self.later([(self._visit, (root, context)), (self._read_backticks, (start, end, context))])

    # --- nodes ---

    def _visit(self, node: "Node", context: Context) -> None:
        visit = _VISITS.get(node.type)
        if visit:
            visit(self, node, context)
        else:
            self.later([(self._visit, (child, context)) for child in node.named_children])

    def _nothing(self, node: "Node", context: Context) -> None:
        return

    def _tested(self, node: "Node", context: Context) -> None:
        """`if` and `while`: what stands before `then` and `do` is only tested."""
        tasks: list[Task] = []
        testing = context._replace(in_test=True)
        for child in node.children:
            if child.type in ("then", "do_group"):
                testing = context
            if child.is_named:
                tasks.append((self._visit, (child, testing)))
        self.later(tasks)

    def _substitution(self, node: "Node", context: Context) -> None:
        """One that is no part of a command: its output goes to a variable or a test."""
        self.later([(self._visit, (child, set_apart(context, []))) for child in node.named_children])

    def _function(self, node: "Node", context: Context) -> None:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if not name or not body:
            return
        called = context.text.text[context.offset + name.start_byte : context.offset + name.end_byte]
        output = self.memory.functions.setdefault(called, [])
        self._visit(body, context._replace(function=called, stdin=(), given=(), stdout=output))

    def _pipeline(self, node: "Node", context: Context) -> None:
        *stages, last = [child for child in node.named_children if child.type != "comment"]
        tasks: list[Task] = []
        inside = context
        for stage in stages:
            output: list[Command] = []
            tasks.append((self._visit, (stage, inside._replace(stdout=output))))
            inside = inside._replace(stdin=output, given=())
        self.later([*tasks, (self._visit, (last, inside))])

    def _redirected(self, node: "Node", context: Context) -> None:
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

    def _compound(self, body: "Node", redirects: "list[Node]", context: Context) -> None:
        expansions, before, after = self._expansions(redirects, context)
        self.later([*before, (self._enter, (body, redirects, expansions, after, context))])

    def _enter(
        self,
        body: "Node",
        nodes: "list[Node]",
        expansions: Expansions,
        after: list[Task],
        context: Context,
    ) -> None:
        redirects = self.reader.redirects(nodes, expansions, context)
        context = redirected(context, redirects)
        for output in fed_by(expansions, context):
            context = context._replace(stdout=output)
        self.later([(self._visit, (body, context._replace(redirects=context.redirects + redirects))), *after])

    def _command(self, node: "Node", context: Context) -> None:
        parts = parts_of(node)
        self._simple(
            parts._replace(redirects=parts.redirects + self._attached.pop(node.id, [])), node, context
        )

    def _lone_redirect(self, node: "Node", context: Context) -> None:
        """`$(< FILE cmd)`: the grammar expects no command there."""
        self._simple(Parts([], [], [node]), node, context)

    def _declaration(self, node: "Node", context: Context) -> None:
        """`export A=b`: a command whose words are assignments."""
        redirects = self._attached.pop(node.id, [])
        assignments = [child for child in node.named_children if child.type == "variable_assignment"]
        self._simple(Parts(list(node.children), [], redirects), node, context, declared=assignments)

    def _assignment(self, node: "Node", context: Context) -> None:
        expansions, before, after = self._expansions([node], context)
        self.later([*before, (self._assigned, (node, expansions, context)), *after])

    def _assigned(self, node: "Node", expansions: Expansions, context: Context) -> None:
        assignment = self.reader.assignment_of(node, expansions, context)
        self._assignments.append(assignment)
        self.memory.assign(assignment)

    # --- simple commands ---

    def _simple_command(self, places: list[tuple[int, int]], context: Context) -> None:
        """A command that has nothing in it but words."""
        start, end = places[0][0], places[-1][1]
        expansions = {
            match.start(): Expansion(match.end(), [])
            for match in VARIABLES.finditer(context.scan.text, start, end)
        }
        words = [word for place in places for word in self.reader.words(*place, expansions, context)]
        if words:
            self.run(tuple(words), (), (), context, context.text.place(start, end))

    def _simple(self, parts: Parts, node: "Node", context: Context, declared: "Iterable[Node]" = ()) -> None:
        expansions, before, after = self._expansions(
            [*parts.words, *parts.assignments, *parts.redirects], context
        )
        self.later(
            [
                *before,
                *((self._assigned, (assignment, expansions, context)) for assignment in declared),
                (self._finish, (parts, expansions, node, after, context)),
            ]
        )

    def _expansions(
        self, nodes: "Iterable[Node]", context: Context
    ) -> tuple[Expansions, list[Task], list[Task]]:
        """The expansions in words, and what walks their commands, before and after the command itself."""
        found: Expansions = {}
        before: list[Task] = []
        after: list[Task] = []
        for node in nodes:
            start, end = context.offset + node.start_byte, context.offset + node.end_byte
            expands = _EXPANDING.search(context.scan.text, start, end)
            for expansion in expansions_in(node) if expands else ():
                start, end = context.offset + expansion.start_byte, context.offset + expansion.end_byte
                output: list[Command] = []
                found[start] = Expansion(end, output)
                if context.text.text.startswith(">(", start):
                    reading = set_apart(context, None)._replace(stdin=output)
                    after += [(self._visit, (child, reading)) for child in expansion.named_children]
                elif expansion.type != "simple_expansion":
                    apart = set_apart(context, output)
                    before += [(self._visit, (child, apart)) for child in expansion.named_children]
            start, end = context.offset + node.start_byte, context.offset + node.end_byte
            for backtick in self._backticks(start, end, context):
                found[backtick[0]] = Expansion(backtick[1], [])
                before.append(self._backtick(*backtick, set_apart(context, found[backtick[0]].output)))
            heredoc = heredoc_of(node, context)
            if heredoc and heredoc.expand:
                before += self._expansions_in_body(heredoc, found, context)
        return found, before, after

    def _expansions_in_body(self, heredoc: Heredoc, found: Expansions, context: Context) -> list[Task]:
        tasks: list[Task] = []
        text = context.text.text
        for match in _BODY_VARIABLE.finditer(text, heredoc.start, heredoc.end):
            found[match.start()] = Expansion(match.end(), [])
        for start, end in substitutions(text[heredoc.start : heredoc.end]):
            start, end = start + heredoc.start, end + heredoc.start
            output: list[Command] = []
            found[start] = Expansion(end, output)
            apart = set_apart(context, output)._replace(depth=context.depth + 1)
            if text[start] == "`":
                tasks.append(self._backtick(start, end, apart))
            elif not text.startswith(("$((", "${"), start) and context.depth <= DEEPEST:
                tasks.append((self._read, (context.text.part(start + 2, end - 1), apart)))
        return tasks

    def _backticks(self, start: int, end: int, context: Context) -> list[tuple[int, int]]:
        """The backticks of a stretch that nobody has read yet."""
        every = context.scan.backticks
        if not every:
            return []
        some = every[bisect_left(every, (start, 0)) : bisect_left(every, (end, 0))]
        unread = [backtick for backtick in some if (id(context.text), backtick[0]) not in self._taken]
        self._taken.update((id(context.text), backtick[0]) for backtick in unread)
        return unread

    def _backtick(self, start: int, end: int, context: Context) -> Task:
        closed = context.text.text[end - 1] == "`" and end - start > 1
        inside = context.text.part(start + 1, end - closed).unescaped()
        return self.read_inside, (inside, context._replace(depth=context.depth + 1))

    def read_inside(self, text: Text, context: Context) -> None:
        self._nested += len(text.text)
        if context.depth > DEEPEST or self._nested > _MOST_NESTED + 2 * len(self.whole):
            self.unread.add(text.place(0, len(text.text)))
        else:
            self._read(text, context)

    def _read_backticks(self, start: int, end: int, context: Context) -> None:
        """Those in tests and loops, whose output is nobody's."""
        apart = set_apart(context, [])
        self.later([self._backtick(*backtick, apart) for backtick in self._backticks(start, end, context)])

    def _finish(
        self, parts: Parts, expansions: Expansions, node: "Node", after: list[Task], context: Context
    ) -> None:
        places = words_of(parts.words)
        for redirect in parts.redirects:
            places += files_of(redirect)[1:]
        words = [word for place in sorted(places) for word in self.reader.words(*place, expansions, context)]
        assignments = tuple(
            [self.reader.assignment_of(part, expansions, context) for part in parts.assignments]
        )
        redirects = self.reader.redirects(parts.redirects, expansions, context)
        self.later(after)
        if not words:
            self._assignments += assignments
            return
        place = context.text.place(context.offset + node.start_byte, context.offset + node.end_byte)
        self.run(tuple(words), assignments, redirects, context, place, fed_by(expansions, context))


_BODY_VARIABLE = pattern(r"(?<!\\)\$(?:\{[^}\n]*\}|\w+|[@*#?$!-])")
_EXPANDING = pattern(r"[$(]")

_VISITS: dict[str, Callable[[Walker, Any, Context], None]] = {
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
