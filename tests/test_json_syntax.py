"""The reader of JSON against the standard library's, and on texts that are none."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.syntax.json import Dialect, Document, parse
from compolint.syntax.yaml_nodes import Mapping, Node, Sequence
from compolint.text import Source

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def read(text: str, dialect: Dialect = "json") -> Document:
    return parse(Source("a.json", text), dialect)


def plain(node: Node | None) -> Any:
    if isinstance(node, Mapping):
        return {key.value: plain(value) for key, value in node.pairs()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return node.resolved() if node else None


@settings(max_examples=200, deadline=None)
@given(VALUES, st.booleans(), st.sampled_from([None, 2]))
def test_what_the_standard_library_writes_is_read_as_it_was(
    value: Any, ascii: bool, indent: int | None
) -> None:
    document = read(json.dumps(value, ensure_ascii=ascii, indent=indent))
    assert not document.faults
    assert plain(document.root) == json.loads(
        json.dumps(value).encode("utf-16", "surrogatepass").decode("utf-16")
    )


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="{}[]:,\"'\\/*1ae \n\x00"), st.sampled_from(["json", "jsonc", "json5"]))
def test_a_text_gives_a_value_or_one_reason_against_it(text: str, dialect: Dialect) -> None:
    document = read(text, dialect)
    fatal = [fault for fault in document.faults if fault.kind != "duplicate key"]
    assert document.root is not None or len(fatal) == 1
    for fault in document.faults:
        assert 0 <= fault.span.start <= fault.span.end <= len(text)
    if document.root is not None and not document.faults and dialect == "json":
        json.loads(text)


def test_each_value_knows_its_place() -> None:
    text = '{"a": [1, "b"]}'
    root = read(text).root
    assert isinstance(root, Mapping)
    (key, value), *_ = root.pairs()
    assert isinstance(value, Sequence)
    assert [text[at.span.start : at.span.end] for at in (key, value, *value.items)] == [
        '"a"', '[1, "b"]', "1", '"b"'
    ]  # fmt: skip


def test_a_richer_dialect_reads_what_it_has() -> None:
    text = "{// why\n a: 'it\\'s', /* and */ $b: [+1, .5, 0x10,], 'c': Infinity,}"
    assert plain(read(text, "json5").root) == {"a": "it's", "$b": [1, 0.5, 16], "c": "Infinity"}
    assert len(read(text, "json5").comments) == 2
    assert not read('{"a": 1, /* b */}', "jsonc").faults


def test_what_only_a_richer_dialect_has_is_read_and_said_once() -> None:
    document = read('{"a": 1, // why\n "b": [2,],}')
    assert plain(document.root) == {"a": 1, "b": [2]}
    assert [fault.message for fault in document.faults] == [
        "JSON has no comments, so the program does not read this file"
    ]


def test_of_a_key_that_occurs_twice_the_last_value_counts() -> None:
    document = read('{"a": 1, "a": 2}')
    assert plain(document.root) == {"a": 2}
    assert [(fault.kind, fault.span.start) for fault in document.faults] == [("duplicate key", 9)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ('{"a": secret}', "this word is no value"),
        ("{'a': 1}", "double quotes"),
        ('{"a": 1', "needs `,` or `}`"),
        ('{"a" 1}', "needs `:`"),
        ("[1]]", "nothing can stand here"),
        ('{"a": "\x00"}', "no such escape or character"),
        ("\x00", "U+0000"),
        ('{"a": "b', "not closed"),
        ("[" * 1_000_000, "deeper than 200"),
        ('{"a":' * 500_000, "deeper than 200"),
        ("[" + "1," * 400_000 + "1]", "more than 100000 values"),
        ('"' + "\\" * 1_000_001, "not closed"),
        ("/* " * 300_000, "not closed"),
        ("'" * 1_000_000, "double quotes"),
    ],
    ids=lambda value: value[:20],
)
def test_a_text_that_is_no_json_has_one_fault(text: str, words: str) -> None:
    document = read(text)
    assert document.root is None
    assert len(document.faults) == 1
    assert words in document.faults[0].message
