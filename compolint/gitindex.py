"""What the files of a git repository say of it: where it is, and which paths it tracks.

Hand-written instead of asking `git`: containers often have none, and the configuration of a foreign
repository names programs (`core.fsmonitor`, filters, aliases) that git would run.
"""

import os
from collections.abc import Iterator

from compolint import regular

_MAGIC = b"DIRC"
# Of an entry: ten numbers of four bytes, the object's name, then two bytes of flags.
_NUMBERS = 40
_EXTENDED = 0x4000
_LENGTH = 0x0FFF
_INDEX_LIMIT = 128 * 1024 * 1024


def discover_root(path: str) -> str | None:
    """The folder with `.git`, at the path or above it."""
    folder = os.path.realpath(path)
    while not os.path.lexists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
    return folder


def git_folder(root: str) -> str | None:
    """Where a repository keeps its own files: `.git`, or what it points to in worktrees and submodules."""
    path = os.path.join(root, ".git")
    if os.path.isdir(path):
        return path
    link = _line(path)
    if link is None or not link.startswith("gitdir:"):
        return None
    return os.path.normpath(os.path.join(root, link.removeprefix("gitdir:").strip()))


def common_folder(git: str) -> str:
    """What all worktrees of a repository share, `info/exclude` among it."""
    shared = _line(os.path.join(git, "commondir"))
    return os.path.normpath(os.path.join(git, shared)) if shared else git


def tracked(root: str) -> frozenset[str] | None:
    """The paths in the index of the repository, as `display` writes them; None if there is no telling."""
    git = git_folder(root)
    if git is None:
        return None
    data = _bytes(os.path.join(git, "index"), _INDEX_LIMIT)
    if data is None:
        return frozenset() if _line(os.path.join(git, "HEAD")) else None
    for size in (20, 32):
        if _is_whole(data, size):
            return _paths(data, size)
    return None


def display(path: str) -> str:
    r"""The path as text that can be written anywhere: a byte that is no UTF-8 becomes `\xe9`."""
    if path.isascii():
        return path
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _paths(data: bytes, hash_size: int) -> frozenset[str] | None:
    try:
        return frozenset(display(os.fsdecode(path)) for path in _entries(data, hash_size))
    except (ValueError, IndexError):
        return None


def _entries(data: bytes, hash_size: int) -> Iterator[bytes]:
    """The paths of an index of the versions 2 to 4; see gitformat-index."""
    version, count = _number(data, 4), _number(data, 8)
    if data[:4] != _MAGIC or version not in (2, 3, 4):
        raise ValueError
    at, end, path = 12, len(data) - hash_size, b""
    # Each path may repeat the one before, so that a small index could name paths without measure.
    allowance = 4 * len(data)
    for _ in range(count):
        start = at
        at += _NUMBERS + hash_size
        flags = data[at] << 8 | data[at + 1]
        at += 4 if flags & _EXTENDED and version > 2 else 2
        if version == 4:
            cut, at = _variable(data, at)
            if cut > len(path):
                raise ValueError
            kept = path[: len(path) - cut]
        else:
            kept = b""
        stop = data.index(b"\0", at, end)
        path = kept + data[at:stop]
        allowance -= len(path)
        if flags & _LENGTH != min(len(path), _LENGTH) or allowance < 0:
            raise ValueError
        at = stop + 1 if version == 4 else stop + 8 - (stop - start) % 8
        yield path
    _check_extensions(data, at, end)


def _check_extensions(data: bytes, at: int, end: int) -> None:
    """Raises for a part that changes what the entries mean, as in a split or a sparse index."""
    while at < end:
        if not b"A" <= data[at : at + 1] <= b"Z":
            raise ValueError
        at += 8 + _number(data, at + 4)
    if at != end:
        raise ValueError


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "big")


def _variable(data: bytes, at: int) -> tuple[int, int]:
    """A number of as many bytes as it needs, seven bits in each, and where it ends."""
    value = data[at] & 0x7F
    for last in range(at, at + 10):
        if data[last] < 0x80:
            return value, last + 1
        value = (value + 1) << 7 | data[last + 1] & 0x7F
    raise ValueError


def _is_whole(data: bytes, hash_size: int) -> bool:
    """Whether the index ends with the checksum of the rest, or with zeros if git was told to skip it."""
    from hashlib import sha1, sha256

    content, checksum = data[:-hash_size], data[-hash_size:]
    digest = (sha1 if hash_size == 20 else sha256)(content, usedforsecurity=False)
    return checksum == digest.digest() or checksum == bytes(hash_size)


def _line(path: str) -> str | None:
    data = _bytes(path, 1 << 16)
    return None if data is None else os.fsdecode(data).rstrip("\r\n")


def _bytes(path: str, limit: int) -> bytes | None:
    try:
        regular.insist(os.lstat(path).st_mode)
        return regular.read(path, limit)
    except (OSError, ValueError, regular.Unreadable):
        return None
