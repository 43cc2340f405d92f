"""Who reaches a port, by our account and by the kernel's: hand-made rule sets, then random ones.

Numbers like K7 are facts about the kernel and Docker that who reads rules naively gets wrong.
"""

import contextlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from compolint.exposure.engine import RELEASES, Release
from compolint.exposure.machine import FAMILIES
from compolint.exposure.path import Loopback
from compolint.exposure.tables import Turn
from compolint.model.firewall import Family
from tests.oracles.firewall_docker import docker_commands, saved, written
from tests.oracles.firewall_lab import METADATA, PEERS, Lab, Listener, Probe, Rules, lab_or_skip
from tests.oracles.firewall_model import (
    CLIENTS,
    SPOOFER,
    Client,
    Docker,
    Port,
    Question,
    containers_listen,
    dial,
    kernel_answers,
    listeners,
    machine,
    questions,
)
from tests.oracles.firewall_random import run, summary

_GROUPS = {
    "everybody": tuple(CLIENTS),
    "outside": ("internet", "elsewhere", "lan", "neighbour", "tailnet"),
    "inside": ("docker0", "br-web"),
}
_SETTINGS = {
    "ipv4/ip_forward": "1",
    "ipv6/conf/all/forwarding": "1",
    "ipv4/conf/eth0/rp_filter": "0",
    "ipv4/conf/eth0/route_localnet": "0",
    "bridge/bridge-nf-call-iptables": "1",
}
_FIXED_SEED, _FIXED, _FRESH = 20_000, 240, 80


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with lab_or_skip() as made:
        yield made


def lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


_FOLLOWING = "-m conntrack --ctstate RELATED,ESTABLISHED"


def ufw(*allowed: str) -> tuple[str, ...]:
    """What an enabled UFW comes to: nothing comes in but what is allowed."""
    return (
        "-P INPUT DROP",
        "-P FORWARD DROP",
        "-A INPUT -i lo -j ACCEPT",
        f"-A INPUT {_FOLLOWING} -j ACCEPT",
        f"-A FORWARD {_FOLLOWING} -j ACCEPT",
        "-A INPUT -m conntrack --ctstate INVALID -j DROP",
        *(f"-A INPUT {each} -j ACCEPT" for each in allowed),
    )


TAILSCALE = lines("""
    -N ts-input
    -N ts-forward
    -I INPUT -j ts-input
    -I FORWARD -j ts-forward
    -A ts-input ! -i tailscale0 -s 100.64.0.0/10 -j DROP
    -A ts-input -i tailscale0 -j ACCEPT
    -A ts-forward -i tailscale0 -j MARK --set-xmark 0x40000/0xff0000
    -A ts-forward -m mark --mark 0x40000/0xff0000 -j ACCEPT
    -A ts-forward -o tailscale0 -j ACCEPT
""")
TAILSCALE_6 = tuple(rule for rule in TAILSCALE if "100.64" not in rule)

HTTP = Port(8080, container="a", target=80)  # a published port
SEED = Port(18789, container="a", target=63362)
SAME = Port(18789, container="a", target=18789)
SSH = Port(22)


class Case(NamedTuple):
    """A host's rules, and to whom they leave a port open; the rest is kept out."""

    name: str
    port: Port
    rules: tuple[str, ...]  # before Docker starts
    open: str
    open6: str | None = None  # the same if not given
    rules6: tuple[str, ...] | None = None
    docker: Docker | None = None
    after: tuple[str, ...] = ()  # Docker's start
    after6: tuple[str, ...] | None = None
    nft: str = ""
    others: tuple[Port, ...] = ()
    forwards: bool = True
    from_ports: tuple[int, ...] = ()

    @property
    def ports(self) -> tuple[Port, ...]:
        return self.port, *self.others

    def commands(self, family: Family) -> tuple[str, ...]:
        return self.rules if family == 4 or self.rules6 is None else self.rules6

    def text(self, family: Family, *, with_docker: bool) -> str:
        after = self.after if family == 4 or self.after6 is None else self.after6
        docker = docker_commands(self.docker, self.ports, family) if self.docker and with_docker else []
        commands = (*self.commands(family), *docker, *after)
        return saved(commands) if commands else ""

    def loaded(self, *, with_docker: bool = True) -> Rules:
        return Rules(self.text(4, with_docker=with_docker), self.text(6, with_docker=with_docker), self.nft)

    def expected(self, family: Family) -> set[str]:
        words = self.open if family == 4 or self.open6 is None else self.open6
        return {name for word in words.split() for name in _GROUPS.get(word, (word,))}


def _published(name: str, rules: tuple[str, ...], opened: dict[str, str]) -> Iterator[Case]:
    """A case for each release of Docker, which differ in whom they let in."""
    for release in RELEASES:
        to = opened.get(release, opened[""])
        yield Case(f"{name}, Docker {release}", HTTP, rules, to, docker=Docker(release))


def _user(*rules: str) -> tuple[str, ...]:
    """Rules of DOCKER-USER, as they are there before Docker starts."""
    return ("-N DOCKER-USER", *(f"-A DOCKER-USER {rule}" for rule in rules))


