"""The walk through the statements of a shell text, with tree-sitter-bash for their grammar.

tree-sitter-bash, because it is the one parser with wheels for all platforms, a free license and the constructs
that scripts really use; bashlex is under the GPL and knows neither `[[` nor `case`, and `shlex` only cuts words.
What is still to do lies on a stack: a hostile depth must not be one of Python's.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from compolint.syntax.shell_commands import PASSING, Assignment, Command, Redirect, Script
from compolint.syntax.shell_scan import Heredoc, Scan, scan, substitutions
from compolint.syntax.shell_words import Expansion, Piece, Text, Word, inner, outermost, pieces_of
from compolint.syntax.shell_wrappers import Inner, carried, interpreter_operands, takes_commands, unwrapped

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_Task = tuple[Callable[..., None], tuple[Any, ...]]
_DEEPEST = 8
_MOST_ERRORS = 300_000_000  # the sum of the squared lengths of faulty statements
_SMALL = 500  # a statement so short is parsed even then
_MOST_NESTED = 100_000  # characters in texts given to shells, and two times the whole
_LONGEST_CONSTANT = 4096
_MOST_SOURCES = 32


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


class _Parts(NamedTuple):
    """The nodes of a simple command."""

    words: "list[Node]"
    assignments: "list[Node]"
    redirects: "list[Node]"


_Expansions = dict[int, Expansion]  # by their place


class Walker:
    """Collects the commands of one text."""

    def __init__(self, whole: str) -> None:
        self._whole = whole
        self._commands: list[Command] = []
        self._assignments: list[Assignment] = []
        self._tasks: list[_Task] = []
        self._parser: Parser | None = None
        self._set: Counter[str] = Counter()  # how often a variable is set
        self._constants: dict[str, str] = {}
        self._outputs: dict[str, tuple[Command, ...]] = {}  # by variable: the commands whose output it holds
        self._functions: dict[str, list[Command]] = {}
        self._written: dict[str, tuple[Word, ...]] = {}  # by file
        self._attached: dict[int, list[Node]] = {}  # redirections of the last command of a list, by its node
        self._errors = self._nested = 0
        self._complete = True

    def script(self, *, complete: bool) -> Script:
        commands = sorted(self._commands, key=lambda command: command.start)
        return Script(self._whole, tuple(commands), tuple(self._assignments), complete and self._complete)

    def read_text(self, text: Text) -> None:
        self._read(text, _Context(text, _NO_SCAN))
        self._work()

    def read_words(self, words: tuple[Word, ...]) -> None:
        if words:
            self._run(words, (), (), _Context(_NO_TEXT, _NO_SCAN), (words[0].start, words[-1].end))
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
        self._complete = self._complete and found.whole
        for name in _names_set(found.text):
            self._set[name] += 1
            if self._set[name] > 1:
                self._constants.pop(name, None)
        context = context._replace(text=text, scan=found)
        self._later([(self._statement, (start, end, context)) for start, end in found.statements])

    def _statement(self, start: int, end: int, context: _Context) -> None:
        length = end - start
        if self._errors > _MOST_ERRORS and length > _SMALL:
            self._complete = False
            return
        # one byte for each character, so that the places agree; `%` is as plain as any letter of another script
        statement = _NOT_ASCII.sub("%", context.scan.text[start:end]).replace("\r", " ")
        self._parser = self._parser or _new_parser()
        root = self._parser.parse(statement.encode()).root_node
        if root.has_error:
            self._complete = False
            self._errors += length * length
        self._visit(root, context._replace(offset=start))

    def _give(self, label: str, words: tuple[Word, ...], context: _Context, *, remote: bool = False) -> None:
        """Read a text that is given to a shell."""
        self._nested += sum(len(piece.text) for word in words for piece in word.pieces)
        if context.depth > _DEEPEST or self._nested > _MOST_NESTED + 2 * len(self._whole):
            self._complete = False
            return
        self._read(inner(self._whole, words), _inside(context, label, remote=remote))

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
        testing = context._replace(in_test=True)
        self._later(
            [
                (
                    self._visit,
                    (child, testing if node.field_name_for_child(index) == "condition" else context),
                )
                for index, child in enumerate(node.children)
                if child.is_named
            ]
        )

    def _substitution(self, node: "Node", context: _Context) -> None:
        """One that is no part of a command: its output goes to a variable or a test."""
        self._later([(self._visit, (child, _apart(context, []))) for child in node.named_children])

    def _function(self, node: "Node", context: _Context) -> None:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if not name or not body:
            return
        called = context.text.text[context.offset + name.start_byte : context.offset + name.end_byte]
        output = self._functions.setdefault(called, [])
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
        redirects = [child for child in node.named_children if child.type in _REDIRECTS]
        redirects += self._attached.pop(node.id, [])
        if not body or body.type == "command":
            parts = _parts(body) if body else _Parts([], [], [])
            self._simple(parts._replace(redirects=parts.redirects + redirects), node, context)
            return
        last = body
        while (
            last.type in _LISTS and last.named_children
        ):  # `a | b > f`: the grammar has all of it redirected
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
        parts = _parts(node)
        self._simple(
            parts._replace(redirects=parts.redirects + self._attached.pop(node.id, [])), node, context
        )

    def _declaration(self, node: "Node", context: _Context) -> None:
        """`export A=b`: a command whose words are assignments."""
        redirects = self._attached.pop(node.id, [])
        assignments = [child for child in node.named_children if child.type == "variable_assignment"]
        self._simple(_Parts(list(node.children), [], redirects), node, context, declared=assignments)

    def _assignment(self, node: "Node", context: _Context) -> None:
        expansions, before, after = self._expansions([node], context)
        self._later([*before, (self._assigned, (node, expansions, context)), *after])

    def _assigned(self, node: "Node", expansions: _Expansions, context: _Context) -> None:
        assignment = self._assignment_of(node, expansions, context)
        self._assignments.append(assignment)
        value = assignment.value
        if not value:
            return
        if value.sources:
            self._outputs[assignment.name] = value.sources
        if (
            value.text is not None
            and self._set[assignment.name] == 1
            and len(value.text) <= _LONGEST_CONSTANT
        ):
            self._constants[assignment.name] = value.text

    # --- simple commands ---

    def _simple(
        self, parts: _Parts, node: "Node", context: _Context, declared: "Iterable[Node]" = ()
    ) -> None:
        words = [*parts.words, *(extra for redirect in parts.redirects for extra in _extra_words(redirect))]
        parts = parts._replace(words=sorted(words, key=lambda word: word.start_byte))
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
        """The expansions in words, and what walks the commands in them, before and after the command itself."""
        found: _Expansions = {}
        before: list[_Task] = []
        after: list[_Task] = []
        for node in nodes:
            for expansion in _expansions_in(node):
                start, end = context.offset + expansion.start_byte, context.offset + expansion.end_byte
                output: list[Command] = []
                found[start] = Expansion(end, output)
                if context.text.text.startswith(">(", start):
                    reading = _apart(context, None)._replace(stdin=output)
                    after += [(self._visit, (child, reading)) for child in expansion.named_children]
                elif expansion.type != "simple_expansion":
                    apart = _apart(context, output)
                    before += [(self._visit, (child, apart)) for child in expansion.named_children]
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
            if not text.startswith(("$((", "${"), start) and context.depth <= _DEEPEST:
                opening = 2 if text[start] == "$" else 1
                apart = _apart(context, output)._replace(depth=context.depth + 1)
                tasks.append((self._read, (context.text.part(start + opening, end - 1), apart)))
        return tasks

    def _finish(
        self, parts: _Parts, expansions: _Expansions, node: "Node", after: list[_Task], context: _Context
    ) -> None:
        words = [word for part in parts.words for word in self._words(part, expansions, context)]
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
                self._complete = False
                return
            wrapper, words = words[0], found.inner.words
            if found.inner.open_ended:
                more = Piece("{}", wrapper.start, wrapper.end, False, tuple(context.stdin))
                words = (*words, Word(self._whole, wrapper.start, wrapper.end, (more,)))
            name = _name(words[0])
        command = Command()
        command.name, command.words, command.assignments = name, words, assignments
        command.redirects = redirects + context.redirects
        command.wrappers, command.remote = context.wrappers, context.remote
        command.function, command.in_test = context.function, context.in_test
        command.start, command.end = place
        command.input_from = self._input(command, context)
        self._commands.append(command)
        for output in fed:
            output.append(command)
        if context.stdout is not None and not any(redirect.takes_output for redirect in redirects):
            context.stdout.append(command)
        self._remember(command, context)
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
            given = context.given or _printed(context.stdin)
            if given:
                self._give(name, given, context._replace(given=(), stdin=()), remote=name == "ssh")
        elif written := self._written.pop(_file_run(command) or "", ()):  # once: it may run itself
            self._give(name, written, context._replace(given=(), stdin=()))

    def _remember(self, command: Command, context: _Context) -> None:
        """Text that a command writes to a file, in case that the file is run."""
        files = [redirect.target for redirect in command.redirects if redirect.takes_output]
        if command.name == "tee":
            files += [word for word in command.words[1:] if not word.spelling.startswith("-")]
        if not files:
            return
        given = context.given if command.name in ("cat", "tee") else _printed([command])
        for file in files:
            if file.text and given:
                self._written[_plain_path(file.text)] = given

    def _carried(self, found: Inner, context: _Context) -> None:
        if found.is_text:
            self._give(found.label, found.words, context, remote=found.remote)
        elif context.depth > _DEEPEST:
            self._complete = False
        else:
            inside = _inside(context, found.label, remote=found.remote)
            self._run(found.words, (), (), inside, (found.words[0].start, found.words[-1].end))

    # --- input ---

    def _input(self, command: Command, context: _Context) -> tuple[Command, ...]:
        """The commands whose output it reads: from a pipe, or a substitution that is a file or its code."""
        direct = [*context.stdin]
        for word in command.words[1:]:
            for piece in word.pieces:
                if piece.text.startswith("<("):
                    direct += piece.sources
        if command.name == "eval":
            direct += [source for word in command.words for source in word.sources]
        operands = interpreter_operands(command.name, command.words) if command.name else None
        if operands and operands.code:
            direct += operands.code.sources
        found: dict[int, Command] = {}
        for source in direct[-_MOST_SOURCES:]:
            for each in (source, *self._passed_on(source)):
                found.setdefault(id(each), each)
        return tuple(found.values())[:_MOST_SOURCES]

    def _passed_on(self, command: Command) -> Iterator[Command]:
        """The commands whose output is in the output of a command."""
        if command.name in PASSING:
            yield from command.input_from
        if command.name in _PRINTING:
            for word in command.words[1:]:
                yield from word.sources
        if command.name in self._functions:
            yield from self._functions[command.name][-_MOST_SOURCES:]

    # --- words ---

    def _words(self, node: "Node", expansions: _Expansions, context: _Context) -> list[Word]:
        start, end = context.offset + node.start_byte, context.offset + node.end_byte
        if _PLAIN.fullmatch(context.text.text, start, end):
            return [context.text.literal(start, end)]
        word = self._word(start, end, expansions, context)
        if word.text is None or not _VARIABLE.fullmatch(context.text.text, start, end):
            return [word]
        # an unquoted variable is cut into words
        parts = word.text.split()
        return [
            Word(self._whole, word.start, word.end, (Piece(part, word.start, word.end),)) for part in parts
        ]

    def _word(
        self, start: int, end: int, expansions: _Expansions, context: _Context, *, body: bool = False
    ) -> Word:
        def resolve(at: int) -> Piece:
            return self._piece(at, expansions[at], context)

        pieces = pieces_of(context.text, start, end, expansions, resolve, body=body)
        return context.text.word(pieces, start, end)

    def _piece(self, start: int, expansion: Expansion, context: _Context) -> Piece:
        text = context.text.text
        variable = _VARIABLE.fullmatch(text, start, expansion.end)
        name = variable[1] or variable[2] if variable else ""
        place = context.text.place(start, expansion.end)
        if name in self._constants:
            return Piece(self._constants[name], *place)
        sources = self._outputs.get(name, ()) if name else tuple(expansion.output)
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
        match = _REDIRECT.match(text, start)
        number = match[1] if match else ""
        descriptor = int(number[-3:]) if number else None
        heredoc = _heredoc(node, context)
        if heredoc:
            body = self._word(heredoc.start, heredoc.end, expansions, context, body=True)
            if not heredoc.expand:
                body = context.text.literal(heredoc.start, heredoc.end)
            return Redirect("<<", body, descriptor)
        targets = node.children_by_field_name("destination") or node.named_children[-1:]
        if not targets:
            return Redirect(match[2] if match else "", context.text.literal(start, start), descriptor)
        first = targets[0]
        target = self._word(
            context.offset + first.start_byte, context.offset + first.end_byte, expansions, context
        )
        return Redirect(match[2] if match else "", target, descriptor)


_NO_SCAN = Scan("", [], {}, set(), True)
_NO_TEXT = outermost("")
_NOT_ASCII = re.compile(r"[^\x01-\x7f]")
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|([A-Za-z_]\w*))")
_PLAIN = re.compile(r"[\w@%+:,./=-]+", re.ASCII)
_BODY_VARIABLE = re.compile(r"(?<!\\)\$(?:\{[^}\n]*\}|\w+|[@*#?$!-])")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(?:\[[^\]]*\])?\+?=")
_REDIRECT = re.compile(r"(\d*)(<<<|<<-?|&>>?|[<>]&|>>|>\||<>|[<>])")
# X=, X+=, X++; for X in, read X Y
_SETTING = re.compile(r"(?<![\w$-])([A-Za-z_]\w*)(?:\+?=(?![=~])|\+\+|--(?!\w))")
_NAMING = re.compile(r"(?<![\w-])(?:for|select|read|readarray|mapfile|getopts|unset|printf +-v)\b([^\n;|&]*)")
_VARIABLE_NAME = re.compile(r"(?<![\w$])[A-Za-z_]\w*")

_REDIRECTS = frozenset(("file_redirect", "herestring_redirect", "heredoc_redirect"))
_LISTS = frozenset(("pipeline", "list", "negated_command"))
_EXPANSIONS = frozenset(
    ("simple_expansion", "expansion", "command_substitution", "process_substitution", "arithmetic_expansion")
)
_PRINTING = frozenset(("echo", "printf", "cat"))
_VISITS: dict[str, Callable[[Walker, Any, _Context], None]] = {
    "comment": Walker._nothing,
    "command": Walker._command,
    "redirected_statement": Walker._redirected,
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


def _new_parser() -> "Parser":
    import tree_sitter_bash
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_bash.language()))


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
            given = (redirect.target,) if redirect.operator in ("<<", "<<<") else ()
            context = context._replace(stdin=redirect.target.sources, given=given)
    return context


def _fed(expansions: _Expansions, context: _Context) -> list[list[Command]]:
    text = context.text.text
    return [found.output for start, found in expansions.items() if text.startswith(">(", start)]


def _parts(node: "Node") -> _Parts:
    parts = _Parts([], [], [])
    for child in node.children:
        if child.type == "variable_assignment":
            parts.assignments.append(child)
        elif child.type in _REDIRECTS:
            parts.redirects.append(child)
        elif child.is_named or child.type in ("==", "=~"):
            parts.words.append(child)
    return parts


def _extra_words(redirect: "Node") -> "list[Node]":
    """In `cat < FILE a b` the grammar has `a` and `b` for files."""
    return redirect.children_by_field_name("destination")[1:]


def _expansions_in(node: "Node") -> "Iterator[Node]":
    stack = [node]
    while stack:
        node = stack.pop()
        if node.type in _EXPANSIONS:
            yield node
        else:
            stack += reversed(node.named_children)


def _heredoc(node: "Node", context: _Context) -> Heredoc | None:
    if node.type != "file_redirect" or not context.scan.heredocs:
        return None
    match = _REDIRECT.match(context.text.text, context.offset + node.start_byte)
    return context.scan.heredocs.get(match.start(2)) if match else None


def _names_set(text: str) -> Iterator[str]:
    for match in _SETTING.finditer(text):
        yield match[1]
    for match in _NAMING.finditer(text):
        for name in _VARIABLE_NAME.findall(match[1]):
            yield from (name, name)  # what `read` and `for` set is no constant


def _name(word: Word) -> str | None:
    text = word.text
    return text.rpartition("/")[2] or text if text else None


def _plain_path(path: str) -> str:
    return path.removeprefix("./")


def _file_run(command: Command) -> str | None:
    """The file that a command runs: `sh FILE`, `. FILE`, `./FILE`."""
    path = command.words[0].text or ""
    operands = interpreter_operands(command.name, command.words) if command.name else None
    if operands:
        path = operands.file.text or "" if operands.file else ""
    elif "/" not in path:
        return None
    return _plain_path(path)


def _given_to_wrapper(word: Word) -> Assignment:
    name, _, _ = word.spelling.partition("=")
    return Assignment(name.rstrip("+"), word.cut(len(name) + 1))


def _printed(commands: Iterable[Command]) -> tuple[Word, ...]:
    """The text that comes from an `echo`, or from a `cat` with a heredoc; nothing if it is from elsewhere."""
    sources = list(commands)
    if len(sources) != 1:
        return ()
    command = sources[0]
    words = command.words[1:]
    if command.name == "cat" and not [word for word in words if word.spelling != "-"]:
        return tuple([r.target for r in command.redirects if r.operator in ("<<", "<<<")][-1:])
    if command.name == "printf":
        return tuple([word.lines() for word in words[:1]])
    while command.name == "echo" and words and words[0].spelling in ("-n", "-e", "-E", "-ne", "-en"):
        words = words[1:]
    return tuple([word.lines() for word in words]) if command.name == "echo" else ()
