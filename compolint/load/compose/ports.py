"""Published ports, short and long, as Compose takes them apart."""

from collections.abc import Iterator

from compolint.load.compose.service import Service
from compolint.load.compose.values import Invalid, Values, colons, fields, is_empty, is_null, items, part
from compolint.model.listener import Listener
from compolint.model.values import Address, Ports
from compolint.syntax.yaml import Mapping, Node, Scalar
from compolint.text import Note, Span
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown

_PROTOCOLS = frozenset({"tcp", "udp", "sctp"})
_NOWHERE = Address("")
_LONG = (("address", "host_ip"), ("ports", "published"), ("target", "target"))


class Published(NamedTuple):
    """One entry of `ports`."""

    address: Maybe[Address]
    ports: Maybe[Ports] | None  # on the host; `None`: Docker chooses one
    target: Maybe[Ports]
    protocol: str
    span: Span
    spans: dict[str, Span]
    via: tuple[Note, ...] = ()  # what its place alone does not tell


def read(service: Service) -> Iterator[Listener]:
    """The doors that a service opens on its host."""
    mode = service.values.text(service.fields.get("network_mode"))
    if isinstance(mode, str) and mode == "none":
        return
    is_on_host = isinstance(mode, str) and mode == "host"
    if _is_cut_off(service):
        return
    seen: set[str] = set()
    profiles = service.profiles()
    for item in items(service.fields["ports"]):
        try:
            port = _read(item, service.values)
        except Invalid as error:
            service.project.fault("invalid", error.message, error.span)
            continue
        if port is None:
            continue
        if is_on_host:  # Docker publishes nothing then, and the container opens the port on the host itself
            port = Published(_NOWHERE, port.target, port.target, port.protocol, port.span, port.spans)
        address, via = _address_of(service, port)
        shown = address if isinstance(address, Unknown) else address.text
        key = (
            f"{service.key}:{shown}:{'' if port.ports is None else port.ports}:{port.target}/{port.protocol}"
        )
        if key in seen:
            continue
        seen.add(key)
        yield Listener(
            key=key,
            span=port.span,
            spans=port.spans,
            via=via,
            owner=service.key,
            name=service.name,
            address=address,
            ports=port.ports,
            target=port.target,
            protocol=port.protocol,
            origin="container" if is_on_host else "published",
            image=service.image,
            project=service.root,
            profiles=profiles,
        )


def _is_cut_off(service: Service) -> bool:
    """Whether all networks of a service are internal: without a gateway Docker publishes nothing."""
    if "networks" not in service.fields:
        return False
    names = [name for name, _, _ in service.values.named(service.fields["networks"])]
    known = [service.declared.network(name) for name in names]
    # One that is not known, or may be internal or not, may have a gateway.
    return bool(known) and all(network is not None and network.internal is True for network in known)


def _address_of(service: Service, port: Published) -> tuple[Maybe[Address], dict[Span, tuple[Note, ...]]]:
    """The address of a port; where it names none, the one that its networks set."""
    via: dict[Span, tuple[Note, ...]] = {port.span: port.via} if port.via else {}
    if "address" in port.spans or isinstance(port.address, Unknown) or not service.declared.of("networks"):
        return port.address, via
    if not is_null(service.fields.get("network_mode")):
        return port.address, via  # it is on none of the project's networks
    names = list(dict.fromkeys(name for name, _, _ in service.values.named(service.fields.get("networks"))))
    names = names or ["default"]
    known = (service.declared.network(name) for name in names)
    bound = [network for network in known if network and network.bind_address is not None]
    if len(bound) != len(names) or len({str(network.bind_address) for network in bound}) > 1:
        return port.address, via  # which of several counts is up to Docker
    address = bound[0].bind_address
    via = {port.span: (*port.via, Note("its network sets the address", bound[0].at("bind_address")))}
    return (address if isinstance(address, Unknown) else Address.of(address or "")), via


def _read(node: Node, values: Values) -> Published | None:
    """An entry of `ports`; raises `Invalid` for what Compose refuses."""
    return _long(node, values) if isinstance(node, Mapping) else _short(node, values)


def _short(node: Node, values: Values) -> Published | None:
    if not isinstance(node, Scalar):
        return None
    text = values.required(node)
    # Where a variable has no value the text is split before it is filled in: `${BIND}:5432:5432` leaves
    # the address open and nothing else.
    raw = node.value if isinstance(text, Unknown) else text
    body, protocol_at = _partition(raw)
    pieces = colons(raw[:body], "{[")
    target_at, published_at = pieces[-1], pieces[-2] if len(pieces) > 1 else None
    address_at = (pieces[0][0], pieces[-3][1]) if len(pieces) > 2 else None

    def place(at: tuple[int, int]) -> Span:
        return part(node, *at) if raw == node.value else node.span

    def fill(at: tuple[int, int]) -> Maybe[str]:
        piece = raw[at[0] : at[1]]
        return values.fill(piece, node.span) if isinstance(text, Unknown) else piece

    if isinstance(text, Unknown) and len(pieces) == 1:  # `${PORTS}` may say anything
        return Published(text, text, text, "tcp", node.span, {})
    protocol = fill((protocol_at, len(raw))) if protocol_at else "tcp"
    target = _ports(fill(target_at), node, "container port")
    published = _ports(fill(published_at), node, "host port") if published_at else None
    address = _address(fill(address_at), node) if address_at else _before(published)
    spans = {"target": place(target_at)}
    if published_at and published is not None:
        spans["ports"] = place(published_at)
    if address_at and address_at[0] < address_at[1]:
        spans["address"] = place(address_at)
    if target is None:
        raise Invalid(f"{_shown(raw)} names no container port", node.span)
    return _checked(Published(address, published, target, _protocol(protocol, node), node.span, spans))


