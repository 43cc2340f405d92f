"""Trees of files: where all text comes from."""

import os
import posixpath
import stat
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from compolint import regular
from compolint.gitignore import Rules, Scope
from compolint.gitindex import discover_root, display, git_folder, tracked
from compolint.pattern import pattern
from compolint.regular import Unreadable, decode
from compolint.text import Source
from compolint.walk import IGNORED, PRUNED, Skipped, Walk, Wanted, is_ignored, is_inside, last_two

__all__ = ["FolderTree", "MemoryTree", "Skipped", "Tree", "Unreadable", "decode", "discover_root"]

_KEPT_BYTES = 2 * regular.LIMIT
_DEEP = 50  # folders in each other, beyond which the system itself is asked for the whole path
_UNREAD: frozenset[str] | None = frozenset({"the index is not read yet"})
_OUTSIDE = "lies outside of the scanned folder"
# A byte that is no UTF-8, as `display` writes it
_ESCAPED = pattern(r"\\x([89a-f][0-9a-f])")


class Tree(Protocol):
    """Files by their paths, which are relative, with forward slashes."""

    skipped: list[Skipped]

    def paths(self, wanted: Wanted | None = None) -> Iterator[str]:
        """The files, sorted; only those whose names are wanted, which spares the work for the others."""
        ...

    def read(self, path: str) -> Source | None:
        """A file's text, None where there is no such file; raises `Unreadable` for one that gives no text."""
        ...

    def exists(self, path: str) -> bool:
        """Whether there is a file or a folder, as far as the tree may look."""
        ...

    def names(self, folder: str) -> list[str]:
        """What lies in a folder, sorted; nothing where it is no folder, or the tree may not look."""
        ...

    def is_tracked(self, path: str) -> bool | None:
        """Whether git tracks a file; None where there is no telling."""
        ...

    def is_ignored(self, path: str) -> bool | None:
        """Whether git is told to ignore a file; None outside of a repository."""
        ...


class MemoryTree:
    """Files that are given: for tests, and for standard input."""

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self.skipped: list[Skipped] = []
        self._files = {
            _tidy(path): content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
            for path, content in files.items()
        }
        self._sources: dict[str, Source] = {}

    def paths(self, wanted: Wanted | None = None) -> Iterator[str]:
        inside = (path for path in self._files if not _is_outside(path))
        return iter(sorted(path for path in inside if wanted is None or wanted(last_two(path))))

    def read(self, path: str) -> Source | None:
        path = _tidy(path)
        if path not in self._files:
            if _is_outside(path):
                raise Unreadable(_OUTSIDE, path=path)
            return None
        if path not in self._sources:
            self._sources[path] = _source(path, self._files[path])
        return self._sources[path]

    def exists(self, path: str) -> bool:
        path = _tidy(path)
        return path in self._files or any(other.startswith(f"{path}/") for other in self._files)

    def names(self, folder: str) -> list[str]:
        prefix = f"{_tidy(folder)}/" if folder else ""
        below = (path[len(prefix) :] for path in self._files if path.startswith(prefix))
        return sorted({path.partition("/")[0] for path in below if not _is_outside(path)})

    def is_tracked(self, path: str) -> bool | None:
        return False if ".git/HEAD" in self._files else None

    def is_ignored(self, path: str) -> bool | None:
        if ".git/HEAD" not in self._files:
            return None
        return Scope("", Rules(self._files.get(".gitignore", b""))).ignores(f"/{_tidy(path)}", False)


