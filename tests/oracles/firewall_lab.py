"""A machine with neighbours, made of network namespaces: the kernel's own word on who reaches what.

    internet ── eth0 ┐              ┌ docker0 ── a, b
         lan ── eth1 ┤     host     │
     tailnet ── tailscale0 ┘        └ br-web ─── c, d

The host gets its rules from the real `iptables-restore`, `ip6tables-restore` and `nft -f`; the probes are
real connections by TCP and datagrams by UDP. Everything lives in a child process that leaves the machine's
own network before it does anything, as root or, for those who are not, in a user namespace. No namespace has
a name, so that the kernel removes them when the child ends, which it does as soon as nobody talks to it.
"""

import contextlib
import ctypes
import errno
import json
import os
import re
import select
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import pytest

INTERFACES = {
    "eth0": ("203.0.113.10/24", "2001:db8:1::10/64"),
    "eth1": ("192.168.1.10/24", "fd00:1::10/64"),
    "tailscale0": ("100.100.1.10/32", "fd7a:115c:a1e0::10/128"),
    "docker0": ("172.17.0.1/16", "fd00:d0c:1::1/64"),
    "br-web": ("172.18.0.1/16", "fd00:d0c:2::1/64"),
}
BRIDGES = ("docker0", "br-web")
SPOOFED = "100.64.9.9"  # an address of the tailnet that somebody in the internet claims
METADATA = "169.254.169.254"


class Peer(NamedTuple):
    """Somebody beside the host, behind one of its interfaces."""

    interface: str
    addresses: tuple[str, str]
    more: tuple[str, ...] = ()


PEERS = {
    "internet": Peer(
        "eth0",
        ("203.0.113.1", "2001:db8:1::1"),
        ("198.51.100.7", "198.51.100.200", "2001:db8:ffff::7", "2001:db8:ffff:1::7", SPOOFED, METADATA),
    ),
    "lan": Peer("eth1", ("192.168.1.50", "fd00:1::50"), ("192.168.1.66", "fd00:1::66")),
    "tailnet": Peer("tailscale0", ("100.64.2.20", "fd7a:115c:a1e0::20")),
    "a": Peer("docker0", ("172.17.0.2", "fd00:d0c:1::2")),
    "b": Peer("docker0", ("172.17.0.3", "fd00:d0c:1::3")),
    "c": Peer("br-web", ("172.18.0.2", "fd00:d0c:2::2")),
    "d": Peer("br-web", ("172.18.0.3", "fd00:d0c:2::3")),
}
CLIENT_PORTS = "40000 49999"  # what clients get who ask for no port of their own
_HOST_SETTINGS = {
    "ipv4/ip_forward": "1",
    "ipv6/conf/all/forwarding": "1",
    "ipv4/conf/all/rp_filter": "0",
    "ipv4/conf/default/rp_filter": "0",
    "ipv4/conf/all/send_redirects": "0",
    "ipv4/conf/default/send_redirects": "0",
    "bridge/bridge-nf-call-iptables": "1",
    "bridge/bridge-nf-call-ip6tables": "1",
}


class Listener(NamedTuple):
    """A program that answers with where it is and on which port."""

    place: str  # "host", or a peer
    protocol: str
    port: int
    address: str  # "0.0.0.0" and "::" for all of a family


class Probe(NamedTuple):
    """An attempt to talk to something; without a source port the client's system chooses one."""

    place: str
    protocol: str
    source: str
    target: str
    port: int
    source_port: int = 0


class Rules(NamedTuple):
    """What a host loads, each in the words of its tool."""

    v4: str = ""
    v6: str = ""
    nft: str = ""
    backend: str = "legacy"  # of iptables; "nft" keeps its rules among those of nft


def _is_6(address: str) -> bool:
    return ":" in address


def lacking() -> str:
    """What is missing to run a lab here; nothing if all is there."""
    programs = ("unshare", "ip", "nft", "iptables-legacy-restore", "ip6tables-legacy-restore")
    missing = [name for name in (*programs, "iptables-nft-restore") if not shutil.which(name, path=_PATH)]
    if missing:
        return f"{', '.join(missing)} missing"
    tried = subprocess.run([*_alone(), "true"], capture_output=True, text=True, check=False)
    return "" if tried.returncode == 0 else f"no network namespaces: {tried.stderr.strip()}"


def lab_or_skip() -> "Lab":
    """A lab; where there can be none the test is skipped, but never in continuous integration."""
    if problem := lacking():
        if "CI" in os.environ:
            pytest.fail(problem)
        pytest.skip(problem)
    return Lab()


