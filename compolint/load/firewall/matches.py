"""The conditions of rules of iptables: the options of its core and of its match modules.

https://man7.org/linux/man-pages/man8/iptables-extensions.8.html. A module that is not here may match or not.
"""

from functools import lru_cache

from compolint.load.firewall.draft import Draft, Handler, Option, Options, Said, ignored, named
from compolint.load.firewall.values import Refused, is_open, marking, networks, ports, stretch, whole
from compolint.model.firewall import Match, What
from compolint.model.knowledge.portnames import protocol
from compolint.tuples import NamedTuple

WITH_PORTS = frozenset(("tcp", "udp", "udplite", "sctp", "dccp", ""))
_MOST_PORTS = 15
_LONGEST_INTERFACE = 15
_FLAGS = ("FIN", "SYN", "RST", "PSH", "ACK", "URG")
_STATES = frozenset(("new", "established", "related", "invalid", "untracked"))
_STATUSES = frozenset(("dnat", "snat"))
_TYPES = frozenset((
    "unspec", "unicast", "local", "broadcast", "anycast", "multicast", "blackhole", "unreachable",
    "prohibit", "throw", "nat", "xresolve",
))  # fmt: skip


class Module(NamedTuple):
    """A match module: what it says by itself, and its options; `is_loose` where it has more of them."""

    options: Options
    is_loose: bool = False
    needs_option: bool = False
    verdict: What | None = None  # what it makes of the rule, whatever its options are
    protocol: str = ""  # that `-p` must have named


def _addresses(what: What) -> Handler:
    def handle(draft: Draft, said: Said) -> None:
        if said.negated and "," in said.value:
            raise Refused("`!` goes with one address only")
        found = networks(said.value, draft.family)
        if found is None:
            draft.spans.setdefault(what, said.span)
            draft.maybe(said.span, said.text)
        elif whole(draft.family) in found:
            draft.always(what, said.negated, said.span, said.text)
        else:
            draft.match(what, found, said.negated, said.span)

    return handle


def _range(what: What) -> Handler:
    def handle(draft: Draft, said: Said) -> None:
        found = stretch(said.value, draft.family)
        if found is None:
            draft.maybe(said.span, said.text)
        elif found.first > found.last:  # iptables warns, and takes it
            draft.never(what, said.negated, said.span, said.text)
        else:
            draft.match(what, (found,), said.negated, said.span)

    return handle


def _ports(what: What) -> Handler:
    def handle(draft: Draft, said: Said) -> None:
        found = ports(said.value)
        if found is None:
            draft.spans.setdefault(what, said.span)
            draft.maybe(said.span, said.text)
        elif found.first <= found.last:
            draft.match(what, (found,), said.negated, said.span)
        elif draft.protocol == "udp":  # whose module does not look
            draft.never(what, said.negated, said.span, said.text)
        else:
            raise Refused(f"the ports {said.value} end before they begin")

    return handle


def _lists_of_ports(what: What) -> Handler:
    def handle(draft: Draft, said: Said) -> None:
        if draft.protocol not in WITH_PORTS:
            raise Refused("`-m multiport` needs `-p tcp` or `-p udp` before it")
        parts = said.value.split(",")
        if sum(2 if ":" in part else 1 for part in parts) > _MOST_PORTS:
            raise Refused(f"`-m multiport` takes {_MOST_PORTS} ports, of which a range counts two")
        found = [ports(part) for part in parts]
        if any(each and each.first > each.last for each in found):
            raise Refused(f"among the ports {said.value} a range ends before it begins")
        if None in found:
            draft.spans.setdefault(what, said.span)
            draft.maybe(said.span, said.text)
        else:
            draft.match(what, tuple(found), said.negated, said.span)

    return handle


def _protocol(draft: Draft, said: Said) -> None:
    name = protocol(said.value)
    if name is None:
        if not is_open(said.value) and said.value[:1].isdecimal():
            raise Refused(f"{said.value} is no protocol")
        draft.protocol = ""
        draft.maybe(said.span, said.text)
        draft.spans.setdefault("protocol", said.span)
    elif name == "all":
        if said.negated:
            raise Refused("`! -p all` matches nothing")
        draft.spans.setdefault("protocol", said.span)
    else:
        draft.match("protocol", (name,), said.negated, said.span)
        draft.protocol = None if said.negated else name


