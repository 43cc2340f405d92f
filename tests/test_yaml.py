"""YAML: what files say by Compose's rules, where they say it, and what becomes of texts that are none."""

import subprocess
import sys
from collections.abc import Iterator
from math import copysign, isnan

import pytest
import yaml as pyyaml  # type: ignore[import-untyped]
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from compolint.syntax.yaml import Document, Mapping, Node, Scalar, Sequence, parse
from compolint.syntax.yaml_events import pure_events
from compolint.text import Source, Span


def read(text: str) -> tuple[Document, ...]:
    return parse(Source("compose.yaml", text))


def purely(text: str) -> tuple[Document, ...]:
    return parse(Source("compose.yaml", text), (pure_events,))


def root(text: str) -> Mapping:
    (document,) = read(text)
    assert document.faults == ()
    assert isinstance(document.root, Mapping)
    return document.root


def at(node: Node | None, *path: str | int) -> Node:
    """The node at a path of keys and indexes."""
    for step in path:
        node = node.get(str(step)) if isinstance(node, Mapping) else items(node)[int(step)]
    assert node is not None
    return node


def items(node: Node | None) -> list[Node]:
    assert isinstance(node, Sequence)
    return node.items


def scalar(text: str, *path: str | int) -> Scalar:
    node = at(root(text), *path)
    assert isinstance(node, Scalar)
    return node


def plain(node: Node | None) -> object:
    """What a program gets: resolved scalars, lists, and mappings with merge keys followed."""
    if isinstance(node, Scalar):
        return node.resolved()
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key.value: plain(value) for key, value in node.pairs()} if node else None


def only_fault(text: str) -> tuple[str, str, int, int]:
    """The kind and the message of the one fault, with its line and column."""
    ((_, (fault,), source, _),) = read(text)
    return (fault.kind, fault.message, *source.position(fault.span.start))


def cut(text: str, place: Span | Node | None) -> str:
    assert place is not None
    return text[place.start : place.end]


def below(node: Node | None) -> Iterator[tuple[Node, Node]]:
    """Every written child with its parent; what an alias stands for is not written there."""
    if node is None or isinstance(node, Scalar):
        return
    aliases = node.aliases or {}
    values = [value for _, value in node.items] if isinstance(node, Mapping) else node.items
    if isinstance(node, Mapping):
        yield from ((key, node) for key, _ in node.items)
    for index, value in enumerate(values):
        if index not in aliases:
            yield value, node
            yield from below(value)


# What a plain scalar is.


@pytest.mark.parametrize("text", ["22:22", "2222:22", "53:53", "8080:22", "1:2:3", "127.0.0.1:80:80"])
def test_a_port_pair_is_text_and_no_number_of_base_60(text: str) -> None:
    assert scalar(f"a: {text}", "a").resolved() == text


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("True", True), ("TRUE", True), ("false", False), ("False", False), ("FALSE", False)],
)
def test_true_and_false_are_booleans(text: str, value: bool) -> None:
    assert scalar(f"a: {text}", "a").resolved() is value


@pytest.mark.parametrize("text", ["yes", "no", "on", "off", "y", "n", "Yes", "ON", "tRUE"])
def test_the_booleans_of_old_are_text(text: str) -> None:
    assert scalar(f"a: {text}", "a").resolved() == text


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_nothing_is_written_in_five_ways(text: str) -> None:
    assert scalar(f"a: {text}", "a").resolved() is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("80", 80),
        ("-1", -1),
        ("+12", 12),
        ("1_000", 1000),
        ("0644", 420),
        ("017", 15),
        ("0o17", 15),
        ("0O17", 15),
        ("-017", -15),
        ("0x1F", 31),
        ("-0xff", -255),
        ("0b101", 5),
        ("18446744073709551615", 2**64 - 1),
        ("-9223372036854775808", -(2**63)),
    ],
)
def test_a_whole_number_is_what_go_reads(text: str, value: int) -> None:
    assert (type(found := scalar(f"a: {text}", "a").resolved()), found) == (int, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.10", 1.1),
        (".5", 0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("-1.5E-2", -0.015),
        ("08", 8.0),
        ("0.5_0", 0.5),
        ("18446744073709551616", 2.0**64),
        (".inf", float("inf")),
        ("-.INF", float("-inf")),
    ],
)
def test_a_float_is_what_go_reads(text: str, value: float) -> None:
    assert (type(found := scalar(f"a: {text}", "a").resolved()), found) == (float, value)