_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def _alone() -> list[str]:
    """The command before commands that gives them a network of their own."""
    rights = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", "--net", *rights]


class Lab:
    """The host and its neighbours, from outside."""

    def __init__(self) -> None:
        command = [*_alone(), sys.executable, "-m", "tests.oracles.firewall_lab"]
        self._child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PATH": _PATH}
        )
        assert self._child.stdin
        assert self._child.stdout
        self._to, self._from = self._child.stdin, self._child.stdout

    def __enter__(self) -> "Lab":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._to.close()
        self._child.wait(20)
        self._from.close()

    def _ask(self, what: str, *given: object) -> Any:
        self._to.write(json.dumps([what, *given]).encode() + b"\n")
        self._to.flush()
        line = self._from.readline()
        if not line:
            raise RuntimeError("the lab is gone")
        answer = json.loads(line)
        if isinstance(answer, dict):
            raise RuntimeError(answer["failed"])
        return answer

    def load(self, rules: Rules) -> None:
        """Puts these rules, and no others, into the kernel; the tools' refusals are raised."""
        self._ask("load", *rules)

    def listen(self, listeners: Iterable[Listener]) -> None:
        """Makes these, and no others, listen."""
        self._ask("listen", sorted(set(listeners)))

    def probe(self, probes: Iterable[Probe], patience: float = 0.3) -> list[str]:
        """Who answers each: `host:80`, `a:80`, or nobody within this time after all others have answered."""
        answers: list[str] = self._ask("probe", list(probes), patience)
        return answers

    def heard(self) -> list[str]:
        """The listeners by UDP at which something arrived since this was last asked."""
        heard: list[str] = self._ask("heard")
        return heard

    def configure(self, settings: Mapping[str, str]) -> None:
        """Writes settings of the host's network, by their paths below `net`."""
        self._ask("configure", dict(settings))

    def networks(self) -> set[int]:
        """The numbers of its namespaces."""
        return set(self._ask("networks"))

    def kill(self) -> None:
        """Ends it as a crash would."""
        self._child.kill()
        self._child.wait()


# ---- inside the child ----

_HELLO = b"?"
_LONGEST = 20  # seconds for a round of probes
_CLONE_NEWNET = 0x40000000
_IP_PKTINFO, _NETLINK_NETFILTER = 8, 12  # which Python does not name
_libc = ctypes.CDLL(None, use_errno=True)
_TABLES = {
    "raw": ("PREROUTING", "OUTPUT"),
    "mangle": ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
    "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
    "security": ("INPUT", "FORWARD", "OUTPUT"),
}
_EMPTY = "".join(
    f"*{table}\n{''.join(f':{chain} ACCEPT' + chr(10) for chain in chains)}COMMIT\n"
    for table, chains in _TABLES.items()
)


def _checked(result: int, what: str) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


def _run(*command: str, given: str = "") -> None:
    ended = subprocess.run(command, input=given, capture_output=True, text=True, timeout=60, check=False)
    if ended.returncode:
        raise RuntimeError(f"{' '.join(command)}: {ended.stderr.strip()}")


def _write(settings: Mapping[str, str]) -> None:
    for path, value in settings.items():
        with open(f"/proc/sys/net/{path}", "w") as file:
            file.write(value)


