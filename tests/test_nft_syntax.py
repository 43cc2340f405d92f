"""nftables' language, whatever is in it. What nft makes of it is asked in the oracles."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.load.firewall import firewalld, nft
from compolint.model.firewall import Chain, FirewallRule
from compolint.model.linter import Fault
from compolint.syntax.nft import Block, Group, Statement, Word, parse
from compolint.text import Source
from compolint.tree import MemoryTree

PIECES = [
    "table inet fw {", "chain input {", "type filter hook input priority 0;", "policy drop;",
    "tcp dport", "22", "accept", "{", "}", "\n", ";", ",", ":", " . ", "ip saddr", "10.0.0.0/8", "@s",
    "set s {", "type ipv4_addr;", "elements =", "define x = 1", "$x", "vmap", "map", "jump input",
    "drop", "ct state", "new", "!=", "-", "::1", "dnat to", '"', '"eth0"', "add rule", "ip", "filter",
    "input", "flush ruleset", "# c", "\\\n", "limit rate", "meta mark set", "mark and 0x1 or 0x2", "(",
    ")", "[", "]", "&", "|", "log prefix", "fib daddr type", "*", "include \"a.nft\"", "delete",
    "insert", "index 0", "\r\n", "\t", "é", "counter", "add @s {", "numgen",
]  # fmt: skip


def entities(text: str, path: str = "a.nft") -> list[object]:
    return list(nft.load(MemoryTree({path: text}), Source(path, text)).entities)


def shown(text: str) -> list[list[str]]:
    """The words of each statement; a set and a block as what stands between them."""

    def words(statement: Statement) -> list[str]:
        found: list[str] = []
        for node in statement.nodes:
            if isinstance(node, Word):
                found.append(node.text)
            elif isinstance(node, Group):
                found.append("{" + " ".join(getattr(each, "text", "{}") for each in node.nodes) + "}")
            else:
                assert isinstance(node, Block)
                found += [f"<{' '.join(words(each))}>" for each in node.statements]
        return found

    return [words(each) for each in parse(Source("a.nft", text)).statements]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("table ip t {\n}\n", [["table", "ip", "t"]]),
        ("define x = { 1,\n 2 }", [["define", "x", "=", "{1 , 2}"]]),
        ("a b; c\nd", [["a", "b"], ["c"], ["d"]]),
        ("a \\\n b # c { \n", [["a", "b"]]),
        ('"x y" eth* br-0 10.0.0.0/8', [["x y", "eth*", "br-0", "10.0.0.0", "/", "8"]]),
        ("fe80::1/64 [::1]:80 0x1f", [["fe80::1", "/", "64", "[", "::1", "]", ":", "80", "0x1f"]]),
        ("1000-2000 22,80 a-b", [["1000", "-", "2000", "22", ",", "80", "a-b"]]),
        ("table ip t {\nchain c {\nx { 1, 2 } y;\n}\n}", [["table", "ip", "t", "<chain c <x {1 , 2} y>>"]]),
    ],
)
def test_statements_end_with_their_line_and_sets_do_not(text: str, expected: list[list[str]]) -> None:
    assert shown(text) == expected
    assert not parse(Source("a.nft", text)).faults


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_an_open_set_ends_with_its_line(end: str) -> None:
    text = end.join(["table ip t {", "chain c {", "tcp dport { 22, 80", "accept", "}", "}", ""])
    file = parse(Source("a.nft", text))
    assert [text[fault.start : fault.end] for fault in file.faults] == ["accept"]
    rules = [each for each in entities(text) if isinstance(each, FirewallRule)]
    assert [rule.action.kind for rule in rules] == ["unknown", "accept"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join))
def test_no_text_breaks_the_reader_and_all_places_are_in_the_text(text: str) -> None:
    for each in entities(text):
        assert isinstance(each, Chain | FirewallRule | Fault) or each is not None
        for place in each.places():  # type: ignore[attr-defined]
            assert 0 <= place.start <= place.end <= len(text)


WORDS = st.sampled_from((
    "ip", "saddr", "10.0.0.0/8", "1-2", "22", "fe80::1", "eth*", '"a } b"', '"#"', "{ 1, 2 }", '{ "a}" }',
    "{}", "!=", "tcp", "chain", "table", "drop", "a.b", "\t", "(", "=", "&", "*", "# c", ";", "@s", "é",
))  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(WORDS, max_size=8).map(" ".join), max_size=5))
def test_a_plain_line_has_the_words_that_it_has_behind_a_semicolon(lines: list[str]) -> None:
    head, tail = "table ip t {\nchain c {\n", "\nx y\n}\n}\n"
    plain = head + "\n".join(lines) + tail
    other = head + "\n".join(f"; {line}" for line in lines) + tail
    assert shown(plain) == shown(other)
    assert len(parse(Source("a", plain)).faults) == len(parse(Source("a", other)).faults)


ADDRESSES = st.sampled_from((
    "10.0.0.1", "10.0.0.0/8", "1.1.1.1-1.1.1.9", "{ 1.1.1.1, 2.2.2.0/24 }", "9.9.9.9-1.1.1.1", "10.0.0.0/99",
    "::1", "{ 1.1.1.1 . 2 }", "{ $x }", "@s", "a.example", "10.0.0.1,10.0.0.2", "{}", "0", "*",
))  # fmt: skip
PORTS = st.sampled_from((
    "22", "80-90", "{ 22, 80-90 }", "ssh", "9-1", "70000", "{ ssh, 22 }", "0x16", "22.5", "{ 22 : accept }",
    "$x",
))  # fmt: skip
COUNTS = st.sampled_from(("counter", "counter packets 1 bytes 2", "counter packets 30 bytes 4"))
COMMENTS = st.sampled_from(("", 'comment "a b"', 'comment "#"', "comment 5", "comment a", "# handle 4"))
TEMPLATES = (
    "ip saddr {0} tcp dport {1} {2} accept {3}",
    "ip saddr != {0}  ip daddr {0} udp dport != {1} {2} jump other {3}",
    "ip6 saddr {0} {2} goto none {3}",
    "th dport {1} limit rate 5/second burst 9 packets {2} drop {3}",
    "ether saddr 00:11:22:33:44:55 tcp dport {1} tcp sport {1} {2} {3}",
    'tcp dport {1} iifname "eth0" log prefix "x" {2} dnat to {0} {3}',
)
ALIKE = st.builds(str.format, st.sampled_from(TEMPLATES), ADDRESSES, PORTS, COUNTS, COMMENTS)


@settings(max_examples=200, deadline=None)
@given(st.lists(ALIKE, min_size=1, max_size=8), st.sampled_from(("ip", "ip6", "inet")))
def test_a_rule_means_the_same_behind_others_that_are_written_alike(rules: list[str], family: str) -> None:
    head, tail = f"table {family} fw {{\nchain other {{\n}}\nchain c {{\n", "\n}\n}\n"
    text = head + "\n".join(rules) + tail
    lines = text.splitlines(keepends=True)
    found = rules_of(text)
    for number, rule in enumerate(rules, 4):
        start = sum(map(len, lines[:number]))
        here = [each for each in found if start <= each.span.start < start + len(lines[number])]
        alone = rules_of(head + rule + tail)
        assert [said(each, 0) for each in alone] == [said(each, start - len(head)) for each in here]


def rules_of(text: str) -> list[FirewallRule]:
    return [each for each in entities(text) if isinstance(each, FirewallRule)]


def said(rule: FirewallRule, moved: int) -> tuple[object, ...]:
    places = {name: (at.start - moved, at.end - moved) for name, at in rule.spans.items()}
    own = rule.span.start - moved, rule.span.end - moved
    return rule.matches, rule.action, rule.comment, rule.packets, rule.text, own, places


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_characters_are_taken(text: str) -> None:
    entities(text)
    entities(text, "a.json")
    entities("{" + text, "a.json")
    firewalld.load_list(Source("a.txt", text))


@pytest.mark.parametrize(
    "text",
    [
        "{" * 100_000,
        "table ip t {\n" * 50_000,
        "(" * 100_000,
        "meta mark set " + "(" * 100_000,
        "table ip t { chain c { x " + "{ " * 100_000,
        "tcp dport 22 . " * 50_000,
        '"' * 100_000,
        "a::" * 100_000,
        "x " * 300_000,
        "table ip t {\n" + "chain c {\n jump c\n}\n" * 20_000 + "}",
        "table ip t {\n" + "".join(f"chain c{n} {{\n jump c{n + 1}\n}}\n" for n in range(20_000)) + "}",
        "table ip t {\nchain c {\n" + "ip saddr . tcp dport { 1.1.1.1 . 1, 1.1.1.2 . 2 } " * 5_000 + "\n}\n}",
    ],
    ids=lambda text: text[:20],
)
def test_a_hostile_text_ends(text: str) -> None:
    assert entities(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<zone" * 10_000, "XML"),
        ("<zone>" + "<rule>" * 50_000, "XML"),
        ('<!DOCTYPE z [<!ENTITY a "b">]><zone/>', "entities"),
    ],
)
def test_a_hostile_zone_ends(text: str, message: str) -> None:
    tree = MemoryTree({"zones/a.xml": text})
    loaded = firewalld.load(tree, [Source("zones/a.xml", text)])
    assert [message in each.message for each in loaded.entities if isinstance(each, Fault)] == [True]
