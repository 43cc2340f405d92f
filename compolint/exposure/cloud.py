"""Whether a cloud's firewall lets clients from the internet as far as the machine.

Which of the project's servers a machine is tells its name, or that there is no other; which firewalls are
attached to that, its files. Where nothing is attached to anything, each firewall may be the one.
"""

from collections.abc import Iterable, Mapping

from compolint.exposure.cloudrules import Verdict, any_of, matters, verdict
from compolint.exposure.layout import Guarded
from compolint.exposure.machine import FAMILIES, Door
from compolint.exposure.reach import Reach, agreed, together
from compolint.model.cloud import CloudAttachment, CloudMachine, CloudRule
from compolint.model.firewall import Family
from compolint.text import Note
from compolint.unknown import Unknown
from compolint.world import World

_MOST_DOUBTS = 8  # attachments that may or may not be, which are tried one by one
_CLOSED = "no group is attached to {}, and that of its network by default keeps everybody out"
_UNDECIDED = "no group is attached to {}: what its subnet does by default is not known here"
# What becomes of a machine that nothing is attached to. https://docs.aws.amazon.com/vpc/latest/userguide/
# default-security-group.html, https://learn.microsoft.com/azure/virtual-network/ip-services/public-ip-addresses
_BARE = {
    "aws": ("closed", _CLOSED),
    "azure": ("undecided", _UNDECIDED),
    "google": ("closed", "no rule of its network is for {}"),
    "openstack": ("closed", _CLOSED),
    "oracle": ("undecided", _UNDECIDED),
}
_OTHERS = ("open", "no firewall is attached to {}")
# https://cloud.google.com/firewall/docs/firewalls#more_rules_default_vpc
_OPEN_IN_DEFAULT = (("tcp", 22), ("tcp", 3389))


def lets_in(world: World, machine: Guarded, door: Door) -> Reach | None:
    """The answer of a project's cloud firewalls for the internet; `None` where it has none."""
    answers = by_family(world, machine, door)
    if not answers:
        return None
    found = together([*answers.values()])
    if found.answer == "closed" or len(found.families) == len(answers) or not found.because:
        return found
    *notes, last = found.because
    by = " and ".join(f"IPv{family}" for family in found.families)
    return found._replace(reasons=(*notes, Note(f"{last.text} by {by} only", last.at)))


def by_family(world: World, machine: Guarded, door: Door) -> Mapping[Family, Reach]:
    """The answers of the cloud's firewalls for each family of a door; none where there are no firewalls."""
    clouds = world.once(Clouds)
    if not clouds.has_firewalls:
        return {}
    families = (each for each in FAMILIES if each in door.families and each in machine.machine.families)
    return {family: clouds.answer(machine.host, door, family) for family in families}


