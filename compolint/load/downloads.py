"""What the commands of a text run that others have fetched, in it or in a text before it."""

from itertools import pairwise

from compolint.syntax import shell
from compolint.syntax.shell_flow import DOWNLOADERS, downloads_run
from compolint.syntax.shell_wrappers import interpreter_operands

_SUMS = frozenset((
    "sha256sum", "sha512sum", "sha384sum", "sha224sum", "sha1sum", "shasum", "b2sum", "b3sum", "md5sum",
    "gsha256sum", "sha256", "cksum",
))  # fmt: skip
_VERIFIERS = frozenset(("gpgv", "cosign", "minisign", "signify", "rsign", "slsa-verifier"))
_OUTPUTS = frozenset(("-o", "-O", "--output", "--output-document", "--out"))


class Downloads:
    """The files that the texts so far have fetched: a RUN may run what the one before it has left."""

    __slots__ = ("files",)

    def __init__(self) -> None:
        self.files: dict[str, str] = {}  # by path: the program that fetched it

    def run_by(self, script: shell.Script) -> dict[int, str]:
        """The programs that fetched what commands run, by the identity of the commands."""
        found = {id(each.run): each.download.name or "" for each in downloads_run(script)}
        for command in script.commands:
            if self.files and (path := _file_run(command)) in self.files:
                found.setdefault(id(command), self.files[path])
        for command in script.commands:
            if command.name in DOWNLOADERS:
                self.files |= dict.fromkeys(_written(command), command.name)
        return found


def are_verified(script: shell.Script) -> bool:
    """Whether some command of a text compares a checksum or a signature."""
    if not any(_might_verify(command.name or "") for command in script.commands):
        return False
    read = {id(source) for command in script.commands for source in command.input_from}
    return any(_verifies(command, script.text, id(command) in read) for command in script.commands)


def _might_verify(name: str) -> bool:
    return name in _SUMS or name in _VERIFIERS or name in {"gpg", "gpg2", "openssl"}


def _verifies(command: shell.Command, text: str, is_read: bool) -> bool:
    name = command.name or ""
    if name in _SUMS:
        is_checking = any(
            word.spelling == "--check" or _has(word.spelling, "c") for word in command.words[1:]
        )
        # [ "$(sha256sum file)" = "…" ]
        is_compared = text[max(command.start - 9, 0) : command.start].rstrip().endswith(("$(", "`"))
        return is_checking or is_compared or is_read
    words = {word.spelling for word in command.words[1:]}
    if name in {"gpg", "gpg2"}:
        return any(word.startswith("--verify") for word in words)
    return name in _VERIFIERS or (name == "openssl" and "dgst" in words and "-verify" in words)


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