def _cases() -> Iterator[Case]:
    yield from _host_cases()
    yield from _docker_cases()
    yield from _user_chain_cases()
    yield from _binding_cases()
    yield from _tailnet_cases()
    yield from _translation_cases()
    yield from _nft_cases()
    yield from _kernel_cases()


def _host_cases() -> Iterator[Case]:
    yield Case("without rules everybody gets in", SSH, (), "everybody")
    yield Case("UFW lets in what is allowed", SSH, ufw("-p tcp --dport 22"), "everybody")
    yield Case("UFW keeps out what is not", Port(5432), ufw("-p tcp --dport 22"), "host")
    yield Case("UFW allows by source", SSH, ufw("-s 192.168.1.0/24 -p tcp --dport 22"), "lan neighbour host",
               "host", rules6=ufw())  # fmt: skip
    yield Case("UFW allows by interface", SSH, ufw("-i eth1 -p tcp --dport 22"), "lan neighbour host")
    yield Case("UDP is not TCP", Port(53, "udp"), ufw("-p tcp --dport 53"), "host")
    yield Case("UFW allows UDP", Port(53, "udp"), ufw("-p udp --dport 53"), "everybody")
    yield Case("a program on the host's network is held by INPUT", Port(8123), ufw(), "host")
    yield Case("K18: UFW with IPV6=no keeps all of IPv6 out", SSH, ufw("-p tcp --dport 22"), "everybody",
               "host", rules6=lines("""
        -P INPUT DROP
        -P FORWARD DROP
        -P OUTPUT DROP
        -A INPUT -i lo -j ACCEPT
        -A OUTPUT -o lo -j ACCEPT
    """))  # fmt: skip
    yield Case("rules for IPv4 alone leave IPv6 open", SSH, ufw(), "host", "everybody", rules6=())
    yield Case("K13: nobody hears answers that OUTPUT drops", SSH, lines("""
        -P INPUT DROP
        -A INPUT -p tcp --dport 22 -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT
        -P OUTPUT DROP
    """), "")  # fmt: skip
    yield Case("K13: answers pass where established connections do", SSH, lines("""
        -P INPUT DROP
        -A INPUT -p tcp --dport 22 -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT
        -P OUTPUT DROP
        -A OUTPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
    """), "outside inside")  # fmt: skip
    yield Case("rules without states need both directions", SSH, lines("""
        -P INPUT DROP
        -A INPUT -p tcp --dport 22 -j ACCEPT
        -P OUTPUT DROP
        -A OUTPUT -p tcp --sport 22 -j ACCEPT
    """), "outside inside")  # fmt: skip
    yield Case("a client may choose the port that a rule trusts", SSH, lines("""
        -P INPUT DROP
        -A INPUT -p tcp --sport 53 -j ACCEPT
    """), "outside inside", from_ports=(53,))  # fmt: skip
    yield Case("a client may choose the port to which answers may go", SSH, lines("""
        -P OUTPUT DROP
        -A OUTPUT -p tcp --dport 443 -j ACCEPT
    """), "outside inside", from_ports=(443,))  # fmt: skip
    yield Case("a client may choose a port that a rule about either side spares", SSH, lines("""
        -A OUTPUT -p tcp -m multiport ! --ports 53,443 -j DROP
    """), "everybody", from_ports=(53,))  # fmt: skip
    yield Case("a client's port that one rule lets in, and another lets answers go to", SSH, lines("""
        -A INPUT -p tcp --sport 1024:65535 -j DROP
        -t raw -A OUTPUT -p tcp --dport 1:79 -j DROP
    """), "outside inside", from_ports=(1023,))  # fmt: skip
    yield Case("a range that does not begin at a client's port", SSH, lines("""
        -P INPUT DROP
        -A INPUT -p tcp ! --sport 1024:65535 -j ACCEPT
    """), "everybody", from_ports=(1023,))  # fmt: skip
    yield Case("RETURN leads back to the chain before", SSH, lines("""
        -N mine
        -A INPUT -j mine
        -A INPUT -i eth0 -j DROP
        -A mine -i eth0 -j RETURN
        -A mine -j DROP
    """), "")  # fmt: skip
    yield Case("goto does not come back", SSH, lines("""
        -N mine
        -P INPUT ACCEPT
        -A INPUT -i eth0 -g mine
        -A INPUT -j DROP
        -A mine -p udp -j DROP
    """), "internet elsewhere", "internet elsewhere")  # fmt: skip
    yield Case("a mark of mangle is seen by filter", SSH, lines("""
        -t mangle -A PREROUTING -i eth1 -j MARK --set-xmark 0x1/0xffffffff
        -A INPUT -m mark --mark 0x1 -j DROP
    """), "internet elsewhere tailnet inside host")  # fmt: skip
    yield Case("a mark stays on packets that the host sends to itself", SSH, lines("""
        -t mangle -A OUTPUT -j MARK --set-xmark 0x1/0xffffffff
        -A INPUT -m mark --mark 0x1 -j DROP
    """), "outside inside")  # fmt: skip
    yield Case("a mark of the connection comes back with answers", SSH, lines("""
        -t mangle -A PREROUTING -i eth0 -j CONNMARK --set-xmark 0x1/0xffffffff
        -A OUTPUT -m connmark --mark 0x1 -j DROP
    """), "lan neighbour tailnet inside host")  # fmt: skip
    yield Case("a limit lets a first packet in", SSH, lines("""
        -P INPUT DROP
        -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
        -A INPUT -p tcp --dport 22 -m limit --limit 100/second --limit-burst 500 -j ACCEPT
    """), "everybody")  # fmt: skip
    yield Case("who is seen for the first time passes `recent`", SSH, lines("""
        -A INPUT -p tcp --dport 22 --syn -m recent --name seen --update --seconds 30 --hitcount 50 -j DROP
    """), "everybody", rules6=())  # fmt: skip
    yield Case("several ports and a range of addresses", SSH, lines("""
        -A INPUT -p tcp -m multiport --dports 21:23 -m iprange --src-range 192.168.1.60-192.168.1.70 -j DROP
    """), "internet elsewhere lan tailnet inside host", "everybody", rules6=())  # fmt: skip
    yield Case("addresses of the host by their type", SSH, lines("""
        -A INPUT -m addrtype ! --src-type LOCAL -j DROP
    """), "host", "everybody", rules6=())  # fmt: skip
    yield Case("raw drops before all others", SSH, lines("""
        -t raw -A PREROUTING -i eth0 -p tcp --dport 22 -j DROP
        -A INPUT -j ACCEPT
    """), "lan neighbour tailnet inside host")  # fmt: skip
    yield Case("ACCEPT of mangle is not that of filter", SSH, lines("""
        -t mangle -A INPUT -j ACCEPT
        -A INPUT -i eth0 -j DROP
    """), "lan neighbour tailnet inside host")  # fmt: skip