def _forget_connections() -> None:
    """What `conntrack -F` does: a message to the kernel to delete all that it follows."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_NETFILTER) as link:
        delete, request_with_answer = (1 << 8) | 2, 1 | 4
        link.send(struct.pack("IHHIIBBH", 20, delete, request_with_answer, 1, 0, 0, 0, 0))
        link.recv(4096)


class _Worker:
    """The lab itself. Its own network is the host's."""

    def __init__(self) -> None:
        self._home = os.open("/proc/self/ns/net", os.O_RDONLY)
        self._networks = {name: self._new_network() for name in PEERS}
        self._poll = select.epoll()
        self._servers: dict[int, tuple[socket.socket, str]] = {}
        self._clients: dict[int, tuple[socket.socket, int]] = {}
        self._answers: list[str] = []
        self._heard: set[str] = set()
        self._listeners: list[list[Any]] = []
        self._wire()

    def _new_network(self) -> int:
        _checked(_libc.unshare(_CLONE_NEWNET), "unshare")
        made = os.open("/proc/self/ns/net", os.O_RDONLY)
        _checked(_libc.setns(self._home, _CLONE_NEWNET), "setns")
        return made

    @contextlib.contextmanager
    def _inside(self, place: str) -> Iterator[None]:
        if place == "host":
            yield
            return
        _checked(_libc.setns(self._networks[place], _CLONE_NEWNET), "setns")
        try:
            yield
        finally:
            _checked(_libc.setns(self._home, _CLONE_NEWNET), "setns")

    def _wire(self) -> None:
        """Links, addresses, routes; who has which hardware address is fixed, so that no rule hides it."""
        quick = "stp_state 0 forward_delay 0 mcast_snooping 0"
        host = ["link set lo up", *(f"link add {name} type bridge {quick}" for name in BRIDGES)]
        for number, (name, peer) in enumerate(PEERS.items()):
            ours = f"port-{name}" if peer.interface in BRIDGES else peer.interface
            theirs = f"netns /proc/{os.getpid()}/fd/{self._networks[name]}"
            host.append(f"link add {ours} type veth peer name eth0 {theirs} address {_hardware(number)}")
            if ours != peer.interface:
                host += [f"link set {ours} master {peer.interface}", f"link set {ours} up"]
        for number, (interface, addresses) in enumerate(INTERFACES.items()):
            host += [f"link set {interface} address {_hardware(100 + number)}", f"link set {interface} up"]
            host += [f"addr add {address} dev {interface}{_nodad(address)}" for address in addresses]
        for number, peer in enumerate(PEERS.values()):
            host += [
                f"neigh replace {address} lladdr {_hardware(number)} dev {peer.interface} nud permanent"
                for address in (*peer.addresses, *peer.more)
            ]
        host += [f"route add default via {gateway}" for gateway in PEERS["internet"].addresses]
        host += [f"route add {those} dev tailscale0" for those in ("100.64.0.0/10", "fd7a:115c:a1e0::/48")]
        _write(_HOST_SETTINGS)
        _run("ip", "-force", "-batch", "-", given="\n".join(host))
        for name in PEERS:
            with self._inside(name):
                _run("ip", "-force", "-batch", "-", given="\n".join(_peer_commands(name)))
                _write({"ipv4/ip_local_port_range": CLIENT_PORTS, "ipv4/conf/all/accept_redirects": "0"})
        _write({"ipv4/ip_local_port_range": CLIENT_PORTS})
        with self._inside("lan"):
            # A neighbour who means harm sends packets for 127.0.0.1 over the wire.
            _write({"ipv4/conf/all/route_localnet": "1", "ipv4/conf/eth0/route_localnet": "1"})
            gateway = INTERFACES["eth1"][0].partition("/")[0]
            _run("ip", "route", "add", "127.0.0.1", "via", gateway, "dev", "eth0", "table", "66")
            for rule in ("add pref 50 table local", "add pref 10 to 127.0.0.1 table 66", "del pref 0"):
                _run("ip", "rule", *rule.split())

    def load(self, v4: str, v6: str, nft: str, backend: str) -> None:
        _run("nft", "flush", "ruleset")
        for program, text in (("iptables", v4), ("ip6tables", v6)):
            _run(f"{program}-legacy-restore", given=_EMPTY if backend == "nft" else _EMPTY + text)
            if backend == "nft" and text:
                _run(f"{program}-nft-restore", given=text)
        if nft:
            _run("nft", "-f", "-", given=nft)
        _forget_connections()

    def configure(self, settings: Mapping[str, str]) -> None:
        _write(settings)

    def listen(self, listeners: list[list[Any]]) -> None:
        if listeners == self._listeners:
            return
        self._listeners = listeners
        for number, (server, _) in self._servers.items():
            self._poll.unregister(number)
            server.close()
        self._servers = {}
        for place, protocol, port, address in listeners:
            with self._inside(place):
                server = _server(protocol, port, address)
            self._servers[server.fileno()] = server, f"{place}:{port}"
            self._poll.register(server.fileno(), select.EPOLLIN)

    def networks(self) -> list[int]:
        return [os.fstat(number).st_ino for number in (self._home, *self._networks.values())]

    def heard(self) -> list[str]:
        heard, self._heard = sorted(self._heard), set()
        return heard

    def probe(self, probes: list[list[Any]], patience: float) -> list[str]:
        self._answers = [""] * len(probes)
        for number, (place, *probe) in enumerate(probes):
            with self._inside(place):
                client = _client(*probe)
            if client is not None:
                self._clients[client.fileno()] = client, number
                self._poll.register(client.fileno(), select.EPOLLIN)
            if number % 32 == 0:
                self._look(0)
        last = time.monotonic() + _LONGEST
        end = time.monotonic() + patience
        while self._clients and time.monotonic() < min(end, last):
            if self._look(patience / 4):
                end = time.monotonic() + patience
        for number in list(self._clients):
            self._finish(number, "")
        return self._answers

    def _look(self, seconds: float) -> bool:
        """Lets servers and clients act; whether there was something to do."""
        happened = self._poll.poll(seconds, 4096)
        for number, _ in happened:
            if number in self._servers:
                server, tag = self._servers[number]
                if _serve(server, tag.encode()):
                    self._heard.add(tag)
            elif number in self._clients:
                client = self._clients[number][0]
                try:
                    self._finish(number, client.recv(64).decode())
                except BlockingIOError:
                    continue
                except OSError:
                    self._finish(number, "")
        return bool(happened)

    def _finish(self, number: int, answer: str) -> None:
        client, index = self._clients.pop(number)
        self._answers[index] = answer
        self._poll.unregister(number)
        _close(client)


