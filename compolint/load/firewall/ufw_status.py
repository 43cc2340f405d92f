"""What `ufw status` prints: plain, `verbose` or `numbered`.

    Status: active
    Default: deny (incoming), allow (outgoing), disabled (routed)

    To                         Action      From
    --                         ------      ----
    22/tcp on tailscale0       ALLOW IN    Anywhere
    172.17.0.2 443/tcp         ALLOW FWD   10.0.0.0/8 on eth0         # by hand

The columns are of any width, so a row is split at its action. It tells the rules that UFW was given; what
stands around them is taken for what UFW brings. A row that is none of these may let anything through.
"""

from collections.abc import Iterator

from compolint.load.firewall import ufwrules
from compolint.load.firewall.draft import Trouble
from compolint.load.firewall.ruleset import RuleSet
from compolint.load.firewall.ufwrules import Direction, Policies, UfwRule
from compolint.model import Entity
from compolint.model.firewall import Chain, Family, Firewall, Hook
from compolint.model.knowledge.ufwprofiles import PROFILES
from compolint.pattern import pattern
from compolint.syntax.iptables import Word, placed
from compolint.text import Source, Span
from compolint.tuples import NamedTuple
from compolint.unknown import Unknown

_STATUS = pattern(r"(?m)^[ \t]*Status: (active|inactive)\b")
# Default: deny (incoming), allow (outgoing), disabled (routed)
_UNSAID = "the default policy, $DEFAULT"  # in words, as no other file gives it
_DEFAULT = pattern(r"(?m)^Default: (\w+) \(incoming\), (\w+) \(outgoing\)(?:, (\w+) \(routed\))?")
# Voreinstellung: deny (eingehend), allow (abgehend), disabled (gesendet)
_FOREIGN_DEFAULT = pattern(
    r"(?m)^[^\r\n:]{1,40}: (?:allow|deny|reject) \([^()\r\n]{1,40}\), (?:allow|deny|reject) \("
)
_IN_ENGLISH = "so it is not understood: run `LC_ALL=C ufw status verbose`"
_LINE = pattern(r"[^\r\n]+")
# --                         ------      ----
_RULER = pattern(r"(?m)^-+[ \t]+-+[ \t]+-+[ \t]*\r?$")
# What stands around: nothing, comments, fences, the prompt of a shell
_AROUND = pattern(r"[ \t]*(?:$|#|`{3}|[$>%][ \t]|\S+@\S+[$#%]|[^\s/]+:[^\s]*[$#](?:[ \t]|$))")
# 22/tcp            ALLOW IN    Anywhere
_ACTION = pattern(r"[ \t](ALLOW|DENY|REJECT|LIMIT)(?:[ ](IN|OUT|FWD))?[ \t]++(?!(?:(?:IN|OUT|FWD)[ \t]*)?$)")
_NUMBER = pattern(r"[ \t]*(?:\[ *\d+\] )?")
_LONGEST = 1_000  # characters of a row
# What stands behind the second column: (log-all, out)
_ASIDES = pattern(r"[ \t]*\((?:log|log-all|out)(?:, \w+)*\)$")
# … on eth0
_INTERFACE = pattern(r"(?:^|[ \t]+)on[ \t]+(\S+)$")
# 80/tcp (WWW (v6))   OpenSSH (v6)
_BEHIND = pattern(r"[ \t]*\(((?:[^()]|\(v6\))+)\)$")
_V6 = pattern(r"[ \t]*\(v6\)$")
# 80   137,138/udp   1024:65535/tcp
_PORTS = pattern(r"([0-9][0-9,:]*)(?:/([a-z]\w*))?$")
_PROTOCOL = pattern(r"/([a-z]\w*)$")
_WAYS: dict[str | None, Direction] = {None: "in", "IN": "in", "OUT": "out", "FWD": "forward"}
_POLICIES = {"deny": "DROP", "reject": "REJECT", "allow": "ACCEPT", "disabled": "DROP"}
_MOST = 20


def entities(source: Source) -> Iterator[Entity]:
    found = [match for match, _ in zip(_STATUS.finditer(source.text), range(_MOST), strict=False)]
    if not found:
        yield from _foreign(source)
        return
    ends = [*(match.start() for match in found[1:]), len(source.text)]
    for number, (match, end) in enumerate(zip(found, ends, strict=True), 1):
        key = source.path if number == 1 else f"{source.path}~{number}"
        at = Span(source.path, match.start(1) - len("Status: "), match.end(1))
        if match[1] == "inactive":
            yield Firewall(key=key, span=at, tool="ufw", origin="state", enabled=False, spans={"enabled": at})
        else:
            yield from _active(source, key, at, end)


