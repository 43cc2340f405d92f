"""Random rule sets, judged by the kernel: `python -m tests.oracles.firewall_random --count 10000`.

Their values come from small pools that meet the lab's addresses and ports, so that most rules matter. Each
is loaded twice, as text by the kernel and as text by our loaders; then every client of the lab asks for every
port.
"""

import argparse
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from compolint.exposure.engine import RELEASES
from compolint.exposure.machine import FAMILIES
from compolint.model.firewall import Family
from tests.oracles.firewall_docker import docker_commands, saved
from tests.oracles.firewall_lab import PEERS, Lab, Listener, Rules
from tests.oracles.firewall_model import (
    Docker,
    Port,
    Question,
    containers_listen,
    family_of,
    kernel_answers,
    listeners,
    machine,
    questions,
)

_PORTS = (22, 53, 80, 443, 5432, 8080, 8443)
_TARGETS = (22, 80, 443, 5432, 8080)  # that listen in containers
_CUTS = (1, 21, 23, 79, 81, 443, 1024, 5432, 5433, 8080, 9000, 65535)
_SOURCE_PORTS = ("1024:65535", ":1023", "53", "1:")
# --sport 1024:65535   ! --ports 22,8080   -A OUTPUT … --dport 80
_LOOKS_AT_CLIENTS = re.compile(r"--[sd]?ports? ([\d:,]+)")
_NFT_CUTS = (*_PORTS, *(port + 1 for port in _PORTS), 1024, 5000, 6001, 8000, 9001)
_CARDS = ("eth0", "eth1", "tailscale0", "docker0", "br-web", "lo")
_INTERFACES = (*_CARDS, "eth+", "br-+", "docker+", "ens3", "+")
_SOURCES: dict[Family, tuple[str, ...]] = {
    4: (
        "198.51.100.7", "198.51.100.0/24", "192.168.1.0/24", "192.168.1.50", "192.168.1.64/26",
        "100.64.0.0/10", "100.64.2.20", "172.16.0.0/12", "172.18.0.0/16", "172.17.0.3", "10.0.0.0/8",
        "0.0.0.0/1", "128.0.0.0/1", "127.0.0.0/8", "192.0.0.0/4", "203.0.113.0/24",
    ),
    6: (
        "2001:db8:ffff::7", "2001:db8::/32", "fd00:1::/64", "fd7a:115c:a1e0::/48", "fd00::/8",
        "fd00:d0c:2::/64", "::/1", "8000::/1", "fc00::/7",
    ),
}  # fmt: skip
_DESTINATIONS: dict[Family, tuple[str, ...]] = {
    4: (
        "172.17.0.2", "172.17.0.0/16", "172.18.0.2", "203.0.113.10", "192.168.1.10", "100.100.1.10",
        "172.16.0.0/12", "127.0.0.1", "128.0.0.0/1", "172.17.0.1",
    ),
    6: (
        "fd00:d0c:1::2", "fd00:d0c:1::/64", "fd00:d0c:2::2", "2001:db8:1::10", "fd00:1::10", "fd00::/8",
        "fd7a:115c:a1e0::10",
    ),
}  # fmt: skip
_RANGES: dict[Family, tuple[str, ...]] = {
    4: (
        "198.51.100.1-198.51.100.9", "192.168.1.2-192.168.1.60", "172.17.0.2-172.18.0.2",
        "100.64.0.1-100.100.255.255",
    ),
    6: ("2001:db8:ffff::1-2001:db8:ffff::9", "fd00:1::1-fd00:1::ff"),
}  # fmt: skip
_TRANSLATIONS: dict[Family, tuple[str, ...]] = {
    4: (
        "172.17.0.2:80", "172.17.0.2:8080", "172.18.0.2:5432", "172.17.0.2", "203.0.113.10:22",
        "192.168.1.10:443", "172.18.0.2:80",
    ),
    6: ("[fd00:d0c:1::2]:80", "[fd00:d0c:2::2]:5432", "fd00:d0c:1::2", "[2001:db8:1::10]:22"),
}  # fmt: skip
_STATES = (
    "NEW", "RELATED,ESTABLISHED", "ESTABLISHED", "INVALID", "NEW,ESTABLISHED", "DNAT", "SNAT", "NEW,DNAT",
    "UNTRACKED",
)  # fmt: skip
_MARKS = ("0x1", "0x1/0x1", "0x2/0x3", "0x0")
_FOLLOWING = "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
_HOOKS = {
    "raw": ("PREROUTING", "OUTPUT"),
    "mangle": ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
}


