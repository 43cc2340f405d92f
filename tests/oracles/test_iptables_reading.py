"""What we read in rules of iptables and UFW, against what these make of them themselves."""

import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from compolint.load import Root, load
from compolint.load.firewall import options
from compolint.model import Entity
from compolint.model.firewall import Action, Chain, FirewallRule, Match
from compolint.model.linter import Fault
from compolint.syntax.iptables import words
from compolint.tree import MemoryTree
from tests.oracles import iptables

SOUND = (
    "-s 10.0.0.0/8", "! -s 10.0.0.1/32", "-d 192.168.1.7/24", "-i eth0", "-i eth+", "! -i lo", "-p 47",
    "! -p tcp",
    "-p icmp -m icmp --icmp-type 8", "-m conntrack --ctstate NEW", "-m conntrack ! --ctstate NEW,DNAT",
    "-m state --state NEW,ESTABLISHED", "-m conntrack --ctorigdstport 22 --ctdir ORIGINAL",
    "-m conntrack ! --ctorigsrc 10.0.0.0/8", "-m conntrack --ctorigdst 10.0.0.1/32 --ctproto 6",
    "-m limit --limit 3/min", "-m mark ! --mark 0x1/0xff", "-m connmark --mark 0x1",
    "-m iprange --src-range 10.0.0.1-10.0.0.9", "-m iprange ! --dst-range 10.0.0.1-10.0.0.9",
    "-m addrtype --dst-type LOCAL", "-m addrtype ! --src-type LOCAL",
    "-m recent --set --name a --rsource", "-m recent --update --seconds 30 --hitcount 4 --name a --rsource",
    "-m recent ! --rcheck --name a --rsource", 
    '-m comment --comment "a -j b"',
    "-m hashlimit --hashlimit-upto 3/min --hashlimit-mode srcip --hashlimit-name x",
    "-m connlimit --connlimit-above 3 --connlimit-mask 32 --connlimit-saddr", "! -f",
    "-m time --timestart 10:00",
)  # fmt: skip
WITH_PORTS = (
    "", "--dport 22", "! --dport 22:80", "--dport :1023", "--sport 1024: --dport 53",
    "-m multiport --dports 22,80:90",
    "-m multiport ! --ports 22,80", "-m multiport --sports 9", "--dport ssh",
)  # fmt: skip
OF_TCP = ("--syn", "! --syn", "--tcp-flags SYN,ACK SYN", "--tcp-flags ALL NONE", "! --tcp-flags FIN,RST FIN")
TARGETS = (
    "-j ACCEPT", "-j RETURN", "-j LOG --log-prefix x --log-level 4", "-j mine", "-g mine",
    "-j NFLOG --nflog-group 3",
    "-j MARK --set-mark 1", "-j MARK --set-xmark 1/2", "-j MARK --or-mark 3", "-j MARK --and-mark 3",
    "-j MARK --xor-mark 3", "-j CONNMARK --save-mark", "-j CONNMARK --restore-mark --mask 0xff",
    "-j CONNMARK --set-mark 5", "", "-j NFQUEUE --queue-num 1",
)  # fmt: skip
OF_FILTER = ("-j DROP", "-j REJECT", "-j REJECT --reject-with icmp-host-prohibited")
OF_NAT = {
    "PREROUTING": (
        "-j DNAT --to-destination 10.0.0.1", "-p tcp -j DNAT --to-destination 10.0.0.1:80",
        "-p udp -j DNAT --to-destination :80-90", "-j DNAT --to-destination 10.0.0.2-10.0.0.9",
        "-p tcp -j REDIRECT --to-ports 82",
    ),
    "POSTROUTING": (
        "-j SNAT --to-source 1.2.3.4", "-j MASQUERADE", "-p tcp -j MASQUERADE --to-ports 1024-2000",
    ),
}  # fmt: skip
# What a rule matches and does, and its comment; by family, table and chain.
Meant = tuple[list[str], Action, str]
Meaning = dict[tuple[object, ...], list[Meant]]
CHAINS = (
    ("filter", "INPUT"), ("filter", "FORWARD"), ("filter", "mine"), ("nat", "PREROUTING"),
    ("nat", "POSTROUTING"),
    ("mangle", "FORWARD"), ("raw", "PREROUTING"),
)  # fmt: skip
UNSOUND = (
    "--dport 22", "-p tcp --dport 30:20", "-p tcp --dport 22-80", "-p tcp --dport 22,80",
    "-p tcp --dport 70000",
    "-p tcp -m multiport --dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16", "-m multiport --dports 22",
    "-p tcp -m multiport --dports 1:2,3:4,5:6,7:8,9:10,11:12,13:14,15:16", "-m multiport", "-o eth1 -o eth2",
    "-i eth0 ! -i lo", "-s 10.0.0.1 -s 10.0.0.2", "! -s 10.0.0.1,10.0.0.3", "-m conntrack --ctstate FOO",
    "-m conntrack",
    "-m state --state DNAT", "-m recent --set --update", "-m tcp --dport 22", "! -m tcp", "foo", "--foo",
    "-s",
    "-s 10.0.0.256", "-s ::1", "-s 10.0.0.0/33", "-i verylonginterface0", "-p tcp --dport 1 --dport 2",
    "-p 256", "!",
    "-j REJECT --reject-with tcp-reset", "-j ACCEPT -j DROP", "-j DNAT --to-destination 10.0.0.1:80",
    "-j DNAT",
    "-j MARK", "-o eth0", "-m mark --mark foo", "-m addrtype --dst-type FOO", "! -p all", "-f -f",
    "-j MASQUERADE",
)  # fmt: skip