def _foreign(source: Source) -> Iterator[Entity]:
    at = Span(source.path, 0, len(source.line(1)))
    ruleset = RuleSet(source.path, at, "doubt")
    ruleset.tell(Trouble("syntax", f"this is no status in English, {_IN_ENGLISH}", at))
    unknown = Unknown("the status", at)
    yield ruleset.firewall("ufw", "state", families=(4, 6), enabled=unknown)
    hooks: tuple[tuple[str, Hook], ...] = (("INPUT", "input"), ("FORWARD", "forward"))
    for name, hook in hooks:
        yield Chain(
            key=f"{source.path}:{name}", span=at, firewall=source.path, table="filter", name=name,
            hook=hook, policy=unknown,
        )  # fmt: skip
    yield from ruleset.faults


def _active(source: Source, key: str, at: Span, end: int) -> Iterator[Entity]:
    ruleset = RuleSet(key, at, "doubt")
    policies = _policies(source, ruleset, at, end)
    rows = list(_rows(source, at.end, end))
    is_closed = _lacks_6(rows)
    families: tuple[Family, ...] = (4,) if is_closed else (4, 6)
    for family in families:
        ufwrules.frame(ruleset, family, policies, at)
        ufwrules.before(ruleset, family, at)
        ufwrules.after(ruleset, family, at)
    if is_closed:
        ufwrules.closed(ruleset, at)
    for row in rows:
        _install(ruleset, row)
    for family in families:
        ufwrules.finish(ruleset, family, policies, at)
    found = list(ruleset.entities())
    yield ruleset.firewall("ufw", "state", spans={"enabled": at})
    yield from found


class _Row(NamedTuple):
    """A line of the table; one without rules is not understood."""

    line: Word
    rules: tuple[tuple[Family, UfwRule], ...] = ()


def _install(ruleset: RuleSet, row: _Row) -> None:
    line = row.line
    if not row.rules:
        message = "this is no row of `ufw status`, and what it lets through is not known"
        ruleset.tell(Trouble("syntax", message, line.span))
        ufwrules.doubt(ruleset, line.span, line.text)
    for family, rule in row.rules:
        if rule.doubtful:
            message = f"nothing here tells the ports of {rule.doubtful}, so the rule may match or not"
            ruleset.tell(Trouble("unsupported", message, line.span, is_slight=True))
        ufwrules.install(ruleset, family, rule)


def _lacks_6(rows: list[_Row]) -> bool:
    """Whether a rule for everybody lacks the one for IPv6 that UFW adds where it is not told `IPV6=no`."""
    rules = [each for row in rows for each in row.rules]
    if any(family == 6 for family, _ in rules) or not all(row.rules for row in rows):
        return False
    return any(not rule.source and not rule.destination for _, rule in rules)


def _policies(source: Source, ruleset: RuleSet, at: Span, end: int) -> Policies:
    match = _DEFAULT.search(source.text, at.end, end)
    if match is None:
        if foreign := _FOREIGN_DEFAULT.search(source.text, at.end, end):
            place = Span(source.path, foreign.start(), source.text.find(")", foreign.end()) + 1)
            ruleset.tell(Trouble("syntax", f"this is not in English, {_IN_ENGLISH}", place))
        else:
            message = (
                "`ufw status` without `verbose` does not tell what becomes of packets that no rule takes"
            )
            ruleset.tell(Trouble("unsupported", message, at, is_slight=True))
        return Policies(dict.fromkeys(("in", "out", "forward"), placed(_UNSAID, at)))
    ways: tuple[Direction, ...] = ("in", "out", "forward")
    said = {
        way: placed(_POLICIES.get(match[number], _UNSAID), Span(source.path, *match.span(number)))
        for number, way in enumerate(ways, 1)
        if match[number]
    }
    return Policies(said)


class _Side(NamedTuple):
    """One side of a row; the ports are more than one where a profile stands for several."""

    address: Word | None
    ports: tuple[tuple[Word | None, Word | None], ...]  # with their protocols
    interface: Word | None
    is_6: bool
    unknown: str = ""  # a profile whose ports nothing here tells


