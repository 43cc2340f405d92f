"""The reader of HCL, held against python-hcl2 where that reads a text as well."""

from collections.abc import Iterator

import hcl2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.load.hcl.scope import Budget, Scope
from compolint.load.hcl.values import Value
from compolint.syntax import hcl
from compolint.syntax.hcl import Attribute, Block
from compolint.syntax.hcl_nodes import Expression, Fault, Template
from compolint.text import Source, Span
from compolint.unknown import Unknown

Place = tuple[str, int]  # the names down to a statement, and where it begins

EXPRESSIONS = (
    "1", "-2.5", "true", "null", '"text"', '""', '"a ${b.c} d"', '"$${a} %%{b}"', r'"a \" b \\"', "a.b.c",
    "a[0].b", "a[*].b", "a.*.b", "[1, 2, 3]", "[\n  1,\n  2, # two\n]", '{ a = 1, "b" = 2 }',
    "{\n  a = 1\n  b = [2]\n}", "f(1, g(2))", "f(a...)", "(1 + 2) * 3", "a == b && !c", "a ? b : c",
    "[for x in y : x.z]", "{ for k, v in y : k => v if v > 1 }", '"${f("${a}")}"', "<<EOT\na ${b} }\n  EOT",
    "<<-EOT\n    a = {\n    EOT", "a # comment }", "a // {", "(\n  a\n)",
)  # fmt: skip


def names() -> st.SearchStrategy[str]:
    return st.from_regex(r"[a-z][a-z0-9_-]{0,6}", fullmatch=True).filter(
        lambda name: name not in {"for", "if", "in", "null", "true", "false", "else", "endif", "endfor"}
    )


def attributes() -> st.SearchStrategy[str]:
    return st.builds(lambda name, value: f"{name} = {value}\n", names(), st.sampled_from(EXPRESSIONS))


def bodies() -> st.SearchStrategy[str]:
    comments = st.sampled_from(["# a } comment\n", "// {\n", "/* a\n = b */\n", "\n"])
    return st.recursive(
        st.lists(st.one_of(attributes(), comments), max_size=3).map("".join),
        lambda inner: st.lists(
            st.one_of(
                attributes(),
                st.builds(
                    lambda name, labels, body: " ".join([name, *labels, "{\n"]) + body + "}\n",
                    names(),
                    st.lists(st.builds(lambda label: f'"{label}"', names()), max_size=2),
                    inner,
                ),
            ),
            max_size=3,
        ).map("".join),
        max_leaves=8,
    )


def ours(block: Block, above: str = "") -> Iterator[Place]:
    for name, attribute in block.attributes.items():
        yield f"{above}{name}", attribute.name_start
    for inner in block.blocks:
        path = f"{above}{'.'.join((inner.keyword, *inner.labels))}"
        yield path, inner.start
        yield from ours(inner, f"{path}/")


def theirs(text: str) -> Iterator[Place]:
    """The same from python-hcl2's tree."""
    waiting = [(hcl2.parses_to_tree(text), "")]
    while waiting:
        node, above = waiting.pop()
        for child in node.children:
            kind = getattr(child, "data", "")
            if kind == "attribute":
                yield f"{above}{_words(text, child.children[0])}", child.meta.start_pos
            elif kind == "block":
                parts = [
                    part for part in child.children if getattr(part, "data", "") in ("identifier", "string")
                ]
                path = above + ".".join(_words(text, part).strip('"') for part in parts)
                yield path, child.meta.start_pos
                waiting.append((child, f"{path}/"))
            elif kind == "body":
                waiting.append((child, above))


def _words(text: str, node: object) -> str:
    meta = node.meta  # type: ignore[attr-defined]  # a tree of lark
    return text[meta.start_pos : meta.end_pos]


def all_attributes(block: Block) -> Iterator[Attribute]:
    yield from block.attributes.values()
    for inner in block.blocks:
        yield from all_attributes(inner)


def expression(text: str) -> Expression | Fault:
    return hcl.parse(Source("a.tf", f"a = {text}\n")).body.attributes["a"].expression()


def value(text: str) -> object:
    scope = Scope(lambda name, span: Value(Unknown(name, span, (name,)), span), Budget())
    found = hcl.parse(Source("a.tf", f"a = {text}\n")).body.attributes["a"]
    return plain(scope.of(found))


def plain(value: Value) -> object:
    if isinstance(value.of, tuple):
        return [plain(item) for item in value.of]
    if isinstance(value.of, dict):
        return {key: plain(item) for key, item in value.of.items()}
    return str(value.of) if value.is_open else value.of


@given(bodies())
@settings(max_examples=150, deadline=None)
def test_it_finds_the_statements_of_python_hcl2_where_that_does(text: str) -> None:
    file = hcl.parse(Source("a.tf", text))
    assert not file.faults
    statements = set(ours(file.body))
    expected = set(theirs(text))
    # Of two attributes with one name the first is kept, which the language forbids anyway.
    assert statements <= expected
    assert {path for path, _ in expected} == {path for path, _ in statements}


