"""An exposure as it may be shown: words without secrets, and places that people can go to."""

from collections.abc import Callable, Mapping

from compolint.report.shown import Files, Place
from compolint.text import Span
from compolint.tuples import NamedTuple

STATES = {"holds": "holds", "passes": "passes", "undecided": "?", "absent": "none", "not asked": "–"}
ORDER = ("open", "undecided", "closed")
METADATA = "169.254.169.254"  # where clouds hand a machine its credentials
_ENGINE = {"passes": "forwards", "absent": "–"}


class Reason(NamedTuple):
    """One step of why it is so."""

    text: str
    at: Span


class Verdict(NamedTuple):
    """What one zone gets of a port."""

    zone: str
    answer: str  # "open", "closed" or "undecided"
    reasons: tuple[Reason, ...]
    families: tuple[int, ...] = ()
    sources: tuple[str, ...] = ()
    layer: str | None = None  # that keeps it out, or may
    before: tuple[Reason, ...] = ()  # what lets it pass as far as the host

    @property
    def is_by_ipv6_only(self) -> bool:
        """Whether strangers get through by IPv6, and by IPv4 none do."""
        return self.zone == "internet" and self.answer == "open" and self.families == (6,)

    @property
    def chain(self) -> tuple[Reason, ...]:
        """All reasons, in the order of the packet's way."""
        return (*self.before, *self.reasons)


class Gate(NamedTuple):
    """What one layer does about clients from the internet."""

    name: str
    state: str
    words: str
    reasons: tuple[Reason, ...] = ()


class Byway(NamedTuple):
    """Another way to the same service."""

    name: str
    kind: str
    asks: bool | None
    tls: bool | None
    at: Span

    @property
    def manner(self) -> str:
        return _manner(self.kind, self.tls, self.asks)


class Target(NamedTuple):
    """A service that a proxy's port leads to."""

    name: str  # that a client asks for
    target: str  # "app:3000"
    kind: str
    asks: bool | None
    tls: bool | None
    at: Span

    @property
    def manner(self) -> str:
        return _manner(self.kind, self.tls, self.asks)


def _manner(kind: str, tls: bool | None, asks: bool | None) -> str:
    """As people say it: `caddy, TLS, without a login`."""
    login = {True: "with a login", False: "without a login", None: "login not known"}
    crypt = {True: "TLS", False: "no TLS", None: "TLS not known"}
    return f"{kind}, {crypt[tls]}, {login[asks]}"


class Lane(NamedTuple):
    """A port, or neighbouring ones of which the same is true, with all that stands before it."""

    owner: str
    address: str  # as a program would write it; "*" is every interface
    port: int | None  # `None`: one that the engine chooses, or that is not known
    last: int | None
    unnumbered: str  # what to call that
    protocol: str
    at: Span
    verdicts: tuple[Verdict, ...]
    gates: tuple[Gate, ...]
    ways: tuple[Byway, ...] = ()
    host: str | None = None
    is_past_firewall: bool = False  # no rule of the host's firewall is asked
    leads: tuple[Target, ...] = ()
    is_opening: bool = False  # no file declares a listener; the firewall would let clients ask for it

    @property
    def ports(self) -> str:
        """As people say it: `5432/tcp`, `8000-8010/tcp`."""
        if self.port is None:
            return self.unnumbered if " " in self.unnumbered else f"{self.unnumbered}/{self.protocol}"
        more = f"-{self.last}" if self.last != self.port else ""
        return f"{self.port}{more}/{self.protocol}"

    @property
    def title(self) -> str:
        """What it is, in a sentence without its place."""
        on = f" on {self.host}" if self.host else ""
        if self.is_opening:
            return f"{self.ports}{on}, for which nothing is declared"
        return f"{self.ports} of {self.owner}{on}, bound to {self.binding}"

    @property
    def binding(self) -> str:
        return "every interface" if self.address == "*" else self.address

    @property
    def answer(self) -> str:
        """What the internet gets."""
        return self.verdicts[0].answer

    def gate(self, name: str) -> Gate:
        return next(gate for gate in self.gates if gate.name == name)

    def does(self, name: str) -> str:
        """What a layer does, in a word: an engine forwards, or a port is none of its."""
        state = self.gate(name).state
        if name == "host firewall" and self.is_past_firewall:
            return "bypassed"
        return _ENGINE.get(state) or STATES[state] if name == "engine" else STATES[state]


class Outward(NamedTuple):
    """What the containers of a network reach outside."""

    network: str
    at: Span
    workloads: tuple[str, ...]
    verdicts: tuple[Verdict, ...]  # by destination


class Shown(NamedTuple):
    """All that a report of the exposure says."""

    lanes: tuple[Lane, ...]
    egress: tuple[Outward, ...]
    files: Files
    path: Callable[[str], str]  # how a file of the tree is called here
    kinds: Mapping[str, str] = {}
    warnings: tuple[str, ...] = ()  # what a reader must know before trusting it
    is_about: str = ""  # the one port that was asked for
    openings: tuple[Lane, ...] = ()  # what a firewall lets in, for which nothing is declared

    def place(self, at: Span) -> Place:
        place = self.files.place(at)
        return place._replace(path=self.path(place.path))

    def line(self, at: Span) -> str:
        """The line that a place begins in; none where that is a comment, which stands for its whole file."""
        line = self.files.line(at.path, self.place(at).line)
        return "" if line.lstrip().startswith("#") else line

    def where(self, at: Span) -> str:
        """As editors take it: `compose.yaml:7`."""
        place = self.place(at)
        return f"{place.path}:{place.line}"
