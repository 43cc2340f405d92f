"""Commands of UFW, done one after the other, and the chains that it then has."""

from collections.abc import Sequence

from compolint.load.firewall import ufwrules
from compolint.load.firewall.chains import Place as Rule
from compolint.load.firewall.draft import Draft, Trouble
from compolint.load.firewall.ports import port_number
from compolint.load.firewall.ruleset import RuleSet
from compolint.load.firewall.save import Section
from compolint.load.firewall.script.places import Given
from compolint.load.firewall.script.status import Status
from compolint.load.firewall.script.ufw_words import ACTIONS, Refused, asked
from compolint.load.firewall.ufwrules import Direction, Policies, UfwRule
from compolint.load.firewall.values import is_open
from compolint.model.firewall import Family
from compolint.pattern import pattern
from compolint.syntax.iptables import Line, Word, lines, placed
from compolint.text import Span
from compolint.unknown import Maybe, Unknown

_FAMILIES: tuple[Family, ...] = (4, 6)
_WAYS: dict[str, Direction] = {
    "incoming": "in", "outgoing": "out", "routed": "forward", "forward": "forward", "in": "in", "out": "out",
}  # fmt: skip
_POLICIES = {"allow": "ACCEPT", "accept": "ACCEPT", "deny": "DROP", "drop": "DROP", "reject": "REJECT"}
_VARIABLES: dict[str, Direction] = {
    "DEFAULT_INPUT_POLICY": "in",
    "DEFAULT_OUTPUT_POLICY": "out",
    "DEFAULT_FORWARD_POLICY": "forward",
}
_HOOKS = ("INPUT", "FORWARD", "OUTPUT")
# DEFAULT_FORWARD_POLICY="ACCEPT"   IPV6=no
_SETTING = pattern(r"\b(IPV6|DEFAULT_(?:INPUT|OUTPUT|FORWARD)_POLICY)=\\?[\"']?([A-Za-z]+)")
# ### RULES ###, and s/FROM/TO/ of sed
_SUBSTITUTION = pattern(r"s([^\w\s\\])((?:(?!\1).)*)\1((?:(?!\1).)*)\1\w*")
_MOST = 20_000
_FORCED = frozenset(("--force", "-f"))


_Identity = tuple[object, ...] | None


class _Kept:
    """A rule in its place; none for a command that nobody can read."""

    __slots__ = ("identity", "rule", "span", "text")

    def __init__(self, rule: UfwRule | None, span: Span, text: str, profiles: tuple[str, ...] = ()) -> None:
        self.rule, self.span, self.text = rule, span, text
        self.identity = (*_identity(rule), profiles) if rule else None


