"""The rules of one resource, as it is read."""

from collections.abc import Iterable, Iterator

from compolint.load.hcl.fields import Fields, as_text
from compolint.load.hcl.operators import number
from compolint.load.hcl.values import Value, text_of
from compolint.model.cloud import CloudRule
from compolint.model.values import Ports
from compolint.pattern import pattern
from compolint.text import Note, Span
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown

_PROTOCOLS = {
    "-1": "all", "*": "all", "any": "all", "all": "all", "": "all",
    "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6",
}  # fmt: skip
_WITH_PORTS = frozenset(("tcp", "udp", "all", "sctp", "tcp_udp", "udplite"))
# 22   8000-9000   8000:9000
_RANGE = pattern(r"[ \t]*([0-9]{1,5})[ \t]*(?:[-:][ \t]*([0-9]{1,5})[ \t]*)?$")
_ALL = frozenset(("", "*", "all", "any", "0"))
_DIRECTIONS = {
    "in": "ingress", "ingress": "ingress", "inbound": "ingress",
    "out": "egress", "egress": "egress", "outbound": "egress",
}  # fmt: skip
_ACTIONS = {"allow": "allow", "accept": "allow", "deny": "deny", "drop": "deny", "block": "deny"}


class Port(NamedTuple):
    """Ports, and what says which."""

    ports: Maybe[Ports] | None  # `None`: all
    value: Value | None = None


class Said(NamedTuple):
    """What a rule says of something, with the name of the attribute that does."""

    value: Value
    attribute: str


class Rules:
    """The rules that a resource has, each with its places."""

    def __init__(
        self,
        provider: str,
        address: str,
        name: str,
        key: str,
        resource: Fields,
        firewalls: tuple[Maybe[str], ...],
    ) -> None:
        self.provider, self.address, self.name, self.key = provider, address, name, key
        self.resource, self.firewalls = resource, firewalls
        self.found: list[CloudRule] = []
        self._keys: dict[str, int] = {}

    def add(
        self,
        around: Fields,
        direction: Maybe[str],
        protocol: Maybe[str],
        ports: Iterable[Port],
        peers: Iterable[Said],
        *,
        action: Maybe[str] = "allow",
        priority: Maybe[str] | None = None,
        is_stateless: bool = False,
        is_partial: bool = False,
        protocol_at: str = "protocol",
        ports_at: str = "",
    ) -> None:
        """Adds a rule for each range of ports."""
        said = list(peers)
        field = "destinations" if is_known_as(direction, "egress") else "sources"
        texts = tuple(as_text(each.value) for each in said)
        for port in ports or [Port(None)]:
            spans = {"protocol": around.at(protocol_at)}
            via: dict[Span, tuple[Note, ...]] = {}
            placed = [(f"{field}.{number}", each.value, each.attribute) for number, each in enumerate(said)]
            if port.value:
                placed.append(("ports", port.value, ports_at or protocol_at))
            for name, value, attribute in placed:
                spans[name] = value.span
                self._trace(value, around.at(attribute), via)
            self.found.append(
                CloudRule(
                    key=self._unique(f"{self.key}!{direction}.{protocol}.{port.ports}"),
                    span=around.span,
                    spans=spans,
                    via=via,
                    provider=self.provider,
                    resource=self.address,
                    name=self.name,
                    direction=direction,  # type: ignore[arg-type]  # the readers' words are the field's
                    protocol=protocol,
                    ports=port.ports,
                    action=action,  # type: ignore[arg-type]
                    priority=priority,
                    is_stateless=is_stateless,
                    is_partial=is_partial,
                    firewalls=self.firewalls,
                    **{field: texts},
                )
            )

    def _trace(self, value: Value, at: Span, via: dict[Span, tuple[Note, ...]]) -> None:
        """Remembers where a value counts that stands somewhere else."""
        is_inside = value.span.path == at.path and at.start <= value.span.start and value.span.end <= at.end
        if not is_inside:
            via[value.span] = (Note(f"{self.address} takes it here", at),)

    def _unique(self, key: str) -> str:
        count = self._keys[key] = self._keys.get(key, 0) + 1
        return key if count == 1 else f"{key}~{count}"


def said(fields: Fields, *names: str) -> Iterator[Said]:
    """What the attributes of these names list."""
    for name in names:
        for value in fields.items(name):
            yield Said(value, name)


def protocol_of(fields: Fields, name: str = "protocol") -> Maybe[str]:
    """The protocol by its name, in lower case."""
    text = fields.text(name)
    if isinstance(text, Unknown):
        return text
    lower = (text or "").lower()
    return _PROTOCOLS.get(lower, lower)


def direction_of(fields: Fields, name: str = "direction", otherwise: str = "ingress") -> Maybe[str]:
    text = fields.text(name)
    return text if isinstance(text, Unknown) else _DIRECTIONS.get((text or otherwise).lower(), otherwise)


def action_of(text: Maybe[str] | None) -> Maybe[str]:
    return text if isinstance(text, Unknown) else _ACTIONS.get((text or "allow").lower(), "allow")


def is_known_as(value: Maybe[str], word: str) -> bool:
    return not isinstance(value, Unknown) and value == word


def has_ports(protocol: Maybe[str]) -> bool:
    return isinstance(protocol, Unknown) or protocol in _WITH_PORTS


def between(first: Value | None, last: Value | None) -> Port:
    """The ports from one number to another."""
    if first is None and last is None:
        return Port(None)
    one, other = first or last, last or first
    assert one is not None
    assert other is not None
    low, high = number(one), number(other)
    if low is None or high is None:
        unknown = next((each for each in (one, other) if isinstance(each.of, Unknown)), one)
        return Port(as_open(unknown), unknown)
    return Port(Ports(int(low), int(high)), one)


def as_open(value: Value) -> Unknown:
    text = as_text(value)
    return text if isinstance(text, Unknown) else Unknown(text, value.span)


def written(value: Value | None) -> Port:
    """The ports that a text names: `22`, `8000-9000`, `all`."""
    if value is None:
        return Port(None)
    text = text_of(value)
    if text is None:
        return Port(as_open(value), value)
    return Port(_ports(text, value), value)


def _ports(text: str, value: Value) -> Maybe[Ports] | None:
    if text.strip().lower() in _ALL:
        return None
    found = _RANGE.match(text)
    if not found:
        return Unknown(text, value.span)
    return Ports(int(found[1]), int(found[2] or found[1]))
