"""What commands run that others have fetched: through a pipe, a substitution, or a file in between."""

from compolint.syntax import shell
from compolint.syntax.shell_wrappers import interpreter_operands

_FETCHERS = frozenset(("curl", "wget", "fetch", "aria2c", "lwp-download", "http", "https"))
_SUMS = frozenset((
    "sha256sum", "sha512sum", "sha384sum", "sha224sum", "sha1sum", "shasum", "b2sum", "b3sum", "md5sum",
    "gsha256sum", "sha256", "cksum",
))  # fmt: skip
_VERIFIERS = frozenset(("gpgv", "cosign", "minisign", "signify", "rsign", "slsa-verifier"))
_OUTPUT_OPTIONS = ("-o", "--output", "-O", "--output-document", "--out", "-d")


class Downloads:
    """The files that the commands so far have fetched."""

    __slots__ = ("files",)

    def __init__(self) -> None:
        self.files: dict[str, str] = {}  # by path: the program that fetched it

    def run_by(self, command: shell.Command) -> str | None:
        """The program that fetched what a command runs; a command that fetches is remembered."""
        if command.name in _FETCHERS:
            for path in _written(command):
                self.files[path] = self.files[path.rpartition("/")[2]] = command.name
        if not command.name:
            return None
        if command.name == "eval":
            return _fetcher(command.input_from)
        operands = interpreter_operands(command.name, command.words)
        if operands is None:
            path = command.words[0].spelling
            return self._fetched(path) if "/" in path else None
        if operands.code:
            return _fetcher(operands.code.sources)
        if operands.file is None or operands.file.text in {"-", "/dev/stdin"}:
            return _fetcher(command.input_from)
        return _fetcher(operands.file.sources) or self._fetched(operands.file.spelling)

    def _fetched(self, path: str) -> str | None:
        path = path.removeprefix("./")
        return self.files.get(path) or (None if "/" in path else self.files.get(path.rpartition("/")[2]))


def are_verified(script: shell.Script) -> bool:
    """Whether some command of a text compares a checksum or a signature."""
    return any(_verifies(command, script) for command in script.commands)


def _verifies(command: shell.Command, script: shell.Script) -> bool:
    name = command.name or ""
    words = {word.spelling for word in command.words[1:]}
    if name in _SUMS:
        is_checking = any(word == "--check" or (word[:1] == "-" and "c" in word[:4]) for word in words)
        # [ "$(sha256sum file)" = "…" ]
        is_compared = script.text[max(command.start - 9, 0) : command.start].rstrip().endswith(("$(", "`"))
        return is_checking or is_compared or any(command in other.input_from for other in script.commands)
    if name in {"gpg", "gpg2"}:
        return any(word.startswith("--verify") for word in words)
    return name in _VERIFIERS or (name == "openssl" and "dgst" in words and "-verify" in words)


def _fetcher(sources: "tuple[shell.Command, ...]") -> str | None:
    return next((source.name for source in sources if source.name in _FETCHERS), None)


def _written(command: shell.Command) -> list[str]:
    """The files that a download goes to, as the command names them."""
    found = [redirect.target.spelling for redirect in command.redirects if redirect.takes_output]
    words = [word.spelling for word in command.words[1:]]
    addresses = [word for word in words if "://" in word]
    for number, word in enumerate(words):
        if command.name == "curl" and (
            word in {"--remote-name", "--remote-name-all"} or _is_joined(word, "O")
        ):
            found += map(_last_part, addresses)
        elif word in _OUTPUT_OPTIONS or _is_joined(word, "o" if command.name == "curl" else "O"):
            found += words[number + 1 : number + 2]
        elif word.startswith(("--output=", "--output-document=")):
            found.append(word.partition("=")[2])
    if command.name == "wget" and not found:
        found = [_last_part(address) for address in addresses]
    return [path.removeprefix("./") for path in found if path not in {"-", ""}]


def _is_joined(word: str, letter: str) -> bool:
    """Whether short options end in one that takes a file: `-fsSLo FILE`; `-O` of curl may stand anywhere."""
    if len(word) < 2 or word[0] != "-" or word[1] == "-":
        return False
    return letter in word[1:] if letter == "O" else word.endswith(letter)


def _last_part(address: str) -> str:
    return address.partition("?")[0].rstrip("/").rpartition("/")[2]