def _interface(what: What) -> Handler:
    def handle(draft: Draft, said: Said) -> None:
        name = said.value
        if is_open(name):
            draft.spans.setdefault(what, said.span)
            draft.maybe(said.span, said.text)
        elif len(name) > _LONGEST_INTERFACE or not name:
            raise Refused(f"the name of an interface has 1 to {_LONGEST_INTERFACE} characters")
        elif name == "+":
            draft.always(what, said.negated, said.span, said.text)
        elif name.endswith("+"):
            draft.match(what, (f"{name[:-1]}*",), said.negated, said.span)
        elif "*" in name or ":" in name:
            draft.never(what, said.negated, said.span, said.text)
        else:
            draft.match(what, (name,), said.negated, said.span)

    return handle


def _fragment(draft: Draft, said: Said) -> None:
    if draft.family == 6:
        raise Refused("IPv6 has no `-f`")
    if not said.negated:
        draft.matches.append(Match("never", text=said.text))


def _marker(draft: Draft, said: Said) -> None:
    draft.marker = 4 if said.name in ("-4", "--ipv4") else 6


def _counters(draft: Draft, said: Said) -> None:
    if said.value.isdecimal():
        draft.packets = int(said.value[:20])


def _comment(draft: Draft, said: Said) -> None:
    draft.comment = said.value
    draft.spans.setdefault("comment", said.span)


def _flags(draft: Draft, said: Said) -> None:
    mask, wanted = (_flag_names(word.text) for word in said.values)
    draft.match("flags", (f"{mask}/{wanted}",), said.negated, said.span)


def _flag_names(text: str) -> str:
    names = text.upper().split(",")
    if "ALL" in names:
        return ",".join(_FLAGS)
    if not set(names) <= {*_FLAGS, "NONE"}:
        raise Refused(f"{text} are no flags of TCP")
    return ",".join(flag for flag in _FLAGS if flag in names)


def _syn(draft: Draft, said: Said) -> None:
    draft.match("flags", ("FIN,SYN,RST,ACK/SYN",), said.negated, said.span)


def _states(draft: Draft, said: Said) -> None:
    states, statuses = _known_states(said.value)
    if not statuses:
        draft.match("state", states, said.negated, said.span)
    elif not states:
        draft.match("status", statuses, said.negated, said.span)
    else:
        either = ((Match("state", states),), (Match("status", statuses),))
        draft.match("any", either, said.negated, said.span)
        draft.spans.setdefault("state", said.span)


