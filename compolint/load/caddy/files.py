"""The files that a Caddyfile imports."""

import posixpath
from collections.abc import Mapping

from compolint.load import globs
from compolint.syntax.caddy import Imported, Lexed, Token, lex
from compolint.tree import Tree, Unreadable

_LONGEST = 1_000_000  # characters
_MOST = 1_000  # files of one import
# Where packages and images keep the configuration, as a rule with all that lies beside the Caddyfile.
_USUAL_HOME = "/etc/caddy/"


class Files:
    """Finds what is imported, beside the file that imports it."""

    def __init__(self, tree: Tree, root: str, environment: Mapping[str, str]) -> None:
        self._tree, self._root, self._environment = tree, root, environment
        self._read: dict[str, Lexed | None] = {}

    def find(self, what: Token, path: str) -> Imported:
        text = what.text
        if "{$" in text or "{args" in text or "{env." in text:
            return Imported((), "it is not known which file this import names", is_elsewhere=True)
        if text.count("*") > 1 or text.count("?") > 1 or ("[" in text and "]" in text):
            return Imported((), "an import can have one `*` only")
        place = self._place(text, path)
        if place is None:
            return Imported((), f"{text} lies outside of the scanned folder", is_elsewhere=True)
        if "*" in text or "?" in text:
            found = (self._lexed(each) for each in self._matching(place))
            return Imported(tuple(each for each in found if each))
        lexed = self._lexed(place)
        if lexed:
            return Imported((lexed,))
        return Imported((), f"{text} is not here", is_elsewhere=text.startswith("/"))

    def _place(self, text: str, path: str) -> str | None:
        if text.startswith(_USUAL_HOME):
            return posixpath.normpath(posixpath.join(posixpath.dirname(self._root), text[len(_USUAL_HOME) :]))
        if text.startswith("/"):
            return None
        return posixpath.normpath(posixpath.join(posixpath.dirname(path), text))

    def _matching(self, place: str) -> list[str]:
        is_any = place.rpartition("/")[2].startswith("*")
        found = globs.matching(self._tree, place)
        return [path for path in found if not (is_any and path.rpartition("/")[2].startswith("."))][:_MOST]

    def _lexed(self, path: str) -> Lexed | None:
        if path not in self._read:
            try:
                source = self._tree.read(path)
            except Unreadable:
                source = None
            is_taken = source is not None and len(source.text) <= _LONGEST
            self._read[path] = lex(source, self._environment) if source and is_taken else None
        return self._read[path]