class Ufw:
    """What UFW has been told."""

    def __init__(self, whole: Span) -> None:
        self._whole = whole
        self.enabled: Maybe[bool] | None = None  # `None`: nothing is said about it
        self.enabled_at = whole
        self.is_touched = False
        self.changes = 0
        self.troubles: list[Trouble] = []
        self._rules: dict[Family, list[_Kept]] = {4: [], 6: []}
        self._same: dict[Family, dict[_Identity, _Kept]] = {4: {}, 6: {}}
        self._policies: dict[Direction, Word] = {}
        self._has_6: Word | None = None
        self._markers: dict[tuple[Family, str], Rule] = {}
        self._files: list[tuple[str, Given, bool]] = []

    @property
    def says_something(self) -> bool:
        """Whether more is known than rules that are taken away."""
        said = (self._rules[4], self._rules[6], self._policies, self._files, self._has_6)
        return self.enabled is not None or any(said)

    # --- commands ---

    def run(self, words: Sequence[Word], at: Span, text: str, why: str, rules: RuleSet) -> Status:
        said = [word for word in words[1:] if word.text not in _FORCED]
        if said and said[0].text == "--dry-run":
            return "likely"
        if said and said[0].text.lower() == "rule":
            said = said[1:]
        if not said:
            return "no"
        try:
            return self._run(said, at, text, why, rules)
        except Refused as refused:
            if any(is_open(word.text) for word in said):
                self._unread(at, text)
                return "open"
            self.troubles.append(Trouble("invalid", refused.message, refused.at))
            return "no"

    def _run(self, said: list[Word], at: Span, text: str, why: str, rules: RuleSet) -> Status:
        first = said[0].text.lower()
        if first in ("status", "show", "version", "--version", "logging", "app", "help", "--help", "reload"):
            return "open" if first == "status" else "likely"
        self.is_touched = True
        self.changes += 1
        if first in ("enable", "disable", "reset"):
            self._switch(first, at, why, rules)
        elif first == "default":
            self._default(said, at, why)
        elif is_open(first):
            self._unread(at, text)
            return "open"
        else:
            self._rule(said, at, text, why)
        return "open" if why else "yes"

    def _switch(self, word: str, at: Span, why: str, rules: RuleSet) -> None:
        is_on = word == "enable"
        if why:
            if self.enabled is not is_on:
                self.enabled, self.enabled_at = Unknown(why, at), at
            if word == "reset":
                for kept in self._everything():
                    kept.rule = kept.rule and kept.rule._replace(doubtful=why)
            return
        if is_on and self.enabled is not True:
            self._mark(rules, at)
        if not is_on:
            self.clear(rules)
        self.enabled, self.enabled_at = is_on, at
        if word == "reset":
            self._rules, self._same = {4: [], 6: []}, {4: {}, 6: {}}
            self._policies = {}
            self._files = []

    def _mark(self, rules: RuleSet, at: Span) -> None:
        """Remembers where in the kernel's chains UFW's own begin."""
        for family in _FAMILIES:
            for hook in _HOOKS:
                marker = Rule(Draft(family, "filter", hook), at, "")
                chain = rules.chain(family, "filter", hook, at)
                chain.settle().append(marker)
                self._markers[family, hook] = marker

    def _default(self, said: list[Word], at: Span, why: str) -> None:
        words = [word.text.lower() for word in said[1:]]
        policy = next((word for word in words if word in _POLICIES), None)
        way = next((word for word in words if word in _WAYS), "incoming")
        if policy is None or len(words) > 2 or len(words) - (way in words) != 1:
            raise Refused("this is no default policy of UFW, so it is refused", at)
        self._policies[_WAYS[way]] = placed(f"$({why})" if why else _POLICIES[policy], at)

    def _rule(self, said: list[Word], at: Span, text: str, why: str) -> None:
        is_routed = said[0].text.lower() == "route"
        said = said[1:] if is_routed else said
        verb, place = "", 0
        if said and said[0].text.lower() in ("delete", "insert", "prepend"):
            verb, said = said[0].text.lower(), said[1:]
            if said and said[0].text.isdecimal():
                place, said = int(said[0].text[:6]), said[1:]
        if said and said[0].text.lower() == "route":
            is_routed, said = True, said[1:]
        if verb == "delete" and place and not said:
            self._delete_number(place, at, why)
            return
        if not said or said[0].text.lower() not in ACTIONS:
            raise Refused("this is no command of UFW, so it is refused", said[0].span if said else at)
        if verb == "insert" and not 0 < place <= len(self._everything()):
            raise Refused("UFW has no rule at this place, so it refuses the rule", at)
        found = asked(said, is_routed, at, text)
        for rule in found.rules:
            for family in found.families:
                kept = _Kept(rule._replace(doubtful=why or rule.doubtful), at, text, found.profiles)
                if verb == "delete":
                    self._delete(family, kept, why)
                else:
                    self._add(family, kept, 1 if verb == "prepend" else place)

    def _add(self, family: Family, kept: _Kept, place: int) -> None:
        rules = self._rules[family]
        if len(rules) >= _MOST:
            return
        same = self._same[family].get(kept.identity)
        if same is not None and same.rule and kept.rule:
            if kept.rule.doubtful and not same.rule.doubtful:
                if same.rule.action.text != kept.rule.action.text:
                    same.rule = None
                return
            same.rule, same.span, same.text = kept.rule, kept.span, kept.text
            return
        self._same[family][kept.identity] = kept
        if place:
            rules.insert(place - 1, kept)
        else:
            rules.append(kept)

    def _delete(self, family: Family, kept: _Kept, why: str) -> None:
        same = self._same[family].get(kept.identity)
        if same is None or same.rule is None or kept.rule is None:
            return
        if same.rule.action.text != kept.rule.action.text:
            return
        if why:
            same.rule = same.rule._replace(doubtful=why)
        else:
            self._remove(family, same)

    def _remove(self, family: Family, kept: _Kept) -> None:
        self._rules[family].remove(kept)
        self._same[family].pop(kept.identity, None)

    def _delete_number(self, number: int, at: Span, why: str) -> None:
        for family, rules in self._rules.items():
            if number <= len(rules):
                kept = rules[number - 1]
                if why:
                    kept.rule = kept.rule and kept.rule._replace(doubtful=why)
                else:
                    self._remove(family, kept)
                return
            number -= len(rules)

    def _everything(self) -> list[_Kept]:
        return [*self._rules[4], *self._rules[6]]

    def _unread(self, at: Span, text: str) -> None:
        self.is_touched = True
        message = "what this does to the rules is only known when it runs"
        self.troubles.append(Trouble("unsupported", message, at, is_slight=True))
        for rules in self._rules.values():
            rules.append(_Kept(None, at, text))

    def unread(self, at: Span, text: str) -> None:
        self._unread(at, text)

    # --- files ---

    def settings(self, text: str, at: Span, why: str) -> None:
        """Settings in a text that goes into `/etc/default/ufw`, or in an expression of `sed` for it."""
        substitution = _SUBSTITUTION.search(text)
        for setting in _SETTING.finditer(substitution[3] if substitution else text):
            name, value = setting.groups()
            self.is_touched = True
            word = placed(f"$({why})" if why else value, at)
            if name == "IPV6":
                self._has_6 = word
            else:
                self._policies[_VARIABLES[name]] = word

    def file(self, name: str, given: Given, *, is_more: bool) -> None:
        """`before.rules` or `after.rules` with another text, or with more of it."""
        self.is_touched = True
        self._files.append((name, given, is_more))

    # --- chains ---

    def build(self, rules: RuleSet) -> None:
        """Puts UFW's chains into a rule set."""
        policies = Policies(self._policies)
        at = self._whole
        for family in _FAMILIES:
            if family == 6 and self._has_6 and self._has_6.text.lower() == "no":
                ufwrules.closed(rules, self._has_6.span)
                continue
            ends = {hook: len(rules.chain(family, "filter", hook, at).settle()) for hook in _HOOKS}
            ufwrules.frame(rules, family, policies, at)
            for hook, end in ends.items():
                self._move(rules, family, hook, end)
            self._standard(rules, family, at)
            for kept in self._rules[family]:
                if kept.rule:
                    ufwrules.install(rules, family, kept.rule)
                else:
                    for name in ("input", "output", "forward"):
                        chain = f"{ufwrules.prefix(family)}-user-{name}"
                        rules.doubt(family, "filter", chain, kept.span, kept.text)
            ufwrules.finish(rules, family, policies, at)

    def _move(self, rules: RuleSet, family: Family, hook: str, end: int) -> None:
        """Puts the jumps to UFW's chains where they stood when it was switched on."""
        marker = self._markers.get((family, hook))
        if marker is None:
            return
        chain = rules.chain(family, "filter", hook, self._whole)
        jumps, others = chain.rules[end:], chain.rules[:end]
        at = next((number for number, rule in enumerate(others) if rule is marker), None)
        if at is None:
            chain.rules = others  # they have been flushed
        else:
            chain.rules = [*others[:at], *jumps, *others[at + 1 :]]

    def clear(self, rules: RuleSet) -> None:
        """Takes the marks out of a rule set again."""
        for (family, hook), marker in self._markers.items():
            chain = rules.chain(family, "filter", hook, self._whole)
            chain.rules = [rule for rule in chain.settle() if rule is not marker]
            if not chain.rules and chain.policy is None:
                del rules.tables[family, "filter"][hook]
        for family in _FAMILIES:
            if not rules.tables.get((family, "filter"), True):
                del rules.tables[family, "filter"]
        self._markers = {}

    def _standard(self, rules: RuleSet, family: Family, at: Span) -> None:
        number = "6" if family == 6 else ""
        for part, standard in (("before", ufwrules.before), ("after", ufwrules.after)):
            mine = [
                (given, is_more) for name, given, is_more in self._files if name == f"{part}{number}.rules"
            ]
            if all(is_more for _, is_more in mine):
                standard(rules, family, at)
            for given, _ in mine:
                self._restore(rules, family, given)

    def _restore(self, rules: RuleSet, family: Family, given: Given) -> None:
        section: Section | None = None
        source = given.source
        for line in lines(source):
            if line.kind == "table":
                name = line.words[0].text if line.words else ""
                section = Section.of(source, rules, (family,), name, line.span)
            elif line.kind == "commit":
                section = None
            elif section:
                self._take(rules, family, section, line)
        if section:
            section.cut()

    def _take(self, rules: RuleSet, family: Family, section: Section, line: Line) -> None:
        """A line of a file; what commands have put into a chain that it declares is not lost by that."""
        name = line.words[0].text if line.kind == "chain" and line.words else ""
        kept = [*rules.chain(family, section.table, name, line.span).settle()] if name else []
        section.take(line)
        if kept:
            rules.chain(family, section.table, name, line.span).rules = kept


def _identity(rule: UfwRule) -> tuple[object, ...]:
    words = (rule.protocol, rule.source, rule.destination, rule.interface, rule.out_interface)
    ports = (_ports(rule.port), _ports(rule.source_port))
    return rule.direction, *(word.text if word else "" for word in words), *ports


def _ports(word: Word | None) -> str:
    """The ports in numbers and in order, as UFW keeps them."""
    if word is None:
        return ""
    parts = (str(port_number(part) or part) for part in word.text.split(","))
    return ",".join(sorted(parts))