def _docker_cases() -> Iterator[Case]:
    through = {"": "outside br-web docker0 host"}
    yield from _published("without other rules a published port is open", (), through)
    # K10: up to 28 other networks come by way of the proxy, and so to INPUT.
    yield from _published("K2, K10: a published port passes UFW's deny-all", ufw(),
                          {"": "outside host", "29": "outside br-web host"})  # fmt: skip
    yield Case("K2: with `iptables: false` the proxy answers, behind INPUT", HTTP, ufw(), "host",
               docker=Docker(writes_rules=False))  # fmt: skip
    yield Case("K2: with `iptables: false` and no rules the proxy answers all", HTTP, (), "everybody",
               docker=Docker(writes_rules=False))  # fmt: skip
    yield Case("K2: a container without an address of IPv6 is asked by the proxy", HTTP._replace(inside=(4,)),
               ufw(), "outside br-web host", "host", docker=Docker())  # fmt: skip
    yield Case("without a proxy IPv6 finds nobody", HTTP._replace(inside=(4,), has_socket=False), (),
               "outside inside", "", docker=Docker(has_proxy=False))  # fmt: skip
    yield Case("a published UDP port", Port(5353, "udp", container="c", target=53), ufw(),
               "outside docker0 host", docker=Docker())  # fmt: skip
    yield Case("two bridges: who is on the same comes by the proxy",
               Port(8443, container="c", target=443), ufw(), "outside docker0 host",
               docker=Docker())  # fmt: skip
    for release in RELEASES:
        yield Case(f"containers that may not talk are open outside, Docker {release}", HTTP, ufw(),
                   "outside br-web host" if release == "29" else "outside host",
                   docker=Docker(release, talks=False))  # fmt: skip
    for release in ("28", "29"):
        yield Case(f"K21: with a routed gateway the host's port is nobody's, Docker {release}",
                   HTTP._replace(has_socket=False), (), "",
                   docker=Docker(release, gateway="routed"))  # fmt: skip
        yield Case(f"K21: an unprotected gateway publishes all the same, Docker {release}", HTTP, (),
                   "everybody", docker=Docker(release, gateway="nat-unprotected"))  # fmt: skip
    for release in RELEASES:
        yield Case(f"an internal network gets no packets from outside, Docker {release}",
                   HTTP._replace(has_socket=False), (), "",
                   docker=Docker(release, internal=("docker0",)))  # fmt: skip
    yield Case("K19: where the host forwards nothing only the proxy answers", HTTP, (), "docker0 host",
               docker=Docker(), forwards=False)  # fmt: skip
    yield Case("K11: what is not tracked is not translated and meets INPUT",
               HTTP, ("-t raw -A PREROUTING -p tcp --dport 8080 -j CT --notrack", *ufw()),
               "host", docker=Docker())  # fmt: skip
    yield Case("K11: and where INPUT lets it in the proxy answers",
               HTTP, lines("-t raw -A PREROUTING -p tcp --dport 8080 -j CT --notrack"), "everybody",
               docker=Docker())  # fmt: skip


