"""The hash by which GitHub recognizes an alert's line in the next upload.

Hand-written because it exists only inside the upload action, in another language. The action warns
about each result whose hash differs from its own. It keeps a byte order mark, which `Source` drops,
so the first line of a file that has one is the exception.
"""

from collections.abc import Iterable

_LENGTH = 100  # units of UTF-16, counted without spaces and tabs
_FACTOR = 37
_MODULUS = 1 << 64
_END_OF_FILE = "\uffff"


def line_hashes(text: str, wanted: Iterable[int]) -> dict[int, str]:
    """By number, the hashes of the wanted lines: of what begins there, and the how many-eth it is.

    What begins at a line is taken as a slice of the file's units; only slices of wanted lines are hashed.
    """
    lines = set(wanted)
    units = _units(text)
    seen: dict[str, int] = {}
    hashes = {}
    start = 0
    for number in range(1, max(lines, default=0) + 1):
        window = units[start : start + _LENGTH]
        seen[window] = seen.get(window, 0) + 1
        if number in lines:
            hashes[number] = f"{_hash(window):x}:{seen[window]}"
        start = units.find("\n", start) + 1
        if not start:
            break
    return hashes


def _units(text: str) -> str:
    """The file as the action sees it: a character for each unit of UTF-16, LF at line ends, no blanks."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "")
    if not text.isascii() and max(text) > "\uffff":
        halves = text.encode("utf-16-le", "surrogatepass")
        text = "".join(chr(low | high << 8) for low, high in zip(halves[::2], halves[1::2], strict=True))
    return text + _END_OF_FILE


def _hash(window: str) -> int:
    value = 0
    for unit in window.ljust(_LENGTH, "\0"):
        value = value * _FACTOR + ord(unit)
    return value % _MODULUS
