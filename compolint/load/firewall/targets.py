"""What rules of iptables do: its targets and their options.

https://man7.org/linux/man-pages/man8/iptables-extensions.8.html#TARGET_EXTENSIONS
"""

from collections.abc import Callable, Mapping

from compolint.load.firewall.draft import Draft, Handler, Option, Options, Said, ignored, named
from compolint.load.firewall.matches import WITH_PORTS
from compolint.load.firewall.values import Refused, integer, is_open, marking, range_of_ports, target
from compolint.model.firewall import Action, Family, Kind, Marking
from compolint.tuples import NamedTuple

_ALL = 0xFFFFFFFF
_NONE: Options = {}


class Target(NamedTuple):
    """A target: the kind of action that it is by itself, and its options.

    `tables` are the only ones that it may stand in; `needs` the options of which it must have one.
    """

    kind: Kind
    options: Options = _NONE
    tables: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()  # the only ones of the kernel's that it may stand in
    is_loose: bool = False  # it has more options, which change nothing


def _translation(draft: Draft, said: Said) -> None:
    if is_open(said.value):
        draft.action = draft.action._replace(kind="unknown", text=said.text)
        return
    found = target(said.value, draft.family)
    if found.ports and draft.protocol not in WITH_PORTS:
        raise Refused("a port to translate to needs `-p tcp` or `-p udp`")
    draft.action = draft.action._replace(addresses=found.addresses, ports=found.ports)


def _to_ports(draft: Draft, said: Said) -> None:
    found = range_of_ports(said.value)
    if found is None:
        draft.action = draft.action._replace(kind="unknown", text=said.text)
        return
    if draft.protocol not in WITH_PORTS:
        raise Refused("a port to translate to needs `-p tcp` or `-p udp`")
    draft.action = draft.action._replace(ports=found)


def _reject_with(draft: Draft, said: Said) -> None:
    if not (is_open(said.value) or any(kind.startswith(said.value) for kind in _REJECTIONS[draft.family])):
        raise Refused(f"{said.value} is no way to reject a packet of IPv{draft.family}")
    if said.value in ("tcp-reset", "tcp-rst") and draft.protocol not in ("tcp", ""):
        raise Refused(f"{said.value} needs `-p tcp`")


_REJECTIONS: dict[Family, tuple[str, ...]] = {
    4: (
        *(f"icmp-{what}-unreachable" for what in ("net", "host", "proto", "port")),
        *("net-unreach", "host-unreach", "proto-unreach", "port-unreach", "icmp-net-prohibited"),
        *("net-prohib", "icmp-host-prohibited", "host-prohib", "tcp-reset", "tcp-rst"),
        *("icmp-admin-prohibited", "admin-prohib"),
    ),
    6: (
        *("icmp6-no-route", "no-route", "icmp6-adm-prohibited", "adm-prohibited", "icmp6-addr-unreachable"),
        *("addr-unreach", "icmp6-port-unreachable", "port-unreach", "tcp-reset", "icmp6-policy-fail"),
        *("policy-fail", "icmp6-reject-route", "reject-route"),
    ),
}


def _mark(kind: Kind, made: Callable[[Marking], Marking]) -> Handler:
    def handle(draft: Draft, said: Said) -> None:
        found = marking(said.value)
        if found is None:
            draft.action = Action("unknown", text=said.text)
        else:
            draft.action = Action(kind, mark=made(found))

    return handle


def _moved_mark(kind: Kind) -> Handler:
    def handle(draft: Draft, said: Said) -> None:
        draft.action = Action(kind, mark=draft.action.mark or Marking(0, _ALL))

    return handle


def _mask(draft: Draft, said: Said) -> None:
    mask = integer(said.value) if said.value[:1].isdecimal() else _ALL
    before = draft.action.mark
    kept = mask & _ALL & (before.mask if before else _ALL)
    draft.action = draft.action._replace(mark=Marking(0, kept))


def _notrack(draft: Draft, said: Said) -> None:
    draft.action = Action("notrack")


def _unknown(draft: Draft, said: Said) -> None:
    draft.action = Action("unknown", text=said.text)