def _hardware(number: int) -> str:
    return f"02:00:00:00:00:{number:02x}"


def _nodad(address: str) -> str:
    return " nodad" if _is_6(address) else ""


def _peer_commands(name: str) -> list[str]:
    """How a neighbour is set up: everything that is not next to it goes by way of the host."""
    peer = PEERS[name]
    gateways = INTERFACES[peer.interface]
    commands = ["link set lo up", "link set eth0 up"]
    for address, gateway in zip(peer.addresses, gateways, strict=True):
        commands.append(f"addr add {address}/{gateway.partition('/')[2]} dev eth0{_nodad(address)}")
    commands += [f"addr add {address} dev lo{_nodad(address)}" for address in peer.more]
    hardware = _hardware(100 + list(INTERFACES).index(peer.interface))
    for gateway in (each.partition("/")[0] for each in gateways):
        commands.append(f"neigh replace {gateway} lladdr {hardware} dev eth0 nud permanent")
        commands.append(f"route add default via {gateway} dev eth0 onlink")
    for number, (other, beside) in enumerate(PEERS.items()):
        if other != name and beside.interface == peer.interface:
            commands += [
                f"neigh replace {address} lladdr {_hardware(number)} dev eth0 nud permanent"
                for address in beside.addresses
            ]
    return commands


def _socket(protocol: str, address: str) -> socket.socket:
    family = socket.AF_INET6 if _is_6(address) else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM)
    made.setblocking(False)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return made


def _server(protocol: str, port: int, address: str) -> socket.socket:
    server = _socket(protocol, address)
    if _is_6(address):
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
    else:
        server.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)
    server.bind((address, port))
    if protocol == "tcp":
        server.listen(1024)
    return server


def _serve(server: socket.socket, tag: bytes) -> bool:
    """Answers whoever waits; whether it was a datagram that arrived."""
    if server.type == socket.SOCK_DGRAM:
        with contextlib.suppress(OSError):
            while True:
                said, notes, _, client = server.recvmsg(64, 256)
                if said == _HELLO:  # and no other server's answer
                    server.sendmsg([tag], [_from_there(*note) for note in notes], 0, client)
        return True
    with contextlib.suppress(OSError):
        while True:
            client, _ = server.accept()
            with contextlib.suppress(OSError):
                client.send(tag)
            client.close()
    return False


def _from_there(level: int, kind: int, note: bytes) -> tuple[int, int, bytes]:
    """The note that makes the answer to a datagram leave from the address that it came to."""
    if level == socket.IPPROTO_IP:
        return level, kind, b"\0" * 4 + note[4:8] + b"\0" * 4
    return level, kind, note[:16] + b"\0" * 4


def _client(protocol: str, source: str, target: str, port: int, source_port: int) -> socket.socket | None:
    """A connection on its way; `None` if the client's own system refuses it."""
    client = _socket(protocol, target)
    try:
        client.bind((source, source_port))
        if client.connect_ex((target, port)) not in (0, errno.EINPROGRESS):
            client.close()
            return None
        if protocol == "udp":
            client.send(_HELLO)
    except OSError:
        client.close()
        return None
    return client


def _close(client: socket.socket) -> None:
    """At once, with nothing left over that would hold the port."""
    if client.type == socket.SOCK_STREAM:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def _serve_lab() -> None:
    with tempfile.TemporaryDirectory() as folder:
        # Labs don't wait for each other's tools, nor for those of the machine.
        os.environ["XTABLES_LOCKFILE"] = f"{folder}/lock"
        worker = _Worker()
        for line in sys.stdin:
            what, *given = json.loads(line)
            answer: object
            try:
                answer = getattr(worker, what)(*given)
            except Exception as problem:
                answer = {"failed": re.sub(r"\s+", " ", f"{type(problem).__name__}: {problem}")}
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    _serve_lab()