class Case(NamedTuple):
    """A host with random rules."""

    seed: int
    rules: Rules
    ours: Rules  # what our loaders read: without the engine's rules where we write these
    docker: Docker
    ports: tuple[Port, ...]

    @property
    def writes(self) -> bool:
        return self.rules != self.ours


class IptablesRules:
    """Makes commands of iptables of one family."""

    def __init__(self, chance: random.Random, family: Family) -> None:
        self.chance, self.family = chance, family

    def _one(self, *choices: str) -> str:
        return self.chance.choice(choices)

    def _often(self, share: float) -> bool:
        return self.chance.random() < share

    def _not(self) -> str:
        return "! " if self._often(0.15) else ""

    def _port(self) -> str:
        if self._often(0.6):
            return str(self.chance.choice(_PORTS))
        first, last = sorted(self.chance.sample(_CUTS, 2))
        return self._one(f"{first}:{last}", f"1:{last}", f"{first}:65535")

    def matches(self, hook: str, table: str) -> tuple[str, str]:
        """Conditions, and the protocol that they name."""
        protocol, ports = self._ports()
        found = [*self._addresses(hook), ports]
        if table != "raw":
            found += self._connection()
        if self._often(0.06):
            ranges = _RANGES[self.family]
            found.append(f"-m iprange {self._not()}--{self._one('src', 'dst')}-range {self._one(*ranges)}")
        if self.family == 4 and self._often(0.05):
            kinds = ("LOCAL", "UNICAST", "BROADCAST", "LOCAL,MULTICAST")
            found.append(f"-m addrtype {self._not()}--{self._one('dst', 'src')}-type {self._one(*kinds)}")
        if self._often(0.06):
            found.append(f"-m {self._one('mark', 'connmark')} {self._not()}--mark {self._one(*_MARKS)}")
        if self._often(0.02):
            found.append(self._one("-m limit --limit 9000/second --limit-burst 9000", "-m statistic "
                                   "--mode random --probability 0.5"))  # fmt: skip
        if self._often(0.04):
            found.append('-m comment --comment "-j_DROP"')
        return " ".join(each for each in found if each), protocol

    def _addresses(self, hook: str) -> Iterator[str]:
        if self._often(0.35):
            yield f"{self._not()}-s {self._one(*_SOURCES[self.family])}"
        if self._often(0.2):
            yield f"{self._not()}-d {self._one(*_DESTINATIONS[self.family])}"
        if hook in ("PREROUTING", "INPUT", "FORWARD", "") and self._often(0.35):
            yield self._interface("-i")
        if hook in ("FORWARD", "OUTPUT", "POSTROUTING") and self._often(0.2):
            yield self._interface("-o")

    def _interface(self, option: str) -> str:
        name = self._one(*_INTERFACES)
        return f"{'' if name == '+' else self._not()}{option} {name}"

    def _ports(self) -> tuple[str, str]:
        chance = self.chance.random()
        if chance > 0.6:
            return "", ""
        if chance > 0.55:
            return "", f"! -p {self._one('tcp', 'udp')}"
        protocol = self._one("tcp", "tcp", "tcp", "udp")
        chance = self.chance.random()
        if chance < 0.5:
            more = f"-m {protocol} {self._not()}--dport {self._port()}"
        elif chance < 0.65:
            many = ",".join(self._port() for _ in range(self.chance.randint(1, 4)))
            more = f"-m multiport {self._not()}--{self._one('dports', 'dports', 'ports')} {many}"
        elif chance < 0.72 and protocol == "tcp":
            more = f"-m tcp {self._not()}--tcp-flags {self._one('FIN,SYN,RST,ACK SYN', 'SYN,ACK SYN,ACK')}"
        elif chance < 0.78:
            more = f"-m {protocol} {self._not()}--sport {self._one(*_SOURCE_PORTS)}"
        else:
            more = ""
        return protocol, f"-p {protocol} {more}"

    def _connection(self) -> Iterator[str]:
        negation, chance = self._not(), self.chance.random()
        if chance < 0.25:
            yield f"-m conntrack {negation}--ctstate {self._one(*_STATES)}"
        elif chance < 0.37:
            way = self._one("", "", " --ctdir ORIGINAL", " --ctdir REPLY")
            yield f"-m conntrack {negation}--ctorigdstport {self.chance.choice(_PORTS)}{way}"
        elif chance < 0.42:
            yield f"-m conntrack {negation}--ctorigdst {self._one(*_DESTINATIONS[self.family])}"
        elif chance < 0.46:
            yield f"-m conntrack {negation}--ctorigsrc {self._one(*_SOURCES[self.family])}"
        elif chance < 0.5:
            yield f"-m state --state {self._one('NEW', 'ESTABLISHED', 'NEW,RELATED')}"

    def rule(self, hook: str, table: str, below: tuple[str, ...] = ()) -> str:
        """A rule without its chain, which may jump to one of the chains below."""
        matches, protocol = self.matches(hook, table)
        chance = self.chance.random()
        if below and chance < 0.22:
            target = f"{self._one('-j', '-j', '-g')} {self._one(*below)}"
        elif chance < 0.5:
            target = "-j ACCEPT"
        elif chance < 0.75:
            target = "-j DROP"
        elif chance < 0.8 and table == "filter":
            target = "-j REJECT"
            if protocol == "tcp":
                target += " --reject-with tcp-reset"
        elif chance < 0.9:
            target = "-j RETURN"
        elif chance < 0.97 and table in ("mangle", "raw"):
            target = self._writing(table)
        else:
            target = self._one("-j LOG", "")
        return f"{matches} {target}".strip()

    def _writing(self, table: str) -> str:
        if table == "raw":
            return "-j CT --notrack"
        return self._one(
            "-j MARK --set-xmark 0x1/0xffffffff",
            "-j MARK --set-xmark 0x2/0x3",
            "-j CONNMARK --set-xmark 0x1/0xffffffff",
            "-j CONNMARK --save-mark",
            "-j CONNMARK --restore-mark",
        )

    def table(self, name: str, own: int, most: int) -> Iterator[str]:
        """Rules in the chains of a table, and in chains of our own that they jump to."""
        chains = tuple(f"{name}-{number}" for number in range(own))
        yield from (f"-t {name} -N {chain}" for chain in chains)
        for hook in _HOOKS[name]:
            for _ in range(self.chance.randint(0, most)):
                yield f"-t {name} -A {hook} {self.rule(hook, name, chains)}"
        for number, chain in enumerate(chains):
            hook = _HOOKS[name][0] if name == "raw" else ""
            for _ in range(self.chance.randint(1, 4)):
                yield f"-t {name} -A {chain} {self.rule(hook, name, chains[number + 1 :])}"

    def translation(self) -> Iterator[str]:
        for _ in range(self.chance.choice((0, 0, 0, 1, 2))):
            chain = self._one("PREROUTING", "PREROUTING", "OUTPUT")
            matches, protocol = self.matches(chain, "nat")
            if protocol in ("tcp", "udp"):
                target = f"-j DNAT --to-destination {self._one(*_TRANSLATIONS[self.family])}"
                if self._often(0.2):
                    target = f"-j REDIRECT --to-ports {self._one('22', '443', '8080')}"
                yield f"-t nat -A {chain} {matches} {target}"

    def commands(self, *, user_chain: bool) -> Iterator[str]:
        """A whole set of rules."""
        if self._often(0.25):
            yield from self.table("raw", 1, 2)
        if self._often(0.3):
            yield from self.table("mangle", 1, 1)
        for chain in ("INPUT", "FORWARD"):
            yield f"-P {chain} {self._one('ACCEPT', 'DROP')}"
        if self._often(0.75):
            yield from (f"-A {chain} {_FOLLOWING}" for chain in _HOOKS["filter"])
        answers_pass = self._often(0.8)  # or hardly anything converses
        if not answers_pass:
            yield f"-P OUTPUT {self._one('ACCEPT', 'DROP')}"
        for command in self.table("filter", self.chance.randint(1, 4), 6):
            if not (answers_pass and command.startswith("-t filter -A OUTPUT")):
                yield command
        yield from self.translation()
        if user_chain:
            yield "-N DOCKER-USER"
            for _ in range(self.chance.randint(0, 6)):
                yield f"-A DOCKER-USER {self.rule('FORWARD', 'filter')}"


