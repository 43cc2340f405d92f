"""Scripts of a packet filter: none brings the reader down, keeps it busy, or gets places wrong."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.load.firewall import script
from compolint.model import Entity
from compolint.model.firewall import FirewallRule
from compolint.text import Source
from compolint.tree import MemoryTree

WORDS = (
    "iptables", "ip6tables", "ufw", "nft", "-A", "-I", "-D", "-F", "-P", "-N", "-X", "-t", "nat", "INPUT",
    "mine",
    "-p tcp", "--dport", "22", "-j", "DROP", "ACCEPT", "allow", "deny", "delete", "enable", "insert 1",
    "reset",
    "if", "then", "else", "fi", "for p in 1 2", "while", "do", "done", "case $1 in", "start)", ";;", "esac",
    "f()", "{", "}", "(", ")", "&&", "||", "|", "!", ";", "\n", "$X", '"$@"', "${X:-22}", "$(", "`", "'", '"',
    "X=1", "X=(a b)", "<<EOF\n", "EOF\n", "*filter\n", "COMMIT\n", "iptables-restore", "f", "exit", "return",
    "shift", "sudo", "bash -c", "eval", "> /etc/ufw/after.rules", "cat", "echo", "sed -i", "/etc/default/ufw",
    "add rule", "inet", "flush ruleset", "\r\n", "\t", "é", "\x00", "\x1f", "\\", "[ -n", "]",
    "[[", "]]", "=",
)  # fmt: skip
HOSTILE = {
    "a function that calls itself": "f() { iptables -A INPUT -j DROP; f; f; }\nf\n",
    "functions that call each other": "a() { b; b; }\nb() { a; a; iptables -F; }\na\n",
    "a fork bomb": ":(){ :|:& };:\niptables -F\n",
    "calls that double": "\n".join(f"f{n}() {{ f{n + 1}; f{n + 1}; }}" for n in range(40))
    + "\nf0; iptables -F",
    "loops in loops": "for a in {1..3000}; do for b in {1..3000}; do iptables -A INPUT -j DROP; done; done",
    "a loop over many words": f"for p in {'1 ' * 60_000}; do iptables -A INPUT -j DROP; done",
    "a loop over too many numbers": "for p in {1..999999}; do iptables -A INPUT -j DROP; done",
    "a loop without end": "while ! iptables -C INPUT -j LOG; do iptables -A INPUT -j DROP; done",
    "values that double": "X=aa\n" + 'X="$X$X$X$X"\n' * 60 + "iptables -A INPUT -s $X -j DROP",
    "arrays that double": "X=(a b)\n" + 'X=("${X[@]}" "${X[@]}")\n' * 60 + "iptables -A INPUT -s $X -j DROP",
    "arguments that double": 'g() { f "$@" "$@"; }\nf() { g "$@" "$@"; }\nf a; iptables -F',
    "texts in texts": 'X=\'eval "$X$X"\'; eval "$X"; iptables -F',
    "patterns": "X=" + "a" * 90 + "\n" + "[[ $X == *a*a*ab ]] && iptables -F\n" * 100,
    "brackets in brackets": "iptables -F\n" + "(" * 5_000 + "iptables -F" + ")" * 5_000,
    "tests in tests": "if a; then " * 900 + "iptables -F;" + " fi;" * 900,
    "a script without end": "iptables -A INPUT -p tcp --dport 22 -j ACCEPT\n" * 6_000,
    "many rules of UFW": "\n".join(f"ufw allow {n}/tcp" for n in range(1, 4_000)) + "\nufw enable",
    "a quote that stays open": 'iptables -A INPUT -j DROP "\n ufw allow 22',
}


def read(text: str) -> list[Entity]:
    return list(script.entities(MemoryTree({"setup.sh": text}), Source("setup.sh", text)))


def assert_places(text: str, found: list[Entity]) -> None:
    for entity in found:
        for span in entity.places():
            assert span.path.partition(":")[0] == "setup.sh"
            assert 0 <= span.start <= span.end <= len(text)


@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))
@settings(max_examples=200, deadline=None)
def test_whatever_stands_in_a_script_has_its_place_in_it(text: str) -> None:
    assert_places(text, read(text))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_script_is_read_as_far_as_it_goes(name: str) -> None:
    assert_places(HOSTILE[name], read(HOSTILE[name]))


@pytest.mark.parametrize(
    "name", ["calls that double", "loops in loops", "a loop without end", "a loop over many words"]
)
def test_a_script_that_is_too_long_may_do_anything(name: str) -> None:
    rules = [each for each in read(HOSTILE[name]) if isinstance(each, FirewallRule)]
    assert any(rule.action.kind == "unknown" for rule in rules)


def test_scripts_that_run_each_other_without_end_are_left_alone() -> None:
    more = "\n".join(f". ./{name}.sh; bash {name}.sh" for name in "abc")
    files = {f"{name}.sh": f"iptables -A INPUT -j DROP\n{more}\n" for name in "abc"}
    found = script.entities(MemoryTree(files), Source("a.sh", files["a.sh"]))
    for place in (span for each in found for span in each.places()):
        assert 0 <= place.start <= place.end <= len(files[place.path])
