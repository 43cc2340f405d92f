"""What the rules of a cloud's firewall do with clients from the internet.

Some clouds ask all rules, of which any may let in; others the first that matches, by a number or by their
order. With rules that only let in both come to the same.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

from compolint.exposure.machine import INTERNET, Door, covers
from compolint.exposure.packet import ANY_PORT
from compolint.exposure.sources import network
from compolint.model.cloud import CloudRule, is_everybody
from compolint.model.firewall import Family
from compolint.model.values import Ports
from compolint.text import Note, Span
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Undecided, Unknown

_BOTH: tuple[Family, ...] = (4, 6)
# https://cloud.google.com/firewall/docs/firewalls#priority_order_for_firewall_rules
_DEFAULT_PRIORITY = 1000
_SINGLE = {"/32": 4, "/128": 6}


class Verdict(NamedTuple):
    """The answer of rules for everybody of one family, and why."""

    answer: Literal["open", "closed", "undecided"]
    notes: tuple[Note, ...] = ()  # none where no rule speaks of it
    firewalls: tuple[str, ...] = ()  # whose rules decided
    sources: tuple[str, ...] = ()  # for which it is open, and for no others


Owned = tuple[CloudRule, str]  # a rule with the key of its firewall
Part = tuple[str, Span]


def verdict(rules: Iterable[Owned], loose: Iterable[CloudRule], door: Door, family: Family) -> Verdict:
    """The answer of the rules of a firewall, or of several that count together.

    Whose the loose ones are is not known.
    """
    maybe_in, maybe_out = Doubts(), Doubts()
    some: list[tuple[Note, str, str]] = []
    ordered, unordered = _ordered(rules)
    for rule, firewall in (*((each, "") for each in loose), *unordered):
        words = "which firewall it belongs to" if not firewall else "when its turn is"
        for note in _matching(rule, door, family, words):
            _doubt(rule, note, firewall, maybe_in, maybe_out)
    for rule, firewall in ordered:
        try:
            everybody, parts = _met(rule, door, family)
        except Undecided as doubt:
            note = Note(_may(rule, f"`{doubt.value}` is not known"), rule.span)
            _doubt(rule, note, firewall, maybe_in, maybe_out)
            continue
        if everybody is None:
            is_allowed = not isinstance(rule.action, Unknown) and rule.action == "allow"
            for text, at in parts if is_allowed else ():
                some.append((Note(f"{rule.resource} lets {text} in", at), text, firewall))
        elif isinstance(rule.action, Unknown) or isinstance(rule.direction, Unknown) or rule.is_partial:
            words = "it is for some packets only" if rule.is_partial else "what it does is not known"
            _doubt(rule, Note(_may(rule, words), everybody), firewall, maybe_in, maybe_out)
        elif rule.action == "deny":
            note = Note(f"{rule.resource} keeps everybody out", everybody)
            return _closed(maybe_in, some, Verdict("closed", (note,), (firewall,)))
        else:
            note = Note(f"{rule.resource} lets everybody in", everybody)
            return maybe_out.or_else(Verdict("open", (note,), (firewall,)))
    return _closed(maybe_in, some, Verdict("closed"))


def any_of(verdicts: list[Verdict]) -> Verdict:
    """The verdict of several firewalls, of which any may let in."""
    for answer in ("open", "undecided"):
        those = [each for each in verdicts if each.answer == answer]
        if not those:
            continue
        if answer == "open":
            return those[0]
        notes = dict.fromkeys(note for each in those for note in each.notes)
        firewalls = dict.fromkeys(key for each in those for key in each.firewalls)
        sources = dict.fromkeys(text for each in those for text in each.sources)
        is_for_some = all(each.sources for each in those)
        return Verdict("undecided", tuple(notes), tuple(firewalls), tuple(sources) if is_for_some else ())
    notes = dict.fromkeys(note for each in verdicts for note in each.notes)
    return Verdict("closed", tuple(notes), tuple(key for each in verdicts for key in each.firewalls))


def matters(rule: CloudRule, door: Door, family: Family) -> bool:
    """Whether a rule may say something of a door."""
    try:
        everybody, parts = _met(rule, door, family)
    except Undecided:
        return True
    return bool(everybody or parts)


class Doubts:
    """Rules of which it is not known whether they do something."""

    def __init__(self) -> None:
        self._found: list[tuple[Note, str]] = []

    def add(self, note: Note, firewall: str) -> None:
        self._found.append((note, firewall))

    def or_else(self, otherwise: Verdict) -> Verdict:
        """That it is undecided; without doubts, what follows."""
        if not self._found:
            return otherwise
        notes = dict.fromkeys(note for note, _ in self._found)
        return Verdict("undecided", tuple(notes), tuple(dict.fromkeys(each for _, each in self._found)))


def _closed(maybe_in: Doubts, some: list[tuple[Note, str, str]], otherwise: Verdict) -> Verdict:
    if some:
        notes, texts, firewalls = zip(*some, strict=True)
        otherwise = Verdict("undecided", notes, tuple(dict.fromkeys(firewalls)), tuple(dict.fromkeys(texts)))
    return maybe_in.or_else(otherwise)


def _doubt(rule: CloudRule, note: Note, firewall: str, maybe_in: Doubts, maybe_out: Doubts) -> None:
    if isinstance(rule.action, Unknown) or rule.action == "allow":
        maybe_in.add(note, firewall)
    if isinstance(rule.action, Unknown) or rule.action == "deny":
        maybe_out.add(note, firewall)


def _matching(rule: CloudRule, door: Door, family: Family, words: str) -> Iterator[Note]:
    """What is said of a rule that may be about a door, were it asked."""
    try:
        everybody, parts = _met(rule, door, family)
    except Undecided:
        yield Note(_may(rule, f"{words} is not known"), rule.span)
        return
    if everybody or parts:
        yield Note(_may(rule, f"{words} is not known"), everybody or rule.span)


def _may(rule: CloudRule, why: str) -> str:
    is_deny = not isinstance(rule.action, Unknown) and rule.action == "deny"
    return f"{rule.resource} may {'keep everybody out' if is_deny else 'let everybody in'}: {why}"


def _ordered(rules: Iterable[Owned]) -> tuple[list[Owned], list[Owned]]:
    """The rules in the order in which they are asked, and those of which that is not known."""
    known: list[tuple[tuple[int, bool], Owned]] = []
    unordered: list[Owned] = []
    for owned in rules:
        rule = owned[0]
        number = _number(rule.priority)
        if number is None:
            unordered.append(owned)
        else:
            # Of rules of one number those that keep out go first.
            is_deny = not isinstance(rule.action, Unknown) and rule.action == "deny"
            known.append(((number, rule.priority is not None and not is_deny), owned))
    known.sort(key=lambda each: each[0])
    return [owned for _, owned in known], unordered


def _number(priority: Maybe[str] | None) -> int | None:
    if priority is None:
        return _DEFAULT_PRIORITY
    if isinstance(priority, Unknown) or not (priority.isascii() and priority.isdecimal()):
        return None
    return int(priority[:9])


def _met(rule: CloudRule, door: Door, family: Family) -> tuple[Span | None, list[Part]]:
    """Where a rule names everybody, and else which networks of the internet; of a door that it is about."""
    if _is_about_others(rule, door):
        return None, []
    parts: list[Part] = []
    doubt: Undecided | None = None
    everybody: Span | None = None
    for text, at in rule.each("sources"):
        try:
            if everybody is None and _is_everybody(text, family, rule):
                everybody = at
        except Undecided as found:
            doubt = found
        if _is_public(text, family):
            parts.append((str(text), at))
    if not (everybody or parts or doubt) or not _is_about(rule, door):
        return None, []
    if everybody is None and doubt is not None:
        raise doubt
    return everybody, [] if everybody else parts


def _is_everybody(text: Maybe[str], family: Family, rule: CloudRule) -> bool:
    if not is_everybody(text) or family not in _families(str(text)):
        return False
    # Half of the internet is as good as all of it to whom it is open, and no protection where it is closed.
    is_all = str(text).endswith("/0") or "/" not in str(text)
    return is_all or (not isinstance(rule.action, Unknown) and rule.action == "allow")


def _families(text: str) -> tuple[Family, ...]:
    if ":" in text:
        return (6,)
    return (4,) if text[:1].isdigit() else _BOTH


def _is_public(text: Maybe[str], family: Family) -> bool:
    """Whether it is some of the internet's addresses: a network, or one address that is not known."""
    written = str(text)
    if written.startswith("${"):
        if "private" in written:
            return False
        single = next((version for end, version in _SINGLE.items() if written.endswith(end)), None)
        return single == family
    try:
        stretch = network(written)
    except ValueError:
        return False  # another group's name, or the list of a provider
    return stretch.family == family and covers(INTERNET[family], stretch)


def _is_about_others(rule: CloudRule, door: Door) -> bool:
    """Whether it is known to be about other ports, which for most rules it is."""
    ports = rule.ports
    return isinstance(ports, Ports) and door.port != ANY_PORT and not ports.first <= door.port <= ports.last


def _is_about(rule: CloudRule, door: Door) -> bool:
    if rule.protocol not in ("all", "tcp_udp", door.protocol):
        return False
    if rule.is_every_port:
        return True
    if door.port == ANY_PORT:
        raise Undecided(Unknown("the port", door.span))
    return rule.ports is not None and door.port in rule.ports