def made(number: int, seed: int) -> list[tuple[str, str, str]]:
    """Rules at random, most of them sound."""
    chance = random.Random(seed)
    rules: list[tuple[str, str, str]] = []
    for _ in range(number):
        table, chain = chance.choice(CHAINS)
        parts = chance.sample(SOUND, chance.choice((0, 1, 1, 2)))
        if chance.random() < 0.5:
            parts.append(f"-p {chance.choice(('tcp', 'udp'))} {chance.choice(WITH_PORTS)}".strip())
        elif chance.random() < 0.2:
            parts.append(f"-p tcp {chance.choice(OF_TCP)}")
        if table == "nat" and chain in OF_NAT and chance.random() < 0.5:
            parts.append(chance.choice(OF_NAT[chain]))
        elif table == "filter" and chance.random() < 0.5:
            parts.append(chance.choice(OF_FILTER))
        else:
            parts.append(chance.choice(TARGETS))
        rules.append((table, chain, " ".join(part for part in parts if part)))
    return rules


def is_refused(rule: tuple[str, str, str], family: int = 4) -> bool:
    table, chain, text = rule
    return options.read(words("", text, 0), 4 if family == 4 else 6, table, chain).is_refused


def differences(rules: list[tuple[str, str, str]], backend: str) -> list[tuple[str, str, str, str]]:
    said = iptables.refused(rules, backend=backend)
    assert len(said) == len(rules)
    return [
        (*rule, message)
        for rule, message in zip(rules, said, strict=True)
        if bool(message) != is_refused(rule)
    ]


@pytest.mark.parametrize("backend", ["legacy", "nft"])
def test_iptables_refuses_what_we_say_it_refuses(backend: str) -> None:
    rules = [("filter", "INPUT", rule) for rule in UNSOUND]
    assert not differences(rules, backend)
    assert all(is_refused(rule) for rule in rules)


def test_rules_at_random_are_refused_by_iptables_and_by_us() -> None:
    chance = random.Random(7)
    rules = []
    for table, chain, rule in made(300, seed=7):
        more = rule
        if chance.random() < 0.4:
            more = f"{chance.choice((*SOUND, *OF_TCP, *WITH_PORTS))} {rule}".strip()
        # in a quoted word the spaces would part it here
        rules.append((table, chain, more.replace('"a -j b"', "x")))
    assert not differences(rules, "legacy")


def dump(rules: Iterable[tuple[str, str, str]]) -> str:
    text: list[str] = []
    rules = list(rules)
    for table in iptables.TABLES:
        text += [f"*{table}", ":mine - [0:0]"]
        text += [f"-A {chain} {rule}".rstrip() for at, chain, rule in rules if at == table]
        text.append("COMMIT")
    return "\n".join(text) + "\n"


def entities(text: str, path: str = "rules.v4") -> list[Entity]:
    return list(load(MemoryTree({path: text}), Root("firewall", (path,))).entities)


def meaning(found: Iterable[Entity], *, without: frozenset[str] = frozenset()) -> Meaning:
    """The rules of each chain, whatever words they are written in."""
    rules: Meaning = {}
    for rule in found:
        if isinstance(rule, FirewallRule):
            matches = sorted(repr(each) for match in rule.matches for each in plain(match, without))
            action = rule.action._replace(text="")
            rules.setdefault((rule.families, rule.table, rule.chain), []).append(
                (matches, action, rule.comment)
            )
    return rules


def plain(match: Match, without: frozenset[str]) -> Iterator[object]:
    if match.what not in without:
        yield match.what, sorted(map(repr, match.values)), match.negated


@pytest.mark.parametrize("backend", ["legacy", "nft"])
@pytest.mark.parametrize("seed", range(3))
def test_what_iptables_shows_of_rules_means_what_they_mean(backend: str, seed: int, tmp_path: Path) -> None:
    rules = [
        rule
        for rule in made(80, seed)
        if not is_refused(rule) and (rule[1], rule[2][-4:]) != ("mine", "mine")
    ]
    text = dump(rules)
    shown = iptables.shown(text, 4, backend, tmp_path)
    ours = meaning(entities(text))
    assert meaning(entities(shown["save"])) == ours
    assert meaning(entities(shown["list"])) == ours
    # A list puts what it does not tell apart into one match.
    loose = frozenset(("maybe",))
    assert meaning(entities(shown["listing"]), without=loose) == meaning(entities(text), without=loose)


