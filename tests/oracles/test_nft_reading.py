"""How rules of nftables are read, against what the real nft says that it read."""

import random
from typing import Any

import pytest

from compolint.load.firewall import nft as loader
from compolint.model.firewall import Chain, Firewall, FirewallRule, Match
from compolint.model.linter import Fault
from compolint.text import Source
from compolint.tree import MemoryTree
from tests.oracles.nft import loaded

RANDOM = 60
RULES = 10
CHANGED = 150


def said(path: str, text: str) -> tuple[dict[Any, Any], list[Fault]]:
    """What a text means. What one rule becomes is in no order: nft lists elements in another."""
    entities = loader.load(MemoryTree({path: text}), Source(path, text)).entities
    found: dict[Any, Any] = {}
    for each in entities:
        if isinstance(each, Chain):
            found[each.table, each.name] = [(each.hook, each.kind, each.priority, each.policy, each.families)]
        elif isinstance(each, FirewallRule):
            action = each.action._replace(text="")
            key = tuple(sorted(map(plain, each.matches), key=repr))
            rules, meant = found[each.table, each.chain], (each.span, [(key, action, each.comment)])
            if len(rules) > 1 and rules[-1][0] == each.span:
                rules[-1][1].extend(meant[1])
            else:
                rules.append(meant)
    for rules in found.values():
        rules[1:] = [sorted(meant, key=repr) for _, meant in rules[1:]]
    return found, [each for each in entities if isinstance(each, Fault)]


def plain(match: Match) -> tuple[Any, ...]:
    if match.what == "any":
        rows = [tuple(sorted(map(plain, row), key=repr)) for row in match.values]  # type: ignore[call-overload]
        return match.what, tuple(sorted(rows, key=repr)), match.negated
    return match.what, tuple(sorted(match.values, key=repr)), match.negated


# --- rules ---

PORTS = [
    "22", "ssh", "80", "8000-8010", "{ 22, 80 }", "{ 1-1024, 5432, 9000-9010 }", "!= 22", "!= { 80, 443 }",
    "> 1024", "<= 1023", "@ports", "$web",
]  # fmt: skip
V4 = [
    "10.0.0.1", "10.0.0.0/8", "10.0.0.5-10.0.0.9", "{ 10.0.0.0/8, 192.168.1.1 }", "!= 192.168.0.0/16",
    "!= { 10.0.0.1, 10.0.0.2 }", "@lan", "$lan", "@empty",
]  # fmt: skip
V6 = ["fd00::1", "2001:db8::/32", "!= fd00::/8", "{ ::1, fe80::/10 }", "fd00::1-fd00::9"]
NAMES = ['"eth0"', "eth0", '"br-*"', '{ "lo", "eth1" }', '!= "lo"', '!= { "eth0", "wg*" }', "$wan"]
STATES = [
    "established,related", "new", "{ established, related, untracked }", "!= new", "! invalid", "invalid",
]  # fmt: skip
TRANSPORTS = [
    "{0} dport {1}", "{0} sport {1}", "{0} dport {1}", "meta l4proto {0}",
    "meta l4proto {{ tcp, udp }} th dport 53",
    "meta l4proto != tcp", "ip protocol icmp", "icmp type echo-request",
    "icmpv6 type {{ echo-request, nd-router-advert }}", "ip6 nexthdr udp",
    "tcp flags syn", "tcp flags & (fin | syn | rst | ack) == syn", "tcp flags != syn", "tcp flags syn,ack",
    "tcp flags == 0x0", "tcp flags {{ syn, ack }}", "tcp flags ! syn",
    "ip saddr . tcp dport {{ 10.0.0.1 . 22, 10.0.0.0/8 . 80-90 }}",
    "ip saddr . tcp dport != {{ 10.0.0.1 . 22, 10.0.0.2 . 23 }}",
]  # fmt: skip
OTHERS = [
    "meta l4proto {0} ct original proto-dst 8080", "ct original ip daddr 10.0.0.1", "ct status dnat",
    "ct direction original", "meta mark 0x1", "meta mark and 0xff == 0x10", "mark != 5", "ct mark 7",
    "meta mark {{ 1, 2 }}", "fib daddr type local", "fib daddr type != {{ local, broadcast }}",
    "fib saddr . iif oif missing", "fib daddr . iif type local", "limit rate 5/minute",
    "limit rate over 10/second burst 5 packets", "ct count over 3", "meta skuid 0", "meta pkttype host",
    "ip ttl 1", "limit rate 10 mbytes/second", "counter", "counter packets 5 bytes 6",
    'log prefix "x " level info', "log flags all", "log",
]  # fmt: skip
ENDS = [
    "accept", "drop", "reject", "return", "jump other", "goto other", "continue", "counter accept",
    "reject with icmpx admin-prohibited", 'accept comment "a comment"', "meta mark set 0x1",
    "meta mark set 5 accept", "meta mark set mark and 0xff or 0x100", "ct mark set meta mark",
    "meta mark set ct mark", "notrack", "tcp dport vmap { 22 : accept, 80-90 : drop, 443 : jump other }",
    "tcp dport vmap @doors", 'iifname vmap { "lo" : accept, "eth0" : jump other }',
    "ct state vmap { established : accept, invalid : drop }", "update @seen { ip saddr } accept",
    "add @seen { ip saddr limit rate over 5/minute } drop",
]  # fmt: skip
NAT = [
    "tcp dport 80 redirect to :8080", "dnat ip to 10.0.0.2", "tcp dport 8080 dnat ip to 10.0.0.2:80",
    "tcp dport 81 dnat ip6 to [fd00::2]:80", "tcp dport { 90, 91 } dnat ip to 10.0.0.2-10.0.0.5",
    "dnat ip to tcp dport map { 22 : 10.0.0.1, 23 : 10.0.0.2 }", "udp dport 53 redirect to 5353-5354",
    "dnat ip to ip daddr . tcp dport map { 10.0.0.9 . 80 : 10.0.0.2 . 8080 }", 'iifname "eth0" redirect',
    "meta l4proto tcp dnat ip to 10.0.0.2:1000-2000 persistent",
]  # fmt: skip


