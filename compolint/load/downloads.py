"""What the commands of a text run that others have fetched, in it or in a text before it."""

from bisect import bisect_right
from collections.abc import Iterable
from itertools import pairwise

from compolint.pattern import pattern
from compolint.syntax import shell
from compolint.syntax.shell_flow import DOWNLOADERS, downloads_run
from compolint.syntax.shell_wrappers import interpreter_operands

_SUMS = frozenset((
    "sha256sum", "sha512sum", "sha384sum", "sha224sum", "sha1sum", "shasum", "b2sum", "b3sum", "md5sum",
    "gsha256sum", "sha256", "cksum",
))  # fmt: skip
_VERIFIERS = frozenset(("gpgv", "cosign", "minisign", "signify", "rsign", "slsa-verifier"))
# What parts the names in a list of checksums: ### 5d41…  *bin/tool ###
_BETWEEN = pattern(r"[\s*/'\"{}]+|\\n")
_MOST_CALLS = 100  # of one function
_OUTPUTS = frozenset(("-o", "-O", "--output", "--output-document", "--out"))


class Downloads:
    """The files that the texts so far have fetched: a RUN may run what the one before it has left."""

    __slots__ = ("files",)

    def __init__(self) -> None:
        self.files: dict[str, str] = {}  # by path: the program that fetched it

    def run_by(self, script: shell.Script) -> dict[int, str]:
        """The programs that fetched what commands run unchecked, by the identity of the commands."""
        comparisons = _Comparisons(script)
        self._leave_out(comparisons)
        found = {
            id(each.run): each.download.name or ""
            for each in downloads_run(script)
            if not comparisons.between(each.names, each.download.start, each.run.start)
        }
        for command in script.commands:
            if self.files and (path := _file_run(command)) in self.files:
                found.setdefault(id(command), self.files[path])
        for command in script.commands:
            if command.name in DOWNLOADERS:
                self.files |= dict.fromkeys(_written(command), command.name)
        self._leave_out(comparisons)
        return found

    def _leave_out(self, comparisons: "_Comparisons") -> None:
        for path in [*self.files] if comparisons.places else ():
            if comparisons.between((path.rpartition("/")[2],), -1, shell.LONGEST):
                del self.files[path]


def are_verified(script: shell.Script) -> bool:
    """Whether some command of a text compares a checksum or a signature."""
    return bool(_verifiers(script))


class _Comparisons:
    """Where a text compares which files with a checksum or a signature."""

    def __init__(self, script: shell.Script) -> None:
        self.places: dict[str, list[int]] = {}  # by the name of the file; "" is one that the text leaves open
        verifiers = _verifiers(script)
        functions = {verifier.function for verifier in verifiers} - {None}
        calls: dict[str | None, list[shell.Command]] = {}
        for command in script.commands if functions else ():
            if command.name in functions:
                calls.setdefault(command.name, []).append(command)
        for verifier in verifiers:
            names = _names_compared(verifier)
            self._note(names, verifier.start)
            for call in calls.get(verifier.function, ())[:_MOST_CALLS]:
                self._note([*names, *_names_in(call.words[1:])], call.start)
        for starts in self.places.values():
            starts.sort()

    def between(self, names: Iterable[str], first: int, last: int) -> bool:
        """Whether a file is compared there; one without a name, from a pipe, cannot be."""
        return any(self._is_within(key, first, last) for name in names for key in (name, ""))

    def _note(self, names: Iterable[str], start: int) -> None:
        for name in names:
            self.places.setdefault(name, []).append(start)

    def _is_within(self, name: str, first: int, last: int) -> bool:
        starts = self.places.get(name, [])
        number = bisect_right(starts, first)
        return number < len(starts) and starts[number] < last


def _verifiers(script: shell.Script) -> list[shell.Command]:
    found = [command for command in script.commands if _might_verify(command.name or "")]
    if not found:
        return []
    read = {id(source) for command in script.commands for source in command.input_from}
    return [command for command in found if _verifies(command, script.text, id(command) in read)]


def _names_compared(verifier: shell.Command) -> list[str]:
    """The names of the files, and "" if others may be among them: the list is in a file or a variable."""
    operands = [word for word in verifier.words[1:] if not word.spelling.startswith("-")]
    operands = [word for word in operands if not word.spelling.isdecimal()]  # shasum -a 256
    lists = [redirect.target for redirect in verifier.redirects if redirect.is_text]
    is_open = bool(operands) and verifier.name in _SUMS and _reads_list(verifier)
    for source in verifier.input_from:
        is_open = is_open or source.name not in {"echo", "printf"}
        lists += source.words[1:]
    names = _names_in([*operands, *lists])
    is_open = is_open or (len(names) < 2 and any(word.dynamic for word in lists))
    return [*names, ""] if is_open else names


def _names_in(words: Iterable[shell.Word]) -> list[str]:
    """The names in words; that of a signature is also that of its file."""
    found: list[str] = []
    for word in words:
        for name in _BETWEEN.split(word.spelling):
            if name:
                found += [name, name.removesuffix(".asc").removesuffix(".sig").removesuffix(".sha256")]
    return list(dict.fromkeys(found))


def _might_verify(name: str) -> bool:
    return name in _SUMS or name in _VERIFIERS or name in {"gpg", "gpg2", "openssl"}


def _verifies(command: shell.Command, text: str, is_read: bool) -> bool:
    name = command.name or ""
    if name in _SUMS:
        is_checking = _reads_list(command)
        # [ "$(sha256sum file)" = "…" ]
        is_compared = text[max(command.start - 9, 0) : command.start].rstrip().endswith(("$(", "`"))
        return is_checking or is_compared or is_read
    words = {word.spelling for word in command.words[1:]}
    if name in {"gpg", "gpg2"}:
        return any(word.startswith("--verify") for word in words)
    return name in _VERIFIERS or (name == "openssl" and "dgst" in words and "-verify" in words)


def _reads_list(command: shell.Command) -> bool:
    return any(word.spelling == "--check" or _has(word.spelling, "c") for word in command.words[1:])


def _file_run(command: shell.Command) -> str:
    """The absolute path of the file that a command runs."""
    operands = interpreter_operands(command.name, command.words) if command.name else None
    file = operands.file if operands else command.words[0]
    return file.spelling if file and file.spelling.startswith("/") else ""


def _written(command: shell.Command) -> list[str]:
    """The absolute paths that a download goes to."""
    words = [word.spelling for word in command.words]
    found = [redirect.target.spelling for redirect in command.redirects if redirect.takes_output]
    for word, value in pairwise(words):
        if word in _OUTPUTS or (_has(word, "o") and word.endswith("o")) or word.endswith("O"):
            found.append(value)
    found += [
        word.partition("=")[2] for word in words if word.startswith(("--output=", "--output-document="))
    ]
    return [path for path in found if path.startswith("/")]


def _has(word: str, letter: str) -> bool:
    return word[:1] == "-" and word[1:2] != "-" and letter in word
