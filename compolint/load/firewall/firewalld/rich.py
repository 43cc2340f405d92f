"""Rich rules of firewalld.

rule family="ipv4" source address="10.0.0.0/8" port port="22" protocol="tcp" accept
"""

from collections.abc import Iterator

from compolint.load.firewall.addresses import addresses
from compolint.load.firewall.firewalld.zones import (
    Conditions,
    Draft,
    Services,
    forwarded,
    masquerades,
    opened_port,
    opened_protocol,
    opened_service,
    source_match,
)
from compolint.model.firewall import Action, Match
from compolint.pattern import pattern
from compolint.text import Span
from compolint.tuples import NamedTuple

# source   NOT   address="10.0.0.0/8"   port=22
_WORD = pattern(r"""([\w-]+)(?:[ \t]*=[ \t]*(?:"([^"]*)"|'([^']*)'|([^\s"']+)))?""")
_ELEMENTS = frozenset((
    "rule", "source", "destination", "service", "port", "protocol", "icmp-block", "icmp-type",
    "masquerade", "forward-port", "source-port", "log", "nflog", "audit", "accept", "reject",
    "drop", "mark", "limit", "tcp-mss-clamp",
))  # fmt: skip
STRANGE = "rule "  # with what in it is not known
_ACTIONS = ("accept", "reject", "drop", "mark")


class Piece(NamedTuple):
    """An element of a rule with what it says."""

    name: str
    attributes: dict[str, str]
    is_negated: bool = False


def pieces(text: str) -> list[Piece]:
    """The elements of a rule that is written on one line."""
    found: list[Piece] = []
    for word in _WORD.finditer(text):
        name = word[1]
        given = next((each for each in word.groups()[1:] if each is not None), None)
        if given is not None and found:
            found[-1].attributes[name] = given
        elif name.upper() == "NOT" and found:
            found[-1] = found[-1]._replace(is_negated=True)
        elif given is None:
            found.append(Piece(name, {}))
    return found


def drafts(given: list[Piece], at: Span, services: Services, action: Action | None = None) -> Iterator[Draft]:
    """The rules that one rich rule makes."""
    named = {piece.name: piece for piece in given}
    if odd := next((name for name in named if name not in _ELEMENTS), ""):
        yield Draft((Match("maybe", text=odd),), Action("unknown", text=f"{STRANGE}{odd}"), at)
        return
    rule = named["rule"].attributes if "rule" in named else {}
    conditions = Conditions(
        tuple(_matches(named, rule)), action or _action(named), _priority(rule.get("priority", "0"))
    )
    found = list(_elements(named, at, conditions, services))
    yield from found or [Draft(conditions.matches, conditions.action, at, priority=conditions.priority)]


def _elements(named: dict[str, Piece], at: Span, given: Conditions, services: Services) -> Iterator[Draft]:
    for name, piece in named.items():
        get = piece.attributes.get
        if name == "service":
            yield from opened_service(get("name", ""), at, given, services)
        elif name == "port":
            yield opened_port(get("port", ""), get("protocol", "tcp"), at, given)
        elif name == "source-port":
            yield opened_port(get("port", ""), get("protocol", "tcp"), at, given, "source_port")
        elif name == "protocol":
            yield opened_protocol(get("value", ""), at, given)
        elif name == "forward-port":
            yield forwarded(
                get("port", ""), get("protocol", "tcp"), get("to-port", ""), get("to-addr", ""), at, given
            )
        elif name == "masquerade":
            yield masquerades(at, given)
        elif name in ("icmp-block", "icmp-type"):
            match = Match("never", text=f"{name} {get('name', '')}")
            yield Draft((*given.matches, match), Action("reject"), at, priority=given.priority)


def _matches(named: dict[str, Piece], rule: dict[str, str]) -> Iterator[Match]:
    family = {"ipv4": 4, "ipv6": 6}.get(rule.get("family", ""))
    if family:
        yield Match("family", (family,))
    if source := named.get("source"):
        text = source.attributes.get("address", "")
        negated = source.is_negated or source.attributes.get("invert", "").lower() in ("true", "yes", "1")
        yield source_match(text or " ".join(source.attributes.values()), negated)
    if destination := named.get("destination"):
        text = destination.attributes.get("address", "")
        negated = destination.is_negated or destination.attributes.get("invert", "").lower() in (
            "true",
            "yes",
            "1",
        )
        found = addresses(text)
        yield Match("maybe", text=text) if found is None else Match("destination", (found,), negated, text)
    for name in _ACTIONS:
        if name in named and "limit" in named:
            yield Match("first", (True,), text="limit")


def _action(named: dict[str, Piece]) -> Action:
    kind = next((name for name in _ACTIONS if name in named), "")
    if kind == "mark":
        return Action("unknown", text="mark")
    if kind in ("accept", "reject", "drop"):
        return Action(kind)  # type: ignore[arg-type]
    return Action("continue", text="log")


def _priority(text: str) -> int:
    return int(text) if text.lstrip("-").isdecimal() and len(text) < 8 else 0
