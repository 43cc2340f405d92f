"""What a match of nftables asks of a packet, in the words of the model."""

from collections.abc import Iterable, Mapping

from compolint.load.firewall.nft.fields import STRANGE
from compolint.load.firewall.nft.subjects import UNDECIDED, Subject, number_of, subject_of
from compolint.load.firewall.nft.values import (
    Atom,
    Concat,
    Elements,
    Field,
    Listed,
    Masked,
    Named,
    Pair,
    Refused,
    Relation,
    Value,
)
from compolint.model.firewall import Addresses, Family, Marking, Match, What
from compolint.model.knowledge.portnames import protocol
from compolint.model.values import Ports
from compolint.text import Span
from compolint.tuples import NamedTuple

_FLAGS = ("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECN", "CWR")
_TYPES = frozenset(("local", "unicast", "broadcast", "multicast", "anycast"))
_LAST_PORT = 65535
_LAST: dict[Family, int] = {4: 0xFFFFFFFF, 6: (1 << 128) - 1}
_MOST_ALTERNATIVES = 2_000  # rules that one rule is expanded to


class Case(NamedTuple):
    """Matches that hold together, and where the file says so."""

    matches: tuple[Match, ...]
    at: Span


class Sets(NamedTuple):
    """The sets of a table by their names; None for one whose elements the file does not tell."""

    elements: Mapping[str, Elements | None]
    families: tuple[Family, ...]
    missing: dict[Span, str]  # where sets are asked that the table does not have


def cases(relation: Relation, sets: Sets, text: str) -> list[Case]:
    """The ways to fulfil a match: one, but for sets of concatenations one for each element."""
    left, operator = relation.left, relation.operator
    is_negated = operator in ("!=", "!")
    if isinstance(left, Concat):
        return _concatenated(left, relation.right, is_negated, sets, relation.span, text)
    if isinstance(left, Masked):
        return [Case(_masked(left, operator, relation.right, sets, text), relation.span)]
    if isinstance(left, Field):
        return [Case(_single(left.name, operator, relation.right, sets, text), relation.span)]
    return [Case((_maybe(text),), relation.span)]


def key_cases(key: Value, element: Value, sets: Sets, text: str) -> list[Case]:
    """The ways in which a key of a map can have one of its values."""
    found = cases(Relation(key, "==", element, _span(element)), sets, text)
    return [case._replace(at=_span(element)) for case in found]


def needs_of(key: Value, sets: Sets) -> tuple[Match, ...]:
    """What a packet must be to have a key at all."""
    found: list[Match] = []
    for part in key.parts if isinstance(key, Concat) else (key,):
        subject = _of_families(_part_subject(part), sets.families)
        found += (*subject.needs, *subject.negated_needs)
    return tuple(found)


def _span(value: Value) -> Span:
    return value.span


def _maybe(text: str) -> Match:
    return Match("maybe", text=text)


def values_of(value: Value, sets: Sets) -> list[Value] | None:
    """The single values that one stands for; None where they are not known."""
    if isinstance(value, Named):
        if value.name not in sets.elements:
            sets.missing[value.span] = value.name
        known = sets.elements.get(value.name)
        return None if known is None else values_of(known, sets)
    if isinstance(value, Elements | Listed):
        found: list[Value] = []
        for item in value.items:
            single = item.key if isinstance(item, Pair) else item
            inner = None if isinstance(single, Named) else values_of(single, sets)
            if inner is None:  # no set has another one in it
                return None
            found += inner
        return found
    return [value]


def _single(name: str, operator: str, right: Value, sets: Sets, text: str) -> tuple[Match, ...]:
    special = _special(name, operator, right, text, sets)
    if special is not None:
        return special
    subject = _of_families(subject_of(name), sets.families)
    if name == "tcp flags":
        return (*subject.needs, _flags(operator, right, sets, text))
    if operator in ("<", ">", "<=", ">="):
        values: list[object] | None = [_beyond(subject, operator, right)]
    else:
        found = values_of(right, sets)
        values = None if found is None else [subject.read(value) for value in found]
    is_negated = operator in ("!=", "!")
    needs = subject.needs + (subject.negated_needs if is_negated else ())
    if subject.what is None or values is None or None in values:
        return (*subject.needs, *subject.negated_needs, _maybe(text))
    if values == ["*"]:
        return needs
    return (*needs, Match(subject.what, tuple(values), is_negated, text))