class Clouds:
    """The servers of a project with what is attached to them, and the rules of that."""

    def __init__(self, world: World) -> None:
        self.rules: dict[str, list[CloudRule]] = {}  # by their firewall
        self.loose: dict[str, list[CloudRule]] = {}  # by provider, where nobody knows whose they are
        for rule in world.of(CloudRule):
            if not isinstance(rule.direction, Unknown) and rule.direction != "ingress":
                continue
            for firewall in rule.firewalls or (rule.resource,):
                if isinstance(firewall, Unknown):
                    self.loose.setdefault(rule.provider, []).append(rule)
                else:
                    self.rules.setdefault(firewall, []).append(rule)
        self._machines = world.of(CloudMachine)
        self._by_path: dict[str, list[CloudMachine]] = {}
        for machine in self._machines:
            self._by_path.setdefault(machine.span.path, []).append(machine)
        self._attached: dict[str, list[CloudAttachment]] = {}
        for attachment in world.of(CloudAttachment):
            self._attached.setdefault(attachment.machine, []).append(attachment)
        # A rule of Google's says itself which servers it is for.
        self._attaching = {"google", *(each.provider for each in world.of(CloudAttachment))}
        self.has_firewalls = bool(self.rules or self.loose or self._attached)
        self._known: dict[tuple[object, ...], Reach] = {}

    def answer(self, host: str | None, door: Door, family: Family) -> Reach:
        where = door.span if door.span.path in self._by_path else host
        question = where, door.protocol, door.port, family
        if question not in self._known:
            self._known[question] = self._answer(host, door, family)
        return self._known[question]

    def _answer(self, host: str | None, door: Door, family: Family) -> Reach:
        asked = self._asked(door, family)
        alike: dict[object, CloudMachine] = {}
        for machine in self._candidates(host, door):
            alike.setdefault(self._sort(machine, asked), machine)
        if not alike:
            return self._any(self.rules, door, family)
        assumed = [f"if {machine.resource} is this machine" for machine in alike.values()]
        return _either([self._of(machine, door, family) for machine in alike.values()], assumed)

    def _candidates(self, host: str | None, door: Door) -> list[CloudMachine]:
        """The servers that a machine may be: one that opens the port at its first start, or has its name."""
        if opening := self._opening(door):
            return opening
        name = (host or "").casefold()
        named = [each for each in self._machines if name in map(str.casefold, each.names)]
        return named or self._machines

    def _opening(self, door: Door) -> list[CloudMachine]:
        at = door.span
        return [
            machine
            for machine in self._by_path.get(at.path, ())
            if machine.at("body").start <= at.start and at.end <= machine.at("body").end
        ]

    def _asked(self, door: Door, family: Family) -> frozenset[str]:
        """The firewalls that say something of a door."""
        return frozenset(
            key for key, rules in self.rules.items() if any(matters(rule, door, family) for rule in rules)
        )

    def _sort(self, machine: CloudMachine, asked: frozenset[str]) -> object:
        """The same for servers between which the rules about a door make no difference."""
        attached = self._attached.get(machine.key, ())
        return (
            machine.provider,
            machine.network,
            frozenset(
                (each.layer, each.is_sure, each.name if not each.is_whole or each.firewall in asked else "")
                for each in attached
            ),
        )

    def _of(self, machine: CloudMachine, door: Door, family: Family) -> Reach:
        provider, attached = machine.provider, self._attached.get(machine.key, ())
        if provider not in self._attaching:
            those = [key for key, rules in self.rules.items() if rules[0].provider == provider]
            if those:
                return self._any(those, door, family)
        on_subnet = [each for each in attached if each.layer == "subnet"]
        of_machine = [each for each in attached if each.layer == "machine"]
        layers = [self._layer(machine, on_subnet, door, family)] if on_subnet else []
        # A group of the subnet is enough for Azure; elsewhere a server always has one of its own.
        if of_machine or not (on_subnet and provider == "azure"):
            layers.append(self._layer(machine, of_machine, door, family))
        return _through(layers)

    def _layer(
        self, machine: CloudMachine, attached: list[CloudAttachment], door: Door, family: Family
    ) -> Reach:
        sure = [each for each in attached if each.is_sure]
        doubtful = [each for each in attached if not each.is_sure]
        is_open = not sure and attached and attached[0].layer == "subnet"
        first = _unguarded(machine, family) if is_open else self._judged(machine, sure, door, family)
        answers, assumed = [first], ["if nothing else is attached"]
        for each in doubtful[:_MOST_DOUBTS]:
            answers.append(self._judged(machine, [*sure, each], door, family))
            assumed.append(f"if {each.name} is attached to {machine.resource}")
        if len(doubtful) > _MOST_DOUBTS:
            answers.append(Reach("undecided", (_unknown(machine, doubtful[-1]),), (family,)))
            assumed.append("if others are")
        return _either(answers, assumed)

    def _judged(
        self, machine: CloudMachine, attached: list[CloudAttachment], door: Door, family: Family
    ) -> Reach:
        """The answer of the firewalls that are attached to a server, or to its subnet."""
        provider = machine.provider
        if not attached:
            answer, words = _BARE.get(provider, _OTHERS)
            bare = Note(words.format(machine.resource), machine.span)
            families: tuple[Family, ...] = () if answer == "closed" else (family,)
            found = Reach(answer, (bare,), families)  # type: ignore[arg-type]  # the table's words are the field's
            return _with_default_network(machine, found, door, family)
        own = {each.firewall: each for each in attached if not isinstance(each.firewall, Unknown)}
        rules = {key: [(rule, key) for rule in self.rules.get(key, ())] for key in own}
        # Google asks the rules of a network in one order; elsewhere what one firewall lets in no other stops.
        lists = (
            [[each for those in rules.values() for each in those]] if provider == "google" else rules.values()
        )
        asked = any_of([verdict(those, self.loose.get(provider, ()), door, family) for those in lists])
        doubts = [
            _unknown(machine, each)
            for each in attached
            if isinstance(each.firewall, Unknown) or not each.is_whole
        ]
        found = _told(asked, machine, own, family)
        if doubts and found.answer != "open":
            before = found.because if found.answer == "undecided" else ()
            found = Reach("undecided", (*before, *doubts), (family,))
        return _with_default_network(machine, found, door, family)

    def _any(self, firewalls: Iterable[str], door: Door, family: Family) -> Reach:
        """The answer where nobody says which of these firewalls is the one."""
        answers = []
        for key in firewalls:
            rules = [(rule, key) for rule in self.rules[key]]
            loose = self.loose.get(rules[0][0].provider, ())
            asked = verdict(rules, loose, door, family)
            shut = Note(f"{_name(key)} has no rule that lets everybody in", rules[0][0].span)
            answers.append(_reach(asked, asked.notes or (shut,), family))
        if not answers:
            return Reach("undecided", tuple(_loose(self.loose)), (family,))
        first = answers[0]
        if all(each.answer == first.answer and each.sources == first.sources for each in answers):
            return first
        notes = tuple(note for each in answers for note in each.because)
        return Reach("undecided", notes, (family,))


