"""Dumps of packet filters that are damaged, hostile, or in no language that is read."""

import pytest

from compolint import load
from compolint.config import Config
from compolint.engine import survey
from compolint.load import firewall
from compolint.model.firewall import Chain, Firewall, FirewallRule
from compolint.model.linter import Fault
from compolint.tree import MemoryTree, Tree, Unreadable
from compolint.unknown import Unknown

STATUS = """\
Status: active
Default: deny (incoming), allow (outgoing), disabled (routed)

To                         Action      From
--                         ------      ----
22/tcp                     ALLOW IN    Anywhere
9999                       FROB IN     Anywhere
80/tcp                     ALLOW IN    Anywhere
"""


class Torn(MemoryTree):
    """Files of which none gives a text."""

    def read(self, path: str) -> None:
        raise Unreadable("is not UTF-8", path=path)


def loaded(tree: Tree, path: str) -> load.Loaded:
    return firewall.load(tree, (path,))


def read(path: str, text: str) -> load.Loaded:
    return loaded(MemoryTree({path: text}), path)


@pytest.mark.parametrize("family", [4, 6])
def test_a_row_of_ufw_that_is_none_may_do_anything_at_its_place(family: int) -> None:
    rules = [each for each in read("ufw.txt", STATUS).entities if isinstance(each, FirewallRule)]
    chain = "ufw-user-input" if family == 4 else "ufw6-user-input"
    kinds = [each.action.kind for each in rules if each.chain == chain]
    assert kinds == (["accept", "unknown", "accept"] if family == 4 else ["unknown"])


def test_a_status_without_a_word_of_english_leaves_everything_open() -> None:
    found = read("ufw.txt", "Estado: inactivo\n").entities
    assert isinstance(next(each for each in found if isinstance(each, Firewall)).enabled, Unknown)
    assert all(isinstance(each.policy, Unknown) for each in found if isinstance(each, Chain))
    assert any(each.fatal for each in found if isinstance(each, Fault))


@pytest.mark.parametrize(
    "path", ["iptables-save.txt", "host/ip6tables-save.out", "nft.txt", "nft-ruleset.json", "ufw-status.txt"]
)
def test_a_dump_by_its_name_that_gives_no_text_makes_the_result_incomplete(path: str) -> None:
    faults = survey(Torn({path: ""}), Config()).world.of(Fault)
    assert [(fault.span.path, fault.fatal) for fault in faults] == [(path, True)]


@pytest.mark.parametrize("path", ["save.txt", "notes.txt", "iptables.md"])
def test_another_file_that_gives_no_text_is_passed_over(path: str) -> None:
    assert not survey(Torn({path: ""}), Config()).world.of(Fault)


def test_definitions_that_double_are_followed_as_far_as_they_go() -> None:
    lines = ["define a0 = { 10.0.0.1, 10.0.0.2 }"]
    lines += [f"define a{n} = {{ $a{n - 1}, $a{n - 1} }}" for n in range(1, 60)]
    rule = "type filter hook input priority 0; policy drop\nip saddr $a59 accept"
    text = "\n".join([*lines, "table ip f {", "chain input {", rule, "}", "}"])
    faults = [each for each in read("a.nft", text).entities if isinstance(each, Fault)]
    assert "more than is looked at" in faults[0].message


def test_a_listing_of_both_families_that_begins_with_ipv6_is_told_apart() -> None:
    columns = " pkts bytes target     prot opt in     out     source     destination\n"
    row = "    0     0 ACCEPT     6    --  *      *       {0}  {0}\n"
    text = "\n".join(
        f"Chain INPUT (policy {policy} 0 packets, 0 bytes)\n{columns}{row.format(every)}"
        for policy, every in (("DROP", "::/0"), ("ACCEPT", "0.0.0.0/0"))
    )
    chains = [each for each in read("listed.txt", text).entities if isinstance(each, Chain)]
    assert [(each.families, each.policy) for each in chains] == [((6,), "drop"), ((4,), "accept")]