def _before(published: Maybe[Ports] | None) -> Maybe[Address]:
    """The address before a host port, if none is written: `${BIND}8080` may have one in its variable."""
    if isinstance(published, Unknown) and published.tail and not published.head:
        return published
    return _NOWHERE


def _long(node: Mapping, values: Values) -> Published | None:
    said = fields(node)
    target_node = said.get("target")
    if target_node is None:
        raise Invalid("a port in long form needs a `target`, the port inside the container", node.span)
    host, published_node = said.get("host_ip"), said.get("published")
    text = values.text(host)
    if host is not None and text is not None and is_empty(text):
        raise Invalid("`host_ip` must be an IP address, and it is empty", host.span)
    target = _ports(values.required(target_node), target_node, "container port")
    published: Maybe[Ports] | None = None
    via: tuple[Note, ...] = ()
    if published_node is not None:
        shown = values.required(published_node)
        if isinstance(shown, str) and ":" in shown:
            # Compose takes `127.0.0.1:8080` as well, but what stands before the port is no address to it.
            shown = shown.rpartition(":")[2]
            via = (Note("`published` sets no address; `host_ip` does", published_node.span),)
        published = _ports(shown, published_node, "host port")
    if target is None:
        raise Invalid("`target` names no port", target_node.span)
    address = _NOWHERE if host is None or text is None else _address(text, host)
    spans = {name: said[key].span for name, key in _LONG if key in said}
    protocol = values.required(said["protocol"]) if "protocol" in said else "tcp"
    return _checked(
        Published(
            address, published, target, _protocol(protocol, said.get("protocol", node)), node.span, spans, via
        )
    )


def _partition(raw: str) -> tuple[int, int]:
    """Where the ports end and where the protocol begins (0: none), a slash inside `${}` not counted."""
    if "{" not in raw:
        at = raw.find("/")
        return (len(raw), 0) if at < 0 else (at, at + 1)
    depth = 0
    for at, char in enumerate(raw):
        if char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
        elif char == "/" and depth <= 0:
            return at, at + 1
    return len(raw), 0


def _ports(text: Maybe[str], node: Node, what: str) -> Maybe[Ports] | None:
    if isinstance(text, Unknown):
        return text
    if not text:
        return None
    if len(text) < 5 and text.isascii() and text.isdigit():
        return Ports(int(text), int(text))
    first, dash, last = text.partition("-")
    numbers = first, last if dash else first
    if not all(number.isascii() and number.isdigit() and len(number) < 9 for number in numbers):
        raise Invalid(
            f"{_shown(text)} is no {what}: a number or a range such as 8000-8010 was expected", node.span
        )
    ports = Ports(int(numbers[0]), int(numbers[1]))
    if ports.first > ports.last or ports.last > 65535:
        raise Invalid(
            f"{_shown(text)} is no {what}: ports go up to 65535, ranges from low to high", node.span
        )
    return ports


def _address(text: Maybe[str], node: Node) -> Maybe[Address]:
    if isinstance(text, Unknown):
        return text
    address = Address.of(text)
    if address.is_wildcard or _is_ipv4(address.text):
        return address
    from ipaddress import ip_address

    try:
        ip_address(address.text.partition("%")[0])
    except ValueError:
        raise Invalid(
            f"{_shown(text)} is no IP address; a port is published on an address, not on a name", node.span
        ) from None
    return address


def _is_ipv4(text: str) -> bool:
    numbers = text.split(".")
    return len(numbers) == 4 and all(n.isascii() and n.isdigit() and int(n[:4]) < 256 for n in numbers)


def _protocol(text: Maybe[str], node: Node) -> str:
    if isinstance(text, Unknown):
        return "tcp"  # which of them it is changes no answer to who can reach the port
    if text.lower() not in _PROTOCOLS:
        raise Invalid(f"{_shown(text)} is no protocol: tcp, udp or sctp was expected", node.span)
    return text.lower()


def _checked(port: Published) -> Published:
    published, target = port.ports, port.target
    if isinstance(published, Ports) and isinstance(target, Ports):
        lengths = published.last - published.first, target.last - target.first
        if lengths[0] != lengths[1] and lengths[1] != 0:
            raise Invalid(f"the ranges {published} and {target} differ in length", port.span)
    return port


def _shown(text: str) -> str:
    return f"`{text if len(text) <= 60 else text[:59] + '…'}`"
