"""Configurations of Nginx as trees. What nginx itself says of them is in `oracles/test_nginx_reading.py`."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.syntax.nginx import Directive, NginxFile, parse
from compolint.text import Source, Span


def read(text: str) -> NginxFile:
    return parse(Source("nginx.conf", text))


def sound(text: str) -> tuple[Directive, ...]:
    file = read(text)
    assert file.faults == ()
    return file.directives


def every(directives: tuple[Directive, ...]) -> Iterator[Directive]:
    """All directives, each before those in its block."""
    waiting = [*reversed(directives)]
    while waiting:
        yield (directive := waiting.pop())
        waiting += reversed(directive.block or ())


def outline(text: str) -> list[str]:
    """The directives of a text, also of one with faults; a block ends with what is in it."""
    return [_outlined(directive) for directive in read(text).directives]


def _outlined(directive: Directive) -> str:
    words = " ".join((directive.name, *directive.texts))
    if directive.block is None:
        return words
    return f"{words} {{{'; '.join(map(_outlined, directive.block))}}}"


def faults(text: str) -> list[tuple[str, str]]:
    """Each message with the text that it is about."""
    return [(fault.message, text[fault.span.start : fault.span.end]) for fault in read(text).faults]


def notes(text: str) -> list[tuple[str, str]]:
    return [(note.text, covered(text, note.at)) for fault in read(text).faults for note in fault.notes]


def covered(text: str, span: Span) -> str:
    return text[span.start : span.end]


# --- words ---


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("b", "b"),
        ("b#c", "b#c"),
        ("b}c", "b}c"),
        ("b\"c'd", "b\"c'd"),
        ("${b}c", "${b}c"),
        ("b${c}", "b${c}"),
        ("$${{b", "$${{b"),
        (r"b\;c", r"b\;c"),
        (r"b\ c", r"b\ c"),
        (r"\{b", r"\{b"),
        (r"\.php$", r"\.php$"),
        (r"b\"c", 'b"c'),
        (r"b\\c", r"b\c"),
        (r"b\nc\td\re", "b\nc\td\re"),
        (r"b\\nc", r"b\nc"),
        ("b\\\nc", "b\\\nc"),
        ("b\xa0c\fd", "b\xa0c\fd"),
        ('"b c"', "b c"),
        ("'b c'", "b c"),
        ('""', ""),
        ('"b;{}#"', "b;{}#"),
        ('"it\'s"', "it's"),
        (r'"say \"b\""', 'say "b"'),
        (r"'it\'s'", "it's"),
        ('"b\nc"', "b\nc"),
        (r'"b\nc"', "b\nc"),
    ],
)
def test_a_word_is_read(raw: str, text: str) -> None:
    (directive,) = sound(f"a {raw} z;")
    assert directive.texts == (text, "z")


def test_words_are_parted_by_blanks_line_ends_and_comments() -> None:
    (directive,) = sound("\ta b\r\n  c # d ; e\n#f\n'g'\t;")
    assert (directive.name, *directive.texts) == ("a", "b", "c", "g")


def test_braces_behind_a_dollar_open_no_block() -> None:
    assert outline("listen ${PORT} ssl; a ${b} {c;}") == ["listen ${PORT} ssl", "a ${b} {c}"]


def test_a_closing_parenthesis_may_follow_a_quoted_word() -> None:
    (directive,) = sound('if ($a = "b"){ }')
    assert directive.texts == ("($a", "=", "b", ")")


def test_only_quoted_words_have_a_quote() -> None:
    (directive,) = sound("""a "b" 'c' d"e";""")
    assert [word.quote for word in directive.words] == ["", '"', "'", ""]


def test_a_name_may_be_quoted_and_escaped() -> None:
    assert [directive.name for directive in sound(r""""a b" c; d\"e f; 'g' {}""")] == ["a b", 'd"e', "g"]


def test_words_and_directives_know_their_places() -> None:
    text = '# 🐳\nserver {\r\n  add_header X "a \\"b" always ;\n}\n'
    (server,) = sound(text)
    (header,) = server.named("add_header")
    assert covered(text, server.span) == text[4:-1]
    assert (covered(text, server.head), covered(text, server.name_span)) == ("server", "server")
    assert covered(text, header.span) == 'add_header X "a \\"b" always ;'
    assert covered(text, header.head) == 'add_header X "a \\"b" always'
    assert [covered(text, word.span) for word in header.arguments] == ["X", '"a \\"b"', "always"]
    assert header.texts == ("X", 'a "b', "always")


# --- the tree ---