COMMANDS = (
    "allow 22/tcp", "limit ssh", "allow in on eth0 to any port 80,443 proto tcp", "deny from 10.0.0.0/8",
    "allow proto udp from 192.168.1.0/24 port 53 to any port 1024:65535",
    "reject out on eth1 to 10.1.1.1 port 25",
    "route allow in on eth0 out on docker0 to 172.17.0.2 port 443 proto tcp",
    "allow from 2001:db8::/32 to any port 443",
    "allow WWW", "allow log-all 2222/tcp comment 'by hand'", "deny 8080", "allow in on tailscale0",
    "allow from 10.0.0.1 proto ah", "insert 1 deny from 203.0.113.9",
)  # fmt: skip


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"IPV6": "no"},
        {"DEFAULT_INPUT_POLICY": '"REJECT"', "DEFAULT_FORWARD_POLICY": '"ACCEPT"'},
        {"DEFAULT_INPUT_POLICY": '"ACCEPT"', "DEFAULT_OUTPUT_POLICY": '"DROP"'},
    ],
    ids=str,
)
def test_the_files_of_ufw_make_the_chains_that_ufw_makes(settings: dict[str, str], tmp_path: Path) -> None:
    commands = [each for each in COMMANDS if "::" not in each or not settings.get("IPV6")]
    said = iptables.ufw(commands, tmp_path, settings=settings)
    files = {path: text for path, text in said.items() if path.startswith("etc/")}
    ours = load(MemoryTree(files), Root("firewall", tuple(files))).entities
    theirs = [*entities(said["save4"], "a.v4"), *entities(said["save6"], "a.v6")]
    assert not [each for each in ours if isinstance(each, Fault)]
    assert uncommented(ours) == uncommented(theirs)
    assert policies(ours) == policies(theirs)


def uncommented(found: Iterable[Entity]) -> Meaning:
    """The meaning without comments, which UFW keeps to itself, and without the order of tables."""
    return {
        key: [(matches, action, "") for matches, action, _ in rules] for key, rules in meaning(found).items()
    }


def policies(found: Iterable[Entity]) -> set[tuple[object, ...]]:
    return {
        (chain.families, chain.name, chain.policy)
        for chain in found
        if isinstance(chain, Chain) and chain.hook and chain.table == "filter"
    }


@pytest.mark.parametrize("how", ["status verbose", "status numbered", "status"])
def test_the_status_of_ufw_means_its_user_rules(how: str, tmp_path: Path) -> None:
    said = iptables.ufw(COMMANDS, tmp_path)
    theirs = {
        key: rules
        for key, rules in uncommented(
            entities(said["save4"], "a.v4") + entities(said["save6"], "a.v6")
        ).items()
        if "-user-" in str(key[2]) and "logging" not in str(key[2])
    }
    ours = uncommented(entities(said[how], "status.txt"))
    for key, rules in theirs.items():
        assert told(ours.get(key, [])) == told(rules), key


def told(rules: list[Meant]) -> list[Meant]:
    """Without what is only logged, which a status does not show."""
    return [rule for rule in rules if "log" not in repr(rule) and "'continue'" not in repr(rule)]


BAD = {
    "a port": "*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp --dport 22:20 -j ACCEPT\nCOMMIT\n",
    "a chain": "*filter\n:INPUT DROP [0:0]\n-A INPUT -j nowhere\nCOMMIT\n",
    "a circle": "*filter\n:INPUT DROP [0:0]\n:a - [0:0]\n-A a -j a\n-A INPUT -j a\nCOMMIT\n",
    "a policy": "*filter\n:INPUT REJECT [0:0]\nCOMMIT\n",
    "no rule": "*filter\n:INPUT DROP [0:0]\nhello\nCOMMIT\n",
    "no end": "*filter\n:INPUT DROP [0:0]\n",
    "a table before": "hello\n*filter\n:INPUT DROP [0:0]\nCOMMIT\n",
}


@pytest.mark.parametrize("backend", ["legacy", "nft"])
@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_fault_keeps_its_table_and_those_behind_it_from_being_loaded(bad: str, backend: str) -> None:
    first = "*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -i first\nCOMMIT\n"
    last = "*mangle\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -i last\nCOMMIT\n"
    text = f"{first}{bad}{last}"
    tool = f"iptables-{backend}"
    script = f"{tool}-restore 2>&1 <<'END'\n{text}END\n{tool} -t nat -S; {tool} -S; {tool} -t mangle -S"
    shown = iptables.shell(script, f"{tool}-restore")
    assert "-i first" in shown
    assert "-P INPUT DROP" not in shown
    assert "-i last" not in shown
    entities = load(MemoryTree({"rules.v4": text}), Root("firewall", ("rules.v4",))).entities
    rules = [each for each in entities if isinstance(each, FirewallRule) and each.number == 1]
    doubted = {(each.table, each.chain) for each in rules if each.action.kind == "unknown"}
    assert ("nat", "PREROUTING") not in doubted
    assert {("filter", "INPUT"), ("mangle", "PREROUTING")} <= doubted