def test_minus_zero_is_a_float_with_its_sign() -> None:
    zero = scalar("a: -0", "a").resolved()
    assert isinstance(zero, float)
    assert copysign(1, zero) == -1


def test_nan_is_a_float() -> None:
    assert isnan(scalar("a: .NaN", "a").resolved())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    ["2024-01-01", "1.2.3", "0x", "0b2", "0o8", "1e", "--1", "+-1", "+", ".", "..", "1 2", "١", "1,5",
     ".5_0", "inf", "nan", "infinity", "1e999", "0x1g", "12px", "_1", "1f"],
)  # fmt: skip
def test_what_only_resembles_a_number_is_text(text: str) -> None:
    assert scalar(f"a: {text}", "a").resolved() == text


def test_a_number_of_a_hundred_thousand_digits_is_text() -> None:
    digits = "9" * 100_000
    assert scalar(f"a: {digits}", "a").resolved() == digits


@pytest.mark.parametrize("text", ["'80'", '"80"', "|-\n  80", ">-\n  80"])
def test_a_number_in_quotes_or_in_a_block_is_text(text: str) -> None:
    assert scalar(f"a: {text}", "a").resolved() == "80"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("!!str 80", "80"),
        ("!!str", ""),
        ('!!int "80"', 80),
        ("!!float 3", 3.0),
        ("!!bool 'true'", True),
        ("!!null ''", None),
        ("!!int x", "x"),
        ("!!bool 1", "1"),
        ("! 80", 80),
        ("!own 80", "80"),
        ("!override 80", "80"),
        ("!<tag:yaml.org,2002:int> '5'", 5),
    ],
)
def test_an_explicit_tag_decides(text: str, value: object) -> None:
    assert scalar(f"a: {text}", "a").resolved() == value


# What mappings and lists mean.


def test_an_alias_is_the_node_with_the_anchor_and_keeps_its_own_place() -> None:
    text = "a: &ports [80]\nb: *ports\nc: [x, *ports]\n"
    top = root(text)
    assert top.get("b") is top.get("a")
    assert top.aliases is not None
    assert {index: cut(text, place) for index, place in top.aliases.items()} == {1: "*ports"}
    nested = top.get("c")
    assert isinstance(nested, Sequence)
    assert nested.items[1] is top.get("a")
    assert {index: cut(text, place) for index, place in (nested.aliases or {}).items()} == {1: "*ports"}


def test_a_collection_without_aliases_has_none() -> None:
    assert root("a: [b]").aliases is None
    assert items(root("a: [b]").get("a")) != []


def test_an_alias_names_the_last_anchor_of_that_name() -> None:
    assert plain(root("a: &x 1\nb: *x\nc: &x 2\nd: *x")) == {"a": 1, "b": 1, "c": 2, "d": 2}


def test_an_alias_as_a_key_is_its_text_in_the_place_of_the_alias() -> None:
    text = "a: &name web\n*name : 1\n"
    key = root(text).key("web")
    assert key is not None
    assert cut(text, key) == "*name"


MERGED = """\
base: &base {image: a, ports: [1]}
more: &more {image: b, user: c}
one: {<<: *base, ports: [2]}
list: {<<: [*base, *more], tty: d}
late: {ports: [3], <<: *base}
deep: &deep {<<: *base, tty: e}
twice: {<<: *deep}
inline: {<<: {user: f}}
"""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("one", {"ports": [2], "image": "a"}),
        ("list", {"tty": "d", "image": "a", "ports": [1], "user": "c"}),
        ("late", {"ports": [3], "image": "a"}),
        ("twice", {"tty": "e", "image": "a", "ports": [1]}),
        ("inline", {"user": "f"}),
    ],
)
def test_own_pairs_beat_merged_ones_and_the_first_merge_beats_the_later(name: str, value: object) -> None:
    assert plain(root(MERGED).get(name)) == value