def _user_chain_cases() -> Iterator[Case]:
    docker = Docker("28")
    everybody, but_internet = "everybody", "lan neighbour tailnet inside host"
    yield Case("K1: DOCKER-USER does not see the published port", SEED,
               _user("-i eth0 -p tcp --dport 18789 -j DROP"), everybody, docker=docker)  # fmt: skip
    yield Case("K1: where both ports are the same it seems to", SAME,
               _user("-i eth0 -p tcp --dport 18789 -j DROP"), but_internet, docker=docker)  # fmt: skip
    yield Case("K1: ctorigdstport holds it", SEED,
               _user("-i eth0 -p tcp -m conntrack --ctorigdstport 18789 --ctdir ORIGINAL -j DROP"),
               but_internet, docker=docker)  # fmt: skip
    yield Case("K1: the container's port holds it", SEED, _user("-i eth0 -p tcp --dport 63362 -j DROP"),
               but_internet, docker=docker)  # fmt: skip
    yield Case("K1: and every other container with that port", Port(9000, container="c", target=63362),
               _user("-i eth0 -p tcp --dport 63362 -j DROP"), but_internet, docker=docker,
               others=(SEED,))  # fmt: skip
    yield Case("the original address tells one binding from another", HTTP._replace(address="203.0.113.10"),
               _user("-m conntrack --ctorigdst 203.0.113.10 --ctorigdstport 8080 -j DROP"), "inside host", "",
               rules6=_user(), docker=Docker("27"))  # fmt: skip
    yield Case("K22: a DROP behind Docker's rules never runs", HTTP, (), everybody, docker=docker,
               after=("-A FORWARD -i eth0 -j DROP",))  # fmt: skip
    yield Case("K22: one before them does", HTTP, (), but_internet, docker=docker,
               after=("-I FORWARD -i eth0 -j DROP",))  # fmt: skip
    yield Case("K22: behind RETURN nothing of DOCKER-USER runs", HTTP,
               _user("-j RETURN", "-i eth0 -j DROP"), everybody, docker=docker)  # fmt: skip
    yield Case("K22: a DOCKER-USER to which nobody jumps does nothing", HTTP, _user("-i eth0 -j DROP"),
               everybody, docker=Docker(writes_rules=False),
               after=lines("""
                   -t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80
               """), after6=())  # fmt: skip
    yield Case("a source alone may pass", HTTP, _user("-s 192.168.1.50 -j RETURN", "-i eth+ -j DROP"),
               "lan tailnet inside host", "tailnet inside host", rules6=_user("-i eth+ -j DROP"),
               docker=docker)  # fmt: skip
    ufw_docker = _user(
        "-s 10.0.0.0/8 -j RETURN",
        "-s 172.16.0.0/12 -j RETURN",
        "-s 192.168.0.0/16 -j RETURN",
        *(f"-d {there} -p tcp --syn -j DROP" for there in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")),
        "-j RETURN",
    )
    ufw_docker_6 = _user("-s fd00::/8 -j RETURN", "-d fd00::/8 -p tcp --syn -j DROP", "-j RETURN")
    yield Case("K17: rules for private sources shut the tailnet out by IPv4 and let it in by IPv6", HTTP,
               (*ufw(), *ufw_docker), "lan neighbour br-web host", "lan neighbour tailnet br-web host",
               rules6=(*ufw(), *ufw_docker_6), docker=Docker("29"))  # fmt: skip
    yield Case("K17: without the same for IPv6 that is open", HTTP, (*ufw(), *ufw_docker),
               "lan neighbour br-web host", "outside br-web host", rules6=ufw(), docker=Docker())  # fmt: skip
    yield Case("by an interface's name nobody of the others is meant", HTTP, _user("-i wlan0 -j DROP"),
               everybody, docker=docker)  # fmt: skip
    yield Case("only new connections are dropped", HTTP,
               _user("-i eth0 -m conntrack --ctstate NEW -j DROP"), but_internet, docker=docker)  # fmt: skip


def _binding_cases() -> Iterator[Case]:
    yield Case("a program on the loopback", Port(5432, address="127.0.0.1"), (), "host", "")
    yield Case("K6: an address of the host is reached from every side", Port(80, address="100.100.1.10"), (),
               "everybody", "")  # fmt: skip
    yield Case("K6: so the rules have to name the side", Port(80, address="100.100.1.10"),
               ufw("-i tailscale0 -p tcp --dport 80"), "tailnet host", "")  # fmt: skip
    for release in RELEASES:
        docker = Docker(release)
        neighbours = "lan neighbour host" if release == "27" else "host"
        yield Case(f"K7: a port published on 127.0.0.1, Docker {release}", HTTP._replace(address="127.0.0.1"),
                   ufw(), neighbours, "", docker=docker)  # fmt: skip
        opened = "outside br-web host" if release == "29" else "outside host"
        yield Case(f"K6: a port published on the tailnet's address, Docker {release}",
                   HTTP._replace(address="100.100.1.10"), ufw(), opened, "", docker=docker)  # fmt: skip
    yield Case("a port published on an address of IPv6", HTTP._replace(address="fd00:1::10"), ufw(), "",
               "outside br-web host", docker=Docker())  # fmt: skip


def _tailnet_cases() -> Iterator[Case]:
    denied = (*ufw("-p tcp --dport 22"), "-A INPUT -i tailscale0 -j DROP")
    yield Case("K14: tailscaled's rules come before UFW's", Port(5432), (*ufw(), *TAILSCALE), "tailnet host",
               rules6=(*ufw(), *TAILSCALE_6))  # fmt: skip
    yield Case("K14: so a DROP for the tailnet never runs", SSH, (*denied, *TAILSCALE), "everybody",
               rules6=(*denied, *TAILSCALE_6))  # fmt: skip
    keep_out = _user("-i tailscale0 -j DROP")
    for release in RELEASES:
        docker = Docker(release)
        yield Case(f"K15: ts-forward above DOCKER-USER lets the tailnet past it, Docker {release}", HTTP,
                   keep_out, "everybody", docker=docker, after=TAILSCALE, after6=TAILSCALE_6)  # fmt: skip
        yield Case(f"K15: below it does not, Docker {release}", HTTP, (*TAILSCALE, *keep_out),
                   "internet elsewhere lan neighbour inside host", rules6=(*TAILSCALE_6, *keep_out),
                   docker=docker)  # fmt: skip
    yield Case("the tailnet by its addresses", SSH, ufw("-s 100.64.0.0/10 -p tcp --dport 22"), "tailnet host",
               rules6=ufw("-s fd7a:115c:a1e0::/48 -p tcp --dport 22"))  # fmt: skip


def _translation_cases() -> Iterator[Case]:
    on = Port(8080, address="203.0.113.10", container="a", target=80, has_socket=False, families=(4,))
    to_a = "-t nat -A OUTPUT -d 203.0.113.10 -p tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80"
    yield Case("K3: OUTPUT sees the interface of the first route", on,
               (to_a, "-A OUTPUT -o lo -p tcp --dport 80 -j DROP"), "", rules6=())  # fmt: skip
    yield Case(
        "K3: and not that of the new one", on, (to_a, "-A OUTPUT -o docker0 -j DROP"), "host", rules6=()
    )
    yield Case("K4: to translate to the same address is none", SSH._replace(families=(4,)), lines("""
        -t nat -A PREROUTING -p tcp -d 203.0.113.10 --dport 22 -j DNAT --to-destination 203.0.113.10:22
        -P INPUT DROP
        -A INPUT -m conntrack --ctstate DNAT -j ACCEPT
    """), "", rules6=())  # fmt: skip
    elsewhere = Port(8080, container="a", target=80, has_socket=False, families=(4,))
    yield Case("a connection that was translated has that state", elsewhere, lines("""
        -t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80
        -P FORWARD DROP
        -A FORWARD -m conntrack --ctstate DNAT -j ACCEPT
    """), "outside inside", rules6=())  # fmt: skip
    yield Case("the first translation of several counts", elsewhere, lines("""
        -t nat -A PREROUTING -i eth1 -p tcp --dport 8080 -j DNAT --to-destination 172.18.0.2:8081
        -t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80
    """), "internet elsewhere tailnet inside", rules6=())  # fmt: skip
    yield Case("a redirected port is met by INPUT under its new number", Port(80), lines("""
        -t nat -A PREROUTING -i eth0 -p tcp --dport 80 -j REDIRECT --to-ports 8080
        -P INPUT DROP
        -A INPUT -i lo -j ACCEPT
        -A INPUT -p tcp --dport 80 -j ACCEPT
    """), "lan neighbour tailnet inside host", others=(Port(8080),))  # fmt: skip
    yield Case("mangle drops answers before their source is translated back", elsewhere, lines("""
        -t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80
        -t mangle -A POSTROUTING -s 172.17.0.2 -o eth0 -j DROP
    """), "lan neighbour tailnet inside", rules6=())  # fmt: skip
    yield Case("and does not know them by the source that the client sees", elsewhere, lines("""
        -t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80
        -t mangle -A POSTROUTING -s 203.0.113.10 -j DROP
    """), "outside inside", rules6=())  # fmt: skip


def _nft(*chains: str) -> str:
    return "table inet fw {\n" + "\n".join(chains) + "\n}\n"


_DOCKER_NFT = """
table ip docker-bridges {
  chain prerouting {
    type nat hook prerouting priority dstnat;
    fib daddr type local tcp dport 8080 dnat to 172.17.0.2:80
  }
  chain forward {
    type filter hook forward priority filter;
    oifname "docker0" tcp dport 80 accept
    ct state established accept
  }
}
"""
_INPUT = "type filter hook input priority filter; policy drop;"


def _nft_cases() -> Iterator[Case]:
    allowed = _nft(
        f"chain in {{ {_INPUT} iif lo accept; ct state established accept; tcp dport 22 accept; }}"
    )
    forwarded = Port(8080, container="a", target=80, has_socket=False, families=(4,))
    yield Case("nft lets in what is accepted", SSH, (), "everybody", nft=allowed)
    yield Case("nft keeps out what is not", Port(80), (), "host", nft=allowed)
    yield Case("`accept` of one base chain leaves the others their say", SSH, (),
               "lan neighbour tailnet inside host", nft=_nft(
        "chain first { type filter hook input priority -10; accept; }",
        'chain second { type filter hook input priority 0; iifname "eth0" drop; }'))  # fmt: skip
    yield Case("iptables' ACCEPT does not overrule nft", SSH, ("-A INPUT -j ACCEPT",), "",
               nft=_nft("chain in { type filter hook input priority 10; policy drop; }"))  # fmt: skip
    yield Case("an element of a set", SSH, (), "internet host", "host", nft=_nft(
        "set friends { type ipv4_addr; elements = { 198.51.100.7 } }",
        f"chain in {{ {_INPUT} iif lo accept; ip saddr @friends accept; }}"))  # fmt: skip
    yield Case("a verdict map", SSH, (), "lan neighbour host", nft=_nft(
        f'chain in {{ {_INPUT} iifname vmap {{ lo : accept, eth1 : accept, eth0 : drop }}; }}'))  # fmt: skip
    yield Case("nft forwards to a container", forwarded, (), "outside inside", nft=_DOCKER_NFT)
    yield Case("K20: a policy of iptables' FORWARD cuts ports that nft forwards", forwarded,
               ("-P FORWARD DROP",), "", nft=_DOCKER_NFT, rules6=())  # fmt: skip
    drops = _DOCKER_NFT.replace('oifname "docker0" tcp dport 80 accept', "tcp dport 80 drop")
    yield Case("K20: and an `accept` of another table does not save what Docker's own drops", forwarded, (),
               "", nft=drops + _nft("chain f { type filter hook forward priority -5; accept; }"))  # fmt: skip


def _kernel_cases() -> Iterator[Case]:
    notrack = "-t raw -A PREROUTING -p tcp --dport 22 -j CT --notrack"
    yield Case("what is not tracked is in no established connection", SSH,
               (notrack, *ufw("-p tcp --dport 22")), "everybody")  # fmt: skip
    yield Case("a match of connections fails for what is not tracked, negated or not", SSH, (
        notrack, "-A INPUT -p tcp -m conntrack ! --ctorigdstport 9 -j DROP",
        "-A INPUT -p tcp -m connmark --mark 0x0 -j DROP"), "outside inside")  # fmt: skip
    yield Case("answers that are not tracked make what follows invalid", SSH, lines("""
        -t raw -A OUTPUT -p tcp --sport 22 -j CT --notrack
        -A INPUT -m conntrack --ctstate INVALID -j DROP
    """), "")  # fmt: skip
    yield Case("answers by UDP to what is not tracked are new connections", Port(53, "udp"), lines("""
        -t raw -A PREROUTING -p udp --dport 53 -j CT --notrack
        -A OUTPUT -p udp -m conntrack --ctstate NEW -j DROP
    """), "")  # fmt: skip


CASES = tuple(_cases())


def _said(case: Case, *, writes: bool) -> dict[str, str]:
    """By our account, whether a port is open to each."""
    docker, rules = case.docker or Docker(), case.loaded(with_docker=not writes)
    host = machine(rules, case.ports, docker, writes=writes, forwards=case.forwards)
    return {str(each): each.answer(host, docker).answer for each in questions((case.port,))}


@pytest.fixture(autouse=True)
def _quiet(request: pytest.FixtureRequest) -> Iterator[None]:
    """Nothing of one test is left for the next."""
    yield
    if "lab" in request.fixturenames:
        request.getfixturevalue("lab").configure(_SETTINGS)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_port_is_open_to_whom_the_kernel_lets_through(case: Case, lab: Lab) -> None:
    lab.listen([*listeners(case.ports), *containers_listen({80, 443, 53})])
    lab.load(case.loaded())
    if not case.forwards:
        lab.configure({"ipv4/ip_forward": "0", "ipv6/conf/all/forwarding": "0"})
    asked = questions((case.port,))
    expected = {
        str(each): "open" if each.client in case.expected(each.family) else "closed" for each in asked
    }
    kernel = kernel_answers(lab, asked, source_ports=case.from_ports)
    assert dict(zip(expected, (_word(each) for each in kernel), strict=True)) == expected
    assert _said(case, writes=False) == expected
    if case.docker and not case.after:
        # What we write for the engine has to come to the same.
        assert _said(case, writes=True) == expected


def _word(is_open: bool) -> str:
    return "open" if is_open else "closed"


@pytest.mark.parametrize("release", RELEASES)
def test_a_container_gets_an_unpublished_port_dialled_by_a_static_route(release: Release, lab: Lab) -> None:
    """K9: Docker 27 leaves that to the policy of FORWARD, later releases drop it."""
    docker = Docker(release)
    for rules, is_open in (((), release == "27"), (ufw(), False)):
        case = Case("", HTTP, rules, "", docker=docker)
        lab.listen(containers_listen({443}))
        lab.load(case.loaded())
        for client in (CLIENTS["internet"], CLIENTS["neighbour"]):
            assert _dialled(lab, case, client, PEERS["a"].addresses[0], 443, "a") == [is_open, is_open]


@pytest.mark.parametrize("release", RELEASES)
def test_a_container_gets_a_published_port_dialled_by_a_static_route(release: Release, lab: Lab) -> None:
    """K7: Docker 27 accepts it whatever address of the host it is bound to, in spite of UFW."""
    case = Case("", HTTP._replace(address="127.0.0.1"), ufw(), "", docker=Docker(release))
    lab.listen([*listeners(case.ports)])
    lab.load(case.loaded())
    is_open = release == "27"
    at = PEERS["a"].addresses[0]
    assert _dialled(lab, case, CLIENTS["neighbour"], at, 80, "a") == [is_open, is_open]


@pytest.mark.parametrize("release", RELEASES)
def test_a_port_published_everywhere_answers_to_the_loopback_on_the_wire(release: Release, lab: Lab) -> None:
    """K7: it is translated before the kernel looks for strange addresses."""
    case = Case("", HTTP, ufw(), "", docker=Docker(release))
    lab.listen(listeners(case.ports))
    lab.load(case.loaded())
    assert _dialled(lab, case, CLIENTS["neighbour"], "127.0.0.1", 8080, "a", 80) == [True, True]


def test_a_redirection_makes_the_loopback_on_the_wire_valid(lab: Lab) -> None:
    """K8: the packet gets the address of the interface that it came in by."""
    redirect = "-t nat -A PREROUTING -p tcp --dport 8080 -j REDIRECT --to-ports 9090"
    case = Case("", Port(9090), (redirect,), "")
    lab.listen(listeners(case.ports))
    lab.load(case.loaded())
    assert _dialled(lab, case, CLIENTS["neighbour"], "127.0.0.1", 8080, "host", 9090) == [True, True]
    lab.load(Rules())
    without = case._replace(rules=())
    assert _dialled(lab, without, CLIENTS["neighbour"], "127.0.0.1", 9090, "host") == [False, False]


@pytest.mark.parametrize(
    ("setting", "said", "answer"),
    [("0", False, "closed"), ("1", True, "open"), ("0", None, "undecided"), ("1", None, "undecided")],
)
def test_a_rule_leads_to_the_loopback_only_where_the_kernel_is_told_so(
    setting: str, said: bool | None, answer: str, lab: Lab
) -> None:
    led = "-t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 127.0.0.1:9090"
    case = Case("", Port(9090, address="127.0.0.1"), (led,), "", rules6=())
    lab.listen(listeners(case.ports))
    lab.load(case.loaded())
    lab.configure({"ipv4/conf/eth0/route_localnet": setting})
    got = _probed(lab, CLIENTS["internet"], "tcp", "203.0.113.10", 8080)
    assert got == ("host:9090" if setting == "1" else "")
    host = machine(case.loaded(), case.ports, Docker())
    (ready,) = host.setups
    turned: dict[Family, tuple[Turn, ...]] = {4: tuple(ready.chains[4].tables.turns())}
    host = host._replace(setups=(ready._replace(turned=turned, loopback=Loopback(others=said)),))
    assert Question("internet", case.port, 4).answer(host, Docker()).answer == answer


def test_a_container_does_not_reach_its_own_port_through_the_host(lab: Lab) -> None:
    """K5: its bridge sends no packet back where it came from; who is beside it gets an answer."""
    docker = Docker("29", has_proxy=False)
    case = Case("", HTTP._replace(has_socket=False, families=(4,)), (), "", docker=docker)
    lab.listen(listeners(case.ports))
    lab.load(case.loaded())
    probes = [Probe(name, "tcp", PEERS[name].addresses[0], "172.17.0.1", 8080) for name in ("a", "b")]
    assert lab.probe(probes) == ["", "a:80"]
    (asked,) = questions(case.ports, ["docker0"])
    assert asked.answer(machine(case.loaded(), case.ports, docker), docker).answer == "open"


def test_containers_that_may_not_talk_do_so_where_bridges_are_not_filtered(lab: Lab) -> None:
    """K12: what stays on a bridge passes iptables only if the kernel is told so, as Docker does."""
    case = Case("", HTTP, (), "", docker=Docker("28", talks=False))
    lab.listen(containers_listen({80}))
    lab.load(case.loaded())
    at = PEERS["a"].addresses[0]
    assert _dialled(lab, case, CLIENTS["docker0"], at, 80, "a") == [False, False]
    lab.configure({"bridge/bridge-nf-call-iptables": "0"})
    assert _probed(lab, CLIENTS["docker0"], "tcp", at, 80) == "a:80"


def test_a_claimed_address_gets_a_datagram_in_but_no_answer_out(lab: Lab) -> None:
    """K16: a rule that trusts the tailnet's addresses on any interface trusts whoever claims one."""
    rules = ufw("-s 100.64.0.0/10")
    case = Case("", Port(53, "udp"), rules, "", rules6=())
    lab.listen(listeners((*case.ports, SSH)))
    lab.load(case.loaded())
    lab.heard()
    host = machine(case.loaded(), case.ports, Docker())
    at = "203.0.113.10"
    assert _probed(lab, SPOOFER, "tcp", at, 22) == _probed(lab, SPOOFER, "udp", at, 53) == ""
    assert lab.heard() == ["host:53"]
    assert dial(host, SPOOFER, "udp", at, 53, "host").delivered
    internet = [each for each in questions((*case.ports, SSH), ["internet"]) if each.family == 4]
    assert {each.answer(host, Docker()).answer for each in internet} == {"closed"}
    lab.configure({"ipv4/conf/eth0/rp_filter": "1"})
    _probed(lab, SPOOFER, "udp", at, 53)
    assert lab.heard() == []


@pytest.mark.parametrize(
    ("rules", "is_open"),
    [
        ((), True),
        ((f"-A OUTPUT -d {METADATA} -j DROP",), True),
        (_user(f"-d {METADATA} -j DROP"), False),
        (_user("-i eth0 -j DROP"), False),  # K13: answers come in there
        (_user("-i eth0 -m conntrack --ctstate NEW -j DROP"), True),
    ],
)
def test_a_container_reaches_the_metadata_of_a_cloud(rules: tuple[str, ...], is_open: bool, lab: Lab) -> None:
    """K23: rules about OUTPUT are about the host's own programs."""
    case = Case("", HTTP, rules, "", rules6=(), docker=Docker("28"))
    lab.listen([Listener("internet", "tcp", 80, "0.0.0.0")])
    lab.load(case.loaded())
    assert _dialled(lab, case, CLIENTS["docker0"], METADATA, 80, "internet") == [is_open, is_open]


def _probed(lab: Lab, client: Client, protocol: str, target: str, port: int) -> str:
    source = client.addresses[-1 if ":" in target else 0]
    return lab.probe([Probe(client.place, protocol, source, target, port)])[0]


def _dialled(
    lab: Lab, case: Case, client: Client, target: str, port: int, who: str, at: int = 0
) -> list[bool]:
    """Whether somebody answers to an address that is not the host's own, by the kernel's account and ours."""
    host = machine(case.loaded(), case.ports, case.docker or Docker(), forwards=case.forwards)
    answer = dial(host, client, "tcp", target, port, who, at or port)
    assert not answer.through & answer.stopped
    return [
        _probed(lab, client, "tcp", target, port) == f"{who}:{at or port}",
        bool(answer.through),
    ]


_ENGINES = (
    Docker(),
    Docker(talks=False),
    Docker(has_proxy=False),
    Docker(internal=("docker0",)),
    Docker(gateway="routed"),
    Docker(gateway="nat-unprotected"),
)


@pytest.mark.parametrize("docker", _ENGINES, ids=str)
@pytest.mark.parametrize("release", RELEASES)
def test_the_rules_that_we_write_for_docker_do_what_its_own_do(
    release: Release, docker: Docker, lab: Lab
) -> None:
    if release == "27" and docker.gateway != "nat":
        pytest.skip("came with Docker 28")
    docker = docker._replace(release=release)
    internal = "docker0" in docker.internal
    ports = tuple(
        port._replace(has_socket=docker.has_proxy and docker.gateway != "routed")
        for port in (
            Port(8080, container="c" if internal else "a", target=80),
            Port(8443, container="c", target=443, address="127.0.0.1"),
            Port(5432, "udp", container="c", target=53, address="203.0.113.10"),
        )
    )
    lab.listen([*listeners(ports), *containers_listen({80, 443})])
    asked = questions(ports)
    straight = [
        Probe(client.place, "tcp", client.addresses[0], PEERS[name].addresses[0], port)
        for client in (CLIENTS["internet"], CLIENTS["docker0"], CLIENTS["br-web"])
        for name in ("a", "c")
        for port in (80, 443)
    ]
    answers = []
    for texts in (
        [saved([*ufw(), *docker_commands(docker, ports, family)]) for family in FAMILIES],
        [written(saved(ufw()), docker, ports, family) for family in FAMILIES],
    ):
        lab.load(Rules(*texts))
        answers.append((kernel_answers(lab, asked), lab.probe(straight)))
    assert answers[0] == answers[1]


def test_random_rule_sets_are_judged_as_the_kernel_does(lab: Lab) -> None:
    fresh = random.SystemRandom().randrange(10**9)
    tally = run(range(_FIXED_SEED, _FIXED_SEED + _FIXED), lab)
    print(f"from seed {_FIXED_SEED}: {summary(tally)}")
    more = run(range(fresh, fresh + _FRESH), lab)
    print(f"from the fresh seed {fresh}: {summary(more)}")
    wrong = [str(each) for each in (*tally.disagreements, *more.disagreements)]
    assert not wrong, "\n".join(wrong)
    for each in (tally, more):
        assert each.counts["undecided"] < each.counts.total() / 20, summary(each)


def test_nothing_is_left_of_a_lab_that_is_killed() -> None:
    with lab_or_skip() as made:
        made.load(Rules(saved(ufw())))
        before = made.networks()
        assert len(before) == len(PEERS) + 1
        made.kill()
    assert not before & _networks_of_processes()


def _networks_of_processes() -> set[int]:
    found = set()
    for path in Path("/proc").glob("[0-9]*/ns/net"):
        with contextlib.suppress(OSError):
            found.add(path.stat().st_ino)
    return found
