"""The files that an `include` of nftables means, among those that are here.

The paths are those of the machine. What lies there in `/etc` lies in a repository beside the file, or below a
folder that is copied to the root of an image.
"""

from collections.abc import Callable, Iterator
from posixpath import join, normpath

from compolint.load.globs import matching
from compolint.text import Source, Span
from compolint.tree import Skipped, Tree, Unreadable

_SIGNS = "*?["
_MOST = 500  # files
_DEEPEST = 16  # which is nft's own limit
_LONGEST = 8_000_000


class Files:
    """All that are read, from one on."""

    def __init__(self, tree: Tree, main: Source, tell: Callable[[str, str, Span], None]) -> None:
        self._tree, self._main, self._tell = tree, main.path, tell
        self.texts = {main.path: main.text}
        self.skipped: dict[Skipped, None] = {}
        self.refusals: set[Span] = set()  # where nft gives the file up
        self._way = [main.path]  # from one that includes another to that one
        self._count = 0

    def included(self, text: str, at: Span) -> Iterator[Source | None]:
        """The sources to read now, one by one; none for what is not to be had."""
        found = included(self._tree, text, self._main)
        if found is None:
            self.skipped[Skipped(text, "is included and not here")] = None
            yield None
        for path in found or ():
            self._count += 1
            if path in self._way or len(self._way) > _DEEPEST:
                self.refusals.add(at)
                self._tell("invalid", "this includes itself without end, so nft refuses it", at)
            elif self._count <= _MOST:
                source = self._source(path)
                self._way.append(path)
                yield source
                self._way.pop()
            elif self._count == _MOST + 1:
                self._tell("unsupported", f"more than {_MOST} files are included", at)

    def _source(self, path: str) -> Source | None:
        try:
            source = self._tree.read(path)
        except Unreadable as error:
            self.skipped[Skipped(error.path or path, error.reason)] = None
            return None
        if source is None or len(source.text) > _LONGEST:
            return None
        self.texts[path] = source.text
        return source


def included(tree: Tree, text: str, main: str) -> list[str] | None:
    """The files, in nft's order; None where what is meant is not here."""
    is_glob = any(sign in text for sign in _SIGNS)
    options = [path for path in _options(text, main) if not path.startswith("../")]
    if is_glob:
        for path in options:
            found = [each for each in matching(tree, path) if not each.rpartition("/")[2].startswith(".")]
            if found:
                return found
        # Where the folder is here, nothing is missing; that of the file itself is not the one that is meant.
        folders = {path.rpartition("/")[0] for path in options}
        if text.startswith("/"):
            folders.discard(main.rpartition("/")[0])
        return [] if any(tree.names(folder) for folder in folders if folder) else None
    return next(([path] for path in options if tree.exists(path) and not tree.names(path)), None)


def _options(text: str, main: str) -> list[str]:
    """The paths in the tree that may be meant, the likeliest first."""
    folder = main.rpartition("/")[0]
    if not text.startswith("/"):
        return [normpath(join(folder, text))]
    parts = normpath(text).strip("/").split("/")
    found = []
    for number in range(len(parts) - 1):
        # …/etc/nftables.conf lies where the machine has /etc/nftables.conf
        above = "/".join(parts[: number + 1])
        if folder == above or folder.endswith(f"/{above}"):
            found.append(normpath(join(folder[: len(folder) - len(above)], *parts)))
    found += [normpath(join(folder, *parts[start:])) for start in range(len(parts))]
    return list(dict.fromkeys(found))
