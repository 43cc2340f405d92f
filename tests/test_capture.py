"""Captures, whatever is in them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.load import capture
from compolint.load.capture.kind import looks_like
from compolint.tree import MemoryTree

PIECES = [
    "tcp ", "LISTEN ", "UNCONN", " 0 ", "128", "  ", "0.0.0.0:22", "[::]:22", "*:*", ":::22",
    'users:(("a"', "\n", "->", "/tcp", ", ", "80", "NAMES", "PORTS", "  PORTS\n", "docker port x", "$ ",
    ":", "-", "é", "\t", "[", "{", '"NetworkSettings"', '"HostConfig"', "80/tcp -> 0.0.0.0:80",
    "tcp6 0 0 ", "\r\n",
]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_no_text_breaks_the_reader_and_all_places_are_in_the_text(text: str) -> None:
    looks_like(text)
    for each in capture.load(MemoryTree({"ss.txt": text}), ("ss.txt",)).entities:
        for place in each.places():
            assert 0 <= place.start <= place.end <= len(text)


@pytest.mark.parametrize(
    "line",
    [
        "a:1->" * 1900, "0.0.0.0:80->80/tcp, " * 450, ":" * 9_900, "tcp LISTEN 0 0 " + "a:" * 4900,
        "tcp 0 0 " + ":" * 9000, "AB  " * 2400, "x@" * 4900, "A " * 4900, "x" * 1_000_000,
    ],
    ids=lambda line: line[:10],
)  # fmt: skip
def test_long_lines_are_read_in_no_time(line: str) -> None:
    text = f"{line}\n" * (20 if len(line) < 10_000 else 1)
    capture.load(MemoryTree({"ss.txt": text[:990_000]}), ("ss.txt",))
