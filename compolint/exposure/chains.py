"""What a chain does with packets, for all clients at once.

The outcome of a chain is a set of clients for each thing that may become of a packet. A client that is in
two of these sets is undecided: some rule on the way has a match that the files do not decide. Each chain is
looked at once for each sort of packet, however often others jump to it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from compolint.exposure.index import Index
from compolint.exposure.matching import FOLLOWED, OF_CONNECTIONS, TESTS, cost, fails, may_be, place_of
from compolint.exposure.packet import Packet, Tags
from compolint.exposure.sorts import Sorts
from compolint.exposure.sources import Axis
from compolint.exposure.tables import Name, Tables, flat
from compolint.model.firewall import CONNTRACK, PRIORITIES, Action, Chain, FirewallRule, Marking, Match, What
from compolint.model.values import Ports
from compolint.tuples import NamedTuple

STARTS = ("prerouting", "output")  # the hooks at which packets begin their way, or turn to another goal
_DEEPEST = 100  # jumps
_MOST_TAGS = 16  # sorts of packets in a chain by what is written on them; of more it is not known
_LAST_PORT = 65535
_ALL = 0xFFFFFFFF  # of the bits of a mark
WRITES = frozenset(("mark", "connection_mark", "save_mark", "restore_mark", "notrack"))


class Outcome(NamedTuple):
    """What may become of a packet in a chain; `return` is to reach its end."""

    verdict: str  # "accept", "drop", "return"
    tags: Tags
    action: Action | None = None  # that translates its addresses


Outcomes = Mapping[Outcome, int]
_UNKNOWN = Action("unknown")


class Hook(NamedTuple):
    """The chains of a hook in the order in which a packet passes them."""

    early: tuple[Chain, ...] = ()  # before the kernel looks which connection a packet belongs to
    before: tuple[Chain, ...] = ()  # addresses are translated
    translating: tuple[Chain, ...] = ()
    after: tuple[Chain, ...] = ()


class Chains:
    """The chains of one family, and what they do."""

    def __init__(self, axis: Axis, tables: Tables) -> None:
        self.axis = axis
        self.tables = tables
        self._hooks = dict(_hooks(tables.chains.values()))
        self._sorts = Sorts(tables)
        self._known: dict[tuple[object, ...], Outcomes] = {}
        self._cuts: dict[tuple[str, tuple[What, ...]], tuple[int, ...]] = {}
        self._index: dict[Name, Index] = {}
        self._matches: dict[
            int, tuple[tuple[Match, ...], bool | None]
        ] = {}  # by the rule, which the tables keep

    def cuts(self, protocol: str, whats: tuple[What, ...]) -> tuple[int, ...]:
        """One port of each sort that matches of these kinds tell apart; none if there are no such matches."""
        found = self._cuts.get((protocol, whats))
        if found is None:
            starts = {
                start
                for rules in self.tables.rules.values()
                for rule in rules
                if protocol in (rule.values("protocol") or (protocol,))
                for match in flat(rule.matches)
                for each in (match.values if match.what in whats else ())
                if isinstance(each, Ports)
                for start in (each.first, each.last + 1)
            }
            kept = {start for start in starts if 0 < start <= _LAST_PORT}
            found = self._cuts[protocol, whats] = tuple(sorted(kept | {1})) if starts else ()
        return found

    def at(self, hook: str) -> Hook:
        return self._hooks.get(hook, _NO_CHAINS)

    def outcomes(self, chain: Chain, packet: Packet, among: int | None = None) -> Outcomes:
        """What may become of a packet in a base chain, its policy included, for those `among` the clients."""
        found: dict[Outcome, int] = {}
        for outcome, clients in self.summary((chain.table, chain.name), packet, among).items():
            if outcome.verdict == "return":
                for verdict in _policies(chain):
                    _add(found, outcome._replace(verdict=verdict), clients)
            else:
                _add(found, outcome, clients)
        return found

    def summary(self, name: Name, packet: Packet, among: int | None = None, depth: int = 0) -> Outcomes:
        """What may become of a packet in a chain; `return` where it reaches the end."""
        clients = self.axis.all if among is None else among
        asked = name, clients, self._sorts.of(name, packet)
        known = self._known.get(asked)
        if known is None:
            # A chain that is on its way to itself: the kernel refuses such rules, so nothing is known.
            self._known[asked] = _anything(packet.tags, clients)
            known = self._known[asked] = self._walk(name, packet, clients, depth)
        return known

    def rules(self, name: Name, packet: Packet) -> Sequence[FirewallRule]:
        """The rules of a chain that may match a packet, in their order."""
        index = self._index.get(name)
        if index is None:
            index = self._index[name] = Index(self.tables.rules.get(name, ()), may_be, fails)
        return index.rules(packet)

    def _walk(self, name: Name, packet: Packet, among: int, depth: int) -> Outcomes:
        if name not in self.tables.chains or depth > _DEEPEST:
            return _anything(packet.tags, among)
        found: dict[Outcome, int] = {}
        here = {packet.tags: among}  # who comes as far as the rule, by what was written on the packet
        for rule in self.rules(name, packet):
            after: dict[Tags, int] = {}
            for tags, clients in here.items():
                marked = packet if tags == packet.tags else packet._replace(tags=tags)
                may, must, limit = self.met(rule, marked)
                taken = clients & may
                _join(after, tags, clients & ~may)
                if not taken:
                    continue
                later = tags._replace(is_later=True) if limit is not None else tags
                if limit is False:  # it takes none of the first packets
                    self._apply(rule, packet, later, taken, found, after, among, depth)
                    _join(after, tags, taken)
                    continue
                goes_on = self._apply(rule, packet, tags, taken, found, after, among, depth)
                _join(after, tags, taken if goes_on else taken & ~must)
                _join(after, later, 0 if limit is None else taken)
            here = after if len(after) <= _MOST_TAGS else _unmarked(after)
            if not here:
                break
        for tags, clients in here.items():
            _add(found, Outcome("return", tags), clients)
        return found if len(found) <= _MOST_TAGS else _unmarked_outcomes(found)

    def _apply(
        self,
        rule: FirewallRule,
        packet: Packet,
        tags: Tags,
        taken: int,
        found: dict[Outcome, int],
        after: dict[Tags, int],
        among: int,
        depth: int,
    ) -> bool:
        """Does what a rule says with the packets that it takes; tells whether they go on all the same."""
        kind = rule.action.kind
        if kind in ("jump", "goto"):
            marked = packet._replace(tags=tags)
            inner = self.summary((rule.table, rule.action.chain), marked, among, depth + 1)
            for outcome, clients in inner.items():
                clients &= taken
                if clients and outcome.verdict == "return" and kind == "jump":
                    _join(after, outcome.tags, clients)
                elif clients:
                    _add(found, outcome, clients)
            return False
        if kind in WRITES:
            _join(after, written(rule.action, tags), taken)
            return False
        for outcome in ending(rule.action, tags):
            _add(found, outcome, taken)
        return kind in ("continue", "unknown")

    def matching(self, rule: FirewallRule, packet: Packet) -> tuple[int, int]:
        """The clients whose first packets may match a rule, and those whose certainly do."""
        may, must, limit = self.met(rule, packet)
        return (0, 0) if limit is False else (may, must)

    def met(self, rule: FirewallRule, packet: Packet) -> tuple[int, int, bool | None]:
        """Who matches a rule, but for its limit; whether that takes a client's first packets."""
        matches, limit = self._looked_at(rule)
        may, must = self._all_of(matches, packet)
        return may, must, limit

    def _looked_at(self, rule: FirewallRule) -> tuple[tuple[Match, ...], bool | None]:
        """The matches of a rule, first those that most packets fail and that cost least; its limit."""
        found = self._matches.get(id(rule))
        if found is None:
            limits = [match for match in flat(rule.matches) if match.what == "first"]
            limit = all(match.values[0] is not match.negated for match in limits) if limits else None
            found = self._matches[id(rule)] = tuple(sorted(rule.matches, key=cost)), limit
        return found

    def _all_of(self, matches: tuple[Match, ...], packet: Packet) -> tuple[int, int]:
        may = must = self.axis.all
        is_followed = packet.state in FOLLOWED
        for what, values, negated, _ in matches:
            if what == "first":
                continue  # it is about the rule as a whole
            if not is_followed and what in OF_CONNECTIONS:
                return 0, 0
            test = TESTS.get(what)
            if test is not None:
                answer = test(values, packet)
            elif what == "any":
                some, surely = self._any_of(values, packet)
                if negated:
                    some, surely = self.axis.all & ~surely, self.axis.all & ~some
                may &= some
                must &= surely
                if not may:
                    return 0, 0
                continue
            else:
                place = place_of(packet, what)
                if place.is_clients:
                    mask = self.axis.mask(values)
                    if negated:
                        mask ^= self.axis.all
                    may &= mask
                    must &= mask
                    if not may:
                        return 0, 0
                    continue
                answer = place.lies_in(values)
            if answer is None:
                must = 0
            elif answer == negated:
                return 0, 0
        return may, must

    def _any_of(self, alternatives: tuple[object, ...], packet: Packet) -> tuple[int, int]:
        may = must = 0
        for each in alternatives:
            assert isinstance(each, tuple)
            some, surely = self._all_of(each, packet)
            may |= some
            must |= surely
        return may, must