def test_a_merged_pair_tells_through_which_alias_it_came() -> None:
    node = at(root(MERGED), "list")
    assert isinstance(node, Mapping)
    came = {key.value: via and cut(MERGED, via) for key, _ in node.pairs() for via in [node.via(key)]}
    assert came == {"tty": None, "image": "*base", "ports": "*base", "user": "*more"}


def test_items_keep_the_merge_key_as_written() -> None:
    node = at(root(MERGED), "late")
    assert isinstance(node, Mapping)
    assert [key.value for key, _ in node.items] == ["ports", "<<"]


def test_a_merge_key_in_quotes_is_a_key_like_any_other() -> None:
    assert plain(root('a: {"<<": {b: 1}}')) == {"a": {"<<": {"b": 1}}}


@pytest.mark.parametrize("value", ["1", "[1]", "", "[[]]"])
def test_a_merge_key_takes_mappings_only(value: str) -> None:
    kind, message, line, _ = only_fault(f"a: 1\n<<: {value}\n")
    assert (kind, line) == ("syntax", 2)
    assert message == "the merge key << takes a mapping, or a list of mappings"


def test_of_a_repeated_key_the_last_one_counts_and_the_fault_points_to_the_first() -> None:
    text = "image: a\nports: [1]\nimage: b\n"
    ((top, (fault,), _, _),) = read(text)
    assert plain(top) == {"image": "b", "ports": [1]}
    assert isinstance(top, Mapping)
    assert [key.start for key, _ in top.pairs()] == [text.rindex("image"), text.index("ports")]
    assert (fault.kind, fault.span.start) == ("duplicate key", text.rindex("image"))
    assert fault.notes[0].at.start == 0


def test_two_merge_keys_in_one_mapping_are_a_repeated_key() -> None:
    ((top, (fault,), _, _),) = read("a: &a {x: 1}\nb: &b {x: 2, y: 3}\nc:\n  <<: *a\n  <<: *b\n")
    assert fault.kind == "duplicate key"
    assert plain(at(top, "c")) == {"x": 1, "y": 3}


@pytest.mark.parametrize("text", ["? [a]\n: b\n", "? {a: b}\n: c\n", "{[a]: b}\n"])
def test_a_key_that_is_no_text_is_a_fault_and_its_pair_is_dropped(text: str) -> None:
    ((top, faults, _, _),) = read(text)
    assert [(fault.kind, fault.message) for fault in faults] == [("syntax", "a key must be text")]
    assert isinstance(top, Mapping)
    assert top.items == []


def test_a_dropped_pair_does_not_shift_the_places_of_aliases() -> None:
    text = "a: &a 1\n? [b]\n: *a\nc: *a\n"
    ((top, _, _, _),) = read(text)
    assert isinstance(top, Mapping)
    assert {index: place.start for index, place in (top.aliases or {}).items()} == {1: text.rindex("*a")}


@pytest.mark.parametrize(
    ("text", "tag"),
    [("a: !reset", "!reset"), ("a: !reset []", "!reset"), ("a: !override\n  - b", "!override"),
     ("a: !reset null", "!reset"), ("a: &x !override {b: c}", "!override"), ("a: !!str b", "!!str")],
)  # fmt: skip
def test_a_tag_stays_on_its_node(text: str, tag: str) -> None:
    assert at(root(text), "a").tag == tag


def test_a_file_may_have_several_documents() -> None:
    assert [plain(document.root) for document in read("a: 1\n---\nb: 2\n---\nc: 3\n")] == [
        {"a": 1},
        {"b": 2},
        {"c": 3},
    ]


def test_anchors_end_with_their_document() -> None:
    assert only_fault("a: &x 1\n---\nb: *x\n")[1:] == ("the alias *x has no anchor above it", 3, 4)


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n"])
def test_an_empty_file_is_one_document_without_a_root(text: str) -> None:
    ((top, faults, _, _),) = read(text)
    assert (top, faults) == (None, ())