def iptables_case(seed: int) -> Case:
    """A host with iptables' rules, of which Docker wrote some."""
    chance = random.Random(seed)
    is_there = chance.random() < 0.75
    docker = Docker(
        chance.choice(RELEASES),
        talks=chance.random() < 0.85,
        has_proxy=chance.random() < 0.8,
        writes_rules=is_there,
    )
    ports = (*_services(chance), *(_published(chance, docker) if is_there else ()))
    texts, ours = dict[Family, str](), dict[Family, str]()
    for family in FAMILIES:
        commands = list(IptablesRules(chance, family).commands(user_chain=is_there))
        ours[family] = saved(commands)
        texts[family] = saved([*commands, *docker_commands(docker, ports, family)])
    rules = Rules(texts[4], texts[6], backend="nft" if seed % 4 == 0 else "legacy")
    writes = is_there and seed % 2 == 1
    return Case(seed, rules, rules._replace(v4=ours[4], v6=ours[6]) if writes else rules, docker, ports)


class NftRules:
    """Makes a rule set of nft: one table for both families, or one for each."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.families: tuple[Family, ...] = (4, 6)
        self.family: Family = 4  # of the rule that is being made
        self.protocol = "th"  # of it: `th` is either

    def _one(self, *choices: str) -> str:
        return self.chance.choice(choices)

    def _often(self, share: float) -> bool:
        return self.chance.random() < share

    def _not(self) -> str:
        return "!= " if self._often(0.15) else ""

    def _some(self, choices: tuple[str, ...]) -> str:
        """One value, or a set of them."""
        if self._often(0.7):
            return self._one(*choices)
        many = self.chance.sample(choices, self.chance.randint(1, min(3, len(choices))))
        return f"{{ {', '.join(many)} }}"

    def _ports(self) -> str:
        ports = (*map(str, _PORTS), "1-1023", "5000-6000", "8000-9000")
        return self._some(ports)

    def _addresses(self, side: str) -> str:
        if self._often(0.15):
            return f"{self.name} {side} {self._not()}@{'blocked' if self.family == 4 else 'blocked6'}"
        pool = (_SOURCES if side == "saddr" else _DESTINATIONS)[self.family]
        return f"{self.name} {side} {self._not()}{self._one(*pool, *_RANGES[self.family])}"

    @property
    def name(self) -> str:
        return "ip" if self.family == 4 else "ip6"

    def _begin(self, protocol: str) -> None:
        """Decides what all parts of a rule are about."""
        self.family, self.protocol = self.chance.choice(self.families), protocol

    def matches(self, hook: str) -> Iterator[str]:
        interfaces = (*_CARDS, "eth*", "br-*", "ens3")
        if hook in ("prerouting", "input", "forward", "") and self._often(0.35):
            names = tuple(f'"{name}"' for name in interfaces[: 9 if self._often(0.5) else 6])
            yield f"iifname {self._not()}{self._one(*names)}"
        if hook in ("forward", "output") and self._often(0.2):
            yield f'oifname {self._not()}"{self._one(*interfaces)}"'
        if self._often(0.35):
            yield self._addresses("saddr")
        if self._often(0.2):
            yield self._addresses("daddr")
        chance = self.chance.random()
        if chance < 0.4:
            yield f"{self.protocol} dport {self._not()}{self._ports()}"
        elif chance < 0.5 and self.protocol == "th":
            yield f"meta l4proto {self._some(('tcp', 'udp'))}"
        elif chance < 0.55 and self.protocol == "tcp":
            flags = ("syn", "syn / fin,syn,rst,ack", "!= syn / syn,ack", "& (syn | ack) == syn")
            yield f"tcp flags {self._one(*flags)}"
        elif chance < 0.58:
            yield f"{self.protocol} sport {self._not()}{self._one('53', '1024-65535')}"
        elif chance < 0.62 and len(self.families) == 2:
            yield f"meta nfproto ipv{self.family}"
        if hook != "raw" and self._often(0.4):
            yield self._connection()
        if self._often(0.06):
            yield f"meta mark {self._not()}{self._one('1', '0', '2')}"
        if self._often(0.05):
            yield f"fib daddr type {self._not()}{self._some(('local', 'unicast', 'broadcast'))}"
        if self._often(0.02):
            yield "limit rate 9000/second burst 9000 packets"

    def _connection(self) -> str:
        known = "tcp" if self.protocol == "th" else self.protocol
        return self._one(
            f"ct state {self._not()}{self._one('new', 'established', 'invalid', 'untracked')}",
            f"ct state {self._one('{ established, related }', 'established,related', 'new,established')}",
            f"meta l4proto {known} ct original proto-dst {self._not()}{self._ports()}",
            f"ct original {self.name} daddr {self._not()}{self._one(*_DESTINATIONS[self.family])}",
            f"ct original {self.name} saddr {self._not()}{self._one(*_SOURCES[self.family])}",
            f"ct direction {self._one('original', 'reply')}",
            f"ct status {self._one('dnat', 'snat')}",
            f"ct mark {self._not()}{self._one('0', '1')}",
        )

    def rule(self, hook: str, below: tuple[str, ...]) -> str:
        self._begin(self._one("tcp", "tcp", "udp", "th"))
        matches = " ".join(self.matches(hook))
        chance = self.chance.random()
        if below and chance < 0.2:
            verdict = f"{self._one('jump', 'jump', 'goto')} {self._one(*below)}"
        elif chance < 0.3:
            verdict = self._map(below)
        elif chance < 0.55:
            verdict = f"{self._one('', 'counter ', 'log ')}accept"
        elif chance < 0.78:
            verdict = self._one("drop", "drop", "counter drop")
        elif chance < 0.82 and hook in ("input", "forward", "output"):
            verdict = "reject"
        elif chance < 0.9:
            verdict = "return"
        elif chance < 0.96:
            marks = ("meta mark set 1", "ct mark set 1", "ct mark set meta mark", "meta mark set ct mark")
            verdict = "notrack" if hook == "raw" else self._one(*marks)
        else:
            verdict = "counter"
        return f"{matches} {verdict}"

    def _map(self, below: tuple[str, ...]) -> str:
        ends = ("accept", "drop", "return", *(f"jump {chain}" for chain in below[:1]))
        if self._often(0.3):
            key = f"{self.name} saddr . {self.protocol} dport"
            keys = [f"{self._one(*_SOURCES[self.family])} . {port}" for port in (22, 80)]
        elif self._often(0.3):
            key, keys = "iifname", ['"eth0"', '"tailscale0"', '"docker0"']
        else:
            key, keys = f"{self.protocol} dport", ["22", "53", "80-443", "8080"]
        return f"{key} vmap {{ {', '.join(f'{each} : {self._one(*ends)}' for each in keys)} }}"

    def chain(self, name: str, head: str, hook: str, most: int, below: tuple[str, ...]) -> str:
        rules = [self.rule(hook, below) for _ in range(self.chance.randint(0, most))]
        if hook in ("input", "forward") and self._often(0.75):
            rules.insert(0, "ct state established,related accept")
        body = "".join(f"    {line.strip()}\n" for line in (head, *rules) if line.strip())
        return f"  chain {name} {{\n{body}  }}\n"

    def filters(self) -> Iterator[str]:
        own = tuple(f"own{number}" for number in range(self.chance.randint(1, 3)))
        for number, name in reversed(list(enumerate(own))):
            yield self.chain(name, "", "", 4, own[number + 1 :])
        for hook in ("input", "forward", "output"):
            if hook == "output" and self._often(0.8):
                continue
            for number in range(1 if self._often(0.75) else 2):
                policy = self._one("accept", "drop") if number == 0 else "accept"
                place = self._one("filter", "filter - 5", "10", "mangle")
                head = f"type filter hook {hook} priority {place}; policy {policy};"
                yield self.chain(f"{hook}{number}", head, hook, 6, own)
        if self._often(0.2):
            yield self.chain("early", "type filter hook prerouting priority raw;", "raw", 2, ())
        if self._often(0.2):
            yield self.chain("marks", "type filter hook prerouting priority mangle;", "prerouting", 2, ())

    def translation(self, ports: Iterable[Port]) -> Iterator[str]:
        rules = []
        for port in ports:
            for family in self.families:
                if port.container and family_of(port.address or _WILDCARDS[family]) == family:
                    rules.append(_nft_forwarding(port, family))
        if self._often(0.3):
            self._begin("tcp")
            rules.append(f"{' '.join(self.matches('prerouting'))} tcp dport {self._ports()} redirect to :22")
        self.chance.shuffle(rules)
        body = "".join(f"    {rule}\n" for rule in rules)
        yield f"  chain dstnat {{\n    type nat hook prerouting priority dstnat;\n{body}  }}\n"

    def sets(self) -> Iterator[str]:
        for family in self.families:
            name, kind = ("blocked", "ipv4_addr") if family == 4 else ("blocked6", "ipv6_addr")
            elements = ", ".join(self.chance.sample(_SOURCES[family][:5], 1))
            body = f"    type {kind}; flags interval;\n    elements = {{ {elements} }}\n"
            yield f"  set {name} {{\n{body}  }}\n"

    def text(self, ports: Iterable[Port]) -> str:
        """A whole set of rules."""
        kinds: tuple[tuple[str, tuple[Family, ...]], ...] = (("inet", (4, 6)),)
        if self._often(0.3):
            kinds = (("ip", (4,)), ("ip6", (6,)))
        found = []
        for kind, self.families in kinds:
            parts = (*self.sets(), *self.filters(), *self.translation(ports))
            found.append(f"table {kind} fw {{\n{''.join(parts)}}}\n")
        return "".join(found)


_WILDCARDS: dict[Family, str] = {4: "0.0.0.0", 6: "::"}


def _nft_forwarding(port: Port, family: Family) -> str:
    name = "ip6" if family == 6 else "ip"
    at = PEERS[port.container].addresses[family == 6]
    to = f"[{at}]" if family == 6 else at
    where = f"{name} daddr {port.address or f'!= {_WILDCARDS[family]} fib daddr type local'}"
    return f"{where} {port.protocol} dport {port.number} dnat {name} to {to}:{port.target}"


def nft_case(seed: int) -> Case:
    """A host with rules of nft, which forward ports to containers."""
    chance = random.Random(seed)
    docker = Docker()
    ports = (*_services(chance), *_published(chance, docker))
    rules = Rules(nft=NftRules(chance).text(ports))
    return Case(seed, rules, rules, docker, ports)


def _services(chance: random.Random) -> Iterator[Port]:
    yield Port(22)
    yield Port(chance.choice((53, 443)), chance.choice(("tcp", "udp")))
    if chance.random() < 0.5:
        yield Port(80, address=chance.choice(("203.0.113.10", "100.100.1.10", "127.0.0.1", "fd00:1::10")))


def _published(chance: random.Random, docker: Docker) -> Iterator[Port]:
    seen = set()
    for number in chance.sample((5432, 8080, 8443), chance.randint(1, 3)):
        port = Port(
            number,
            chance.choice(("tcp", "tcp", "udp")),
            chance.choice(("", "", "", "127.0.0.1", "100.100.1.10", "203.0.113.10", "2001:db8:1::10")),
            chance.choice(("a", "c")),
            chance.choice((number, 80)),
            has_socket=docker.has_proxy,
        )
        # A client that asks two of them from one port of its own would have two connections with one answer.
        if (port.container, port.target, port.protocol) not in seen:
            seen.add((port.container, port.target, port.protocol))
            yield port


class Disagreement(NamedTuple):
    case: Case
    question: Question
    said: str
    is_open: bool

    def __str__(self) -> str:
        kernel = "open" if self.is_open else "closed"
        return f"seed {self.case.seed}: {self.question}: {self.said}, but the kernel says {kernel}"


class Tally(NamedTuple):
    """What came of a case."""

    counts: Counter[str]
    disagreements: list[Disagreement]


def _listeners(ports: Iterable[Port]) -> list[Listener]:
    return [*containers_listen(_TARGETS), *listeners(ports)]


def client_ports(rules: Rules) -> tuple[int, ...]:
    """The ports to ask from besides any: one of each sort that rules tell apart."""
    if rules.nft:
        return (1, *_NFT_CUTS)
    told = _LOOKS_AT_CLIENTS.findall(rules.v4 + rules.v6)
    numbers = {int(each) for said in told for each in re.findall(r"\d+", said)}
    cuts = {1, *numbers, *(number + 1 for number in numbers)} if numbers else ()
    return tuple(sorted(cut for cut in cuts if 0 < cut < 65536))


def judge(lab: Lab, case: Case) -> Tally:
    """Compares all answers about one host with what its kernel does."""
    lab.listen(_listeners(case.ports))
    lab.load(case.rules)
    host = machine(case.ours, case.ports, case.docker, writes=case.writes)
    asked = questions(case.ports)
    from_ports = client_ports(case.rules)
    kernel = kernel_answers(lab, asked, source_ports=from_ports, patience=0.05)
    counts: Counter[str] = Counter()
    found = []
    for question, is_open in zip(asked, kernel, strict=True):
        said = question.answer(host, case.docker).answer
        if said == "open" and not is_open:
            # With more patience, and with no other listeners in the way of the client's ports.
            lab.listen(_listeners([question.port]))
            is_open = kernel_answers(lab, [question], source_ports=from_ports, patience=0.5)[0]
        counts["undecided" if said == "undecided" else f"{said} {'open' if is_open else 'closed'}"] += 1
        if said != "undecided" and (said == "open") != is_open:
            found.append(Disagreement(case, question, said, is_open))
        elif is_open and question.port.address == "":
            broad = question.broad_answer(host, case.docker).answer
            if broad == "closed":
                found.append(Disagreement(case, question, f"{broad} for all", is_open))
    return Tally(counts, found)


def case_of(seed: int) -> Case:
    """The host of a seed."""
    return nft_case(seed) if seed % 5 == 0 else iptables_case(seed)


def run(seeds: range, lab: Lab, *, show: bool = False) -> Tally:
    """Judges many."""
    total = Tally(Counter(), [])
    began = time.monotonic()
    for number, seed in enumerate(seeds, 1):
        tally = judge(lab, case_of(seed))
        total.counts.update(tally.counts)
        total.disagreements.extend(tally.disagreements)
        if show:
            for disagreement in tally.disagreements:
                print(disagreement, flush=True)
            if number % 100 == 0:
                print(f"{number} rule sets in {time.monotonic() - began:.0f} s: {summary(total)}", flush=True)
    return total


def summary(tally: Tally) -> str:
    counts = tally.counts
    share = counts["undecided"] / (counts.total() or 1)
    return (
        f"{counts.total()} questions, {counts['open open']} open, {counts['closed closed']} closed, "
        f"{counts['undecided']} undecided ({share:.1%}), {len(tally.disagreements)} disagreements"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=None, help="of the first; a fresh one by default")
    given = parser.parse_args()
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(10**9)
    print(f"from seed {seed}")
    with Lab() as lab:
        tally = run(range(seed, seed + given.count), lab, show=True)
    print(summary(tally))
    return 1 if tally.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