class FolderTree:
    """The files below a folder, without those that git ignores.

    `paths` stays below the folder. What a file there refers to may be read up to the root of the
    repository around it, ignored or not, but no link leads further. `exclude` has patterns in the
    language of `.gitignore`. A file in `named` may be a link to anywhere.
    """

    def __init__(
        self,
        root: str,
        *,
        exclude: tuple[str, ...] = (),
        use_gitignore: bool = True,
        named: Iterable[str] = (),
    ) -> None:
        self.skipped: list[Skipped] = []  # by `paths`, because it cannot be read
        self.pruned: list[Skipped] = []  # by `paths`, on purpose
        self._root = os.path.realpath(root)
        self._area = discover_root(self._root) or self._root
        rules = Rules(os.fsencode("\n".join(exclude)))
        self._exclude = Scope(self._root, rules) if rules else None
        self._use_gitignore = use_gitignore
        self._named = {
            path: os.path.realpath(place)
            for path in named
            if os.path.islink(place := os.path.join(self._root, path))
        }
        self._walked: dict[str, str | None] = {}  # what `paths` gave: where it is, or None for a link
        self._folders: dict[str, str | None] = {}  # where folders really are; None for outside
        self._recent: dict[str, tuple[Source, int]] = {}
        self._recent_bytes = 0
        self._tracked = _UNREAD

    def paths(self, wanted: Wanted | None = None) -> Iterator[str]:
        self.skipped, self.pruned = [], []
        walk = Walk(self._root, self._area, wanted, self._exclude, self._use_gitignore)
        walk.run()
        self.skipped, self.pruned, self._walked = walk.skipped, walk.pruned, walk.found
        walk.found.update(dict.fromkeys(self._tracked_but_ignored(wanted)))
        # A folder with such a file stays, for what else is in it.
        self.pruned = [each for each in walk.pruned if each.path not in walk.found]
        return iter(sorted(walk.found))

    def read(self, path: str) -> Source | None:
        path = _tidy(path)
        if path in self._recent:
            self._recent[path] = recent = self._recent.pop(path)
            return recent[0]
        data = self._bytes(path)
        if data is None:
            return None
        source = _source(path, data)
        self._keep(source, len(data))
        return source

    def exists(self, path: str) -> bool:
        try:
            return path in self._named or self._locate(_tidy(path)) is not None
        except Unreadable:
            return False

    def names(self, folder: str) -> list[str]:
        real = self._folder(_tidy(folder) if folder else folder)
        try:
            return sorted(map(display, os.listdir(real))) if real else []
        except OSError:
            return []

    def is_tracked(self, path: str) -> bool | None:
        place = self._in_repository(path)
        if place is None:
            return None
        index = self._index()
        return None if index is None else display(place[len(self._area) + 1 :]) in index

    def is_ignored(self, path: str) -> bool | None:
        place = self._in_repository(path)
        return None if place is None else is_ignored(place, self._area)

    def _index(self) -> frozenset[str] | None:
        if self._tracked is _UNREAD:
            self._tracked = tracked(self._area)
        return self._tracked

    def _tracked_but_ignored(self, wanted: Wanted | None) -> Iterator[str]:
        """What an ignore file names and git keeps all the same: it is there for everybody to see."""
        ignored = {each.path for each in self.pruned if each.reason == IGNORED}
        below = display(f"{self._root}/"[len(self._area) :].lstrip("/"))
        for place in (ignored and self._index()) or ():
            path = place[len(below) :]
            if not place.startswith(below) or not (wanted is None or wanted(last_two(path))):
                continue
            around = [path[:at] for at in range(len(path)) if path[at] == "/"]
            if ignored.isdisjoint((path, *around)) or self._is_left_out(path, around):
                continue
            if self._is_file(path):
                yield path

    def _is_left_out(self, path: str, around: list[str]) -> bool:
        if not PRUNED.isdisjoint(path.split("/")):
            return True
        exclude = self._exclude
        return exclude is not None and (
            exclude.ignores(os.path.join(self._root, path), False)
            or any(exclude.ignores(os.path.join(self._root, folder), True) for folder in around)
        )

    def _is_file(self, path: str) -> bool:
        try:
            located = self._locate(path)
        except Unreadable as error:
            self.skipped.append(Skipped(path, error.reason))
            return False
        return located is not None and stat.S_ISREG(located[1])

    def _in_repository(self, path: str) -> str | None:
        place = os.path.normpath(os.path.join(self._root, path))
        return place if is_inside(place, self._area) and git_folder(self._area) else None

    def _bytes(self, path: str) -> bytes | None:
        try:
            if place := self._walked.get(path) or self._named.get(path):
                return regular.read(place)
            located = self._locate(path)
            if located == (os.devnull, stat.S_IFREG):
                return b""
            if located is not None:
                regular.insist(located[1])
                return regular.read(located[0])
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError as error:
            raise Unreadable(regular.refusal(error), path=path) from None
        except Unreadable as error:
            raise Unreadable(error.reason, path=path) from None
        if path in self._walked:
            raise Unreadable("disappeared during the scan", path=path)
        return None

    def _locate(self, path: str) -> tuple[str, int] | None:
        """Where a path leads, and what is there; None for nothing, `Unreadable` for outside."""
        try:
            return self._follow(path) or (self._follow(_undisplayed(path)) if "\\x" in path else None)
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return None
        except OSError as error:
            raise Unreadable(regular.refusal(error), path=path) from None

    def _follow(self, path: str) -> tuple[str, int] | None:
        folder, _, name = path.rpartition("/")
        if name == "..":
            folder, name = path, ""
        if path.startswith("/") or (real := self._folder(folder)) is None:
            raise Unreadable(_OUTSIDE, path=path)
        place = os.path.join(real, name)
        try:
            mode = os.lstat(place).st_mode
        except FileNotFoundError:
            return None
        if not stat.S_ISLNK(mode):
            return place, mode
        place = os.path.realpath(place)
        if place == os.devnull:  # what is there holds nothing, on purpose
            return place, stat.S_IFREG
        if not is_inside(place, self._area):
            raise Unreadable("is a link that leads out of the scanned folder", path=path)
        try:
            mode = os.lstat(place).st_mode
        except FileNotFoundError:
            raise Unreadable("is a link to nothing", path=path) from None
        if stat.S_ISLNK(mode):
            raise Unreadable("is a link that leads in a circle", path=path)
        return place, mode

    def _folder(self, folder: str) -> str | None:
        """Where a folder really is; None for outside."""
        if folder not in self._folders:
            self._folders[folder] = self._real(folder)
        return self._folders[folder]

    def _real(self, folder: str) -> str | None:
        above, _, name = folder.rpartition("/")
        if name and ".." not in folder and not folder.startswith("/") and folder.count("/") < _DEEP:
            # One look instead of one at every folder from the root down.
            base = self._folder(above) if above else self._root
            place = os.path.join(base, name) if base else None
            if place is None or not os.path.islink(place):
                return place
        real = os.path.realpath(os.path.join(self._root, folder))
        return real if is_inside(real, self._area) else None

    def _keep(self, source: Source, size: int) -> None:
        if size > _KEPT_BYTES:
            return
        self._recent[source.path] = source, size
        self._recent_bytes += size
        while self._recent_bytes > _KEPT_BYTES:
            self._recent_bytes -= self._recent.pop(next(iter(self._recent)))[1]


def _source(path: str, data: bytes) -> Source:
    try:
        return Source(path, decode(data))
    except Unreadable as error:
        raise Unreadable(error.reason, error.offset, path, error.position) from None


def _tidy(path: str) -> str:
    around = f"/{path}/"
    is_untidy = "//" in around or "/./" in around or "/../" in around
    return posixpath.normpath(path) if is_untidy else path


def _name(path: str) -> str:
    return path[path.rfind("/") + 1 :]


def _undisplayed(path: str) -> str:
    return _ESCAPED.sub(lambda match: chr(0xDC00 + int(match[1], 16)), path)


def _is_outside(path: str) -> bool:
    return path.startswith(("/", "../")) or path == ".."
