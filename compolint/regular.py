"""The content of regular files that somebody else may have put there.

Hand-written instead of `open().read()`: a named pipe would hang it, a device could do worse, a file
without end would fill the memory, and it takes twice as long.
"""

import os
import stat

from compolint.text import Source

LIMIT = 20 * 1024 * 1024
# Where the flags are missing, there are no pipes and links of that kind either.
_FLAGS = (
    os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NOCTTY", 0)
)
_CHUNK = 1 << 18
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISLNK, "a link"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8", "UTF-8"),
    (b"\xff\xfe", "utf-16-le", "UTF-16"),
    (b"\xfe\xff", "utf-16-be", "UTF-16"),
)
_BYTE_ORDER_MARKS = tuple(mark for mark, _, _ in _MARKS)


class Unreadable(Exception):
    """A file that is there but gives no text: a pipe, a picture, a place that may not be looked at."""

    def __init__(
        self,
        reason: str,
        offset: int | None = None,
        path: str | None = None,
        position: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason  # goes on after the file's name: "is a named pipe"
        self.offset = offset  # in characters of what can be decoded
        self.path = path
        self.position = position  # of the same place: its line and its column, from 1


def refusal(error: OSError) -> str:
    """Why the system refuses, to go on after a file's name."""
    if isinstance(error, PermissionError):
        return "cannot be read: permission denied"
    return f"cannot be read: {os.strerror(error.errno).lower()}" if error.errno else "cannot be read"


def insist(mode: int) -> None:
    """Raises `Unreadable` for anything but a regular file."""
    if stat.S_ISREG(mode):
        return
    kind = next((words for is_kind, words in _KINDS if is_kind(mode)), "no regular file")
    raise Unreadable(f"is {kind}")


def read(path: str, limit: int = LIMIT) -> bytes:
    """The bytes of a file that was a regular one a moment ago, by `insist` or by its folder's word.

    To open a pipe or a device can have an effect by itself, so a look at the path comes first. The
    flags and the second look, at what was really opened, are for what takes its place in between.
    """
    handle = os.open(path, _FLAGS)
    try:
        status = os.fstat(handle)
        insist(status.st_mode)
        return _read(handle, status.st_size, limit)
    finally:
        os.close(handle)


def _read(handle: int, size: int, limit: int) -> bytes:
    if size > limit:
        raise _too_large(limit)
    data = os.read(handle, size + 1)
    if len(data) <= size:
        return data
    chunks, length = [data], len(data)
    while chunk := os.read(handle, _CHUNK):
        chunks.append(chunk)
        length += len(chunk)
        if length > limit:
            raise _too_large(limit)
    return b"".join(chunks)


def _too_large(limit: int) -> Unreadable:
    return Unreadable(f"is larger than {limit >> 20} MB")


def decode(data: bytes) -> str:
    """The text without its byte order mark: UTF-8, or UTF-16 where a mark says so."""
    codec, name = "utf-8", "UTF-8"
    if data.startswith(_BYTE_ORDER_MARKS):
        mark, codec, name = next(known for known in _MARKS if data.startswith(known[0]))
        data = data[len(mark) :]
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(codec, "replace")
        # Without its cause, which holds the whole file and with it the file's secrets.
        raise _no_text(f"is not {name}: byte 0x{data[error.start]:02x}", before) from None
    if (at := text.find("\0")) >= 0:
        raise _no_text("is no text file: NUL", text[:at])
    return text


def _no_text(what: str, before: str) -> Unreadable:
    position = Source("", before).position(len(before))
    return Unreadable(f"{what} in line {position[0]}", len(before), position=position)