_NO_CHAINS = Hook()


def _hooks(chains: Iterable[Chain]) -> Iterator[tuple[str, Hook]]:
    hooked: dict[str, list[Chain]] = {}
    for chain in sorted(chains, key=lambda chain: chain.priority):
        if chain.hook:
            hooked.setdefault(chain.hook, []).append(chain)
    for hook, those in hooked.items():
        starts = hook in STARTS
        turn = PRIORITIES["dstnat" if starts else "srcnat"]
        early = tuple(chain for chain in those if starts and chain.priority < CONNTRACK)
        filters = [chain for chain in those if chain not in early and chain.kind != "nat"]
        yield (
            hook,
            Hook(
                early,
                tuple(chain for chain in filters if chain.priority < turn),
                tuple(chain for chain in those if chain.kind == "nat"),
                tuple(chain for chain in filters if chain.priority >= turn),
            ),
        )


def ending(action: Action, tags: Tags) -> tuple[Outcome, ...]:
    """What may become of a packet that a rule takes."""
    match action.kind:
        case "accept":
            return (Outcome("accept", tags),)
        case "drop" | "reject":
            return (Outcome("drop", tags),)
        case "return":
            return (Outcome("return", tags),)
        case "dnat" | "redirect" | "snat" | "masquerade":
            return (Outcome("accept", tags, action),)
        case "unknown":
            return Outcome("accept", tags), Outcome("drop", tags), Outcome("accept", tags, action)
    return ()