def test_blocks_lie_in_blocks() -> None:
    text = "user a; http { server { listen 80; location / { return 204; } } types {} } events {}"
    assert outline(text) == [
        "user a",
        "http {server {listen 80; location / {return 204}}; types {}}",
        "events {}",
    ]


def test_a_block_that_is_empty_is_no_missing_block() -> None:
    first, second = sound("events {} user a;")
    assert (first.block, second.block) == ((), None)


def test_tables_have_entries_of_any_name() -> None:
    assert outline("map $a $b { default 0; http 1; location x; } types { text/html html htm; }") == [
        "map $a $b {default 0; http 1; location x}",
        "types {text/html html htm}",
    ]


def test_a_file_for_a_table_has_entries_of_any_name() -> None:
    assert outline("http 1;\nserver 10.0.0.1:80;\nlocation 2;") == [
        "http 1",
        "server 10.0.0.1:80",
        "location 2",
    ]


def test_comments_are_given_with_their_places() -> None:
    text = '# first\r\na b#c # second\n"#" ; #third\nb_by_lua_block { # --\n}\n#last'
    assert [covered(text, span) for span in read(text).comments] == ["# first", "# second", "#third", "#last"]


# --- Lua ---


@pytest.mark.parametrize(
    "code",
    [
        "a = { {}, {} }",
        'a = "}" -- }\n',
        "a = '}' --[[ }\n} ]]",
        "a = [==[ ]] } ]==]",
        r'a = "\"}"',
        "a = b[c[1]]",
        "a = it's",
        '\\" } "',
        "a # b",
    ],
)
def test_a_block_of_lua_ends_with_its_brace(code: str) -> None:
    text = f"server {{ content_by_lua_block {{{code}}} root /a; }}"
    (server,) = sound(text)
    lua, root = server.block or ()
    assert lua.code is not None
    assert covered(text, lua.code) == code
    assert covered(text, lua.span) == f"content_by_lua_block {{{code}}}"
    assert (lua.block, root.name, root.code) == ((), "root", None)


def test_a_block_of_lua_may_have_any_directive_before_its_suffix() -> None:
    assert [directive.code is None for directive in sound("x_by_lua_block { } x_by_lua { }")] == [False, True]


def test_lua_that_is_never_closed_takes_the_rest() -> None:
    assert faults("init_by_lua_block { a = [[ } \n") == [
        ("this block of Lua is never closed", "init_by_lua_block")
    ]


# --- faults, and what is read all the same ---


def test_a_missing_semicolon_before_a_brace_is_told() -> None:
    text = "server {\n  listen 80\n}\nuser a;"
    assert faults(text) == [("`listen` is not ended by `;`", "}")]
    assert notes(text) == [("a `;` is missing behind this", "80")]
    assert outline(text) == ["server {listen 80}", "user a"]


def test_a_missing_semicolon_before_a_block_is_told() -> None:
    text = "server {\n  root /a\n  location / {\n    index b;\n  }\n}"
    assert faults(text) == [("`root` is not ended by `;`", "{")]
    assert notes(text) == [("a `;` is missing behind this", "/a")]
    assert outline(text) == ["server {root /a; location / {index b}}"]


def test_a_missing_semicolon_at_the_end_is_told() -> None:
    assert faults("user a") == [("`user` is not ended by `;`", "")]
    assert outline("user a") == ["user a"]


def test_a_block_that_is_none_costs_its_content() -> None:
    text = "server { listen 80 { a b; } root /a; }"
    assert faults(text) == [("`listen` is not ended by `;`", "{")]
    assert outline(text) == ["server {listen 80; root /a}"]


def test_names_of_unknown_directives_are_not_repeated() -> None:
    assert faults("http { hunter2 }") == [("the directive before this is not ended by `;`", "}")]


def test_a_missing_block_is_told() -> None:
    text = "http { server; location /a; root /a; }"
    assert faults(text) == [
        ("`server` needs a block: `{` instead of `;`", ";"),
        ("`location` needs a block: `{` instead of `;`", ";"),
    ]
    assert outline(text) == ["http {root /a}"]


def test_a_server_of_an_upstream_has_no_block() -> None:
    assert outline("http { upstream a { server b:80; } }") == ["http {upstream a {server b:80}}"]


def test_an_end_of_nothing_is_told() -> None:
    assert faults("a b;; c d;") == [("no directive stands before this `;`", ";")]
    assert faults("a { b; }; c d;") == [("no directive stands before this `;`", ";")]
    assert outline("a { b; }; c d;") == ["a {b}", "c d"]


def test_a_block_of_nothing_costs_its_content() -> None:
    assert faults("a b; { c d; } e f;") == [("no directive stands before this `{`", "{")]
    assert outline("a b; { c d; } e f;") == ["a b", "e f"]


