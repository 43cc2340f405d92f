"""Units, their words and their files of variables. What systemd 252 makes of them is asked in the oracles."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.load import unit as loader
from compolint.syntax import unit_env
from compolint.syntax.unit import UnitFile, parse
from compolint.syntax.unit_words import CommandLine, Unbalanced, Word, command_lines, words
from compolint.text import Source, Span
from compolint.tree import MemoryTree


def read(text: str) -> UnitFile:
    return parse(Source("a.service", text))


def said(text: str) -> list[tuple[str, str, str]]:
    return [(each.section, each.key, each.value) for each in read(text).settings]


def covered(text: str, span: Span) -> str:
    return text[span.start : span.end]


# --- lines ---


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A=b", "b"),
        ("A =  b  c \t", "b  c"),
        ("  A=b # c", "b # c"),
        ("A=b=c", "b=c"),
        ("A=", ""),
        ("A=b\\\nc", "b c"),
        ("A=b \\\n  c \\\n d", "b    c   d"),
        ("A=b\\\n# comment \\\n; another\nc", "b c"),
        ("A=b\\\\\nB=c", "b\\\\"),
        ("A=b\\\\\\\nc", "b\\\\ c"),
        ("A=b\\\n\nc=d", "b"),
        ("A=b\\", "b"),
        ("A=b\\\r\nc\r\n", "b c"),
        ("A=b\rB=c", "b"),
        ("A\\\n=b", "b"),
        ("A=é", "é"),
    ],
)
def test_a_setting_is_one_line_or_several(text: str, value: str) -> None:
    assert said(f"[S]\n{text}")[0] == ("S", "A", value)


def test_sections_come_again() -> None:
    text = "[A]\nx=1\n [B] \nx=2\n[A]\nx=3\n"
    assert said(text) == [("A", "x", "1"), ("B", "x", "2"), ("A", "x", "3")]
    assert [covered(text, header.span) for header in read(text).headers] == ["A", "B", "A"]


def test_comments_are_lines() -> None:
    text = "# one\n[A] \n  ; two \nx=1 ; three\ny=\\\n#four\n z\n"
    assert [covered(text, at) for at in read(text).comments] == ["# one", "; two", "#four"]


@pytest.mark.parametrize(
    ("text", "message", "place", "is_fatal"),
    [
        ("A=1\n[S]\n", "this stands before the first section", "A=1", False),
        ("[S]\n nothing \n", "there is no `=` in this line", "nothing", False),
        ("[S]\n=x\n", "there is no name before the `=`", "=x", False),
        ("[S\n", "this is no name of a section in brackets", "[S", True),
        ("[S] # a\n", "this is no name of a section in brackets", "[S] # a", True),
        ("[S\\n]\n", "this is no name of a section in brackets", "[S\\n]", True),
    ],
)
def test_a_fault_costs_its_line(text: str, message: str, place: str, is_fatal: bool) -> None:
    file = read(f"{text}[T]\nB=2\n")
    (fault,) = file.faults
    assert (fault.message, fault.fatal) == (message, is_fatal)
    assert covered(text, fault.span) == place
    assert file.settings[-1].key == "B"


def test_after_a_broken_header_its_section_goes_on() -> None:
    assert said("[Service\nUser=x\n") == [("Service", "User", "x")]


def test_a_part_of_a_value_is_found_across_lines() -> None:
    text = "[S]\nA=one \\\n# comment\n  two\\\n three\n"
    (setting,) = read(text).settings
    for word in ("one", "two", "three"):
        at = setting.value.index(word)
        assert covered(text, setting.place(at, at + len(word))) == word
    assert covered(text, setting.value_span) == text[6:-1]


@pytest.mark.parametrize(
    "text",
    [
        "[S]\n" + "A=1\n" * 250_000,
        "[S]\nA=" + "x\\\n" * 300_000,
        "[S]\nA=" + "# c\\\n\\\n" * 100_000,
        "\\" * 1_000_000,
        "[" * 1_000_000,
        "[S]\n" * 200_000,
        "=" * 1_000_000,
        "\n" * 1_000_000,
        "[S]\nA=" + " " * 999_990,
        "[S]\nA=" + "é" * 999_990,
    ],
    ids=lambda text: repr(text[:14]),
)
def test_a_long_file_takes_no_more_than_its_length(text: str) -> None:
    file = read(text)
    assert all(each.value_span.end <= len(text) for each in file.settings)


pieces = st.lists(
    st.sampled_from(
        [
            "[S]",
            "[",
            "]",
            "A",
            "=",
            "#",
            ";",
            "\\",
            "\n",
            "\r\n",
            "\r",
            " ",
            "\t",
            "\0",
            '"',
            "'",
            "é",
            "%i",
            "${X}",
        ]
    ),
    max_size=30,
).map("".join)


@settings(max_examples=200, deadline=None)
@given(st.one_of(pieces, st.text()))
def test_every_text_gives_settings_faults_and_comments_in_place(text: str) -> None:
    file = read(text)
    for each in file.settings:
        assert 0 <= each.key_span.start <= each.key_span.end <= each.value_span.start <= each.value_span.end
        for at, char in enumerate(each.value):
            written = covered(text, each.place(at, at + 1))
            assert written == char or (written == "\\" and char == " ")
    for comment in file.comments:
        assert covered(text, comment)[0] in "#;"
    assert all(0 <= fault.span.start <= fault.span.end <= len(text) for fault in file.faults)


# --- words ---


def texts(value: str) -> list[str]:
    return [word.text for word in words(value)]


def lines(value: str) -> list[tuple[str, list[str]]]:
    return [(line.prefixes, [word.text for word in line.words]) for line in command_lines(value)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a  b\tc", ["a", "b", "c"]),
        ("", []),
        ('"a b" c', ["a b", "c"]),
        ("'a \"b' c", ['a "b', "c"]),
        ('a"b c"d', ["ab cd"]),
        ("''", [""]),
        ("'it''s'", ["its"]),
        (r"a\sb \x41\101\u00e4\U0001f600", ["a b", "A" + "Aä😀"]),
        (r"\"a\' \\ \t", ["\"a'", "\\", "\t"]),
        (r"\q \x4 \000 \777 \ud800", [r"\q", r"\x4", r"\000", r"\777", r"\ud800"]),
        ("a\\", ["a\\"]),
    ],
)
def test_words_are_cut_and_unquoted(value: str, expected: list[str]) -> None:
    assert texts(value) == expected


def test_what_comes_before_an_open_quote_counts() -> None:
    found: list[str] = []
    with pytest.raises(Unbalanced) as error:
        found.extend(word.text for word in words("a b c'd e"))
    assert error.value.at == 5


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("/bin/a b", [("", ["/bin/a", "b"])]),
        ("-@/bin/a b", [("-@", ["/bin/a", "b"])]),
        ("+!!:/bin/a", [("+!!:", ["/bin/a"])]),
        ('"-/bin/a b" c', [("-", ["/bin/a b", "c"])]),
        ("/bin/a ; /bin/b", [("", ["/bin/a"]), ("", ["/bin/b"])]),
        ("; /bin/a ; ; -/bin/b ;", [("", ["/bin/a"]), ("-", ["/bin/b"])]),
        (r"/bin/a \; b;c ';' \\;", [("", ["/bin/a", ";", "b;c", ";", "\\;"])]),
        ("/bin/a ; - ; /bin/b", [("", ["/bin/a"])]),
        ("@NAME@/bin/a", [("", ["@NAME@/bin/a"])]),
        ("", []),
    ],
)
def test_commands_have_prefixes_and_are_parted_by_semicolons(
    value: str, expected: list[tuple[str, list[str]]]
) -> None:
    assert lines(value) == expected


@pytest.mark.parametrize(
    ("value", "complete", "is_fatal"),
    [
        ("/bin/a 'b", 0, True),
        ("-/bin/a 'b", 0, False),
        ("'/bin/a", 0, False),
        ("/bin/a ; /bin/b 'c", 1, True),
        ("/bin/a ; 'b", 1, False),
    ],
)
def test_an_open_quote_costs_its_command_or_the_unit(value: str, complete: int, is_fatal: bool) -> None:
    found: list[CommandLine] = []
    with pytest.raises(Unbalanced) as error:
        found.extend(command_lines(value))
    assert (len(found), error.value.fatal) == (complete, is_fatal)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=" ab'\"\\;x41%$é\t-@"))
def test_each_character_of_a_word_has_its_place(value: str) -> None:
    found: list[Word] = []
    with suppress(Unbalanced):
        for line in command_lines(value):
            found += line.words
    before = 0
    for word in found:
        assert before <= word.start <= word.end <= len(value)
        before = word.end
        for at, char in enumerate(word.text):
            start, end = word.place(at, at + 1)
            assert value[start:end] == char or value[start] == "\\"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), max_size=4))
def test_quotes_keep_any_word(given_words: list[str]) -> None:
    quoted = ('"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"' for word in given_words)
    assert texts(" ".join(quoted)) == given_words


# --- files of variables ---


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A=b", "b"),
        (" A = b c # d ", "b c # d"),
        ("A=", ""),
        ("A='b c'", "b c"),
        ("A='b\nc'", "b\nc"),
        ("A='b\\'", "b\\"),
        ('A="b \\"c\\" \\$d \\n"', 'b "c" $d \\n'),
        ('A="b\\\nc"', "bc"),
        ("A='b'\"c\" d", "bcd"),
        ("A=b\\\nc", "bc"),
        ("A=b\\ c", "b c"),
        ("A=b'c'", "b'c'"),
        ("# A=1\n; A=2\nA=3", "3"),
        ("nothing\nA=b", "b"),
        ("1A=c\nA=b", "b"),
        ("A=$B ${C}", "$B ${C}"),
    ],
)
def test_variables_of_a_file(text: str, value: str) -> None:
    (pair,) = unit_env.parse(Source("a.env", text))
    assert (pair.name, pair.value) == ("A", value)
    assert covered(text, pair.name_span) == "A"


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(alphabet="AB=#;'\"\\$ \n\r\té"), st.text()))
def test_every_file_of_variables_gives_pairs_in_place(text: str) -> None:
    for pair in unit_env.parse(Source("a.env", text)):
        assert covered(text, pair.name_span) == pair.name
        assert pair.name_span.end < pair.value_span.start + 1 <= pair.value_span.end + 1 <= len(text) + 1


# --- all together ---


@settings(max_examples=200, deadline=None)
@given(pieces, st.sampled_from(["service", "socket", "timer"]))
def test_any_unit_is_loaded(text: str, suffix: str) -> None:
    name, text = f"a.{suffix}", text.replace("\0", "")
    lines = "".join(f"{key}={text}\n" for key in ("ExecStart", "Environment", "ListenStream", "User"))
    tree = MemoryTree({name: f"[Unit]\n{text}\n[{suffix.capitalize()}]\n{lines}".encode("utf-8", "replace")})
    loaded = loader.load(tree, (name,))
    for entity in loaded.entities:
        assert all(place.start <= place.end for place in entity.places())


@pytest.mark.parametrize(
    "text",
    [
        "Environment=" + "A=1 " * 200_000,
        "ExecStart=" + "/a ; " * 190_000,
        "ExecStart=/a " + "'" * 900_001,
        "ExecStart=/a " + "%i" * 400_000,
        "Environment=" + "A=" + "x" * 100_000 + "\nExecStart=/a " + "${A} " * 100_000,
        "".join(f"Environment=A{number}=1\n" for number in range(40_000)),
        "ExecStart=/bin/sh -c '" + "a;" * 300_000 + "'",
        "ListenStream=80\n" * 60_000,
    ],
    ids=lambda text: repr(text[:20]),
)
def test_a_hostile_unit_is_loaded(text: str) -> None:
    tree = MemoryTree({"a.service": f"[Service]\n{text}\n"})
    assert loader.load(tree, ("a.service",)).files == ("a.service",)
