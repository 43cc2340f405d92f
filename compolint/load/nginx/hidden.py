"""Files beginning with a dot that lie in the root of a server, and who hands them out."""

from collections.abc import Iterator
from posixpath import normpath

from compolint.load.nginx.configuration import Statement
from compolint.load.nginx.includes import candidates
from compolint.load.nginx.locations import answer
from compolint.load.nginx.reading import Reading

# What nobody means to publish.
_NAMES = (
    ".env", ".git/config", ".env.production", ".env.local", ".htpasswd", ".svn/entries", ".npmrc",
    ".DS_Store", ".bash_history", ".dockerignore", ".vscode/settings.json",
)  # fmt: skip


class Hidden:
    """The hidden files of one server, as far as its roots lie in the tree."""

    def __init__(self, reading: Reading, server: Statement) -> None:
        self._reading, self._server = reading, server
        self._lying: dict[str, list[str]] = {}  # by roots
        self._answering: dict[str, Statement | None] = {}  # by names who answers; None where that is open

    def handed_out(self, block: Statement, root: str) -> Iterator[str]:
        """Those in a root that a location answers for."""
        for name in self._below(root):
            if name not in self._answering:
                found = answer(self._server, f"/{name}")
                chosen = found.location.statement if found.location else self._server
                self._answering[name] = None if found.undecided else chosen
            if self._answering[name] is block:
                yield name

    def _below(self, root: str) -> list[str]:
        if root not in self._lying:
            around = self._reading.configuration.path.rpartition("/")[0]
            folders = dict.fromkeys([*candidates(root, [around]), normpath(root).lstrip("/")])
            inside = [folder for folder in folders if not folder.startswith(".")]
            exists = self._reading.tree.exists
            self._lying[root] = [
                name for name in _NAMES if any(exists(f"{folder}/{name}") for folder in inside)
            ]
        return self._lying[root]