def test_a_table_has_no_blocks() -> None:
    text = "map $a $b { c { d e; } f g; }"
    assert faults(text) == [("no block can stand in this table", "{")]
    assert outline(text) == ["map $a $b {f g}"]


UNCLOSED = """\
http {
    server {
        location / {
            root /a;
    }
    server {
    }
}
"""


def test_a_missing_brace_is_told_where_the_indentation_says() -> None:
    assert faults(UNCLOSED) == [("the file ends where a `}` is missing", "")]
    (fault,) = read(UNCLOSED).faults
    assert [(note.text, UNCLOSED.count("\n", 0, note.at.start) + 1) for note in fault.notes] == [
        ("this block is open at the end of the file", 1),
        ("this `}` is indented otherwise than the block that it closes", 5),
        ("which begins here", 3),
    ]


def test_a_brace_too_many_is_told_where_the_indentation_says() -> None:
    text = "http {\n  server {\n  }\n  }\n  server {\n  }\n}\n"
    assert faults(text) == [("this `}` closes nothing", "}")]
    assert notes(text)[1] == ("which begins here", "http")
    assert outline(text) == ["http {server {}}", "server {}"]


def test_something_behind_a_quote_costs_its_statement() -> None:
    text = 'a "b"c d; e f; g "h""i" { j k; } l;'
    message = "behind a closing quote a blank, `;` or `{` is missing"
    assert faults(text) == [(message, "c"), (message, '"')]
    assert outline(text) == ["e f", "l"]


def test_a_quote_that_closes_on_another_line_costs_its_line() -> None:
    text = 'server {\n  add_header A "b;\n  add_header C "d";\n  root /e;\n}'
    assert faults(text) == [("behind a closing quote a blank, `;` or `{` is missing", "d")]
    assert notes(text) == [("the quote opens here; perhaps it should close on this line", '"')]
    assert outline(text) == ["server {add_header C d; root /e}"]


def test_a_quote_that_never_closes_costs_its_line() -> None:
    text = "server {\n  if ($a = 'b) {\n    return 403;\n  }\n  root /e;\n}"
    assert faults(text) == [("this quote is never closed", "'")]
    assert outline(text) == ["server {root /e}"]


def test_a_pattern_with_braces_needs_quotes() -> None:
    text = "server { location ~ ^/a{2}$ { root /b; } root /c; }"
    assert faults(text) == [("`{` opens a block here; put a pattern with braces in quotes", "{")]
    assert outline(text) == ["server {root /c}"]


def test_a_merge_conflict_is_told_once() -> None:
    text = "server {\n<<<<<<< HEAD\n  listen 80;\n=======\n  listen 81;\n>>>>>>> b\n}"
    assert faults(text) == [("a merge conflict is not resolved", "<<<<<<< HEAD")]
    assert outline(text) == ["server {listen 80; listen 81}"]


@pytest.mark.parametrize("word", ["x" * 5000, '"' + "x " * 2500 + '"', "é" * 2048])
def test_a_word_may_be_too_long(word: str) -> None:
    assert faults(f"a {word};") == [("this is longer than 4095 bytes, which Nginx refuses", word)]
    assert faults(f"a {word[:2000]}{word[-1]};") == []


def test_a_comment_may_be_too_long() -> None:
    comment = "#" + "x" * 5000
    assert faults(f"a b;\n{comment}\nc d;") == [
        ("this is longer than 4095 bytes, which Nginx refuses", comment)
    ]


# --- templates ---


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("{{ a }}", 0),
        ("server {\n  {% if a %}\n  listen 80;\n  {% endif %}\n}", 11),
        ("server { listen {{ port }}; }", 16),
        ("proxy_pass http://{{host}}:80;", 18),
        ("server { listen 80 {% if a %}ssl{% endif %}; }", 19),
        ("server { listen <%= @port %>; }", 16),
        ("<% if @a %>\nserver { }\n<% end %>", 0),
    ],
)
def test_a_template_is_not_read(text: str, place: int) -> None:
    file = read(text)
    (fault,) = file.faults
    assert (fault.kind, fault.span.start, file.directives) == ("unsupported", place, ())


@pytest.mark.parametrize(
    "text",
    [
        "return 200 '{{ a }} {% b %} <%= c %>';",
        "# {{ a }} <% b %>\nuser a;",
        "server {# all of them\n}",
        "set $a ${{b;",
    ],
)
def test_what_quotes_and_comments_hold_makes_no_template(text: str) -> None:
    assert len(sound(text)) == 1


