"""Patterns that never give back, where the interpreter gets them wrong."""

import re

import pytest

from compolint.pattern import without_cuts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"(?:ab?)*+c", r"(?:ab?)*c"),
        (r"(?>a|b)c", r"(?:a|b)c"),
        (r"(?:a){2,}+[)*+]+", r"(?:a){2,}[)*+]+"),
        (r"\)*+a++", r"\)*+a++"),
        (r"[]*+)]*+(?:x)?+", r"[]*+)]*+(?:x)?"),
        (r"[^\]]++(?:\\.)++", r"[^\]]++(?:\\.)+"),
    ],
)
def test_groups_may_give_back_and_nothing_else_changes(text: str, expected: str) -> None:
    assert without_cuts(text) == expected
    re.compile(expected)
