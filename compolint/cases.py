"""Cases: small projects in Markdown, with the findings they must give.

A heading begins a case. A fence whose info names a file (```` ```yaml compose.yaml ````) is a file of
that case. A line that ends in `#! words` must give a problem whose message contains the words; no
other line may. `## Instead` shows what is right, and must be silent.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

_FENCE = re.compile(
    r"^(?P<ticks>`{3,})(?P<language>\w+)[ \t]+(?P<path>\S+)\n(?P<text>.*?)^(?P=ticks)$", re.M | re.S
)
_HEADING = re.compile(r"^#+ +(.*)$", re.M)
_MARKER = re.compile(r"[ \t]*#! (.*)$", re.M)


class Case:
    """A project of some files and what must be found in it."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.files: dict[str, str] = {}
        self.expected: list[tuple[str, int, str]] = []  # path, line, words of the message

    def add(self, path: str, text: str) -> None:
        for number, line in enumerate(text.split("\n"), 1):
            if marker := _MARKER.search(line):
                self.expected += ((path, number, words) for words in marker[1].split(" #! "))
        self.files[path] = _MARKER.sub("", text)


def cases(markdown: str) -> Iterator[Case]:
    """The cases of a page, in order; text without files is prose."""
    headings = list(_HEADING.finditer(_without_fences(markdown)))
    titles = ["example", *(heading[1] for heading in headings)]
    bounds = [0, *(heading.start() for heading in headings), len(markdown)]
    for title, (start, end) in zip(titles, pairwise(bounds), strict=True):
        case = Case(title)
        for fence in _FENCE.finditer(markdown, start, end):
            case.add(fence["path"], fence["text"])
        if case.files:
            yield case


def without_marks(markdown: str) -> str:
    """The page as a reader wants it: what a line must give stands behind it as a comment, in words."""
    return _MARKER.sub(lambda mark: f"  # ← {mark[1]}", markdown)


def _without_fences(markdown: str) -> str:
    """The text with its fences blanked, so that a comment in one is not taken for a heading."""
    return _FENCE.sub(lambda fence: re.sub(r"[^\n]", " ", fence[0]), markdown)
