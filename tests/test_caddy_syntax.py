"""Caddyfiles as Caddy takes them apart: words, blocks and what imports bring in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.syntax.caddy import Block, Caddyfile, Imported, Segment, Token, lex, read
from compolint.text import Source, Span


def tokens(text: str, **environment: str) -> tuple[Token, ...]:
    return lex(Source("Caddyfile", text), environment).tokens


def words(text: str, **environment: str) -> list[str]:
    return [token.text for token in tokens(text, **environment)]


def lines(text: str) -> list[int]:
    return [token.line for token in tokens(text)]


def faults(text: str) -> list[str]:
    return [fault.message for fault in lex(Source("Caddyfile", text), {}).faults]


def at(text: str, span: Span) -> str:
    return text[span.start : span.end]


def nowhere(what: Token, path: str) -> Imported:
    return Imported((), f"{what.text} is not here")


def parsed(text: str, files: dict[str, str] | None = None) -> Caddyfile:
    def find(what: Token, path: str) -> Imported:
        if what.text not in (files or {}):
            return nowhere(what, path)
        return Imported((lex(Source(what.text, (files or {})[what.text]), {}),))

    return read(Source("Caddyfile", text), {}, find)


def outline(segments: tuple[Segment, ...]) -> list[object]:
    """Each segment as its words, with a list for its block."""
    return [
        [each.name.text, *(word.text for word in each.arguments)]
        + ([] if each.body is None else [outline(each.body)])
        for each in segments
    ]


def only(text: str, files: dict[str, str] | None = None) -> Block:
    found = parsed(text, files)
    assert [fault.message for fault in found.faults] == []
    (block,) = found.blocks
    return block


# --- words ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b\tc", ["a", "b", "c"]),
        ("a\u2003b\x1cc", ["a", "b\x1cc"]),  # what Go takes for a blank, and what only Python does
        ("# no\na #b\nc#d /x/#/y", ["a", "c#d", "/x/#/y"]),
        ('"a b" "c \\" d" "e \\n \\\\"', ["a b", 'c " d', "e \\n \\\\"]),
        ('"two\nlines"', ["two\nlines"]),
        ('a"b" "c"d', ['a"b"', "c", "d"]),  # a quote opens at the start of a word, and its end ends that
        ("`a \\` b `\"c\"`", ["a \\", "b", '"c"']),
        ("a\\b \\{ c\\", ["a\\b", "\\{", "c"]),
        ("a\\ b", ["a", "b"]),
        ("a \\\n b", ["a", "b"]),
        ("a\rb\r\nc", ["ab", "c"]),
        ('"" ``', ["", ""]),
        ('"never closed\n', ["never closed\n"]),
        ("\\<<A", ["<<A"]),
        ("<<A b\n", ["<<A", "b"]),
    ],
)  # fmt: skip
def test_words_end_where_caddy_ends_them(text: str, expected: list[str]) -> None:
    assert words(text) == expected
    assert faults(text) == []


def test_a_joined_line_and_a_quoted_one_count_as_caddy_counts_them() -> None:
    assert lines("a \\\n b\nc") == [1, 1, 3]
    assert lines('"x\ny" a\nb') == [1, 2, 3]


def test_a_backslash_anywhere_in_a_comment_joins_the_next_line() -> None:
    assert lines("a # see C:\\x for more\nb\nc") == [1, 1, 3]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<<END\n  a\n    b\n  END c", ["a\n  b", "c"]),
        ("<<END\r\n\ta\r\n\r\n\tEND", ["a\n"]),
        ("<<END\nthe ENDLESS", ["", "LESS"]),  # at the first place, even inside of a word
        ("<<A\nx\nA <<B\ny\nB", ["x", "y"]),
        ("<<A\n# no comment\nA", ["# no comment"]),
    ],
)
def test_a_heredoc_ends_at_its_word_and_loses_its_padding(text: str, expected: list[str]) -> None:
    assert words(text) == expected
    assert faults(text) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<<\na\n", "the heredoc has no word for its end"),
        ("<<<A\na\nA", "a heredoc opens with two `<`, not with more"),
        ("<<A$\na\nA$", "the end of a heredoc is a word of letters, digits, `-` and `_`"),
        ("<<A\na\n", "the heredoc never comes to its end, A"),
        ("<<A\na\n  A", "the heredoc has lines that do not begin with the blanks before its end, A"),
    ],
)
def test_a_heredoc_that_caddy_refuses_is_a_fault(text: str, fault: str) -> None:
    assert faults(text) == [fault]


# --- variables ---


def test_variables_are_filled_in_before_words_are_cut() -> None:
    assert words("{$A} x{$B}y {$C:a default}", A="one two", B="") == ["one", "two", "xy", "a", "default"]
    assert words("{$A:x}", A="") == []
    assert words("{$A}", A="{$B}", B="no") == ["{$B}"]


def test_a_variable_that_nothing_gives_stays_as_a_hole() -> None:
    (token,) = tokens("http://{$THE HOST}:80")
    (variable,) = token.variables
    assert (token.text, variable.name, variable.value) == ("http://{$THE_HOST}:80", "THE HOST", None)


def test_words_point_at_the_text_as_it_is_written() -> None:
    text = "a{$A:b c}d {$E}f"
    first, second, third = tokens(text, E="")
    assert [first.text, second.text, third.text] == ["ab", "cd", "f"]
    assert [at(text, each.span) for each in (first, second, third)] == ["a{$A:b c}", "{$A:b c}d", "{$E}f"]
    assert [each.by_default for each in first.variables] == [True]
    assert [each.name for each in third.variables] == ["E"]


# --- blocks ---


def test_a_file_has_options_snippets_routes_and_sites() -> None:
    found = parsed("{\n debug\n}\n(s) {\n x\n}\n&(r) {\n y\n}\na.com, b.com,\nc.com {\n import s\n}\n")
    assert [(each.kind, [key.text for key in each.keys]) for each in found.blocks] == [
        ("options", []),
        ("route", ["&(r)"]),
        ("site", ["a.com", "b.com", "c.com"]),
    ]
    assert outline(found.blocks[2].segments) == [["x"]]
    assert found.faults == ()


def test_a_single_site_needs_no_braces() -> None:
    block = only("a.com\n\nroot * /srv\nlog {\n output stderr\n}\n")
    assert outline(block.segments) == [["root", "*", "/srv"], ["log", [["output", "stderr"]]]]


def test_braces_in_quotes_and_inside_of_words_are_none() -> None:
    block = only(':80 {\n respond "{" {x} `}`\n header A "{"\n}\n')
    assert outline(block.segments) == [["respond", "{", "{x}", "}"], ["header", "A", "{"]]


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ("a.com{\n}\n", 1, "a blank must stand between an address and its brace"),
        ("a.com,b.com {\n}\n", 1, "a blank must stand behind the comma between two addresses"),
        ("a.com, {\n}\n", 1, "a comma says that another address follows, and none does"),
        ("@x path /\n", 1, "a matcher is declared outside of a site"),
        ("a.com {\n log\n {\n }\n}\n", 3, "the brace must stand at the end of the line before"),
        ("a.com {\n log { output\n }\n}\n", 2, "nothing may follow this brace on its line"),
        ("a.com {\n log x }\n", 2, "this brace must stand on a line of its own"),
        ("a.com {\n log {}\n}\n", 2, "`{}` opens no block; leave it out, or put the braces on two lines"),
        ("a.com {\n x\n", 1, "this brace is never closed"),
        ("a.com {\n x\n}\n}\n", 4, "this brace closes nothing"),
        ("(a) {\n}\n(a) {\n}\n", 3, "the snippet (a) is declared a second time"),
        ("a.com {\n import\n}\n", 2, "import does not say what"),
        ("(a) {\n import a\n}\n:80 {\n import a\n}\n", 2, "this import leads in a circle"),
    ],
)
def test_what_caddy_refuses_is_a_fault_in_its_line(text: str, line: int, fault: str) -> None:
    (found,) = parsed(text).faults
    assert (Source("", text).position(found.span.start)[0], found.message) == (line, fault)


def test_a_fault_costs_its_line_and_not_the_file() -> None:
    found = parsed("a.com {\n log\n {\n  output stderr\n }\n respond hi\n}\nb.com{\n respond ho\n}\n")
    assert [outline(block.segments) for block in found.blocks] == [
        [["log", [["output", "stderr"]]], ["respond", "hi"]],
        [["respond", "ho"]],
    ]


# --- imports ---


def test_an_import_fills_in_arguments_and_points_at_them() -> None:
    snippet = "(p) {\n reverse_proxy {args[0]}:{args[1]} {args[0]}\n x {args[:]} {args[9]}\n}\n"
    text = snippet + ":80 {\n import p app 81\n}\n"
    block = only(text)
    assert outline(block.segments) == [["reverse_proxy", "app:81", "app"], ["x", "app", "81", "{args[9]}"]]
    whole = block.segments[0].arguments[1]
    assert whole.span == Span("Caddyfile", text.rindex("app"), text.rindex("app") + 3)
    assert at(text, block.segments[0].arguments[0].span) == "{args[0]}:{args[1]}"


def test_an_import_puts_its_block_where_the_snippet_asks_for_it() -> None:
    snippet = "(s) {\n x {\n  {blocks.inner}\n }\n {block}\n}\n"
    block = only(snippet + ":80 {\n import s {\n  inner a b {\n   c\n  }\n }\n}\n")
    assert outline(block.segments) == [["x", [["a", "b"], ["c"]]], ["inner", "a", "b", [["c"]]]]


def test_what_comes_of_a_file_says_so() -> None:
    block = only(":80 {\n import more x\n respond\n}\n", {"more": "header {args[0]} y\n"})
    assert outline(block.segments) == [["header", "x", "y"], ["respond"]]
    assert [word.span.path for word in (block.segments[0].name, *block.segments[0].arguments)] == [
        "more",
        "Caddyfile",
        "more",
    ]


def test_snippets_of_an_imported_file_keep_their_own_arguments() -> None:
    block = only("import file x\n:80 {\n import s y\n}\n", {"file": "(s) {\n respond {args[0]}\n}\n"})
    assert outline(block.segments) == [["respond", "y"]]


def test_imports_that_double_each_other_come_to_an_end() -> None:
    doubling = "".join(f"(s{n}) {{\n import s{n - 1}\n import s{n - 1}\n}}\n" for n in range(1, 40))
    found = parsed(f"(s0) {{\n x\n}}\n{doubling}:80 {{\n import s39\n}}\n")
    assert [(fault.message, fault.kind) for fault in found.faults] == [
        ("there are more than 5000 imports", "unsupported")
    ]


# --- any text ---

TEXT = st.text(st.sampled_from(' \t\r\n\\"`{}()<>,#$:@*/aAE[]0\u2003é'), max_size=200)
PIECES = st.lists(
    st.sampled_from(
        ["a.com", "{", "}", "\n", " ", "import s", "(s)", "{args[0]}", "{block}", "<<E", "E", '"', "`", "\\",
         "#",         "{$A}", "{$B:x\ny}", ",", "&(r)", "@m", "route", "{}", ":80", "\r\n"]
    ),
    max_size=60,
).map("".join)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(TEXT | PIECES)
def test_words_and_comments_cover_all_but_blanks_and_backslashes(text: str) -> None:
    found = lex(Source("Caddyfile", text.replace("{$", "")), {})
    if found.faults:
        return
    end = 0
    for span in sorted((*(token.span for token in found.tokens), *found.comments)):
        between = found.source.text[end : span.start]
        assert end <= span.start < span.end
        assert between.strip(" \t\r\n\u2003\\") == "" or set(between) <= set('"`\\\n\r \t')
        end = span.end


@settings(max_examples=200, deadline=None)
@given(TEXT | PIECES, st.dictionaries(st.sampled_from("AB"), TEXT))
def test_any_text_is_taken_and_all_places_lie_in_it(text: str, environment: dict[str, str]) -> None:
    found = read(Source("Caddyfile", text), environment, nowhere)
    waiting = [segment for block in found.blocks for segment in block.segments]
    places = [key.span for block in found.blocks for key in block.keys]
    while waiting:
        segment = waiting.pop()
        places += [each.span for each in (segment.name, *segment.arguments)]
        waiting += segment.body or ()
    places += [fault.span for fault in found.faults]
    assert all(0 <= span.start <= span.end <= len(text) for span in places)


@settings(max_examples=100, deadline=None)
@given(TEXT)
def test_a_quoted_word_is_read_as_it_was_meant(text: str) -> None:
    if "`" not in text and "{$" not in text:
        assert words(f"a `{text}` b") == ["a", text, "b"]
