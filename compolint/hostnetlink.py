"""Containers on the host's network: what they listen on is open on the host, without being published.

Their ports are what the command says, else what the project says of the container (`expose`, `EXPOSE`), else
what the image is known to open. A container of which none of this is known may open any port, or none.
"""

from collections.abc import Iterable, Iterator

from compolint.entities import Entities
from compolint.model.build import Exposed
from compolint.model.command import Command
from compolint.model.knowledge.binding import bound, bound_by, port_of
from compolint.model.knowledge.ownports import own_ports
from compolint.model.listener import Listener
from compolint.model.values import Address, ImageName, Ports
from compolint.model.web import Site
from compolint.model.workload import Variable, Workload
from compolint.record import replace
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown, assume

_STARTS = ("command", "entrypoint")
_EVERYWHERE = Address("")
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class _Port(NamedTuple):
    ports: Maybe[Ports]
    at: Span
    protocol: str = "tcp"
    address: Maybe[Address] = _EVERYWHERE


def link_host_network(linked: Entities) -> None:
    """The doors that containers open on the host, where the files do not say them already."""
    settled = {each.owner for each in linked.of(Listener)}
    settled.update(home for site in linked.of(Site) for home in site.homes or ())
    commands: dict[str, list[Command]] = {}
    for command in linked.of(Command):
        if command.where in _STARTS:
            commands.setdefault(command.owner, []).append(command)
    variables: dict[str, list[Variable]] = {}
    for variable in linked.of(Variable):
        variables.setdefault(variable.owner, []).append(variable)
    exposed: dict[str, list[Exposed]] = {}
    for port in linked.of(Exposed):
        if port.ships:
            exposed.setdefault(port.build, []).append(port)
    found: dict[str, Listener] = {}
    for workload in linked.of(Workload):
        if is_on_host(workload) and workload.key not in settled:
            own = commands.get(workload.key, ())
            ports = _told(workload, own, variables.get(workload.key, ())) or [
                each._replace(address=_address(own))
                for each in _declared(workload, exposed.get(workload.build or "", ())) or _of_image(workload)
            ]
            for each in ports or [_unknown(workload)]:
                listener = _listener(workload, each)
                found.setdefault(listener.key, listener)
    linked.add(found.values())


def is_on_host(workload: Workload) -> bool:
    """Whether something is a container that is known to be on the host's network."""
    return workload.kind != "unit" and assume(workload.network_mode, "") == "host"


def _told(workload: Workload, commands: Iterable[Command], variables: Iterable[Variable]) -> list[_Port]:
    """What the options of the command and the variables make the program listen on."""
    found = []
    for command in commands:
        words = command.words
        is_of_image = bool(words) and isinstance(words[0], str) and words[0].startswith("-")
        if is_of_image and isinstance(workload.image, ImageName):
            # Only the image names the program.
            command = replace(command, name=workload.image.base, words=(workload.image.base, *words))
        for each in bound(command):
            if each.port:
                at = command.at("words", each.word - is_of_image)
                found.append(_Port(Ports(each.port, each.port), at, address=Address.of(each.host)))
        port = port_of(command)
        if port and not found:
            found.append(_Port(Ports(port, port), command.span, address=_address([command])))
    texts = {variable.name: variable.reveal() or "" for variable in variables}
    for variable in variables:
        given = bound_by(variable.name, texts)
        if given and given.port:
            found.append(
                _Port(Ports(given.port, given.port), variable.at("value"), address=Address.of(given.host))
            )
    return found


def _declared(workload: Workload, exposed: Iterable[Exposed]) -> list[_Port]:
    """What the project says that the container listens on."""
    found = []
    for word, at in workload.each("expose"):
        text, _, protocol = assume(word, "").partition("/")
        first, _, last = text.partition("-")
        if first.isdecimal() and (last or first).isdecimal() and len(text) < 12:
            found.append(_Port(Ports(int(first), int(last or first)), at, protocol or "tcp"))
    return found or [_Port(each.ports, each.span, each.protocol) for each in exposed]


def _of_image(workload: Workload) -> Iterator[_Port]:
    for ports, protocol in own_ports(workload.image):
        yield _Port(ports, workload.at("image"), protocol)


def _address(commands: Iterable[Command]) -> Maybe[Address]:
    """Everywhere, as most programs do that are not told where; a word about the loopback leaves it open."""
    for command in commands:
        for number, word in enumerate(command.words):
            if isinstance(word, str) and any(name in word for name in _LOOPBACK):
                return Unknown("an address of its own", command.at("words", number))
    return _EVERYWHERE


def _unknown(workload: Workload) -> _Port:
    """It may open none, or listen for the host alone."""
    at = workload.at("network_mode")
    return _Port(Unknown("its own ports", at), at, address=Unknown("an address of its own", at))


def _listener(workload: Workload, port: _Port) -> Listener:
    address = port.address if isinstance(port.address, Unknown) else port.address.text
    return Listener(
        key=f"{workload.key}:{address}:{port.ports}/{port.protocol}",
        span=port.at,
        owner=workload.key,
        name=workload.name,
        address=port.address,
        ports=port.ports,
        protocol=port.protocol,
        origin="container",
        image=workload.image,
        project=workload.project,
        profiles=workload.profiles,
    )
