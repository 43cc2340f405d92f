"""What is said of regular expressions without running them."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.model.knowledge.automata import Automaton, explodes
from compolint.model.knowledge.expressions import LINE_END, Unclear, bit, groups, is_anchored, parsed
from compolint.model.knowledge.origins import stranger


def letters(characters: int) -> str:
    return "".join(each for each in map(chr, range(128)) if characters & bit(each))


def held(expression: str, name: str = "1") -> str:
    found = groups(expression)
    assert found is not None
    return letters(found[name].characters)


# --- groups ---


def test_a_group_has_the_characters_of_its_elements() -> None:
    assert held("(ab|c)") == "abc"
    assert held("([a-c]x?)") == "abcx"
    assert held(r"(\d)") == "0123456789"
    assert held("((?i:a))(b)", "1") == "Aa"
    assert held("((?i:a))(b)", "2") == "b"
    assert held("(?<name>a)", "name") == held("(?P<name>a)", "name") == "a"
    assert held("(?i)(a)") == "Aa"


def test_a_line_end_is_in_what_excludes_other_characters() -> None:
    def breaks(expression: str) -> bool:
        found = groups(expression)
        assert found is not None
        return bool(found["1"].characters & LINE_END)

    assert all(map(breaks, ["([^/]*)", r"(\s)", r"(\D+)", r"(\W)", "((?s:.)*)", "(?s)(.*)", "(a|[^b])"]))
    assert not any(map(breaks, ["(.*)", r"([^\s]*)", r"([^/\n]*)", r"(\w+)", "([a-z]*)", "(?:[^/]*)(a)"]))


def test_a_group_may_be_a_list() -> None:
    def is_listed(expression: str) -> bool:
        found = groups(expression)
        assert found is not None
        return found["1"].is_listed

    assert is_listed("(a|bc|)")
    assert is_listed("(a(?:b|c))")
    assert is_listed("(ab?)")
    assert not is_listed("(a*)")
    assert is_listed("([ab])")
    assert not is_listed("([a-z])")
    assert not is_listed("(.)")


def test_a_group_tells_what_it_begins_with() -> None:
    def first(expression: str) -> str:
        found = groups(expression)
        assert found is not None
        return letters(found["1"].first)

    assert first("(/.*)") == "/"
    assert first("(a?b)") == "ab"
    assert first("((?:a|b)c)") == "ab"


@pytest.mark.parametrize(
    "expression", ["(", "[[:alpha:]]", "(?|a)", r"\Qa\E", r"(a)\1(b)", "a" * 501, "(" * 400]
)
def test_what_is_written_otherwise_for_python_is_not_judged(expression: str) -> None:
    assert groups(expression) is None
    assert stranger(expression) is None
    assert not explodes(expression)


def test_an_expression_is_anchored_at_both_ends_or_not() -> None:
    assert is_anchored("^a$")
    assert is_anchored("(?i)^a$")
    assert not any(map(is_anchored, ["^a", "a$", "^a|b$", "a"]))


# --- time ---


@pytest.mark.parametrize(
    "expression",
    [
        "(a+)+$",
        "(a*)*b",
        "(a?b?)*c",
        r"^(\w+\s?)+$",
        "^([a-z]+.?)+x",
        "(a|ab?|b)*d",
        "(a{2,})+b",
        "((ab)*|a)*c",
    ],
)
def test_a_text_can_be_read_in_ways_without_number(expression: str) -> None:
    assert explodes(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "(a+)+", "(a|b)*c", r"^([a-z]+\.)+com$", "(?>a+)+b", "(?:a++)+b", "a*a*b", "(a+){3}b", "(ab)*c",
        "(a*b)*c", r"^/(.*)/(.*)\.(jpg|png)$",
    ],
)  # fmt: skip
def test_a_text_is_read_in_one_way_or_in_few(expression: str) -> None:
    assert not explodes(expression)


# --- matching ---

PIECES = [
    "a", "b", ".", "[ab]", "[^a]", "(?:a|b)", "(?:ab)?", "a*", "b+", "^", "$", "(?:a|^)", "(?:b$|c)",
    "a{2,3}", "(?:a*b)*", r"\.", "c{0,2}",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), st.text("abc.", max_size=8))
@settings(max_examples=200, deadline=None)
def test_an_automaton_fits_what_python_fits(expression: str, text: str) -> None:
    tree, flags = parsed(expression)
    assert Automaton(tree, flags, exact=True).matches(text) == bool(re.search(expression, text))


@given(st.text("ab|()*+?.^$[]{}0123,\\w", max_size=30))
@settings(max_examples=200, deadline=None)
def test_any_expression_is_judged(expression: str) -> None:
    assert explodes(expression) in (True, False)
    groups(expression)
    stranger(expression)


def test_an_expression_with_too_many_positions_is_not_judged() -> None:
    tree, flags = parsed("(?:abc){200}")
    with pytest.raises(Unclear):
        Automaton(tree, flags, exact=True)
    assert stranger("(?:a{1,200}){1,200}$") is None


# --- origins ---


@given(st.sampled_from([
    r"^https://example\.com$", r"^https?://([a-z]+\.)?example\.com(:\d+)?$", r"\.example\.com$",
    "^http://localhost(:[0-9]+)?$", r"^https://(a|b)\.example\.org$", r"^https://example\.co\.uk$",
]))  # fmt: skip
def test_an_anchored_expression_lets_nobody_else_in(expression: str) -> None:
    assert stranger(expression) is None


@pytest.mark.parametrize(
    ("expression", "attack"),
    [
        (r"example\.com", "https://example.com.attacker.example"),
        (r"example\.com$", "https://attackerexample.com"),
        (r"^https://api.example\.com$", "https://apixexample.com"),
        (r"^https://example.co\.uk$", "https://examplexco.uk"),
        ("^https?://.*$", "https://attacker.example"),
        (r"^http://localhost", "http://localhost.attacker.example"),
    ],
)
def test_a_loose_expression_lets_in_a_stranger(expression: str, attack: str) -> None:
    assert stranger(expression) == attack
    assert re.search(expression, attack)
