"""A line of a file, cut to the room there is, with marks under what is meant."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from compolint.report.visible import disarmed, visible, width
from compolint.tuples import NamedTuple

_TAB = 4
_CUT = "…"


class Excerpt(NamedTuple):
    """What is shown of a line, and the columns that marks take: first and length."""

    text: str
    marks: tuple[tuple[int, int], ...]


def excerpt(line: str, marks: Sequence[tuple[int, int]], room: int) -> Excerpt:
    """The line, or as much of it as there is room for around the first mark.

    Marks are given in characters, from 0: start and end. A tab takes up to four columns, a wide
    character two, a combining one none, and what does not print is shown as an escape.
    """
    first = min(marks[0][0], len(line))
    begin, stop = max(0, first - 2 * room), first + 4 * room  # a line may be a megabyte long
    shown, columns = _cells(line[begin:stop])
    left, right = _window(columns, first - begin, room)
    head = _CUT if begin + left else ""
    tail = _CUT if begin + right < len(line) else ""

    def column(character: int) -> int:
        return columns[min(max(character - begin, left), right)] - columns[left] + len(head)

    placed = [(column(start), max(1, column(end) - column(start))) for start, end in marks]
    return Excerpt(disarmed(head + "".join(shown[left:right]) + tail), tuple(placed))


def _cells(text: str) -> tuple[Sequence[str], Sequence[int]]:
    """What is shown for each character, and in which column; the last column is the end."""
    if text.isascii() and text.isprintable():
        return text, range(len(text) + 1)
    shown, columns = [], [0]
    for character in text:
        at = columns[-1]
        cell = " " * (_TAB - at % _TAB) if character == "\t" else visible(character)
        shown.append(cell)
        columns.append(at + width(cell))
    return shown, columns


def _window(columns: Sequence[int], first: int, room: int) -> tuple[int, int]:
    """Which characters fit: all, or those around the first mark, with room left for the signs of a cut."""
    last = len(columns) - 1
    if columns[last] <= room:
        return 0, last
    inner = max(1, room - 2 * len(_CUT))
    wanted = min(columns[first] - inner // 3, columns[last] - inner)
    left = bisect_left(columns, max(0, wanted))
    right = bisect_right(columns, columns[left] + inner) - 1
    return left, max(right, left + 1)
