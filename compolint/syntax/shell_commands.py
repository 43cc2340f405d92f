"""What a shell text is read into."""

from compolint.syntax.shell_words import Word
from compolint.tuples import NamedTuple


class Redirect(NamedTuple):
    """`2> FILE`; with `<<` and `<<<` the target is the text itself."""

    operator: str
    target: Word
    descriptor: int | None = None

    @property
    def takes_output(self) -> bool:
        """Whether the standard output goes there, and to no pipe."""
        return self.operator in _OUTPUT and self.descriptor in (None, 1)

    @property
    def is_text(self) -> bool:
        """Whether the target is no file, but the input itself."""
        return self.operator in ("<<", "<<<")

    @property
    def gives_input(self) -> bool:
        return self.operator in _INPUT and self.descriptor in (None, 0)


class Assignment(NamedTuple):
    """A variable that is set; the value of an array is not told."""

    name: str
    value: Word | None


class Command:
    """One simple command, without what only starts it; `start` and `end` are its place in the text.

    `name` is the program without folders, None if only a run tells it. `wrappers` are what starts it,
    outermost first. `input_from` are the commands whose output it reads, through `cat` and its like as well,
    nearest first. `remote` names what takes it to another machine or container, `function` the function that
    it stands in; `in_test` is true in a condition.
    """

    __slots__ = (
        "assignments",
        "end",
        "function",
        "in_test",
        "input_from",
        "name",
        "redirects",
        "remote",
        "start",
        "words",
        "wrappers",
    )

    name: str | None
    words: tuple[Word, ...]
    assignments: tuple[Assignment, ...]
    redirects: tuple[Redirect, ...]
    wrappers: tuple[str, ...]
    input_from: "tuple[Command, ...]"
    remote: str | None
    function: str | None
    in_test: bool
    start: int
    end: int

    def __repr__(self) -> str:
        return f"Command({' '.join(word.spelling for word in self.words)!r})"


class Script(NamedTuple):
    """The commands of a text in order, the variables that it sets for itself, and what could not be read."""

    text: str
    commands: tuple[Command, ...]
    assignments: tuple[Assignment, ...]
    unread: tuple[tuple[int, int], ...] = ()

    @property
    def complete(self) -> bool:
        return not self.unread


_OUTPUT = frozenset((">", ">>", ">|", "&>", "&>>", "<>"))
_INPUT = frozenset(("<", "<<", "<<<", "<>"))
# commands that pass on what they read, perhaps in another form
PASSING = frozenset(
    (
        *("cat", "tee", "pv", "sponge", "head", "tail", "tr", "cut", "sed", "awk", "gawk", "grep", "egrep"),
        *("sort", "uniq", "rev", "fold", "column", "iconv", "dos2unix", "envsubst", "jq", "yq", "xxd"),
        *("gzip", "gunzip", "zcat", "bzip2", "bunzip2", "bzcat", "xz", "unxz", "xzcat", "zstd", "zstdcat"),
        *("lz4", "base64", "base32", "openssl", "gpg", "tar", "cpio"),
    )
)