def test_a_line_that_a_template_fills_in_is_known_to_be_unknown() -> None:
    text = "server {\n  listen ${PORT};\n  ${EXTRA_LOCATIONS}\n  %%TLS%%\r\n  root $a;\n}"
    assert outline(text) == ["server {listen ${PORT}; ${EXTRA_LOCATIONS}; %%TLS%%; root $a}"]
    assert [covered(text, span) for span in read(text).insertions] == ["${EXTRA_LOCATIONS}", "%%TLS%%"]


# --- texts that nobody wrote in good faith ---


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a {" * 100_000, "blocks are nested deeper than 100 levels"),
        ("a;" * 150_000, "the file has more than 100000 directives"),
        (";" * 500, "the file has more than 100 faults"),
        ("a" * 1_000_000, "the directive before this is not ended by `;`"),
        ('"' + "a" * 1_000_000, "this quote is never closed"),
        ('"a"b;' * 500, "the file has more than 100 faults"),
    ],
)
def test_reading_ends_where_no_sane_file_goes_on(text: str, message: str) -> None:
    assert read(text).faults[-1].message == message


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        '"',
        "'",
        "\"'",
        '"\\',
        "\\",
        "$",
        "${",
        "#",
        "#\n",
        "\n",
        "}",
        "{",
        '"\n',
        "'\n\"",
        "a_by_lua_block{",
        "[",
    ],
)
def test_long_texts_are_read_in_one_go(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    for before in ("", "a ", "a_by_lua_block {", 'a "'):
        assert read(before + text).faults or piece in {"#", "#\n", "\n"}


TEXT = st.text(st.sampled_from("ab $\\\"'#;{}[]()=-\t\r\n%<>é\u2028") | st.characters(), max_size=120)
PIECES = st.lists(
    st.sampled_from(
        ["a", " ", "b c", ";", "{", "}", '"', "'", "\\", "#", "\n", "$", "${x}", "${X}\n", "{{", "<%", 
         "<<<<<<< x\n", "server {", "location /\n{", "x_by_lua_block {", "[[", "]]", "--", "a{2}"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(TEXT | PIECES)
def test_any_text_gives_places_inside_of_it(text: str) -> None:
    file = read(text)
    for span in (*(fault.span for fault in file.faults), *file.comments, *file.insertions):
        assert 0 <= span.start <= span.end <= len(text)
    for directive in every(file.directives):
        assert 0 <= directive.start < directive.end <= len(text)
        assert directive.name == directive.words[0].text
        assert directive.head.end <= directive.end
        ends = [directive.start, *(place for word in directive.words for place in word.span[1:])]
        assert ends == sorted(ends)
        assert all(directive.start < inner.start < directive.end for inner in directive.block or ())
    comments = [covered(text, span) for span in file.comments]
    assert all(comment.startswith("#") and "\n" not in comment for comment in comments)


@settings(max_examples=200, deadline=None)
@given(TEXT | PIECES)
def test_words_comments_and_what_lies_between_are_the_text(text: str) -> None:
    file = read(text)
    if file.faults:
        return
    known = [*file.comments, *file.insertions]
    for directive in every(file.directives):
        known += [word.span for word in directive.words] + ([directive.code] if directive.code else [])
    at = 0
    for span in sorted(known):
        assert set(text[at : span.start]) <= set(" \t\r\n;{}")
        at = span.end
    assert set(text[at:]) <= set(" \t\r\n;{}")


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.text(st.sampled_from("ab${}()#.\"'\\\u00a0\x0cé"), max_size=6), max_size=5),
    st.sampled_from(";{"),
)
def test_any_blank_parts_words_as_a_space_does(words: list[str], end: str) -> None:
    def told(blank: str) -> list[object]:
        found = every(read(f"a{blank}{blank.join(words)}{end} b; }}").directives)
        cut = [word for directive in found for word in directive.words]
        return [(word.text.replace("\t", " "), word.quote, word.start, word.end) for word in cut]

    assert told(" ") == told("\t")


WORDS = st.lists(
    st.tuples(st.sampled_from(["", '"', "'"]), st.text(st.sampled_from("ab ;{}#\"'\\\n\t$.é"), max_size=6)),
    min_size=1,
    max_size=6,
)


@settings(max_examples=200, deadline=None)
@given(WORDS)
def test_words_that_are_escaped_are_read_back(words: list[tuple[str, str]]) -> None:
    def written(quote: str, text: str) -> str:
        quote = quote or '"'
        escaped = text.replace("\\", "\\\\").replace(quote, f"\\{quote}").replace("\t", "\\t")
        return f"{quote}{escaped}{quote}"

    line = " ".join(written(quote, text) for quote, text in words)
    (directive,) = sound(f"a {line} ;")
    assert directive.texts == tuple(text for _, text in words)