@pytest.mark.parametrize("text", ["[80:80]", "[http://a/b?c=d, e]", "{a: http://b:80}", "{b:1}",
                                  "[b?c, is it?]", "[a::b]", "[a :b]"])  # fmt: skip
def test_lists_in_brackets_are_read_as_compose_reads_them(text: str) -> None:
    (document,) = read(f"a: {text}\nb: 'c:d?e'\n")
    expected = pyyaml.compose(text, Loader=pyyaml.CBaseLoader)
    found = at(document.root, "a")
    assert isinstance(found, Mapping | Sequence)
    values = found.items if isinstance(found, Sequence) else [key for key, _ in found.items]
    keys = [item[0] if isinstance(item, tuple) else item for item in expected.value]
    assert [value.value for value in values if isinstance(value, Scalar)] == [key.value for key in keys]
    assert plain(at(document.root, "b")) == "c:d?e"


# Where things are.

PLACES = """\
services:
  web:
    image: "nginx:1"
    command: 'it''s'
    ports:
      - 80:80
      - 127.0.0.1:81:81 # why
    script: |+ # how
      one # two

    text: >-
      three
    flow: {a: b, "c": [d, e ]}
    empty:
    last: &x !t six
    seven: &y # note
      eight: nine
    long: ten
      eleven
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (["image"], '"nginx:1"'),
        (["command"], "'it''s'"),
        (["ports"], "- 80:80\n      - 127.0.0.1:81:81"),
        (["ports", 1], "127.0.0.1:81:81"),
        (["script"], "|+ # how\n      one # two"),
        (["text"], ">-\n      three"),
        (["flow"], '{a: b, "c": [d, e ]}'),
        (["flow", "c"], "[d, e ]"),
        (["last"], "six"),
        (["seven"], "eight: nine"),
        (["long"], "ten\n      eleven"),
    ],
)
def test_a_span_is_the_value_as_written(path: list[str | int], expected: str) -> None:
    assert cut(PLACES, at(root(PLACES), "services", "web", *path)) == expected


def test_the_span_of_a_key_is_the_key() -> None:
    flow = at(root(PLACES), "services", "web", "flow")
    assert isinstance(flow, Mapping)
    assert cut(PLACES, flow.key("c")) == '"c"'


def test_a_block_ends_with_its_last_value_and_not_at_the_next_token() -> None:
    text = "a:\n  b: c\n\n# comment\n\nd: e\n"
    assert cut(text, at(root(text), "a")) == "b: c"


def test_a_block_that_ends_with_an_alias_ends_with_the_alias() -> None:
    text = "a: &a 1\nb:\n  - *a\nc: 2\n"
    assert cut(text, at(root(text), "b")) == "- *a"


@pytest.mark.parametrize(
    ("text", "path", "offset"),
    [
        ("a:\nb: 1\n", ["a"], 2),
        ("a:   # none\nb: 1\n", ["a"], 2),
        ("a: # x: -\n\n\nb: 1\n", ["a"], 2),
        ("a:", ["a"], 2),
        ("- \n- 1\n", [0], 1),
        ("a:\n-\n- 1\n", ["a", 0], 4),
        ("a: !reset\nb: 1\n", ["a"], 9),
        ("a: &x\nb: 1\n", ["a"], 5),
        ("{a: , b: 1}", ["a"], 3),
        ("? a\n\n? b\n", ["a"], 3),
    ],
)
def test_an_empty_value_is_right_behind_its_colon_or_dash(
    text: str, path: list[str | int], offset: int
) -> None:
    for (document,) in (read(text), purely(text)):
        node = at(document.root, *path)
        assert (node.start, node.end) == (offset, offset)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_offsets_count_every_character_of_a_line_end(end: str) -> None:
    text = end.join(["a:", "  - b", "  - 'ü😀' # 😀", "c: 😀d", ""])
    assert cut(text, at(root(text), "a", 1)) == "'ü😀'"
    assert cut(text, at(root(text), "c")) == "😀d"
    assert root(text).get("c") is not None


@pytest.mark.parametrize("line_break", ["\x85", "\u2028", "\u2029"])
def test_line_ends_of_unicode_do_not_move_what_follows(line_break: str) -> None:
    text = f"a: 'x{line_break}y'\nb: c # d\n"
    assert cut(text, at(root(text), "b")) == "c"


def test_comments_are_found_beside_values_and_not_in_them() -> None:
    text = (
        "# one\na: \"# no\" # two\nb: c#no\nd: | # three\n  # no\n  x # no\n# four\ne: [f, # five\n  '#']\n"
        "g: h # six # still\n"
    )
    assert [cut(text, place) for place in read(text)[0].comments] == [
        "# one", "# two", "# three", "# four", "# five", "# six # still"
    ]  # fmt: skip


def test_each_comment_belongs_to_one_document() -> None:
    text = "# a\nb: 1 # c\n# d\n---\n# e\nf: 1\n...\n# g\n"
    assert [[cut(text, place) for place in document.comments] for document in read(text)] == [
        ["# a", "# c", "# d"],
        ["# e", "# g"],
    ]


# Texts that are not taken.


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("a:\n\tb: 1\n", "YAML does not indent with tabs; use spaces", 2, 1),
        ("a: |\n\t b\n", "YAML does not indent with tabs; use spaces", 2, 1),
        ("a: @b\n", "no value can begin with @; put it in quotes", 1, 4),
        ("a: `b`\n", "no value can begin with `; put it in quotes", 1, 4),
        ("a: b: c\n", "no `: ` can stand here; quote the value, or look at the indentation", 1, 5),
        ("a: - b\n", "no list can begin here; it needs a line of its own", 1, 4),
        ("a: 1\nb\nc: 2\n", "this line of a mapping has no `: `", 2, 1),
        (
            "a:\n  b: 1\n c: 2\n",
            "this is not part of the mapping above; look at indentation and quotes",
            3,
            2,
        ),
        ("- a\nb: 1\n", "this is not part of the list above; look at indentation and `- `", 2, 1),
        ("[]\na: 1\n", "this is not part of the document above; look at the indentation", 2, 1),
        ('a: "\\d"\n', "double quotes know no such escape; use single quotes, or two backslashes", 1, 5),
        ("a: *.example.com\n", "`*` begins an alias; quote a text that begins with it", 1, 5),
        ("a: !x!y z\n", "no %TAG line above declares the beginning of this tag", 1, 4),
        ("a: ]\n", "a value is missing here, or has to be quoted", 1, 4),
        ("a: *b\n", "the alias *b has no anchor above it", 1, 4),
        ("a: \x00\n", "YAML does not allow the character U+0000", 1, 4),
        ("a: 1\nb: \x1b[0m\n", "YAML does not allow the character U+001B", 2, 4),
        ("a: \udc80\n", "YAML does not allow the character U+DC80", 1, 4),
        ("\ufeffa: 1\n", "YAML does not allow the character U+FEFF", 1, 1),
    ],
)
def test_a_fault_says_in_plain_words_what_is_wrong_and_where(
    text: str, message: str, line: int, column: int
) -> None:
    assert only_fault(text) == ("syntax", message, line, column)


@pytest.mark.parametrize(
    ("text", "message", "opened"),
    [
        ('a: "b\nc: d\n', "a quote is not closed", 3),
        ("a: 'b\n---\n", "a quote is not closed", 3),
        ("a: [b, c\nd: e\n", "a list in brackets needs `,` or `]` here", 3),
        ("a: {b: c\n", "a mapping in braces needs `,` or `}` here", 3),
    ],
)
def test_what_is_not_closed_comes_with_the_place_where_it_was_opened(
    text: str, message: str, opened: int
) -> None:
    (fault,) = read(text)[0].faults
    assert fault.message == message
    assert [note.at.start for note in fault.notes] == [opened]


def test_an_unresolved_merge_conflict_is_called_one() -> None:
    text = "services:\n  a:\n<<<<<<< HEAD\n    image: b\n=======\n    image: c\n>>>>>>> other\n"
    assert only_fault(text) == ("syntax", "a merge conflict is not resolved", 3, 1)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: {{ b }}\n", 1, 4),
        ("a: {{ b }}:{{ c }}\n", 1, 4),
        ("{% if a %}\nb: 1\n{% endif %}\n", 1, 1),
        ("{{- if .Values.a }}\nb: 1\n", 1, 1),
        ("a: 1\nb:\n  {{- toYaml .c | nindent 4 }}\n", 3, 3),
        ("a: 1\n{{ b }}: 2\nc: {{ d }}\n", 2, 1),
    ],
)
def test_a_template_is_called_one_once(text: str, line: int, column: int) -> None:
    assert only_fault(text) == (
        "unsupported",
        "this looks like a template (Jinja, Helm), not YAML",
        line,
        column,
    )


@pytest.mark.parametrize("text", ['a: "{{ b }}"\nc: "d\n', "a: '{{ b }}'\n\nc: 1\nd\n"])
def test_braces_in_quotes_make_no_template(text: str) -> None:
    assert only_fault(text)[0] == "syntax"


def test_a_version_that_go_refuses_is_a_fault_and_the_rest_is_read() -> None:
    ((top, (fault,), _, _),) = read("%YAML 1.2\n---\na: 1\n")
    assert (fault.kind, fault.span.start, fault.span.end) == ("syntax", 0, 9)
    assert plain(top) == {"a": 1}


def test_the_version_that_go_takes_is_no_fault() -> None:
    assert plain(root("%YAML 1.1\n---\na: 1\n")) == {"a": 1}


def test_a_node_inside_of_itself_is_a_fault() -> None:
    assert only_fault("a: &a\n  b: [*a]\n") == (
        "syntax",
        "the alias *a stands inside of what it names",
        2,
        7,
    )


# Hostile texts.

TOO_DEEP = "nested deeper than 200 levels"
TOO_MANY = "aliases expand to more than 100000 nodes"


def bomb(line: str) -> str:
    """Nine levels, each with nine aliases of the one above."""
    aliases = (", ".join([f"*a{level}"] * 9) for level in range(8))
    return "a0: &a0 {x: 1}\n" + "".join(
        f"a{level}: &a{level} {line.format(names)}\n" for level, names in enumerate(aliases, 1)
    )


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("[" * 100_000, TOO_DEEP, 1, 201),
        ("{a: " * 100_000, TOO_DEEP, 1, 801),
        ("- " * 100_000, TOO_DEEP, 1, 401),
        ("? " * 100_000, TOO_DEEP, 1, 401),
        ("[\n" * 100_000, TOO_DEEP, 201, 1),
        ("".join(f"{' ' * level}a:\n" for level in range(300)), TOO_DEEP, 201, 201),
        (bomb("[{}]"), TOO_MANY, 6, 25),
        (bomb("{{<<: [{}]}}"), TOO_MANY, 6, 30),
        (
            "a0: &a0 [1]\n" + "".join(f"a{at}: &a{at} [*a{at - 1}]\n" for at in range(1, 300)),
            TOO_DEEP,
            200,
            14,
        ),
        ("- &a [b, b, b, b]\n" + "- *a\n" * 20_001, TOO_MANY, 20_002, 3),
    ],
)
def test_too_much_is_a_fault_where_it_becomes_too_much(
    text: str, message: str, line: int, column: int
) -> None:
    assert only_fault(text) == ("syntax", message, line, column)


def test_a_hundred_thousand_values_are_enough() -> None:
    kind, message, line, _ = only_fault("- a\n" * 100_001)
    assert (kind, message, line) == ("unsupported", "the file has more than 100000 values", 100_000)


def test_two_hundred_levels_are_read() -> None:
    node: Node | None = read("[" * 200 + "]" * 200)[0].root
    for _ in range(199):
        (node,) = items(node)
    assert items(node) == []


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "x" * 10_000_000,
        'a: "' + "x " * 1_000_000 + '"',
        "a: |\n" + "  #x\n" * 300_000,
        "\n" * 1_000_000,
        "#" + "x" * 1_000_000,
        "? a\n" + "\n" * 1_000_000,
        "-\n" * 50_000,
        "---\n" * 20_000,
        "- &a x\n" * 20_000,
        "a: " + "b\n  " * 300_000,
        "[" * 199 + "a," * 20_000 + "]" * 199,
    ],
    ids=range(11),
)
def test_much_of_one_thing_is_read(text: str) -> None:
    for document in read(text):
        assert document.faults == ()
        assert len(document.comments) < 2


@pytest.mark.parametrize(
    "text",
    [
        'a: "' + "x\n" * 500_000,
        "a: 1\n" * 20_000,
        "? [a]\n: b\n" * 20_000,
        "a: {{ x }}\n" * 20_000,
        "[" * 199 + "a," * 20_000 + "}",
        "a: [" + "a:b," * 20_000 + "}",
        "&a " * 20_000,
        "{{ x }}\n" * 20_000,
        "%" * 100_000,
        '"' * 20_001,
        "a" + " " * 300_000 + ":b: c",
    ],
    ids=range(11),
)
def test_much_of_a_wrong_thing_is_told(text: str) -> None:
    ((_, faults, _, _),) = read(text)
    assert faults != ()


# Any text at all.

SNIPPET = """\
# a comment
x-base: &base
  restart: unless-stopped
  environment: {TZ: UTC, "A#B": 'c # d'}