def matches(source: random.Random) -> list[str]:
    """A few, in any order."""
    choose = source.choice
    transport = choose(["tcp", "udp"])
    options = [
        choose([f"ip saddr {choose(V4)}", f"ip6 saddr {choose(V6)}", f"ip daddr {choose(V4)}"]),
        choose(TRANSPORTS).format(transport, choose(PORTS)),
        f"iifname {choose(NAMES)}",
        f"oifname {choose(NAMES)}",
        f"ct state {choose(STATES)}",
        choose(OTHERS).format(transport),
        choose(OTHERS).format(transport),
    ]
    picked = [each for number, each in enumerate(options) if source.random() < (0.2 if number else 0.6)]
    source.shuffle(picked)
    return picked


def rule(source: random.Random) -> str:
    return " ".join([*matches(source), source.choice(ENDS)])


def ruleset(source: random.Random, rules: int = RULES) -> str:
    hook = source.choice(["input", "forward", "output"])
    priority = source.choice(["0", "filter", "filter - 5", "-300", "mangle", "security + 3", "10"])
    lines = [
        "define lan = { 10.0.0.0/8, 192.168.1.0/24 }",
        "define wan = { eth0, eth1 }",
        "define web = { 80, 443 }",
        "table inet fw {",
        "\tset ports { type inet_service; flags interval; elements = { 22, 80-90, 443 } }",
        "\tset lan { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, 192.168.1.0/24 } }",
        "\tset empty { type ipv4_addr; }",
        "\tset seen { type ipv4_addr; size 100; flags dynamic; }",
        "\tmap doors { type inet_service : verdict; elements = { 22 : accept, 80 : jump other } }",
        "\tchain other { tcp dport 1 accept; }",
        "\tchain main {",
        f"\t\ttype filter hook {hook} priority {priority}; policy {source.choice(['accept', 'drop'])};",
        *(f"\t\t{rule(source)}" for _ in range(rules)),
        "\t}",
        "\tchain nat {",
        "\t\ttype nat hook prerouting priority dstnat; policy accept;",
        *(f"\t\t{source.choice(NAT)}" for _ in range(4)),
        "\t}",
        "}",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def test_what_nft_reads_back_means_the_same() -> None:
    source = random.Random(3)
    texts = [ruleset(source) for _ in range(RANDOM)]
    taken = 0
    for text, told in zip(texts, loaded(texts), strict=True):
        ours, faults = said("a.nft", text)
        if told.fault:
            continue
        taken += 1
        assert not faults, text
        for path, listed in (("b.txt", told.text), ("c.json", told.json)):
            theirs, faults = said(path, listed)
            assert not faults, listed
            assert theirs.keys() == ours.keys()
            for chain in ours:
                assert ours[chain] == theirs[chain], (path, text)
    assert taken > RANDOM / 4  # the others contradict themselves


def changed(text: str, source: random.Random) -> str:
    """The text with one word taken away, doubled, moved or replaced."""
    lines = text.split("\n")
    number = source.randrange(4, len(lines) - 2)
    words = lines[number].split(" ")
    place = source.randrange(len(words))
    kind = source.randrange(4)
    if kind == 0:
        del words[place]
    elif kind == 1:
        words.insert(place, words[place])
    elif kind == 2:
        other = source.randrange(len(words))
        words[place], words[other] = words[other], words[place]
    else:
        words[place] = source.choice(
            [*"{},:", "accept", "tcp", "22", "foo", "ip", "ct", "!=", "$x", "@nothing"]
        )
    lines[number] = " ".join(words)
    return "\n".join(lines)


def test_what_nft_refuses_is_told_in_the_same_line() -> None:
    source = random.Random(4)
    texts = [changed(ruleset(source, 6), source) for _ in range(CHANGED)]
    refused = same = 0
    for text, told in zip(texts, loaded(texts, check_only=True), strict=True):
        faults = said("a.nft", text)[1]
        lines = [Source("a.nft", text).position(fault.span.start)[0] for fault in faults]
        if not told.fault:
            assert not faults, (faults, text)
        elif "syntax error" in told.fault and "end of file" not in told.fault:
            refused += 1
            same += told.line in lines
    assert refused > CHANGED / 2
    # Names that are keywords, and types of sets, are not looked at.
    assert same > 0.95 * refused


def test_a_file_that_is_said_not_to_be_loaded_is_refused() -> None:
    source = random.Random(6)
    texts = [changed(ruleset(source, 6), source) for _ in range(CHANGED)]
    texts += [ruleset(source) for _ in range(CHANGED)]
    refused = same = 0
    for text, told in zip(texts, loaded(texts, check_only=True), strict=True):
        entities = loader.load(MemoryTree({"a.nft": text}), Source("a.nft", text)).entities
        is_open = next(each for each in entities if isinstance(each, Firewall)).enabled is not True
        assert told.fault or not is_open, text
        refused += bool(told.fault)
        same += is_open
    assert same > 0.8 * refused


@pytest.mark.parametrize(
    "rule",
    [
        "tcp dport 99999", "tcp dport { 22, 70000 }", "udp sport 22-20", "ip saddr fe80::1", "ip saddr ::/0",
        "ip6 daddr 10.0.0.1", "ip saddr 10.0.0.0/33", "ip6 saddr fe80::/129", "ip saddr 10.0.0.9-10.0.0.5",
        "ct state establised", "ct state { new, foo }", "tcp dport 22 udp dport 53", "tcp dport 1 acept",
        "ip saddr 10.0.0.1 ip6 saddr ::1", "icmp type echo-request ip6 saddr ::1",
        "meta l4proto udp tcp dport 22", "ip protocol icmp tcp dport 22", "accept tcp dport 22",
        "tcp dport 22 icmp type echo-request", "jump nowhere", "jump c", "tcp dport 1 1",
    ],
)  # fmt: skip
def test_what_keeps_a_file_from_being_loaded(rule: str) -> None:
    table = "table inet x {{ chain c {{ type filter hook input priority 0; policy drop; {}; }}; }}\n"
    text = "flush ruleset\n" + table.format(rule)
    (told,) = loaded([text], check_only=True)
    assert told.fault
    entities = loader.load(MemoryTree({"a.nft": text}), Source("a.nft", text)).entities
    assert next(each for each in entities if isinstance(each, Firewall)).enabled is not True


@pytest.mark.parametrize(
    "rule",
    [
        "ip saddr localhost", "ct state 0x8", "icmpv6 type echo-request", "th dport 22 udp dport 53",
        "ip6 saddr ::1 icmp type echo-request", "ip protocol tcp ip protocol udp", "ip saddr 10.0.0.5/24",
        "tcp dport 22 meta l4proto udp", "ip saddr 10.0.0.1 meta nfproto ipv6", "tcp dport 0", "ip saddr 1",
    ],
)  # fmt: skip
def test_what_keeps_no_file_from_being_loaded(rule: str) -> None:
    table = "table inet x {{ chain c {{ type filter hook input priority 0; policy drop; {}; }}; }}\n"
    text = "flush ruleset\n" + table.format(rule)
    (told,) = loaded([text], check_only=True)
    assert not told.fault
    entities = loader.load(MemoryTree({"a.nft": text}), Source("a.nft", text)).entities
    assert next(each for each in entities if isinstance(each, Firewall)).enabled is True


def test_each_statement_is_taken_as_nft_takes_it() -> None:
    source = random.Random(5)
    single = sorted({each for _ in range(600) for each in matches(source)})
    before, nat, after = ruleset(source, 0).partition("\tchain nat {")
    texts = [f"{before}\tchain more {{\n\t\t{each} accept\n\t}}\n{nat}{after}" for each in single]
    for text, told in zip(texts, loaded(texts, check_only=True), strict=True):
        assert not told.fault, (told, text)
        assert not said("a.nft", text)[1], text