def _rows(source: Source, start: int, end: int) -> Iterator[_Row]:
    ruler = _RULER.search(source.text, start, end)
    for match in _LINE.finditer(source.text, start, end):
        line = placed(match[0].rstrip(), Span(source.path, match.start(), match.end()))
        action = _ACTION.search(match[0]) if len(match[0]) <= _LONGEST else None
        if action:
            yield _Row(line, tuple(_read(source, line, action.span(), action.span(1), _WAYS[action[2]])))
        elif ruler and match.start() > ruler.start() and not _AROUND.match(match[0]):
            yield _Row(placed(line.text[:_LONGEST], line.span))


def _read(
    source: Source, line: Word, around: tuple[int, int], action: tuple[int, int], way: Direction
) -> Iterator[tuple[Family, UfwRule]]:
    number = _NUMBER.match(line.text)
    to = _stripped(_part(line, number.end() if number else 0, around[0]))
    behind = _stripped(_part(line, around[1], len(line.text)))
    back, _, comment = behind.text.partition("#")
    back = back.rstrip()
    aside = _ASIDES.search(back)
    yield from _of_row(
        _part(line, *action),
        way,
        Span(source.path, to.start, line.start + len(line.text)),
        source.text[to.start : line.start + len(line.text)],
        _side(to),
        _side(_part(behind, 0, aside.start() if aside else len(back))),
        comment.strip(),
    )


def _of_row(
    action: Word, way: Direction, at: Span, text: str, to: "_Side", back: "_Side", comment: str
) -> Iterator[tuple[Family, UfwRule]]:
    family: Family = 6 if to.is_6 or back.is_6 else 4
    said = placed(action.text.lower(), action.span)
    is_routed = way == "forward"
    for port, protocol in to.ports:
        for source_port, own in back.ports:
            rule = UfwRule(
                said,
                way,
                at,
                text,
                protocol or own,
                back.address,
                source_port,
                to.address,
                port,
                back.interface if is_routed else to.interface,
                to.interface if is_routed else back.interface,
                comment,
                to.unknown or back.unknown,
            )
            yield family, rule


def _stripped(word: Word) -> Word:
    start = len(word.text) - len(word.text.lstrip())
    return _part(word, start, len(word.text.rstrip()))


def _side(word: Word) -> _Side:
    interface, is_6, profile = None, False, ""
    if match := _INTERFACE.search(word.text):
        interface, word = _part(word, match.start(1), match.end(1)), _part(word, 0, match.start())
    if match := _V6.search(word.text):
        is_6, word = True, _part(word, 0, match.start())
    elif match := _BEHIND.search(word.text):
        profile = match[1]
        is_6, word = profile.endswith("(v6)"), _part(word, 0, match.start())
    if not word.text or word.text == "Anywhere":
        return _Side(None, ((None, None),), interface, is_6)
    first, _, rest = word.text.partition(" ")
    address, own = None, None
    if _is_address(first) or first.startswith("Anywhere/"):
        plain = first
        if match := _PROTOCOL.search(first):
            own, plain = _part(word, match.start(1), match.end(1)), first[: match.start()]
        address = None if plain == "Anywhere" else _part(word, 0, len(plain))
        word = _part(word, len(word.text) - len(rest), len(word.text)) if rest else _part(word, 0, 0)
    is_6 = is_6 or (address is not None and ":" in address.text)
    if not word.text:
        return _Side(address, ((None, own),), interface, is_6)
    if match := _PORTS.match(word.text):
        protocol = _part(word, match.start(2), match.end(2)) if match[2] else own
        return _Side(address, ((_part(word, 0, match.end(1)), protocol),), interface, is_6)
    if word.text in PROFILES:
        return _Side(address, tuple(_ports(word)), interface, is_6)
    return _Side(address, ((None, own),), interface, is_6, word.text)


def _ports(profile: Word) -> Iterator[tuple[Word, Word | None]]:
    for text in PROFILES[profile.text]:
        port, _, protocol = text.partition("/")
        yield placed(port, profile.span), placed(protocol, profile.span) if protocol else None


def _is_address(text: str) -> bool:
    return text.count(":") > 1 or (text[:1].isdecimal() and text.count(".") == 3)


def _part(word: Word, start: int, end: int) -> Word:
    text = word.text[start:end]
    return placed(text, Span(word.path, word.start + start, word.start + start + len(text)))
