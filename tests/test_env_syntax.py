"""Env files. The expected values are what compose-go 2.13 gives before it interpolates."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.syntax.env import EnvFile, parse
from compolint.text import Source, Span


def read(text: str) -> EnvFile:
    return parse(Source(".env", text))


def values(text: str) -> list[tuple[str, str | None]]:
    file = read(text)
    assert file.faults == ()
    return [(pair.name, pair.value) for pair in file.pairs]


def covered(text: str, span: Span) -> str:
    return text[span.start : span.end]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A=b", "b"),
        ("A=", ""),
        ("A=\nB=c", ""),
        ("A = b ", "b"),
        ("  A=b", "b"),
        ("A: b", "b"),
        ("A: b=c", "b=c"),
        ("A=b:c", "b:c"),
        ("A=b=", "b="),
        ("export A=b", "b"),
        ("\texport\tA = b", "b"),
        ("A=b\r\n", "b"),
        ("A=b # c", "b"),
        ("A=b#c", "b#c"),
        ("A=b\t# c", "b\t# c"),
        ("A= # c", "# c"),
        ("A=b c", "b c"),
        ("A=b'c'", "b'c'"),
        ("A=b\\n$C", "b\\n$C"),
        ("A='b'", "b"),
        ("A='b # c' # d", "b # c"),
        ("A='b\nc'", "b\nc"),
        ("A='b\\nc\\\\ $D'", "b\\nc\\\\ $D"),
        ("A='it\\'s'", "it's"),
        ("A=''", ""),
        ('A="b"', "b"),
        ('A="b # c" # d', "b # c"),
        ('A="b\nc"', "b\nc"),
        ('A="b\r\nc"', "b\r\nc"),
        ('A="\\a\\b\\f\\n\\r\\t\\v\\\\"', "\a\b\f\n\r\t\v\\"),
        ('A="say \\"b\\""', 'say "b"'),
        ('A="\\\\\\"b"', '\\"b'),
        ('A="b\\\\"', "b\\"),
        ('A="\\$B $C"', "$$B $C"),
        ('A="\\c\\x41\\ b"', "\\c\\x41\\ b"),
        ('A="\\0101\\018\\0"', "A\\18\\"),
        ('A="it\'s"', "it's"),
    ],
)
def test_a_value_is_read(text: str, value: str) -> None:
    assert values(text)[0] == ("A", value)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a.b-c[0]=1", "a.b-c[0]"),
        ("é=1", "é"),
        ("1=1", "1"),
        ("exportA=1", "exportA"),
        ("export_A =1", "export_A"),
        ("export=1", "export"),
        ("export export=1", "export"),
    ],
)
def test_a_name_is_read(text: str, name: str) -> None:
    assert values(text) == [(name, "1")]


def test_a_name_alone_is_taken_from_the_shell() -> None:
    assert values("A\nexport B\r\nC") == [("A", None), ("B", None), ("C", None)]


def test_only_single_quotes_make_a_value_literal() -> None:
    assert [pair.literal for pair in read("A='$B'\nA=\"$B\"\nA=$B\nA").pairs] == [True, False, False, False]


def test_export_is_noted() -> None:
    assert [pair.exported for pair in read("export A=1\nB=1\nexport C").pairs] == [True, False, True]
    assert values("export\nA=1") == [("A", "1")]


def test_a_pair_and_a_comment_know_their_places() -> None:
    text = '# first\r\nexport AB = "c\\nd" # second\nE= f # third\nG'
    file = read(text)
    assert [covered(text, pair.name_span) for pair in file.pairs] == ["AB", "E", "G"]
    assert [covered(text, pair.value_span) for pair in file.pairs] == ["c\\nd", "f", ""]
    assert [covered(text, span) for span in file.comments] == ["# first", "# second", "# third"]


def test_what_stands_behind_a_quoted_value_is_the_next_pair() -> None:
    assert values("A='b'C=d") == [("A", "b"), ("C", "d")]


@pytest.mark.parametrize(
    ("line", "message", "place"),
    [
        ("A B=secret", "there is a blank in the name", "A B"),
        ("pass*word=secret", "the name has a character that no name may have", "*"),
        ("just some secret!", "the name has a character that no name may have", "!"),
        ("=secret", "there is no name here", "="),
        ("A='secret", "the quote is never closed", "'"),
        ('A="secret\\"', "the quote is never closed", '"'),
        ("'A'=secret", "the name has a character that no name may have", "'"),
    ],
)
def test_a_fault_has_a_place_but_no_word_of_the_file(line: str, message: str, place: str) -> None:
    text = f"X=1\n{line}\nZ=3"
    file = read(text)
    assert [(pair.name, pair.value) for pair in file.pairs] == [("X", "1"), ("Z", "3")]
    (fault,) = file.faults
    assert fault.message == message
    assert covered(text, fault.span) == place


def test_a_carriage_return_alone_ends_a_line_and_is_a_fault_once() -> None:
    text = "A=b\r# c\rPASSWORD=secret\rB='x\ry'\r\nC=1\r\r\nD=2\r"
    file = read(text)
    assert [(pair.name, pair.value) for pair in file.pairs] == [
        ("A", "b"), ("PASSWORD", "secret"), ("B", "x\ry"), ("C", "1"), ("D", "2"),
    ]  # fmt: skip
    (fault,) = file.faults
    assert "ends no line for Compose" in fault.message
    assert fault.span.start == text.index("\r")


@pytest.mark.parametrize(
    "text",
    [
        "A=b\r" * 250_000,
        "A='x\n" + 'A="x\n' + "B=x\n" * 50_000,
        "A=\\'\n" * 50_000,
        'A="' + '\\"' * 500_000,
        'A="' + "\\" * 999_999 + '"',
        "*" * 1_000_000,
        "A" * 1_000_000,
        "A=' '" * 50_000,
        "#\n" * 50_000,
        "export " * 200_000,
        "A=" + "a #" * 300_000,
        "\n" * 1_000_000,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_a_long_file_takes_no_more_than_its_length(text: str) -> None:
    file = read(text)
    assert all(span.end <= len(text) for span in file.comments)


snippets = st.lists(
    st.sampled_from(
        ["A", "=", ":", " ", "\n", "\r", "\r\n", "#", '"', "'", "\\", "$", "export ", "*", "é", "\t", "\x85"]
    ),
    max_size=20,
).map("".join)


@settings(max_examples=200, deadline=None)
@given(st.one_of(snippets, st.text()))
def test_every_text_gives_pairs_faults_and_comments_in_place(text: str) -> None:
    file = read(text)
    for pair in file.pairs:
        assert covered(text, pair.name_span) == pair.name
        assert pair.name_span.end <= pair.value_span.start <= pair.value_span.end <= len(text)
    for span in (*file.comments, *(fault.span for fault in file.faults)):
        assert 0 <= span.start <= span.end <= len(text)
    assert all(covered(text, span).startswith("#") for span in file.comments)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\\'")))
def test_single_quotes_keep_any_value(value: str) -> None:
    assert values(f"A='{value}'\n") == [("A", value)]


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_escapes_keep_any_value(value: str) -> None:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("$", "\\$")
    assert values(f'A="{escaped}"\n') == [("A", value.replace("$", "$$"))]