services:
  web:
    <<: *base
    image: "nginx:${TAG:-1.27}" # pinned
    ports: ["80:80", 127.0.0.1:81:81]
    command: [sh, -c, 'exec "$$@"']
    volumes:
      - ./data:/data:ro
      - type: bind
        source: /var/run/docker.sock
    script: |-
      one # no comment
        two
    labels: !override
      - traefik.http.routers.web.rule=Host(`a.example`)
    healthcheck:
      disable:
---
volumes: {data: !reset null, ? more}
"""
PIECES = st.sampled_from(
    ["\t", "{{ x }}", '"', "'", "[", "]", "{", "}", ",", ":", ": ", "- ", "? ", "&a ", "*a", "*base",
     "<<: *base\n", "!t ", "!!int ", "|", ">\n", "\n", "\r\n", "\r", "\u2028", "\x85", "\ufeff", "\x00",
     "😀", " #", "#", "%YAML 1.2\n", "---\n", "...\n", "@", "`", "\\", "  ", "\n  ", "a: 1\n", "a:\n",
     "[a: b]", "? a\n", "{a: b}: c\n", "http://x"]
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Some lines of a real file with pieces put in and taken out."""
    lines = SNIPPET.splitlines(keepends=True)
    first = draw(st.integers(0, len(lines) - 1))
    text = "".join(lines[first : first + draw(st.integers(1, len(lines)))])
    for _ in range(draw(st.integers(0, 5))):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(PIECES) + text[place + draw(st.sampled_from([0, 0, 1, 4])) :]
    return text


TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=12).map("".join), mutated())


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_any_text_gives_nodes_whose_places_nest(text: str) -> None:
    for document in read(text):
        for child, parent in below(document.root):
            assert parent.start <= child.start <= child.end <= parent.end <= len(text)
        for fault in document.faults:
            assert 0 <= fault.span.start <= fault.span.end <= len(text) + 1
        assert all(text[place.start] == "#" for place in document.comments)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_a_plain_scalar_on_one_line_is_the_text_at_its_place(text: str) -> None:
    for document in read(text):
        for node, _ in below(document.root):
            written = cut(text, node)
            if isinstance(node, Scalar) and not node.style and len(written.splitlines()) == 1:
                assert node.value == written or written.startswith("*")


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_pairs_have_each_key_once_and_get_agrees_with_them(text: str) -> None:
    for document in read(text):
        for node in [document.root, *(node for node, _ in below(document.root))]:
            if isinstance(node, Mapping):
                names = [key.value for key, _ in node.pairs()]
                assert len(set(names)) == len(names)
                for key, value in node.pairs():
                    assert node.key(key.value) is key
                    assert node.get(key.value) is value


@settings(max_examples=50, deadline=None)
@given(TEXTS)
def test_the_pure_parser_gives_documents_of_any_text(text: str) -> None:
    assert purely(text) != ()