def _of_families(subject: Subject, families: tuple[Family, ...]) -> Subject:
    """Without what the table says anyway."""
    if len(families) > 1:
        return subject
    return subject._replace(
        needs=tuple(match for match in subject.needs if match.what != "family"),
        negated_needs=tuple(match for match in subject.negated_needs if match.what != "family"),
    )


def _special(name: str, operator: str, right: Value, text: str, sets: Sets) -> tuple[Match, ...] | None:
    word = right.text if isinstance(right, Atom) else ""
    head, _, key = name.partition(" ")
    if head == "exthdr":
        return () if word == "missing" else (Match("never", text=text),)
    if head in ("rt", "rt0", "rt2", "rt4") and "type" in key:
        return (Match("never", text=text),)
    if head in STRANGE:
        named = protocol(head)
        needs = (Match("protocol", (named,)),) if named else ()
        return (*needs, Match("never", text=text))
    if head == "fib":
        return _route(key, operator, word, right, sets, text)
    return None


def _route(key: str, operator: str, word: str, right: Value, sets: Sets, text: str) -> tuple[Match, ...]:
    """`fib daddr type local`, and `fib saddr . iif oif missing`: an address that no way leads back to."""
    looked_up, _, result = key.partition(" ")
    parts = looked_up.split(".")
    what: What | None = (
        "destination_type" if "daddr" in parts else "source_type" if "saddr" in parts else None
    )
    if result != "type":
        is_missing = word in ("missing", "0") and operator in ("", "==")
        is_found = word == "exists" or (word in ("missing", "0") and operator == "!=")
        if what != "source_type" or not (is_missing or is_found):
            return (_maybe(text),)
        # Whoever opens a connection gets answers, so there is a way back.
        return () if is_found else (Match("never", text=text),)
    found = values_of(right, sets)
    if what is None or found is None:
        return (_maybe(text),)
    names = [value.text if isinstance(value, Atom) and value.text in _TYPES else None for value in found]
    if None in names:
        return (_maybe(text),)
    match = Match(what, tuple(names), operator in ("!=", "!"), text)
    if len(parts) == 1:
        return (match,)
    # On one interface an address is local only if it is that interface's own.
    return (Match("any", ((match,), (_maybe(text),))),) if match.negated else (match, _maybe(text))


def _beyond(subject: Subject, operator: str, right: Value) -> object:
    """The values below or above a limit."""
    limit = subject.read(right)
    if isinstance(limit, Ports):
        if operator[0] == "<":
            last = limit.first - (operator == "<")
            return Ports(0, last) if last >= 0 else None
        first = limit.last + (operator == ">")
        return Ports(first, _LAST_PORT) if first <= _LAST_PORT else None
    if isinstance(limit, Addresses):
        family = limit.family
        if operator[0] == "<":
            last = limit.first - (operator == "<")
            return Addresses(family, 0, last) if last >= 0 else None
        first = limit.last + (operator == ">")
        return Addresses(family, first, _LAST[family]) if first <= _LAST[family] else None
    return None


def _masked(left: Masked, operator: str, right: Value, sets: Sets, text: str) -> tuple[Match, ...]:
    name = left.field.name
    subject = _of_families(subject_of(name), sets.families)
    is_negated = operator in ("!=", "!")
    if name == "tcp flags":
        return (*subject.needs, _masked_flags(left.mask, right, is_negated, text))
    if name in ("meta mark", "ct mark"):
        mask, value = number_of(left.mask), number_of(right)
        if mask is not None and value is not None and subject.what is not None:
            return (Match(subject.what, (Marking(value, mask),), is_negated, text),)
    if name in ("ct state", "ct status") and subject.what is not None:
        # A connection has one state: some of these bits, or none of them.
        is_none = isinstance(right, Atom) and right.text == "0"
        found = values_of(left.mask if is_none else right, sets) or []
        states = [subject.read(value) for value in found]
        if states and None not in states:
            return (Match(subject.what, tuple(states), is_negated != is_none, text),)
    if name == "ip frag-off" and is_negated:
        return (*subject.needs, Match("never", text=text))
    return (*subject.needs, *subject.negated_needs, _maybe(text))


