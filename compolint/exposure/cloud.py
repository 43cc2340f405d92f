"""Whether a cloud's firewall lets clients from the internet as far as the machine."""

from collections.abc import Iterable, Iterator

from compolint.exposure.machine import INTERNET, Door, covers
from compolint.exposure.reach import Reach
from compolint.exposure.sources import network
from compolint.model.cloud import CloudRule
from compolint.text import Note, Span
from compolint.unknown import Undecided


def lets_in(rules: Iterable[CloudRule], door: Door) -> Reach | None:
    """The answer of a project's cloud firewalls for the internet; `None` where it has none.

    Which machine a firewall is attached to is seldom said in a way that can be followed, so each may be the
    one: if they differ it is undecided.
    """
    by_resource: dict[str, list[CloudRule]] = {}
    for rule in rules:
        if rule.direction == "ingress":
            by_resource.setdefault(rule.resource, []).append(rule)
    answers = [_of_resource(resource, those, door) for resource, those in by_resource.items()]
    if not answers:
        return None
    first = answers[0]
    if all(each.answer == first.answer for each in answers):
        return first
    return Reach("undecided", tuple(note for each in answers for note in each.because))


def _of_resource(resource: str, rules: list[CloudRule], door: Door) -> Reach:
    doubts = []
    some: list[tuple[str, Span]] = []
    for rule in rules:
        try:
            is_for_it = _is_about(rule, door)
            at = rule.everybody("sources") if is_for_it else None
            if at is None:
                some += _public(rule) if is_for_it and rule.action == "allow" else ()
                continue
            if rule.action == "deny":
                return Reach("closed", (Note(f"{resource} keeps everybody out", at),))
            return Reach("open", (Note(f"{resource} lets everybody in", at),))
        except Undecided as doubt:
            doubts.append(Note(f"{resource} may let everybody in: `{doubt.value}` is not known", rule.span))
    if doubts:
        return Reach("undecided", tuple(doubts))
    if some:
        told = tuple(Note(f"{resource} lets {source} in", at) for source, at in some)
        sources = tuple(source for source, _ in some)
        return Reach("undecided", told, sources=sources, is_for_some=True)
    return Reach("closed", (Note(f"{resource} has no rule that lets everybody in", rules[0].span),))


def _public(rule: CloudRule) -> Iterator[tuple[str, Span]]:
    """The networks of the internet that a rule names, which are not all of it."""
    for text, at in rule.each("sources"):
        try:
            stretch = network(str(text))
        except ValueError:
            continue  # another group's name, or the list of a provider
        if covers(INTERNET[stretch.family], stretch):
            yield str(text), at


def _is_about(rule: CloudRule, door: Door) -> bool:
    if rule.protocol not in ("all", "tcp_udp", door.protocol):
        return False
    return rule.is_every_port or (rule.ports is not None and door.port in rule.ports)
