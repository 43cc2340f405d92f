"""What one command of a script leaves behind for those after it: variables, functions, files, output."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from compolint.pattern import pattern
from compolint.syntax.shell_commands import PASSING, Assignment, Command
from compolint.syntax.shell_words import Word
from compolint.syntax.shell_wrappers import interpreter_operands

_LONGEST_CONSTANT = 4096
_MOST_SOURCES = 32


class Memory:
    """Filled in the order in which the commands stand."""

    def __init__(self) -> None:
        self.constants: dict[str, str] = {}  # variables that are set once, and not by a command
        self.functions: dict[str, list[Command]] = {}
        self._set: Counter[str] = Counter()  # how often a variable is set
        self._outputs: dict[str, tuple[Command, ...]] = {}  # by variable: the commands whose output it holds
        self._written: dict[str, tuple[Word, ...]] = {}  # by file: the text in it

    def expect(self, text: str) -> None:
        """Look ahead for what sets variables."""
        for name in _names_set(text):
            self._set[name] += 1
            if self._set[name] > 1:
                self.constants.pop(name, None)

    def assign(self, assignment: Assignment) -> None:
        name, value = assignment
        if not value:
            return
        if value.sources:
            self._outputs[name] = value.sources
        if value.text is not None and self._set[name] == 1 and len(value.text) <= _LONGEST_CONSTANT:
            self.constants[name] = value.text

    def outputs(self, variable: str) -> tuple[Command, ...]:
        """The commands whose output a variable holds."""
        return self._outputs.get(variable, ())

    def inputs(self, command: Command, stdin: Sequence[Command]) -> tuple[Command, ...]:
        """The commands whose output a command reads: from a pipe, or from what is its file or its code."""
        direct = [*stdin]
        for word in command.words[1:]:
            for piece in word.pieces:
                if piece.sources and (command.name == "eval" or piece.text.startswith("<(")):
                    direct += piece.sources
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
        if command.name in ("echo", "printf", "cat"):
            for word in command.words[1:]:
                yield from word.sources
        if command.name in self.functions:
            yield from self.functions[command.name][-_MOST_SOURCES:]

    def write(self, command: Command, given: tuple[Word, ...]) -> None:
        """Remember the text that a command writes to a file; `given` is what it reads."""
        files = [redirect.target for redirect in command.redirects if redirect.takes_output]
        if command.name == "tee":
            files += [word for word in command.words[1:] if not word.spelling.startswith("-")]
        if not files:
            return
        text = given if command.name in ("cat", "tee") else printed([command])
        for file in files:
            if file.text and text:
                self._written[_plain(file.text)] = text

    def text_run_by(self, command: Command) -> tuple[Word, ...]:
        """The text in the file that a command runs: `sh FILE`, `./FILE`. Told once, as it may run itself."""
        operands = interpreter_operands(command.name, command.words) if command.name else None
        file = operands.file if operands else command.words[0]
        path = file.text if file else None
        if not path or not (operands or "/" in path):
            return ()
        return self._written.pop(_plain(path), ())


def printed(commands: Iterable[Command]) -> tuple[Word, ...]:
    """The text that comes from an `echo`, or from a `cat` with a heredoc; nothing if it is from elsewhere."""
    sources = list(commands)
    if len(sources) != 1:
        return ()
    command = sources[0]
    words = command.words[1:]
    if command.name == "cat" and all(word.spelling == "-" for word in words):
        return tuple([redirect.target for redirect in command.redirects if redirect.is_text][-1:])
    if command.name == "printf":
        return tuple([word.lines() for word in words[:1]])
    while command.name == "echo" and words and words[0].spelling in ("-n", "-e", "-E", "-ne", "-en"):
        words = words[1:]
    return tuple([word.lines() for word in words]) if command.name == "echo" else ()


# X=, X+=, X++; for X in, read X Y
_SETTING = pattern(r"(?<![\w$-])([A-Za-z_]\w*+)(?:\+?=(?![=~])|\+\+|--(?!\w))")
_NAMING = pattern(r"(?<![\w-])(?:for|select|read|readarray|mapfile|getopts|unset|printf +-v)\b([^\n;|&]*)")
_VARIABLE = pattern(r"(?<![\w$])[A-Za-z_]\w*")


def _names_set(text: str) -> Iterator[str]:
    for match in _SETTING.finditer(text):
        yield match[1]
    for match in _NAMING.finditer(text):
        for name in _VARIABLE.findall(match[1]):
            yield from (name, name)  # what `read` and `for` set is no constant


def _plain(path: str) -> str:
    return path.removeprefix("./")
