"""Rules that decide nothing: compared with what the chain does with one packet after the other."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.exposure.chains import Chains
from compolint.exposure.packet import CLIENTS, Packet, Place
from compolint.exposure.shadow import Dead, dead_rules
from compolint.exposure.sources import Axis
from compolint.exposure.tables import Tables, tables_of
from compolint.load import Root, load
from compolint.model.firewall import Addresses, Chain, Firewall, FirewallRule
from compolint.tree import MemoryTree

CHAIN = ("filter", "INPUT")
CONDITIONS = {
    "source": ("", "-s 10.0.0.0/8", "-s 10.1.0.0/16", "! -s 10.0.0.0/8", "-s 10.0.0.1,10.0.0.2"),
    "protocol": ("-p udp", "-p tcp", "-p tcp --dport 22", "-p tcp --dport 20:30", "-p tcp ! --dport 80", "",
                 "-p tcp -m multiport --dports 22,80", "-p tcp -m multiport --dports 0:21,23:65535"),
    "interface": ("", "-i eth0", "! -i eth0", "-i eth+"),
    "state": ("", "-m conntrack --ctstate NEW", "-m conntrack --ctstate ESTABLISHED",
              "-m conntrack ! --ctstate NEW"),
}  # fmt: skip
UNDECIDED = ("", "", "", "-m time --timestart 10:00", "-m limit --limit 1/s")
TARGETS = st.sampled_from(("-j ACCEPT", "-j DROP", "-j RETURN", "-j LOG", "-j mine", "-g mine"))
DECIDED = st.tuples(*map(st.sampled_from, CONDITIONS.values()), TARGETS).map(" ".join)
RULES = st.tuples(*map(st.sampled_from, CONDITIONS.values()), st.sampled_from(UNDECIDED), TARGETS).map(
    " ".join
)
SORTS = product(
    ("tcp", "udp", "sctp"), (22, 25, 80, 443), ("eth0", "eth1", "wg0"), ("new", "established", "untracked")
)
PACKETS = [
    Packet(4, protocol, CLIENTS, Place("host"), 40000, port, interface, state=state)  # type: ignore[arg-type]
    for protocol, port, interface, state in SORTS
]


def tables(rules: list[str]) -> Tables:
    body = "".join(f"-A INPUT {rule}\n" for rule in rules)
    text = f"*filter\n:INPUT DROP [0:0]\n:mine - [0:0]\n-A mine -s 10.1.0.0/16 -j DROP\n{body}COMMIT\n"
    found = load(MemoryTree({"rules.v4": text}), Root("firewall", ("rules.v4",))).entities
    return tables_of(
        4,
        [each for each in found if isinstance(each, Firewall)],
        [each for each in found if isinstance(each, Chain)],
        [each for each in found if isinstance(each, FirewallRule)],
    )


def dead(rules: list[str]) -> dict[int, Dead]:
    """By the rules' numbers, from 1."""
    return {each.rule.number: each for each in dead_rules(tables(rules)) if each.rule.chain == "INPUT"}


@given(st.lists(RULES, min_size=2, max_size=8))
@settings(max_examples=150, deadline=None)
def test_without_its_dead_rules_a_chain_does_the_same_with_every_packet(rules: list[str]) -> None:
    whole = tables(rules)
    numbers = {each.rule.number for each in dead_rules(whole) if each.rule.chain == "INPUT"}
    less = whole.copy()
    less.rules[CHAIN] = [rule for rule in whole.rules[CHAIN] if rule.number not in numbers]
    axis = Axis(4, (each for _, each in whole.values(Addresses)))
    before, after = Chains(axis, whole), Chains(axis, less)
    for packet in PACKETS if numbers else ():
        assert before.summary(CHAIN, packet) == after.summary(CHAIN, packet)


@given(st.lists(DECIDED, min_size=2, max_size=8))
@settings(max_examples=150, deadline=None)
def test_a_rule_that_no_packet_reaches_is_dead_and_no_other_is(rules: list[str]) -> None:
    whole = tables(rules)
    chains = Chains(Axis(4, (each for _, each in whole.values(Addresses))), whole)
    reached = {number for packet in PACKETS for number in reaching(chains, packet)}
    silent = {number for number, rule in enumerate(rules, 1) if rule.endswith("LOG")}
    assert set(dead(rules)) | silent == set(range(1, len(rules) + 1)) - reached | silent


def reaching(chains: Chains, packet: Packet) -> set[int]:
    """The rules that match packets of this sort which no earlier one has taken."""
    clients, found = chains.axis.all, set[int]()
    for rule in chains.tables.rules[CHAIN]:
        may, must = chains.matching(rule, packet)
        if clients & may:
            found.add(rule.number)
        if rule.action.kind not in ("continue", "jump"):
            clients &= ~must
    return found


def test_rules_that_take_it_together_are_told_in_their_order() -> None:
    rules = ["-s 10.0.0.0/9 -j DROP", "-p udp -j DROP", "-s 10.128.0.0/9 -j DROP", "-s 10.1.0.0/8 -j DROP"]
    (found,) = dead(rules).values()
    assert (found.rule.number, [rule.number for rule in found.by], found.kind) == (4, [1, 2, 3], "redundant")


def test_a_rule_after_one_that_says_otherwise_is_shadowed() -> None:
    (found,) = dead(["-p tcp -j DROP", "-p tcp --dport 22 -j ACCEPT"]).values()
    assert (found.rule.number, found.kind) == (2, "shadowed")


def test_a_rule_that_no_packet_can_match_is_dead_wherever_it_stands() -> None:
    (found,) = dead(["-p tcp --dport 22 -m multiport --dports 80,443 -j DROP", "-j LOG"]).values()
    assert (found.rule.number, found.by, found.kind) == (1, (), "contradictory")


def test_thousands_of_rules_beside_each_other_leave_each_other_alone() -> None:
    rules = [f"-s 10.0.{n >> 8}.{n & 255} -p tcp --dport {n + 1} -j DROP" for n in range(2000)]
    assert set(dead([*rules, rules[5], "-s 10.0.0.7 -p tcp -j DROP"])) == {2001}


def test_rules_for_different_messages_of_icmp_do_not_take_each_others_packets() -> None:
    assert (
        dead(["-p icmp --icmp-type echo-reply -j ACCEPT", "-p icmp --icmp-type echo-request -j ACCEPT"]) == {}
    )
    (found,) = dead(["-p icmp -j ACCEPT", "-p icmp --icmp-type echo-request -j ACCEPT"]).values()
    assert (found.rule.number, found.kind) == (2, "redundant")
