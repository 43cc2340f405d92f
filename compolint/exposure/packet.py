"""The packets that a question is about: all alike but for the address of the client."""

from typing import Literal

from compolint.model.firewall import Addresses, Family
from compolint.model.values import Ports
from compolint.tuples import NamedTuple


class Place(NamedTuple):
    """An address of a packet.

    The client's own is open (`clients`): it is what the sets of a question tell apart. An address that no
    file gives is known by what it belongs to, and by the stretches of addresses that it may lie in; rules of
    our own making name it by its `number`, which is none that an address can have.
    """

    kind: Literal["clients", "host", "container", "loopback", "elsewhere"]
    within: tuple[Addresses, ...] = ()
    name: str = ""  # tells apart what has no known address
    number: int = 0

    @property
    def is_clients(self) -> bool:
        return self.kind == "clients"

    @property
    def is_local(self) -> bool:
        """Whether the host itself has it."""
        return self.kind in ("host", "loopback")

    def lies_in(self, addresses: tuple[object, ...]) -> bool | None:
        """Whether it is one of these; `None` where that is not known."""
        covered = touched = 0
        for each in addresses:
            if not isinstance(each, Addresses):
                touched += 1
                continue
            if each.first >= _BEYOND:
                if each.first == self.number:
                    return True
                touched += self.kind == "container" and not self.number  # it may have any address
                continue
            for stretch in self.within:
                if (
                    each.family == stretch.family
                    and each.first <= stretch.last
                    and stretch.first <= each.last
                ):
                    touched += 1
                    covered += each.first <= stretch.first and stretch.last <= each.last
        if not touched:
            return False
        return True if self.within and covered >= len(self.within) else None


_BEYOND = 1 << 128  # no address has such a number


def numbered(number: int, family: Family) -> Addresses:
    """The address of something that has one which no file gives."""
    return Addresses(family, _BEYOND + number, _BEYOND + number)


CLIENTS = Place("clients")
ANYWHERE = Place("elsewhere")  # where a rule sends packets that does not tell where to
CLIENT_PORT = 40000  # a client's own, of which nothing is known but that its system chose it
ANY_PORT = -1  # one that a client chose for itself, or that no file names
SYN = frozenset(("SYN",))
State = Literal["", "new", "established", "untracked"]  # "" before the kernel looks, or of no use to it


class Taken(Ports):
    """Ports that an engine gave to one container, and so not the unknown one of another."""


class Tags(NamedTuple):
    """What rules write on a packet, and on its connection; what is known of the way that it took."""

    mark: int | None = 0  # `None`: not known
    connection: int | None = 0
    untracked: bool = False
    is_later: bool = False  # it is not of a sender's first ones, so that a limit took it otherwise

    def of_connection(self) -> "Tags":
        """What the next packet of the connection brings along."""
        return Tags(0, self.connection, is_later=self.is_later)


NO_TAGS = Tags()


class Packet(NamedTuple):
    """A packet of a connection on its way through the host."""

    family: Family
    protocol: str
    source: Place
    destination: Place
    source_port: int
    port: int
    interface: str = ""  # that it came in by; empty for what the host itself sends
    out_interface: str = ""
    state: State = "new"
    is_reply: bool = False
    flags: frozenset[str] = frozenset()
    # Of the connection: what the client wrote, and what became of that.
    asked: Place = CLIENTS
    asked_port: int = 0
    asked_from: Place = CLIENTS
    client_port: int = 0
    translated: Place | None = None  # the destination that it was given
    translated_port: int = 0
    disguise: Place | None = None  # the source that it was given
    tags: Tags = NO_TAGS
    claim: int = 0  # the container that is taken to have its port, where several claim it; -1: none has it


def opening(
    protocol: str,
    destination: Place,
    port: int,
    interface: str,
    *,
    family: Family,
    source: Place = CLIENTS,
    client_port: int = CLIENT_PORT,
    claim: int = 0,
) -> Packet:
    """What a client sends first."""
    return Packet(
        family=family,
        protocol=protocol,
        source=source,
        destination=destination,
        source_port=client_port,
        port=port,
        interface=interface,
        flags=SYN if protocol == "tcp" else frozenset(),
        asked=destination,
        asked_port=port,
        asked_from=source,
        client_port=client_port,
        claim=claim,
    )