@given(bodies())
@settings(max_examples=100, deadline=None)
def test_every_expression_is_read_and_stands_where_it_says(text: str) -> None:
    for attribute in all_attributes(hcl.parse(Source("a.tf", text)).body):
        found = attribute.expression()
        assert not isinstance(found, Fault)
        assert attribute.start <= found.span.start < found.span.end <= attribute.end
        assert text[attribute.name_start : attribute.name_end] == attribute.name


@given(st.text(alphabet='ab ={}[]()"$%\\<E\n#/*.,?:!-1', max_size=60))
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_it(text: str) -> None:
    file = hcl.parse(Source("a.tf", text))
    scope = Scope(lambda name, span: Value(None, span), Budget())
    for attribute in all_attributes(file.body):
        scope.of(attribute)
    for fault in file.faults:
        assert 0 <= fault.span.start <= fault.span.end <= len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"a$${b}c%%{d}"', "a${b}c%{d}"),
        (r'"\"\\\té"', '"\\\té'),
        ('"x${1 + 2 * 3}y"', "x7y"),
        ('"${[1]}"', [1]),
        ("<<EOT\na\n  b\nEOT", "a\n  b\n"),
        ("<<-EOT\n    a\n      b\n    EOT", "a\n  b\n"),
        ("{ a = { b = [1, 2] } }.a.b[1]", 2),
        ("[{ a = 1 }, { a = 2 }][*].a", [1, 2]),
        ('[for i, x in ["a", "b"] : "${i}${x}"]', ["0a", "1b"]),
        ("{ for k, v in { b = 1, a = 2 } : upper(k) => v if v > 1 }", {"A": 2}),
        ('{ for x in ["a", "b", "a"] : x => 1... }', {"a": [1, 1], "b": [1]}),
        ('{\n  a = b\n  (upper("c")) = 1\n}', {"a": "b", "C": 1}),
        ("false ? 1 : true ? 2 : 3", 2),
        ('concat(["a"], more, ["b"])', ["a", "more", "b"]),
        ("flatten([[1], [[2]], []])", [1, 2]),
        ("merge({ a = 1 }, null, { a = 2 })", {"a": 2}),
        ('format("%s:%d", "a", 1)', "a:1"),
        ('try(nothing.x.y, "a")', "nothing.x.y"),
        ('try({}.x, "a")', "a"),
        ("values({ b = 1, a = 2 })", [2, 1]),
        ('toset(["b", "a", "b"])', ["a", "b"]),
        ("open && false", False),
        ('open == "" ? 1 : 1', 1),
        ("10 / 4", 2.5),
    ],
)
def test_expressions_stand_for_these_values(text: str, expected: object) -> None:
    assert value(text) == expected


def test_a_template_knows_its_ends() -> None:
    scope = Scope(lambda name, span: Value(Unknown(name, span, (name,)), span), Budget())
    found = scope.of(hcl.parse(Source("a.tf", 'a = "10.${b}/8"\n')).body.attributes["a"]).of
    assert isinstance(found, Unknown)
    assert (found.head, found.tail, found.names) == ("10.", "/8", ("b",))


def test_a_comment_is_none_inside_of_a_string_or_a_heredoc() -> None:
    text = '# one\na = "# two" // three\nb = <<E\n# four\nE\nc = [ /* five */\n  1, # six\n]\n'
    comments = hcl.parse(Source("a.tf", text)).comments
    assert [text[at.start : at.end] for at in comments] == ["# one", "// three", "/* five */", "# six"]


def test_a_bad_statement_costs_itself() -> None:
    text = 'a = "open\nb = 1\nc = [1\nd {\n  e = 2\n}\n}\nf = 3\n'
    file = hcl.parse(Source("a.tf", text))
    assert [(fault.message, fault.span.start) for fault in file.faults] == [
        ("the string is not closed", 4),
        ("`[` is not closed", text.index("[")),
        ("`}` closes nothing", text.index("}\nf")),
    ]
    assert set(file.body.attributes) == {"b", "f"}
    assert [block.keyword for block in file.body.blocks] == ["d"]


def test_a_fault_in_an_expression_says_where() -> None:
    found = expression('[1, "a" 2]')
    assert found == Fault("what is opened here should be closed by `]`", Span("a.tf", 4, 14))
    assert isinstance(expression('"a ${b} c"'), Template)


@pytest.mark.parametrize(
    "text",
    [
        "a {\n" * 10_000,
        "a = <<EOT\n" * 20_000,
        'a = "' + "x" * 200_000,
        "a = " + "(" * 100_000,
        "a = " + "[" * 300 + "]" * 300,
        "a = " + '"${' * 20_000,
        "/*\n" * 50_000,
        "a = " + "-" * 100_000 + "1",
        "a = b" + ".c" * 50_000,
        "a = " + "1 + " * 50_000 + "1",
        "a = " + "b ? c : " * 20_000 + "d",
        "a = {" + "b = 1," * 20_000 + "}",
    ],
    ids=lambda text: text[:12].strip(),
)
def test_hostile_texts_end_in_a_fault_or_a_value(text: str) -> None:
    file = hcl.parse(Source("a.tf", text))
    assert len(file.faults) < 100
    scope = Scope(lambda name, span: Value(None, span), Budget())
    for attribute in list(all_attributes(file.body))[:10]:
        scope.of(attribute)