def _told(asked: Verdict, machine: CloudMachine, own: Mapping[str, CloudAttachment], family: Family) -> Reach:
    """A verdict with where the firewalls that gave it are attached."""
    keys = [key for key in asked.firewalls if key in own] or [*own]
    if asked.answer == "closed" and not asked.notes:
        words = f"is attached to {machine.resource}, and has no rule that lets everybody in"
        return _reach(asked, [Note(f"{own[key].name} {words}", own[key].span) for key in keys], family)
    links = [Note(f"{own[key].name} is attached to {machine.resource}", own[key].span) for key in keys]
    return _reach(asked, (*links, *asked.notes), family)


def _reach(asked: Verdict, notes: Iterable[Note], family: Family) -> Reach:
    families: tuple[Family, ...] = () if asked.answer == "closed" else (family,)
    return Reach(asked.answer, tuple(notes), families, sources=asked.sources, is_for_some=bool(asked.sources))


def _with_default_network(machine: CloudMachine, found: Reach, door: Door, family: Family) -> Reach:
    """The answer with the rules that Google's first network has from the start."""
    if machine.provider != "google" or found.answer != "closed" or family == 6:
        return found
    if machine.network != "default" or (door.protocol, door.port) not in _OPEN_IN_DEFAULT:
        return found
    note = Note(f"{machine.resource} is in the network `default`, which lets everybody in here", machine.span)
    return Reach("undecided", (*found.because, note), (family,))


def _unguarded(machine: CloudMachine, family: Family) -> Reach:
    note = Note(f"the subnet of {machine.resource} has no rules that are declared here", machine.span)
    return Reach("open", (note,), (family,))


def _unknown(machine: CloudMachine, attachment: CloudAttachment) -> Note:
    text = f"`{attachment.name}` is attached to {machine.resource}, and its rules are not known here"
    return Note(text, attachment.span)


def _loose(rules: Mapping[str, list[CloudRule]]) -> Iterable[Note]:
    for those in rules.values():
        yield Note(f"{those[0].resource} belongs to a firewall that is not known here", those[0].span)


def _either(answers: list[Reach], assumed: list[str]) -> Reach:
    """What all of them say that may be true."""
    found = agreed(answers, assumed)
    families = tuple(dict.fromkeys(family for each in answers for family in each.families))
    are_alike = all(each.sources == answers[0].sources for each in answers)
    if not are_alike and all(each.answer == "undecided" for each in answers):
        found = Reach("undecided", tuple(dict.fromkeys(note for each in answers for note in each.because)))
    return found._replace(families=families)


def _through(layers: list[Reach]) -> Reach:
    """The answer of firewalls of which a packet has to get through each."""
    for answer in ("closed", "undecided"):
        holding = [each for each in layers if each.answer == answer]
        if not holding:
            continue
        notes = tuple(note for each in holding for note in each.because)
        is_for_some = len(holding) == 1 and holding[0].is_for_some
        return holding[0]._replace(reasons=notes, is_for_some=is_for_some)
    return layers[-1]._replace(reasons=tuple(note for each in layers for note in each.because))


def _name(key: str) -> str:
    """A firewall as the files of its folder call it."""
    return key.partition("!")[2] or key
