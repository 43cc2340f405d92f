"""What a script downloads or decodes, and then runs: through a pipe, a substitution, a variable or a file."""

import re
from collections.abc import Iterable, Iterator

from compolint.pattern import pattern
from compolint.syntax.shell_carriers import takes_commands
from compolint.syntax.shell_commands import PASSING, Command, Script
from compolint.syntax.shell_words import Word
from compolint.syntax.shell_wrappers import interpreter_operands
from compolint.tuples import NamedTuple


class DownloadRun(NamedTuple):
    """A command that fetches something, and the command that runs it; `names` has those of the file."""

    download: Command
    run: Command
    names: frozenset[str] = frozenset()


DOWNLOADERS = frozenset(
    ("curl", "wget", "wget2", "fetch", "aria2c", "axel", "http", "https", "xh", "lynx", "w3m", "nc", "ncat")
)
# What they print nobody has read.
DECODERS = frozenset(("base64", "base32", "xxd"))
_DECODING = frozenset(("-d", "-D", "-di", "--decode", "-r", "-rp"))


def downloads_run(script: Script) -> tuple[DownloadRun, ...]:
    """Each download, or text that is decoded, that the script runs, with the first command that does."""
    if not any(command.name in DOWNLOADERS or command.name in DECODERS for command in script.commands):
        return ()
    files = _Files()
    found: dict[int, DownloadRun] = {}
    for command in script.commands:
        for download in _run_at_once(command):
            found.setdefault(id(download), DownloadRun(download, command))
        for download in files.run_by(command):
            found.setdefault(id(download), DownloadRun(download, command, files.names_of(download)))
        files.after(command)
    return tuple(found.values())


def _run_at_once(command: Command) -> Iterable[Command]:
    """The downloads whose output a command runs."""
    sources: Iterable[Command] = ()
    operands = interpreter_operands(command.name, command.words) if command.name else None
    if command.name is None:
        sources = _leading(command.words[0])
    elif command.name == "eval":
        sources = _leading(command.words[1]) if len(command.words) > 1 else ()
    elif operands and operands.code:
        sources = _leading(operands.code)
    elif takes_commands(command.name, command.words):
        sources = command.input_from
    elif operands and operands.file and operands.file.spelling.startswith("<("):
        sources = _leading(operands.file)
    behind = list(_behind(sources))
    downloads = [source for source in behind if source.name in DOWNLOADERS]
    return downloads or [source for source in behind if _decodes(source)]


def _decodes(command: Command) -> bool:
    return command.name in DECODERS and any(word.spelling in _DECODING for word in command.words[1:])


def _leading(word: Word) -> tuple[Command, ...]:
    """The commands whose output a word begins with; further on it is data: `bash -c "echo $VERSION"`."""
    return word.pieces[0].sources if word.pieces else ()


def _behind(commands: Iterable[Command]) -> Iterator[Command]:
    for command in commands:
        yield command
        if command.name in PASSING:
            yield from command.input_from


class _Files:
    """Which file holds which download, from command to command."""

    def __init__(self) -> None:
        self._downloads: dict[str, Command] = {}
        self._programs: dict[str, Command] = {}  # by the name of a file in a folder of programs
        self._names: dict[int, set[str]] = {}  # of the files of a download
        self._folder = ""

    def run_by(self, command: Command) -> Iterator[Command]:
        operands = interpreter_operands(command.name, command.words) if command.name else None
        first = command.words[0]
        itself = first if "/" in first.spelling or first.dynamic else None
        file = operands.file if operands else itself
        if file and (download := self._downloads.get(self._path(file.spelling))):
            yield download
        if first.text in self._programs:
            yield self._programs[first.text]

    def names_of(self, download: Command) -> frozenset[str]:
        """The names that the file has had, without their folders."""
        return frozenset(self._names.get(id(download), ()))

    def after(self, command: Command) -> None:
        if command.name == "cd" and len(command.words) > 1:
            self._folder = self._path(command.words[-1].spelling)
        if command.name in ("mv", "cp", "install", "ln"):
            self._moved(command)
            return
        for source in (command, *command.input_from):
            if source.name not in DOWNLOADERS:
                continue
            for file in _written(command):
                self._keep(self._path(file), source)

    def _moved(self, command: Command) -> None:
        *sources, target = [word.spelling for word in command.words if not word.spelling.startswith("-")]
        for source in sources[1:]:
            download = self._downloads.get(self._path(source))
            if download:
                self._keep(self._path(target), download)
                self._keep(self._path(f"{target.rstrip('/')}/{source.rpartition('/')[2]}"), download)

    def _keep(self, path: str, download: Command) -> None:
        self._downloads[path] = download
        folder, _, name = path.rpartition("/")
        self._names.setdefault(id(download), set()).add(name)
        if folder.endswith("bin"):
            self._programs[name] = download

    def _path(self, path: str) -> str:
        path = _BRACES.sub(r"$\1", path)
        while path.startswith("./"):
            path = path[2:].lstrip("/")
        return path if path.startswith(("/", "~", "$")) else f"{self._folder}/{path}"


_BRACES = pattern(r"\$\{(\w+)\}")
# the options of each program that name its output, and its other options that take a value
_OUTPUT = {"curl": ("o", "--output"), "wget": ("O", "--output-document"), "aria2c": ("o", "--out")}
_FOLDER = {"curl": ("", "--output-dir"), "wget": ("P", "--directory-prefix"), "aria2c": ("d", "--dir")}
_VALUES = {"curl": "HdXuAebcrTtwxmFEKYyz", "wget": "aoeitTwQUlAD", "aria2c": "sxjkimT"}


def _written(command: Command) -> Iterator[str]:
    """The files that a command writes."""
    for redirect in command.redirects:
        if redirect.takes_output:
            yield redirect.target.spelling
    name = command.name or ""
    if name in ("tee", "sponge"):
        yield from (word.spelling for word in command.words[1:] if not word.spelling.startswith("-"))
    elif name in _OUTPUT:
        yield from _downloaded(name, [word.spelling for word in command.words[1:]])


def _downloaded(name: str, words: list[str]) -> Iterator[str]:
    outputs = list(_values(words, *_OUTPUT[name], _VALUES[name]))
    folder = next(_values(words, *_FOLDER[name], _VALUES[name]), "")
    if outputs:
        yield from (file for file in outputs if file != "-")
    elif name != "curl" or any(_keeps_name(word) for word in words):
        for url in words:
            if "://" in url:
                file = url.split("://")[1].split("#")[0].split("?")[0].rpartition("/")[2]
                yield f"{folder.rstrip('/')}/{file}" if folder else file


def _keeps_name(word: str) -> bool:
    """Whether curl names the file as the server does: `-O`, `-fsSLO`, `--remote-name`."""
    return word.startswith("--remote-name") or bool(re.fullmatch(r"-[A-Za-z#]*O[A-Za-z]*", word))


def _values(words: list[str], letter: str, name: str, others: str) -> Iterator[str]:
    """The values of an option: `-o V`, `-oV`, `-qO V`, `--output V`, `--output=V`."""
    for word, following in zip(words, [*words[1:], ""], strict=False):
        if word == name:
            yield following
        elif word.startswith(f"{name}="):
            yield word[len(name) + 1 :]
        elif letter and word.startswith("-") and not word.startswith("--"):
            before, found, value = word[1:].partition(letter)
            if found and not set(before) & set(others):
                yield value or following
