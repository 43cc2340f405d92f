"""Compose's interpolation. The expected texts are what compose-go 2.13 gives."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.syntax.interpolate import Invalid, Piece, pieces

VALUES = {"SET": "set", "EMPTY": "", "set_too": "too", "DOLLAR": "$SET"}


def nothing(name: str) -> None:
    """Knows no variable."""


def joined(text: str) -> str | None:
    """The whole text; None if a part of it is not known."""
    texts = [piece.text for piece in pieces(text, VALUES.get)]
    known = [each for each in texts if each is not None]
    return "".join(known) if len(known) == len(texts) else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("", ""),
        ("$SET", "set"),
        ("a${SET}b$set_too-c", "asetbtoo-c"),
        ("$SET$SET", "setset"),
        ("${EMPTY}", ""),
        ("${SET:-d}", "set"),
        ("${EMPTY:-d}", "d"),
        ("${EMPTY-d}", ""),
        ("${UNSET:-d}", "d"),
        ("${UNSET-d}", "d"),
        ("${UNSET:-}", ""),
        ("${SET:?e}", "set"),
        ("${EMPTY?e}", ""),
        ("${SET:+x}", "x"),
        ("${EMPTY:+x}", ""),
        ("${EMPTY+x}", "x"),
        ("${UNSET:-/a:-b?c+d}", "/a:-b?c+d"),
        ("${UNSET:-${EMPTY:-${SET}}}", "set"),
        ("${UNSET-${SET} $SET}.", "set set."),
        ("${SET:+${SET}${UNSET:-d}}", "setd"),
        ("${UNSET:-127.0.0.1}:80:80", "127.0.0.1:80:80"),
        ("$$", "$"),
        ("$$SET $${SET}", "$SET ${SET}"),
        ("$$$SET", "$set"),
        ("${UNSET:-$$SET}", "$SET"),
        ("a$", "a$"),
        ("$ $1 $} $.", "$ $1 $} $."),
        ("${DOLLAR}", "$SET"),
        ('${UNSET:-{"a": 1}}', '{"a": 1}'),
        ("${UNSET:-{}}", "{}"),
        ("${UNSET:-{x} ${SET}}", "{x} set"),
        ("${UNSET:-{x}}y}", "{x}y}"),
        ("${UNSET:-a\nb}", "a\nb"),
        ("${SET:-${1}}", "set"),
    ],
)
def test_a_text_is_interpolated(text: str, expected: str) -> None:
    assert joined(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "$UNSET",
        "${UNSET}",
        "${UNSET:+x}",
        "${UNSET+x}",
        "${UNSET:-$OTHER}",
        "${UNSET:?e}",
        "${UNSET?}",
        "${EMPTY:?e}",
    ],
)
def test_what_nobody_can_know_has_no_text(text: str) -> None:
    assert joined(f"a{text}b") is None


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("${", 0),
        ("${SET", 0),
        ("a${}", 1),
        ("a${1}", 1),
        ("${ SET}", 0),
        ("${SET }", 0),
        ("${SET/x/y}", 0),
        ("${SET!}", 0),
        ("${SET:}", 0),
        ("${SET:=x}", 0),
        ("${SET:-x", 0),
        ("$SET ${UNSET:-${2}}", 14),
        ("${UNSET:-${SET}", 9),
        ("${UNSET:-{x} and ${SET}", 17),
    ],
)
def test_what_compose_refuses_is_invalid(text: str, offset: int) -> None:
    with pytest.raises(Invalid) as error:
        joined(text)
    assert error.value.offset == offset


def test_an_error_says_what_is_missing() -> None:
    messages = {
        "${": "`${` is never closed",
        "${SET": "`${` is never closed",
        "${SET:-x": "`${` is never closed",
        "${}": "no variable's name stands after `${`",
        "${:-x}": "no variable's name stands after `${`",
        "${SET/x}": "neither `}` nor an operator stands after the variable's name",
    }
    for text, message in messages.items():
        with pytest.raises(Invalid, match=re.escape(message)):
            joined(text)


def test_pieces_say_where_they_stand_and_whom_they_asked() -> None:
    assert pieces("a$$b${UNSET:-x${SET}}$UNSET${SET:?e}", VALUES.get) == [
        Piece("a", 0, 1),
        Piece("$", 1, 3),
        Piece("b", 3, 4),
        Piece("xset", 4, 21, ("UNSET", "SET"), defaulted=True),
        Piece(None, 21, 27, ("UNSET",)),
        Piece("set", 27, 36, ("SET",), required=True),
    ]


def test_a_variable_that_is_asked_twice_is_named_once() -> None:
    (piece,) = pieces("${A:-${A:-${B}}}", nothing)
    assert piece == Piece(None, 0, 16, ("A", "B"))


def test_a_default_that_needs_a_value_is_required() -> None:
    (piece,) = pieces("${A:-${B:?no value}}", nothing)
    assert piece == Piece(None, 0, 20, ("A", "B"), required=True)


def test_a_default_that_is_not_used_is_not_asked() -> None:
    (piece,) = pieces("${SET:-${B}}", VALUES.get)
    assert piece == Piece("set", 0, 12, ("SET",))


def test_a_hundred_levels_are_the_deepest() -> None:
    assert joined("${A:-" * 100 + "x" + "}" * 100) == "x"
    with pytest.raises(Invalid):
        joined("${A:-" * 101 + "x" + "}" * 101)


@pytest.mark.parametrize(
    "text",
    [
        "${A:-" * 200_000,
        "${A:-" * 200_000 + "}" * 200_000,
        "${A:-{" * 90 + "x" * 1_000_000 + "}" * 90,
        "${A:-{x}" * 200_000,
        "{" * 500_000 + "${A:-x}",
        "$" * 200_000,
        "${SET:-}" * 50_000,
        "$." * 500_000,
    ],
    ids=lambda text: text[:8],
)
def test_a_long_text_takes_no_more_than_its_length(text: str) -> None:
    try:
        result = pieces(text, VALUES.get)
    except Invalid:
        return
    assert result[-1].end == len(text)


snippets = st.lists(
    st.sampled_from(
        ["$", "{", "}", "${A", "${SET", ":-", "-", ":+", "+", ":?", "?", "x", "$$", "é", " ", "\n", "}"]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=200, deadline=None)
@given(st.one_of(snippets, st.text()))
def test_the_pieces_are_the_whole_text(text: str) -> None:
    try:
        result = pieces(text, VALUES.get)
    except Invalid as error:
        offsets = [error.offset]
        result = []
    else:
        offsets = [piece.start for piece in result]
        assert [piece.start for piece in result[1:]] == [piece.end for piece in result[:-1]]
        assert (result[0].start, result[-1].end) == (0, len(text))
    assert all(0 <= offset <= len(text) for offset in offsets)
    for piece in result:
        if not piece.names:
            assert piece.text in (text[piece.start : piece.end], "$")


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(exclude_characters="$")))
def test_a_text_without_a_dollar_is_one_piece(text: str) -> None:
    assert pieces(text, VALUES.get) == [Piece(text, 0, len(text))]


@settings(max_examples=200, deadline=None)
@given(st.one_of(snippets, st.text()))
def test_doubled_dollars_give_any_text_back(text: str) -> None:
    assert joined(text.replace("$", "$$")) == text