def is_policy_open(chain: Chain) -> bool:
    """Whether nobody says what becomes of packets that no rule decides; nobody lets a table drop these."""
    return not isinstance(chain.policy, str) and chain.table not in ("nat", "mangle", "raw")


def _policies(chain: Chain) -> tuple[str, ...]:
    if is_policy_open(chain):
        return "accept", "drop"
    drops = isinstance(chain.policy, str) and chain.policy not in ("accept", "return")
    return ("drop",) if drops else ("accept",)


def _join(here: dict[Tags, int], tags: Tags, clients: int) -> None:
    if clients:
        here[tags] = here.get(tags, 0) | clients


def _unmarked(here: Mapping[Tags, int]) -> dict[Tags, int]:
    """The packets, of which it is given up to know what is written on them."""
    found: dict[Tags, int] = {}
    for tags, clients in here.items():
        _join(found, tags._replace(mark=None, connection=None), clients)
    return found


def _unmarked_outcomes(found: Mapping[Outcome, int]) -> dict[Outcome, int]:
    left: dict[Outcome, int] = {}
    for outcome, clients in found.items():
        _add(left, outcome._replace(tags=outcome.tags._replace(mark=None, connection=None)), clients)
    return left


def _add(found: dict[Outcome, int], outcome: Outcome, clients: int) -> None:
    found[outcome] = found.get(outcome, 0) | clients


def _anything(tags: Tags, clients: int) -> Outcomes:
    return dict.fromkeys((*ending(_UNKNOWN, tags), Outcome("return", tags)), clients)


def written(action: Action, tags: Tags) -> Tags:
    mark = action.mark or Marking(0, _ALL)
    match action.kind:
        case "mark":
            return tags._replace(mark=_with(tags.mark, mark.mask, mark.value))
        case "connection_mark":
            return tags._replace(connection=_with(tags.connection, mark.mask, mark.value))
        case "save_mark":
            return tags._replace(connection=_copied(tags.mark, tags.connection, mark.mask))
        case "restore_mark":
            return tags._replace(mark=_copied(tags.connection, tags.mark, mark.mask))
    return tags._replace(untracked=True)


def _with(old: int | None, mask: int, value: int) -> int | None:
    if old is None:
        return value if mask == _ALL else None
    return (old & ~mask & _ALL) ^ value


def _copied(source: int | None, old: int | None, mask: int) -> int | None:
    if source is None or (old is None and mask != _ALL):
        return None
    return ((old or 0) & ~mask & _ALL) | (source & mask)
