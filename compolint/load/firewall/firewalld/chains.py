"""The chains that firewalld makes of its zones.

Which zone a packet is in is told by its source first, by its interface then; what is in none is in the
default zone. firewalld.zone(5), firewalld.policies(5); the names and priorities are those of its nftables
backend.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from compolint.load.firewall.firewalld.services import STOCK
from compolint.load.firewall.firewalld.zones import (
    Conditions,
    Draft,
    Origin,
    Services,
    Zone,
    masquerades,
    opened_service,
)
from compolint.model import Entity
from compolint.model.firewall import (
    PRIORITIES,
    Action,
    Chain,
    Firewall,
    FirewallRule,
    Hook,
    Match,
)
from compolint.text import Span
from compolint.tuples import NamedTuple

_TABLE = "inet firewalld"
_BEHIND = 10  # its chains come right after the ordinary ones
_KNOWN = (
    Draft((Match("state", ("established", "related")),), Action("accept"), Span("", 0, 0)),
    Draft((Match("status", ("dnat",)),), Action("accept"), Span("", 0, 0)),
    Draft((Match("interface", ("lo",)),), Action("accept"), Span("", 0, 0)),
    Draft((Match("state", ("invalid",)),), Action("drop"), Span("", 0, 0)),
)
_ICMP = Match("protocol", ("icmp", "icmpv6"))


class Given(NamedTuple):
    """A firewalld with all that its files say."""

    key: str
    span: Span  # where it begins to be said
    zones: Sequence[Zone]
    default: str
    default_span: Span
    origin: Literal["state", "intent"]
    services: Services


def entities(given: Given) -> Iterator[Entity]:
    yield Firewall(key=given.key, span=given.span, tool="firewalld", origin=given.origin)
    yield from _Chains(given).all()


class _Chains:
    def __init__(self, given: Given) -> None:
        self._given = given
        self._zones = [zone for zone in given.zones if not zone.is_policy]
        self._policies = [zone for zone in given.zones if zone.is_policy]
        default = next((zone for zone in self._zones if zone.name == given.default), None)
        if default is None:
            default = stock(given.default, given.default_span, given.services)
            self._zones.append(default)
        self._default = default

    def all(self) -> Iterator[Entity]:
        yield from self._base("filter_INPUT", "input", "filter", self._incoming())
        yield from self._base("filter_FORWARD", "forward", "filter", self._passing())
        yield from self._base("nat_PREROUTING", "prerouting", "nat", self._dispatch("nat_PRE"))
        yield from self._base("nat_POSTROUTING", "postrouting", "nat", self._leaving())
        for zone in self._zones:
            yield from self._chain(f"filter_IN_{zone.name}", zone.span, self._inside(zone))
            yield from self._chain(f"filter_FWD_{zone.name}", zone.span, self._between(zone))
            yield from self._chain(f"nat_PRE_{zone.name}", zone.span, self._of(zone, "nat"))
        for policy in self._policies:
            yield from self._chain(f"policy_{policy.name}", policy.span, self._policy(policy))

    def _incoming(self) -> Iterator[Draft]:
        yield from self._at_first()
        yield from self._jumps(lambda zone: "HOST" in zone.egress and zone.priority < 0)
        yield from self._dispatch("filter_IN")
        yield self._draft((), Action("reject"), self._default.span)

    def _passing(self) -> Iterator[Draft]:
        yield from self._at_first()
        yield from self._jumps(lambda zone: "HOST" not in zone.egress and zone.priority < 0, forwards=True)
        yield from self._dispatch("filter_FWD")
        yield self._draft((), Action("reject"), self._default.span)

    def _at_first(self) -> Iterator[Draft]:
        return (draft._replace(span=self._default.span) for draft in _KNOWN)

    def _dispatch(self, prefix: str) -> Iterator[Draft]:
        """To the zone of the source, else to that of the interface, else to the default one."""
        for what in ("source", "maybe", "interface"):
            for zone in self._zones:
                for origin in zone.origins:
                    if origin.match.what == what:
                        target = Action("goto", chain=f"{prefix}_{zone.name}")
                        yield self._draft((origin.match,), target, origin.span)
        default = Action("goto", chain=f"{prefix}_{self._default.name}")
        yield self._draft((), default, self._given.default_span)

    def _inside(self, zone: Zone) -> Iterator[Draft]:
        yield from self._of(zone, "filter")
        jumps = self._jumps(lambda each: "HOST" in each.egress and each.priority >= 0, of=zone)
        yield from jumps
        if zone.target.text == "default":
            yield self._draft((_ICMP,), Action("accept"), zone.span)
        yield self._draft((), zone.target, zone.span)

    def _between(self, zone: Zone) -> Iterator[Draft]:
        """What comes in by a zone and goes on: between its own interfaces, and to zones that masquerade."""
        yield from self._jumps(
            lambda each: "HOST" not in each.egress and each.priority >= 0, of=zone, forwards=True
        )
        if zone.forwards:
            for origin in zone.origins:
                if origin.match.what == "interface":
                    yield self._draft((_outwards(origin),), Action("accept"), origin.span)
                elif origin.match.what == "source":
                    yield self._draft((_towards(origin),), Action("accept"), origin.span)
        for other in self._zones:
            for draft in other.rules:
                if draft.place == "postrouting":
                    for outwards in self._ways_out(other):
                        yield self._draft((*outwards, *draft.matches), Action("accept"), draft.span)
        action = Action("reject") if zone.target.text == "default" else zone.target
        yield self._draft((), action, zone.span)

    def _leaving(self) -> Iterator[Draft]:
        for zone in self._zones:
            for draft in zone.rules:
                if draft.place == "postrouting":
                    for outwards in self._ways_out(zone):
                        yield draft._replace(matches=(*outwards, *draft.matches))
        for policy in self._policies:
            yield from (
                draft._replace(matches=(*draft.matches, Match("maybe", text=f"policy {policy.name}")))
                for draft in policy.rules
                if draft.place == "postrouting"
            )

    def _ways_out(self, zone: Zone) -> Iterator[tuple[Match, ...]]:
        for origin in zone.origins:
            if origin.match.what == "interface":
                yield (_outwards(origin),)
            elif origin.match.what == "source":
                yield (_towards(origin),)
        if zone is self._default:
            named = tuple(
                name
                for each in self._zones
                for o in each.origins
                for name in o.match.values
                if isinstance(name, str)
            )
            # What goes out by an interface of no zone goes out by the default one; never by loopback.
            yield (Match("out_interface", ("lo", *named), True),)

    def _of(self, zone: Zone, place: str) -> Iterator[Draft]:
        rules = [draft for draft in zone.rules if draft.place == place]
        return iter(sorted(rules, key=lambda draft: draft.rank))

    def _policy(self, policy: Zone) -> Iterator[Draft]:
        yield from self._of(policy, "filter")
        if policy.target.kind != "return":
            yield self._draft((), policy.target, policy.span)

    def _jumps(
        self, fits: Callable[[Zone], bool], *, of: Zone | None = None, forwards: bool = False
    ) -> Iterator[Draft]:
        for policy in sorted(filter(fits, self._policies), key=lambda each: each.priority):
            for matches in self._from(policy, of):
                towards = (
                    (Match("maybe", text=f"policy {policy.name}"),)
                    if forwards and not _goes_anywhere(policy)
                    else ()
                )
                action = Action("jump", chain=f"policy_{policy.name}")
                yield self._draft((*matches, *towards), action, policy.span)

    def _from(self, policy: Zone, of: Zone | None) -> Iterator[tuple[Match, ...]]:
        """What a packet must be to come from one of a policy's zones."""
        if "ANY" in policy.ingress or (of is not None and of.name in policy.ingress):
            yield ()
            return
        for zone in self._zones:
            if of is None and zone.name in policy.ingress:
                yield from ((origin.match,) for origin in zone.origins)
                if zone is self._default:
                    yield (Match("maybe", text=f"zone {zone.name}"),)

    # --- entities ---

    def _draft(self, matches: tuple[Match, ...], action: Action, at: Span) -> Draft:
        return Draft(matches, action, at)

    def _base(
        self, name: str, hook: Hook, kind: Literal["filter", "nat"], drafts: Iterator[Draft]
    ) -> Iterator[Entity]:
        places = {"prerouting": "dstnat", "postrouting": "srcnat"}
        priority = PRIORITIES[places.get(hook, "filter")] + _BEHIND
        yield from self._chain(name, self._default.span, drafts, hook=hook, kind=kind, priority=priority)

    def _chain(
        self,
        name: str,
        at: Span,
        drafts: Iterator[Draft],
        *,
        hook: Hook | None = None,
        kind: Literal["filter", "nat"] = "filter",
        priority: int = 0,
    ) -> Iterator[Entity]:
        key = f"{self._given.key}#{_TABLE}/{name}"
        yield Chain(
            key=key,
            span=at,
            firewall=self._given.key,
            table=_TABLE,
            name=name,
            hook=hook,
            kind=kind,
            priority=priority,
        )
        for number, draft in enumerate(drafts, 1):
            spans: dict[str, Span] = {match.what: draft.span for match in draft.matches}
            yield FirewallRule(
                key=f"{key}/{number}",
                span=draft.span,
                spans={**spans, "action": draft.span},
                firewall=self._given.key,
                table=_TABLE,
                chain=name,
                number=number,
                matches=draft.matches,
                action=draft.action,
            )


def stock(name: str, at: Span, services: Services) -> Zone:
    """A zone as an installation brings it; of one that it does not know nothing is known."""
    zone = Zone(name, at)
    target, names, is_masquerading = STOCK.get(name, ("unknown", (), False))
    zone.aim(target)
    zone.forwards = True
    for each in names:
        zone.rules += opened_service(each, at, Conditions(), services)
    if is_masquerading:
        zone.rules.append(masquerades(at, Conditions()))
    return zone


def _goes_anywhere(policy: Zone) -> bool:
    return "ANY" in policy.egress


def _outwards(origin: Origin) -> Match:
    return origin.match._replace(what="out_interface")


def _towards(origin: Origin) -> Match:
    return origin.match._replace(what="destination")
