"""Which files there are below a folder, without those that git ignores.

No folder that is a link is walked into, so there are no circles.
"""

import os
import stat
from collections.abc import Callable

from compolint import regular
from compolint.gitignore import Rules, Scope
from compolint.gitindex import common_folder, display, git_folder
from compolint.regular import Unreadable
from compolint.tuples import NamedTuple

PRUNED = frozenset({".git", "node_modules", ".venv", "venv", "__pycache__", ".terraform", ".tox"})
IGNORED, EXCLUDED = "is ignored by git", "is excluded"
_IGNORE_FILE_LIMIT = 1024 * 1024

Wanted = Callable[[str], bool]  # of a file's name with that of its folder: `conf.d/site.conf`


class Skipped(NamedTuple):
    path: str
    reason: str  # goes on after the path: "is a named pipe"


class Walk:
    """One walk through a folder: the names first, so that the ignore rules cost next to nothing."""

    def __init__(
        self, root: str, area: str, wanted: Wanted | None, exclude: Scope | None, use_gitignore: bool
    ) -> None:
        self.found: dict[str, str | None] = {}
        self.skipped: list[Skipped] = []
        self.pruned: list[Skipped] = []
        self._root, self._area = root, area
        self._cut = len(root.rstrip("/")) + 1
        self._wanted = wanted
        self._exclude = exclude
        self._use_gitignore = use_gitignore
        self._rules: dict[bytes, Rules] = {}  # equal ignore files in many folders share theirs
        self._to_do: list[tuple[str, Scope | None]] = []

    def run(self) -> None:
        self._to_do.append((self._root, self._scope_above()))
        while self._to_do:
            folder, scope = self._to_do.pop()
            try:
                with os.scandir(folder) as entries:
                    self._visit(folder, list(entries), scope)
            except OSError as error:
                self._skip(folder, regular.refusal(error))

    def _visit(self, folder: str, entries: list[os.DirEntry[str]], scope: Scope | None) -> None:
        wanted, folders, files = self._wanted, [], []
        around = f"{os.path.basename(folder)}/"
        for entry in entries:
            name = entry.name
            if name == ".gitignore" and self._use_gitignore:
                scope = self._scope(entry.path, folder, scope)
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry)
            elif wanted is None or wanted(around + name) or entry.is_symlink():
                files.append(entry)
        for entry in folders:
            if entry.name in PRUNED:
                self._prune(entry.path, "is never looked into")
            elif not self._ignores(entry.path, scope, is_folder=True):
                self._to_do.append((entry.path, scope))
        for entry in files:
            if self._ignores(entry.path, scope, is_folder=False):
                continue
            if entry.is_file(follow_symlinks=False):
                self._add(entry.path, entry.path)
            elif entry.is_symlink():
                self._visit_link(entry)
            else:
                self._visit_special(entry)

    def _visit_link(self, entry: os.DirEntry[str]) -> None:
        is_wanted = self._wanted is None or self._wanted(last_two(entry.path))
        target = os.path.realpath(entry.path)
        try:
            mode = os.stat(target).st_mode
        except OSError:
            if is_wanted:
                self._skip(entry.path, "is a link to nothing")
            return
        if stat.S_ISDIR(mode):
            # What it links to is walked at its own place, if that is inside.
            if not is_inside(target, self._root):
                self._skip(entry.path, "is a link to a folder outside")
        elif not is_wanted:
            return
        elif target == os.devnull:  # so a file says that it is empty on purpose
            self._add(entry.path, None)
        elif not is_inside(target, self._area):
            self._skip(entry.path, "is a link that leads out of the scanned folder")
        elif stat.S_ISREG(mode):
            self._add(entry.path, None)
        else:
            self._visit_special(entry)

    def _visit_special(self, entry: os.DirEntry[str]) -> None:
        try:
            regular.insist(entry.stat().st_mode)
        except Unreadable as error:
            self._skip(entry.path, error.reason)
        except OSError as error:
            self._skip(entry.path, regular.refusal(error))

    def _ignores(self, path: str, scope: Scope | None, *, is_folder: bool) -> bool:
        if self._exclude is not None and self._exclude.ignores(path, is_folder):
            return self._prune(path, EXCLUDED)
        if scope is not None and scope.ignores(path, is_folder):
            return self._prune(path, IGNORED)
        return False

    def _prune(self, path: str, reason: str) -> bool:
        self.pruned.append(Skipped(self._path(path), reason))
        return True

    def _scope_above(self) -> Scope | None:
        """The rules that the repository around the folder already has."""
        git = git_folder(self._area) if self._use_gitignore else None
        if git is None:
            return None
        scope = self._scope(os.path.join(common_folder(git), "info", "exclude"), self._area, None)
        folder = self._area
        for name in self._root[len(self._area) :].split("/")[1:]:
            scope = self._scope(os.path.join(folder, ".gitignore"), folder, scope)
            folder = os.path.join(folder, name)
        return scope

    def _scope(self, path: str, folder: str, above: Scope | None) -> Scope | None:
        try:
            regular.insist(os.lstat(path).st_mode)
            data = regular.read(path, _IGNORE_FILE_LIMIT)
        except (FileNotFoundError, NotADirectoryError):
            return above
        except (OSError, Unreadable) as error:
            reason = error.reason if isinstance(error, Unreadable) else regular.refusal(error)
            self._skip(path, f"{reason}, so what it ignores is read")
            return above
        if data not in self._rules:
            self._rules[data] = Rules(data)
        if not (rules := self._rules[data]):
            return above
        scope = Scope(folder, rules, above)
        if scope.is_too_large:
            self._skip(path, "has too many patterns, so what it ignores is read")
            return above
        return scope

    def _add(self, path: str, place: str | None) -> None:
        shown = self._path(path)
        if shown in self.found:
            self._skip(path, "is one of two files whose names look the same")
        else:
            self.found[shown] = place

    def _skip(self, path: str, reason: str) -> None:
        self.skipped.append(Skipped(self._path(path), reason))

    def _path(self, path: str) -> str:
        """The path as it is reported; the folder itself is a dot, what lies above it begins with two."""
        is_below = path.startswith(self._root) and path[self._cut - 1 : self._cut] == "/"
        return display(path[self._cut :] if is_below else os.path.relpath(path, self._root))


def is_ignored(path: str, area: str) -> bool:
    """Whether the ignore files of a repository keep a file, or a folder around it, out of git."""
    folder = os.path.dirname(path)
    walk = Walk(folder, area, None, None, use_gitignore=True)
    scope = walk._scope(os.path.join(folder, ".gitignore"), folder, walk._scope_above())
    if scope is None:
        return False
    around = [folder]
    while len(around[-1]) > len(area):
        around.append(os.path.dirname(around[-1]))
    return scope.ignores(path, False) or any(scope.ignores(each, True) for each in around[:-1])


def last_two(path: str) -> str:
    """The name of a file with that of its folder."""
    return "/".join(path.rsplit("/", 2)[-2:])


def is_inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")