def _names(value: Value) -> frozenset[str] | None:
    """Flags of TCP; None for what is none."""
    items = value.items if isinstance(value, Listed | Elements) else (value,)
    found: set[str] = set()
    for item in items:
        if isinstance(item, Pair) or not isinstance(item, Atom):
            return None
        if item.text in ("0", "0x0"):
            continue
        if item.text.upper() in _FLAGS:
            found.add(item.text.upper())
        elif (bits := number_of(item)) is not None and bits < 256:
            found.update(flag for place, flag in enumerate(_FLAGS) if bits >> place & 1)
        else:
            return None
    return frozenset(found)


def _flag_text(mask: Iterable[str], wanted: Iterable[str]) -> str:
    chosen = frozenset(wanted)
    shown = ",".join(flag for flag in _FLAGS if flag in chosen) or "NONE"
    return f"{','.join(flag for flag in _FLAGS if flag in frozenset(mask))}/{shown}"


def _flags(operator: str, right: Value, sets: Sets, text: str) -> Match:
    if operator == "" and not isinstance(right, Elements | Named):
        wanted = _names(right)  # some of them
        if not wanted:
            return _maybe(text)
        return Match("flags", tuple(_flag_text((flag,), (flag,)) for flag in sorted(wanted)), False, text)
    if operator == "!":
        wanted = _names(right)
        return Match("flags", (_flag_text(wanted, ()),), False, text) if wanted else _maybe(text)
    found = [right] if isinstance(right, Listed) else values_of(right, sets)
    exact = [_names(value) for value in found or ()]
    if not exact or None in exact:
        return _maybe(text)
    return Match("flags", tuple(_flag_text(_FLAGS, each or ()) for each in exact), operator == "!=", text)


def _masked_flags(mask: Value, right: Value, is_negated: bool, text: str) -> Match:
    among, wanted = _names(mask), _names(right)
    if not among or wanted is None or not wanted <= among:
        return _maybe(text)
    return Match("flags", (_flag_text(among, wanted),), is_negated, text)


def _concatenated(
    left: Concat, right: Value, is_negated: bool, sets: Sets, at: Span, text: str
) -> list[Case]:
    subjects = [_of_families(_part_subject(part), sets.families) for part in left.parts]
    needs = tuple(dict.fromkeys(need for subject in subjects for need in subject.needs))
    found = values_of(right, sets)
    if found is None:
        return [Case((*needs, _maybe(text)), at)]
    rows: list[Case] = []
    for value in found:
        parts = value.parts if isinstance(value, Concat) else (value,)
        if len(parts) != len(subjects):
            if isinstance(value, Atom) and value.text == "*":
                rows.append(Case((), value.span))
                continue
            message = f"the key has {len(subjects)} parts, this {len(parts)}"
            raise Refused(message, value.span)
        row = [_part_match(subject, part, text) for subject, part in zip(subjects, parts, strict=True)]
        rows.append(Case(tuple(match for match in row if match is not None), value.span))
    if is_negated or len(rows) > _MOST_ALTERNATIVES:
        rows = [Case((Match("any", tuple(row.matches for row in rows), is_negated, text),), at)]
    return [row._replace(matches=(*needs, *row.matches)) for row in rows]


def _part_subject(part: Value) -> Subject:
    return subject_of(part.name) if isinstance(part, Field) else UNDECIDED


def _part_match(subject: Subject, part: Value, text: str) -> Match | None:
    value = subject.read(part)
    if value == "*":
        return None
    if subject.what is None or value is None:
        return _maybe(text)
    return Match(subject.what, (value,), False, text)
