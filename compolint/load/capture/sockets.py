"""Lines of `ss` and `netstat`.

    tcp   LISTEN 0   128   0.0.0.0:22   0.0.0.0:*   users:(("sshd",pid=7,fd=3))
    tcp6       0      0 :::22                   :::*                    LISTEN      7/sshd

`*` is a socket for both families, `[::]` of `ss` one for IPv6; of the `::` of `netstat` there is no telling.
"""

from typing import Literal

from compolint.load.firewall.addresses import number
from compolint.load.firewall.ports import port_number
from compolint.model.capture import Source
from compolint.model.values import Address, Ports
from compolint.pattern import pattern
from compolint.tuples import NamedTuple

# State, two queues, the local address, the peer's, and the processes
_SS = pattern(
    r"[ \t]*(?:(?P<netid>tcp|udp|sctp|dccp|mptcp)[ \t]+)?(?P<state>LISTEN|UNCONN)[ \t]+\d+[ \t]+\d+[ \t]+"
    r"(?P<address>\S*):(?P<port>[^\s:]+)[ \t]+\S+:\S+(?P<rest>[ \t].*)?$"
)
_SS_BESIDES = pattern(
    r"[ \t]*(?:(?:Netid[ \t]+)?State[ \t]+Recv-Q[ \t]"
    r"|(?:u_\w+|nl|p_\w+|raw|icmp6?|v_\w+|ti_\w+|xdp)[ \t]"
    r"|(?:\w+[ \t]+)?(?:ESTAB|SYN-\w+|FIN-WAIT-\d|TIME-WAIT|CLOSE-WAIT|LAST-ACK|CLOSING|CLOSED)[ \t]+\d)"
)
_USERS = pattern(r'[ \t]*users:\(\("([^"]*)"')
_NETSTAT = pattern(
    r"[ \t]*(?P<protocol>tcp|udp|sctp)(?:lite)?6?[ \t]+\d+[ \t]+\d+[ \t]+(?P<address>\S*):(?P<port>[^\s:]+)"
    r"[ \t]+\S+:\S+(?:[ \t]+(?P<state>[A-Z][A-Z_0-9]+)(?!\S))?(?P<rest>[ \t].*)?$"
)
_NETSTAT_BESIDES = pattern(
    r"[ \t]*(?:Proto[ \t]+Recv-Q|Active (?:Internet|UNIX)|\(Not all processes|will not be shown"
    r"|(?:unix|raw6?)[ \t]+\d)"
)
# 7/sshd   1206/nginx: master
_PROGRAM = pattern(r"(?:^|[ \t])\d+/([^\s:]+)")
# How such a line begins that does not go on as it should
CUT = pattern(
    r"[ \t]*(?:(?:tcp|udp|sctp)6?[ \t]+(?:\d|[LU][A-Z]{0,5}(?![\w-]))"
    r"|(?:LISTEN|UNCONN)[ \t]+\d|\d+/(?:tcp|udp) ->)"
)


# The processes of a socket that do not end as they should: users:(("sshd",pid=7
CUT_NAMES = pattern(r".*[ \t]users:(?:(?!\)\)[ \t]*).)*$")


class Door(NamedTuple):
    """What a line shows of one socket, with the place of its address and port in the line."""

    source: Source
    name: str
    protocol: str
    address: str
    port: str
    start: int
    end: int
    target: Ports | None = None

    @property
    def ports(self) -> Ports | None:
        """None where they are no numbers, nor well-known names."""
        first, _, last = self.port.partition("-")
        low, high = port_number(first), port_number(last or first)
        return None if low is None or high is None or high < low else Ports(low, high)

    def where(self) -> "Where | None":
        """None where the address is a name."""
        text, _, interface = self.address.strip("[]").partition("%")
        interface = interface.rstrip("]")
        text = text.rstrip("]")
        if text in ("", "*", "localhost"):
            return Where(Address.of(text), (4, 6), interface)
        found = number(text)
        if found is None:
            return None
        both = text == "::" and self.source == "netstat"
        return Where(Address.of(text), (4, 6) if both else _families(text, found[0]), interface)


class Where(NamedTuple):
    address: Address
    families: tuple[Literal[4, 6], ...]
    interface: str


def _families(text: str, family: Literal[4, 6]) -> tuple[Literal[4, 6], ...]:
    return (4,) if text.lower().startswith("::ffff:") else (family,)


def sockets(line: str) -> tuple[Door, ...] | None:
    """What a line of either program shows; none where it is no such line."""
    if found := _SS.match(line):
        protocol = found["netid"] or ("udp" if found["state"] == "UNCONN" else "tcp")
        users = _USERS.match(found["rest"] or "")
        name = users[1] if users else ""
        protocol = "tcp" if protocol == "mptcp" else protocol
        return (_door("ss", name, protocol, found.span("address"), found.span("port"), line),)
    if found := _NETSTAT.match(line):
        if found["state"] != "LISTEN" and (found["state"] or found["protocol"] == "tcp"):
            return () if found["state"] else None
        program = _PROGRAM.search(found["rest"] or "")
        name = program[1] if program else ""
        return (_door("netstat", name, found["protocol"], found.span("address"), found.span("port"), line),)
    return () if _SS_BESIDES.match(line) or _NETSTAT_BESIDES.match(line) else None


def process(line: str) -> str | None:
    """The name on a line that a narrow terminal gives to the processes of the socket above."""
    found = _USERS.match(line)
    return found and found[1]


def _door(
    source: Source, name: str, protocol: str, address: tuple[int, int], port: tuple[int, int], line: str
) -> Door:
    return Door(source, name, protocol, line[slice(*address)], line[slice(*port)], address[0], port[1])
