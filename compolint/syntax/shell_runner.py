"""Commands as they run: without their wrappers, and with what they give to other shells."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import Any

from compolint.syntax.shell_carriers import carried, takes_commands
from compolint.syntax.shell_commands import Assignment, Command, Redirect
from compolint.syntax.shell_context import Context, inside_of, place_of, redirected
from compolint.syntax.shell_memory import Memory, printed
from compolint.syntax.shell_reader import Reader
from compolint.syntax.shell_words import Piece, Text, Word, inner
from compolint.syntax.shell_wrappers import Inner, unwrapped

DEEPEST = 8
Task = tuple[Callable[..., None], tuple[Any, ...]]


class Runner(ABC):
    """Collects commands, and keeps what is still to do on a stack."""

    def __init__(self, whole: str) -> None:
        self.whole = whole
        self.commands: list[Command] = []
        self.unread: set[tuple[int, int]] = set()
        self.memory = Memory()
        self.reader = Reader(whole, self.memory)
        self._tasks: list[Task] = []

    @abstractmethod
    def read_inside(self, text: Text, context: Context) -> None:
        """Reads a text that is given to a shell within the whole."""

    def work(self) -> None:
        while self._tasks:
            task, arguments = self._tasks.pop()
            task(*arguments)

    def later(self, tasks: list[Task]) -> None:
        """Do these next, in this order."""
        self._tasks += reversed(tasks)

    def give(self, label: str, words: tuple[Word, ...], context: Context, *, remote: bool = False) -> None:
        """Read a text that is given to a shell."""
        self.read_inside(inner(self.whole, words), inside_of(context, label, remote=remote))

    def run(
        self,
        words: tuple[Word, ...],
        assignments: tuple[Assignment, ...],
        redirects: tuple[Redirect, ...],
        context: Context,
        place: tuple[int, int],
        fed: Iterable[list[Command]] = (),
    ) -> None:
        """A simple command, or what its wrappers leave of it; `fed` reads its output."""
        context = redirected(context, redirects)
        name = _name(words[0])
        while name and (found := unwrapped(name, words)):
            assignments += tuple([_given_to_wrapper(word) for word in found.assignments])
            if found.inner.is_text:
                self.give(name, found.inner.words, context)
                return
            context = inside_of(context, name)
            if context.depth > DEEPEST:
                self.unread.add(place)
                return
            wrapper, words = words[0], found.inner.words
            if found.inner.open_ended:
                read = tuple(context.stdin)
                words = tuple([word.unknown("{}", read) for word in words])
                more = Piece("{}", wrapper.start, wrapper.end, False, read)
                unread = Word(self.whole, wrapper.start, wrapper.end, (more,))
                words = (*words, *self.reader.divided(printed(context.stdin) or (unread,)))
            name = _name(words[0])
        command = Command()
        command.name, command.words, command.assignments = name, words, assignments
        command.redirects = redirects + context.redirects
        command.wrappers, command.remote = context.wrappers, context.remote
        command.function, command.in_test = context.function, context.in_test
        command.start, command.end = place
        command.input_from = self.memory.inputs(command, context.stdin)
        self.commands.append(command)
        for output in fed:
            output.append(command)
        if context.stdout is not None and not any(redirect.takes_output for redirect in redirects):
            context.stdout.append(command)
        self.memory.write(command, context.given)
        self._carry(command, context)

    def _carry(self, command: Command, context: Context) -> None:
        """What a command runs besides: the text of a shell, a command in a container."""
        name = command.name
        if not name:
            return
        inners = carried(name, command.words)
        if inners:
            self.later([(self._carried, (found, context)) for found in inners])
        elif takes_commands(name, command.words):
            given = context.given or printed(context.stdin)
            if given:
                self.give(name, given, context._replace(given=(), stdin=()), remote=name == "ssh")
        elif text := self.memory.text_run_by(command):
            self.give(name, text, context._replace(given=(), stdin=()))

    def _carried(self, found: Inner, context: Context) -> None:
        if found.is_text:
            self.give(found.label, found.words, context, remote=found.remote)
        elif context.depth > DEEPEST:
            self.unread.add(place_of(found.words))
        else:
            inside = inside_of(context, found.label, remote=found.remote)
            self.run(found.words, (), (), inside, place_of(found.words))


def _name(word: Word) -> str | None:
    text = word.text
    return text.rpartition("/")[2] or text if text else None


def _given_to_wrapper(word: Word) -> Assignment:
    name, _, _ = word.spelling.partition("=")
    return Assignment(name.rstrip("+"), word.cut(len(name) + 1))