WORDS = st.sampled_from(["80:80", "yes", "017", "~", "a: b", "#", "- "])
LEAVES = st.one_of(st.text(), st.integers(), st.booleans(), st.none(), WORDS)
TREES = st.recursive(
    LEAVES,
    lambda trees: st.lists(trees, max_size=4) | st.dictionaries(st.text(max_size=9), trees, max_size=4),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(TREES, st.sampled_from([None, "'", '"', "|", ">"]), st.sampled_from([None, True, False]))
def test_values_and_places_are_those_of_libyaml(tree: object, style: str | None, flow: bool | None) -> None:
    text = pyyaml.dump(tree, default_style=style, default_flow_style=flow, allow_unicode=True)
    expected = pyyaml.compose(text, Loader=pyyaml.CBaseLoader)
    ((top, faults, _, _),) = read(text)
    assert faults == ()
    assert marks(top) == theirs(expected, text)


@settings(max_examples=50, deadline=None)
@given(TREES, st.sampled_from([None, "'", '"']), st.sampled_from([None, True, False]))
def test_the_pure_parser_gives_the_same_nodes(tree: object, style: str | None, flow: bool | None) -> None:
    text = pyyaml.dump(tree, default_style=style, default_flow_style=flow, allow_unicode=True)
    assume(not set("\x85\u2028\u2029\ufeff") & set(text))  # of YAML 1.1, or 1.2
    assert shape(purely(text)[0].root) == shape(read(text)[0].root)


def test_the_pure_parser_gives_the_same_nodes_of_a_real_file() -> None:
    text = SNIPPET.replace("? more", "more")
    assert [shape(document.root) for document in purely(text)] == [
        shape(document.root) for document in read(text)
    ]


def shape(node: Node | None) -> object:
    """Everything about a node that can be compared."""
    if node is None or isinstance(node, Scalar):
        return node
    inside = node.items if isinstance(node, Sequence) else [part for pair in node.items for part in pair]
    return type(node), node.span, node.tag, node.aliases, [shape(part) for part in inside]


def marks(node: Node | None) -> object:
    if isinstance(node, Scalar):
        return node.start, node.value
    assert node is not None
    inside = node.items if isinstance(node, Sequence) else [part for pair in node.items for part in pair]
    return node.start, [marks(part) for part in inside]


def theirs(node: pyyaml.Node, text: str) -> object:
    start = node.start_mark.index
    while text[start : start + 1] in ("!", "&"):  # ours begin behind the tag
        start += len(text[start:].split(maxsplit=1)[0])
        start += len(text[start:]) - len(text[start:].lstrip())
    if isinstance(node, pyyaml.ScalarNode):
        return start, node.value
    inside = (
        node.value
        if isinstance(node, pyyaml.SequenceNode)
        else [part for pair in node.value for part in pair]
    )
    return start, [theirs(part, text) for part in inside]


def test_without_the_c_library_the_same_is_read() -> None:
    program = (
        "import sys; sys.modules['_ruamel_yaml'] = sys.modules['_ruamel_yaml_clibz'] = None\n"
        "from compolint.syntax.yaml import parse\n"
        "from compolint.text import Source\n"
        "(document,) = parse(Source('compose.yaml', 'a: [80:80]'))\n"
        "print(document.root.get('a').items[0].value)\n"
        "(document,) = parse(Source('compose.yaml', '- a\\n' * 100_000))\n"
        "print(document.faults[0].kind)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["80:80", "unsupported"]


def test_a_refused_text_leaves_nothing_for_the_garbage_collector() -> None:
    import gc

    text = "a: [http://example.com, {b: c}]\nports: [80:80]\n" * 20
    parse(Source("a.yaml", text))
    gc.collect()
    gc.disable()
    try:
        parse(Source("a.yaml", text))
        assert gc.collect() == 0
    finally:
        gc.enable()