@lru_cache(256)
def _known_states(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names = {name.lower() for name in text.split(",") if name}
    if not names or not names <= _STATES | _STATUSES:
        raise Refused(f"{text} is no state of a connection")
    return tuple(sorted(_STATES & names)), tuple(sorted(_STATUSES & names))


def _plain_states(draft: Draft, said: Said) -> None:
    if _STATUSES.intersection(said.value.lower().split(",")):
        raise Refused(f"{said.value} is for --ctstate only")
    _states(draft, said)


def _connection_protocol(draft: Draft, said: Said) -> None:
    name = protocol(said.value)
    if name is None or name == "all":
        draft.maybe(said.span, said.text)
    else:
        draft.match("protocol", (name,), said.negated, said.span)


def _direction(draft: Draft, said: Said) -> None:
    direction = said.value.lower()
    if direction not in ("original", "reply"):
        raise Refused(f"{said.value} is no direction")
    draft.match("direction", (direction,), said.negated, said.span)


def _types(what: What) -> Handler:
    def handle(draft: Draft, said: Said) -> None:
        names = tuple(said.value.lower().split(","))
        if not set(names) <= _TYPES:
            raise Refused(f"{said.value} is no type of address")
        draft.match(what, names, said.negated, said.span)

    return handle


def _maybe(draft: Draft, said: Said) -> None:
    draft.maybe(said.span, said.text)


def _mark(what: What) -> Handler:
    def handle(draft: Draft, said: Said) -> None:
        found = marking(said.value)
        if found is None:
            draft.maybe(said.span, said.text)
        else:
            draft.match(what, (found,), said.negated, said.span)

    return handle


def _first(passes: bool) -> Handler:
    """A condition that a sender's first connection fulfils, or does not."""

    def handle(draft: Draft, said: Said) -> None:
        draft.match("first", (passes,), said.negated, said.span, said.text)

    return handle


def _recent_set(draft: Draft, said: Said) -> None:
    draft.always("first", said.negated, said.span, said.text)


def _icmp(draft: Draft, said: Said) -> None:
    """A type of ICMP's messages, none of which opens a connection by TCP or UDP."""
    draft.matches.append(Match("never", text=said.text))


def _connections(above: bool) -> Handler:
    """More, or no more, connections than a number; the one that is asked about is the first."""

    def handle(draft: Draft, said: Said) -> None:
        if not said.value.isdecimal():
            draft.maybe(said.span, said.text)
        elif int(said.value[:9]):
            draft.match("first", (not above,), said.negated, said.span, said.text)
        else:
            draft.never("first", said.negated is above, said.span, said.text)

    return handle


def _owner(draft: Draft, said: Said) -> None:
    if draft.chain in ("INPUT", "FORWARD", "PREROUTING"):
        raise Refused(f"only what the host itself sends has an owner, nothing in {draft.chain}")
    draft.maybe(said.span, said.text)


def _headers(draft: Draft, said: Said) -> None:
    if said.negated or {"none", "proto"} & set(said.value.split(",")):
        draft.maybe(said.span, said.text)
    else:
        draft.matches.append(Match("never", text=said.text))


_ONE = Option(1, ignored)
_FLAG = Option(0, ignored)

CORE: Options = {
    **named(Option(1, _addresses("source")), "-s", "--source", "--src"),
    **named(Option(1, _addresses("destination")), "-d", "--destination", "--dst"),
    **named(Option(1, _protocol), "-p", "--protocol", "--proto"),
    **named(Option(1, _interface("interface")), "-i", "--in-interface"),
    **named(Option(1, _interface("out_interface")), "-o", "--out-interface"),
    **named(Option(0, _fragment), "-f", "--fragments", "--fragment"),
    **named(Option(0, _marker, False), "-4", "--ipv4", "-6", "--ipv6"),
    **named(Option(2, _counters, False), "-c", "--set-counters"),
    **named(_FLAG, "-v", "--verbose", "-n", "--numeric", "-x", "--exact", "--line-numbers"),
    **named(_ONE, "-t", "--table", "--modprobe"),
}
_TO_PORTS: Options = {
    **named(Option(1, _ports("port")), "--dport", "--destination-port"),
    **named(Option(1, _ports("source_port")), "--sport", "--source-port"),
}
_SCTP: Options = {**_TO_PORTS, "--chunk-types": Option(2, ignored)}
_DCCP: Options = {**_TO_PORTS, "--dccp-types": _ONE, "--dccp-option": _ONE}
MODULES: dict[str, Module] = {
    "tcp": Module({
        **_TO_PORTS,
        "--tcp-flags": Option(2, _flags),
        "--syn": Option(0, _syn),
        "--tcp-option": Option(1, _maybe),
    }, protocol="tcp"),
    "udp": Module(_TO_PORTS, protocol="udp"),
    "udplite": Module(_TO_PORTS, protocol="udplite"),
    "sctp": Module(_SCTP, protocol="sctp"),
    "dccp": Module(_DCCP, protocol="dccp"),
    "icmp": Module({"--icmp-type": Option(1, _icmp)}, protocol="icmp"),
    "icmp6": Module({"--icmpv6-type": Option(1, _icmp)}, protocol="icmpv6"),
    "icmpv6": Module({"--icmpv6-type": Option(1, _icmp)}, protocol="icmpv6"),
    "multiport": Module(
        {
            **named(Option(1, _lists_of_ports("port")), "--dports", "--destination-ports"),
            **named(Option(1, _lists_of_ports("source_port")), "--sports", "--source-ports"),
            "--ports": Option(1, _lists_of_ports("either_port")),
        },
        needs_option=True,
    ),
    "conntrack": Module(
        {
            "--ctstate": Option(1, _states),
            "--ctproto": Option(1, _connection_protocol),
            "--ctorigsrc": Option(1, _addresses("original_source")),
            "--ctorigdst": Option(1, _addresses("original_destination")),
            "--ctorigsrcport": Option(1, _ports("original_source_port")),
            "--ctorigdstport": Option(1, _ports("original_port")),
            "--ctdir": Option(1, _direction),
            **named(
                Option(1, _maybe),
                "--ctreplsrc", "--ctrepldst", "--ctreplsrcport", "--ctrepldstport", "--ctstatus",
                "--ctexpire",
            ),
        },
        needs_option=True,
    ),
    "state": Module({"--state": Option(1, _plain_states)}, needs_option=True),
    "iprange": Module(
        {"--src-range": Option(1, _range("source")), "--dst-range": Option(1, _range("destination"))},
        needs_option=True,
    ),
    "addrtype": Module(
        {
            "--src-type": Option(1, _types("source_type")),
            "--dst-type": Option(1, _types("destination_type")),
            **named(Option(0, _maybe, False), "--limit-iface-in", "--limit-iface-out"),
        },
        needs_option=True,
    ),
    "mark": Module({"--mark": Option(1, _mark("mark"))}, needs_option=True),
    "connmark": Module({"--mark": Option(1, _mark("connection_mark"))}, needs_option=True),
    "comment": Module({"--comment": Option(1, _comment, False)}, needs_option=True),
    "limit": Module({"--limit": _ONE, "--limit-burst": _ONE}, verdict="first"),
    "hashlimit": Module(
        {
            **named(Option(1, _first(True)), "--hashlimit-upto", "--hashlimit"),
            "--hashlimit-above": Option(1, _first(False)),
        },
        is_loose=True,
    ),
    "recent": Module(
        {
            "--set": Option(0, _recent_set),
            **named(Option(0, _first(False)), "--rcheck", "--update", "--remove"),
            **named(_ONE, "--seconds", "--hitcount", "--name", "--mask"),
            **named(_FLAG, "--reap", "--rttl", "--rsource", "--rdest"),
        },
        needs_option=True,
    ),
    "connlimit": Module(
        {
            "--connlimit-above": Option(1, _connections(True)),
            "--connlimit-upto": Option(1, _connections(False)),
        },
        is_loose=True,
    ),
    "owner": Module({
        **named(Option(1, _owner), "--uid-owner", "--gid-owner", "--pid-owner", "--sid-owner", "--cmd-owner"),
        "--socket-exists": Option(0, _owner),
        "--suppl-groups": _FLAG,
    }),
    "set": Module({**named(Option(2, _maybe), "--match-set", "--set")}, is_loose=True),
    "string": Module({"--string": Option(1, _maybe), "--hex-string": Option(1, _maybe)}, is_loose=True),
    "bpf": Module({"--bytecode": Option(1, _maybe)}, is_loose=True),
    "u32": Module({"--u32": Option(1, _maybe)}, is_loose=True),
    "ipv6header": Module({"--header": Option(1, _headers)}, is_loose=True),
    **dict.fromkeys(
        ("rt", "frag", "ah", "esp", "hbh", "dst", "mh", "srh", "gre", "igmp", "ipcomp"),
        Module({}, is_loose=True, verdict="never"),
    ),
    **dict.fromkeys(
        (
            "cgroup", "cluster", "condition", "connbytes", "connlabel", "cpu", "devgroup", "dscp", "ecn",
            "eui64", "fuzzy", "geoip", "helper", "hl", "iface", "ipp2p", "ipv4options", "ipvs", "l2tp",
            "length", "length2", "lscan", "mac", "ndpi", "nfacct", "nth", "osf", "physdev", "pkttype",
            "policy", "psd", "quota", "quota2", "random", "rateest", "realm", "rpfilter", "socket",
            "statistic", "tcpmss", "time", "tos", "ttl", "unclean", "layer7", "webstr", "account",
        ),
        Module({}, is_loose=True, verdict="maybe"),
    ),
}  # fmt: skip
FOREIGN = Module({}, is_loose=True, verdict="maybe")