def _marks(kind: Kind) -> dict[str, Option]:
    """The options that write a mark, all of them in terms of `--set-xmark`."""
    return {
        "--set-xmark": Option(1, _mark(kind, lambda said: said)),
        "--set-mark": Option(1, _mark(kind, lambda said: Marking(said.value, said.mask | said.value))),
        "--and-mark": Option(1, _mark(kind, lambda said: Marking(0, ~said.value & _ALL))),
        "--or-mark": Option(1, _mark(kind, lambda said: Marking(said.value, said.value))),
        "--xor-mark": Option(1, _mark(kind, lambda said: Marking(said.value, 0))),
    }


_ONE = Option(1, ignored)
_FLAG = Option(0, ignored)
_RANDOM: Options = named(_FLAG, "--random", "--random-fully", "--persistent")
_PORTS: Options = {**named(Option(1, _to_ports, False), "--to-ports", "--to-port"), **_RANDOM}
_CONNECTION_MARKS: Options = {
    **_marks("connection_mark"),
    "--save-mark": Option(0, _moved_mark("save_mark")),
    "--restore-mark": Option(0, _moved_mark("restore_mark")),
    **named(Option(1, _mask), "--mask", "--nfmask", "--ctmask"),
    **named(Option(1, _unknown), "--left-shift-mark", "--right-shift-mark"),
}
_LOG: Options = {
    **named(_ONE, "--log-level", "--log-prefix"),
    **named(
        _FLAG,
        "--log-tcp-sequence", "--log-tcp-options", "--log-ip-options", "--log-uid", "--log-macdecode",
    ),
}  # fmt: skip
_NAT = ("nat",)
TARGETS: Mapping[str, Target] = {
    "ACCEPT": Target("accept"),
    "DROP": Target("drop"),
    "RETURN": Target("return"),
    "REJECT": Target("reject", {"--reject-with": Option(1, _reject_with, False)}, ("filter",)),
    "DNAT": Target(
        "dnat",
        {**named(Option(1, _translation, False), "--to-destination", "--to-dest", "--to"), **_RANDOM},
        _NAT,
        ("--to-destination", "--to-dest", "--to"),
        ("PREROUTING", "OUTPUT"),
    ),
    "SNAT": Target(
        "snat",
        {**named(Option(1, _translation, False), "--to-source", "--to-src", "--to"), **_RANDOM},
        _NAT,
        ("--to-source", "--to-src", "--to"),
        ("POSTROUTING", "INPUT"),
    ),
    "REDIRECT": Target("redirect", _PORTS, _NAT, chains=("PREROUTING", "OUTPUT")),
    "MASQUERADE": Target("masquerade", _PORTS, _NAT, chains=("POSTROUTING",)),
    "NETMAP": Target("unknown", {"--to": _ONE}, _NAT),
    "MARK": Target("continue", _marks("mark"), needs=tuple(_marks("mark"))),
    "CONNMARK": Target("continue", _CONNECTION_MARKS),
    "NOTRACK": Target("notrack", tables=("raw",)),
    "CT": Target("continue", {"--notrack": Option(0, _notrack)}, ("raw",), is_loose=True),
    "LOG": Target("continue", _LOG),
    "TRACE": Target("continue", tables=("raw",)),
    **dict.fromkeys(
        ("TTL", "HL", "TOS", "DSCP", "ECN", "CHECKSUM"), Target("continue", tables=("mangle",), is_loose=True)
    ),
    "TARPIT": Target("drop", is_loose=True),
    "DELUDE": Target("drop", is_loose=True),
    "STEAL": Target("drop", is_loose=True),
    **dict.fromkeys(
        (
            "NFLOG", "ULOG", "TCPMSS", "CLASSIFY", "SET",
            "AUDIT", "IDLETIMER", "RATEEST", "SECMARK", "CONNSECMARK", "TEE", "TCPOPTSTRIP", "LED",
            "HMARK", "ACCOUNT", "IPMARK", "LOGMARK", "SYSRQ",
        ),
        Target("continue", is_loose=True),
    ),
    **dict.fromkeys(
        (
            "QUEUE", "NFQUEUE", "TPROXY", "SYNPROXY", "CLUSTERIP", "DNPT", "SNPT", "MIRROR", "CHAOS",
            "ECHO", "FLOWOFFLOAD", "NFACCT", "SAME", "BALANCE", "DNETMAP", "RAWDNAT", "RAWSNAT",
        ),
        Target("unknown", is_loose=True),
    ),
}  # fmt: skip
