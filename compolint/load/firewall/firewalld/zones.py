"""Zones and policies of firewalld: what they let in, in the order in which it is asked."""

from collections.abc import Callable, Iterator
from typing import Literal

from compolint.load.firewall.addresses import addresses
from compolint.load.firewall.firewalld.services import Listening, service
from compolint.load.firewall.ports import port_number
from compolint.model.firewall import Action, Match
from compolint.model.knowledge.portnames import protocol
from compolint.model.values import Ports
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown

Services = Callable[[str], "tuple[Listening, ...] | None"]
SERVICE = "service "  # with its name, of one whose ports are not known
_TARGETS: dict[str, Action] = {
    "ACCEPT": Action("accept"),
    "DROP": Action("drop"),
    "%%REJECT%%": Action("reject"),
    "REJECT": Action("reject"),
    "default": Action("reject"),
    "CONTINUE": Action("return"),
}


class Draft(NamedTuple):
    """A rule of a zone."""

    matches: tuple[Match, ...]
    action: Action
    span: Span
    place: Literal["filter", "nat", "postrouting"] = "filter"
    priority: int = 0

    @property
    def rank(self) -> tuple[int, int]:
        """Refusals come before what lets in, unless priorities say otherwise."""
        return self.priority, self.action.kind not in ("drop", "reject")


class Origin(NamedTuple):
    """Which packets are a zone's: those of an interface, or from an address."""

    match: Match
    span: Span


class Zone:
    """A zone, or a policy between zones."""

    __slots__ = (
        "egress",
        "forwards",
        "ingress",
        "is_policy",
        "name",
        "origins",
        "priority",
        "rules",
        "span",
        "target",
    )

    def __init__(self, name: str, span: Span) -> None:
        self.name, self.span = name, span
        self.target = Action("reject", text="default")
        self.origins: list[Origin] = []
        self.rules: list[Draft] = []
        self.forwards = False  # between its own interfaces
        self.is_policy = False
        self.priority = -1
        self.ingress: list[str] = []  # of a policy: names of zones, `ANY`, `HOST`
        self.egress: list[str] = []

    def aim(self, text: str) -> None:
        found = _TARGETS.get(text)
        self.target = (found or Action("unknown"))._replace(text=text)

    def is_interface(self, name: str, at: Span) -> None:
        shown = f"{name[:-1]}*" if name.endswith("+") else name
        self.origins.append(Origin(Match("interface", (shown,), text=name), at))

    def is_source(self, text: str, at: Span) -> None:
        self.origins.append(Origin(source_match(text, False), at))


def source_match(text: str, negated: bool) -> Match:
    """An address; of a MAC address and a set of addresses there is no telling."""
    found = addresses(text)
    return Match("maybe", text=text) if found is None else Match("source", (found,), negated, text)


class Conditions(NamedTuple):
    """What a rule asks besides its port: of a rich rule its family, source and destination."""

    matches: tuple[Match, ...] = ()
    action: Action = Action("accept")
    priority: int = 0


def opened_service(name: str, at: Span, given: Conditions, services: Services) -> Iterator[Draft]:
    known = services(name) or service(name)
    if known is None:
        text = f"{SERVICE}{name}"
        yield Draft((*given.matches, Match("maybe", text=text)), given.action, at, priority=given.priority)
        return
    for named, ports in known:
        matches: tuple[Match, ...] = (Match("protocol", (named,), text=f"service {name}"),)
        if ports:
            matches += (Match("port", ports, text=f"service {name}"),)
        yield Draft((*given.matches, *matches), given.action, at, priority=given.priority)


def opened_port(
    port: str, named: str, at: Span, given: Conditions, what: Literal["port", "source_port"] = "port"
) -> Draft:
    ports = ports_of(port)
    text = f"{port}/{named}"
    match = Match("maybe", text=text) if ports is None else Match(what, (ports,), text=text)
    kind = Match("protocol", (protocol(named) or named,), text=text)
    return Draft((*given.matches, kind, match), given.action, at, priority=given.priority)


def opened_protocol(named: str, at: Span, given: Conditions) -> Draft:
    match = Match("protocol", (protocol(named) or named,), text=named)
    return Draft((*given.matches, match), given.action, at, priority=given.priority)


def forwarded(port: str, named: str, to_port: str, to_address: str, at: Span, given: Conditions) -> Draft:
    """`port=80:proto=tcp:toport=8080:toaddr=10.0.0.2`."""
    opened = opened_port(port, named, at, given)
    to: Maybe[Ports] | None = None
    if to_port:
        to = ports_of(to_port) or Unknown(to_port, at)
    if not to_address:
        action = Action("redirect", ports=to)
    else:
        action = Action("dnat", addresses=addresses(to_address) or Unknown(to_address, at), ports=to)
    family = () if ":" not in to_address else (Match("family", (6,)),)
    if to_address and ":" not in to_address:
        family = (Match("family", (4,)),)
    return Draft((*family, *opened.matches), action, at, "nat", given.priority)


def masquerades(at: Span, given: Conditions) -> Draft:
    return Draft(given.matches, Action("masquerade"), at, "postrouting", given.priority)


def ports_of(text: str) -> Ports | None:
    first, _, last = text.partition("-")
    low, high = port_number(first.strip()), port_number((last or first).strip())
    return None if low is None or high is None or high < low else Ports(low, high)
