"""Commands of iptables, done one after the other."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from compolint.load.firewall.chains import ChainDraft
from compolint.load.firewall.chains import Place as Rule
from compolint.load.firewall.draft import Draft, Trouble
from compolint.load.firewall.ruleset import RuleSet, doubt
from compolint.load.firewall.save import Section
from compolint.load.firewall.script.places import Given
from compolint.load.firewall.script.status import Status
from compolint.load.firewall.targets import TARGETS
from compolint.load.firewall.values import is_open
from compolint.model.firewall import BUILT_IN, Family, Match
from compolint.model.linter import Fault
from compolint.pattern import pattern
from compolint.syntax.iptables import Command, Word, command, lines
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Unknown

# iptables   ip6tables-legacy   iptables-nft-restore
PROGRAM = pattern(r"(ip6?)tables(?:-legacy|-nft)?(-restore|-save)?")
_HELPLESS = frozenset(("-h", "--help", "-V", "--version"))
_MOST_EFFORT = 5_000_000  # rules that are looked at in search of one
_QUIET = frozenset(("-v", "--verbose", "-n", "--numeric", "-x", "--exact", "--line-numbers"))
_WAITING = frozenset(("-w", "--wait", "-W", "--wait-interval"))


class Said(NamedTuple):
    """A command without its options for all commands."""

    words: list[Word]
    table: str


class Iptables:
    """The rule set of a script on its way."""

    def __init__(self, key: str, whole: Span) -> None:
        self.rules = RuleSet(key, whole)
        self.is_touched = False
        self.changes = 0
        self.flushes = False
        self._known: dict[int, tuple[Rule, tuple[str, ...]]] = {}  # the words of rules, by their identity
        self._effort = 0
        self._touched: set[tuple[Family, str]] = set()

    def run(self, family: Family, words: list[Word], at: Span, text: str, why: str) -> Status:
        said = _said(words[1:])
        if not said.words or any(word.text in _HELPLESS for word in said.words):
            return "likely"
        found = command(said.words)
        if said.table not in BUILT_IN:
            if is_open(said.table):
                self.spoil(family, at, text)
            else:
                self.rules.tell(Trouble("invalid", f"{said.table} is no table of iptables", at))
            return "no"
        if found is None:
            if any(is_open(word.text) for word in said.words):
                self.spoil(family, at, text)
            else:
                self.rules.tell(Trouble("invalid", "this tells iptables no command, so it is refused", at))
            return "open"
        if found.verb == "list":
            return self._listed(found, family, said.table)
        if found.verb == "zero":
            return "yes"
        if found.verb == "check":
            return self._checked(found, family, said.table)
        if not self._expect(found, family, said.table, at, text):
            return "open"
        return self._change(found, family, said.table, at, text, why)

    def _expect(self, found: Command, family: Family, table: str, at: Span, text: str) -> bool:
        """Sees to the table; false for what has no place in it."""
        self._touch(family, table)
        if found.verb == "rename" or (found.chain and is_open(found.chain.text)):
            self.spoil(family, at, text, table)
            return False
        if found.chain is None and found.verb not in ("flush", "remove"):
            self.rules.tell(Trouble("invalid", "this names no chain, so iptables refuses it", at))
            return False
        return True

    def _touch(self, family: Family, table: str) -> None:
        self.is_touched = True
        self.changes += 1
        if (family, table) not in self._touched:
            self._touched.add((family, table))
            self.rules.partial.add((family, table))

    def _change(self, found: Command, family: Family, table: str, at: Span, text: str, why: str) -> Status:
        rules, verb = self.rules, found.verb
        if why and verb in ("flush", "delete", "policy", "replace", "remove"):
            self._maybe(found, family, table, at, text, why)
            return "open"
        if verb == "flush" and found.chain is None:
            self._empty(family, table, at)
        if verb == "remove" and found.chain is None:
            rules.partial.discard((family, table))
        if missing := self._missing(found, family, table):
            message = f"there is no chain {missing.text} in the table {table}, so iptables refuses this"
            rules.tell(Trouble("invalid", message, missing.span))
            return "no"
        if found.number and verb in ("insert", "replace") and self._is_beyond(found, family, table):
            rules.tell(Trouble("invalid", "the chain has too few rules, so iptables refuses this", at))
            return "no"
        if verb == "new" and found.chain and found.chain.text in rules.table(family, table):
            return (
                "no"
                if rules.table(family, table)[found.chain.text].is_declared
                else self._run(found, family, table, at, text, why)
            )
        if verb == "delete" and found.chain and self._find(found, family, table) is None:
            return "no"
        return self._run(found, family, table, at, text, why)

    def _missing(self, found: Command, family: Family, table: str) -> Word | None:
        """A chain that the command is about, or leads to, and that is not there."""
        if found.verb not in ("append", "insert", "replace") or (family, table) in self.rules.partial:
            return None
        chains = self.rules.table(family, table)
        named = [found.chain] if found.chain else []
        named += [
            target
            for option, target in pairwise(found.words)
            if option.text in ("-g", "--goto")
            or (option.text in ("-j", "--jump") and target.text not in TARGETS)
        ]
        unknown = (word for word in named if word.text not in chains and word.text not in BUILT_IN[table])
        return next((word for word in unknown if not is_open(word.text)), None)

    def _is_beyond(self, found: Command, family: Family, table: str) -> bool:
        """Whether there is no such place in a chain all of whose rules are known."""
        if (family, table) in self.rules.partial or found.chain is None or found.number is None:
            return False
        chain = self.rules.chain(family, table, found.chain.text, found.chain.span)
        return found.number > len(chain.settle()) + (found.verb == "insert")

    def _empty(self, family: Family, table: str, at: Span) -> None:
        """Notes that nothing of before is left in a table."""
        self.flushes = self.flushes or table == "filter"
        for name in BUILT_IN[table]:
            chain = self.rules.chain(family, table, name, at)
            chain.policy = chain.policy or "accept"

    def _run(self, found: Command, family: Family, table: str, at: Span, text: str, why: str) -> Status:
        before = len(self.rules.faults)
        self.rules.run(found, family, table, at, text, None, why)
        refused = any(fault.kind == "invalid" for fault in self.rules.faults[before:])
        return "no" if refused else "open" if why else "yes"

    def _maybe(self, found: Command, family: Family, table: str, at: Span, text: str, why: str) -> None:
        """A change that is made or not: what it would take away may be there or not."""
        chains = self.rules.table(family, table)
        chain = chains.get(found.chain.text) if found.chain else None
        if found.verb == "flush":
            for each in [chain] if chain else list(chains.values()) if found.chain is None else []:
                for rule in each.settle():
                    _doubted(rule, at, why)
        elif found.verb == "delete" and (deleted := self._find(found, family, table)):
            _doubted(deleted, at, why)
        elif found.verb == "policy" and found.chain and found.words:
            built_in = self.rules.declare(family, table, found.chain, None, at)
            built_in.policy, built_in.policy_span = Unknown(why, at), at
        elif found.verb == "replace" and chain and (replaced := self._find(found, family, table)):
            doubt(replaced.draft, at, text)

    def _find(self, found: Command, family: Family, table: str) -> Rule | None:
        chain = self.rules.table(family, table).get(found.chain.text) if found.chain else None
        rules = chain.settle() if chain else []
        if found.number is not None:
            return rules[found.number - 1] if 0 < found.number <= len(rules) else None
        said = _plain(found.words)
        self._effort += len(rules)
        if self._effort > _MOST_EFFORT:
            return None
        return next((rule for rule in rules if self._words(rule) == said), None)

    def _words(self, rule: Rule) -> tuple[str, ...]:
        found = self._known.get(id(rule))
        if found is None:
            found = self._known[id(rule)] = rule, _plain(rule.words)
        return found[1]

    def _checked(self, found: Command, family: Family, table: str) -> Status:
        """`-C`: what the script has not put there is not there."""
        rule = self._find(found, family, table)
        if rule is None:
            return "no"
        return "open" if any(match.what == "maybe" for match in rule.draft.matches) else "yes"

    def _listed(self, found: Command, family: Family, table: str) -> Status:
        """`-L mine`, which fails where there is no such chain; those of Docker are taken to be there."""
        name = found.chain.text if found.chain else "INPUT"
        is_there = name in BUILT_IN[table] or name in self.rules.table(family, table)
        return "yes" if is_there or name.startswith("DOCKER") else "absent"

    def spoil(self, family: Family, at: Span, text: str, table: str = "filter") -> None:
        """Something that nobody can read may have changed a table."""
        self._touch(family, table)
        message = "what this does to the rules is only known when it runs"
        self.rules.tell(Trouble("unsupported", message, at, is_slight=True))
        for name in BUILT_IN[table]:
            self._doubt(self.rules.chain(family, table, name, at), family, table, at, text)

    def _doubt(self, chain: ChainDraft, family: Family, table: str, at: Span, text: str) -> None:
        draft = Draft(family, table, chain.name)
        doubt(draft, at, text)
        chain.push(Rule(draft, at, text))

    def restore(
        self, family: Family, given: Given | None, words: list[Word], at: Span, text: str, why: str
    ) -> Status:
        """`iptables-restore`, which without `-n` takes away what a table had."""
        options = {word.text for word in words[1:]}
        if not options.isdisjoint(("-t", "--test", *_HELPLESS)):
            return "likely"
        if given is None or why:
            self.spoil(family, at, text)
            return "likely"
        keeps = not options.isdisjoint(("-n", "--noflush"))
        section: Section | None = None
        source = given.source
        for line in lines(source):
            if line.kind == "table":
                name = line.words[0].text if line.words else ""
                section = Section.of(source, self.rules, (family,), name, line.span)
                if name in BUILT_IN:
                    self._touch(family, name)
                    if not keeps:
                        self.rules.table(family, name).clear()
                        self.rules.partial.discard((family, name))
                        self._empty(family, name, at)
            elif line.kind == "commit":
                section = None
            elif section:
                section.take(line)
            elif line.kind != "comment":
                Section.stray(self.rules, line)
        if section:
            section.cut()
        return "yes"

    def faults(self) -> Iterator[Fault]:
        """Those of the rule set, each once, however often a loop came by."""
        seen: set[tuple[Span, str]] = set()
        for fault in self.rules.faults:
            if (fault.span, fault.message) not in seen:
                seen.add((fault.span, fault.message))
                yield fault


def _said(words: list[Word]) -> Said:
    """Takes off what may stand anywhere: the table, and how to wait and to print."""
    rest: list[Word] = []
    table = "filter"
    is_taken = False
    for number, word in enumerate(words):
        text = word.text
        behind = words[number + 1].text if number + 1 < len(words) else ""
        if is_taken:
            is_taken = False
        elif text in ("-t", "--table"):
            table, is_taken = behind, True
        elif text.startswith("--table="):
            table = text.partition("=")[2]
        elif text[:2] == "-t" and text[2:] in BUILT_IN:
            table = text[2:]
        elif text in _WAITING:
            is_taken = behind.replace(".", "", 1).isdecimal()
        elif text.startswith(("--wait=", "-w")) and text[2:].lstrip("ait=").isdecimal():
            continue
        elif text not in _QUIET:
            rest += _parted(word)
    return Said(rest, table)


def _parted(word: Word) -> list[Word]:
    """`-nL` and `-nvL` are short options in one word; `--append=INPUT` has its chain in it."""
    text = word.text
    if len(text) > 2 and text[0] == "-" and text[1] in "nvx" and set(text[1:]) <= set("nvxLSZF"):
        return [word._replace(text=f"-{letter}") for letter in text[1:] if letter not in "nvx"]
    if len(text) > 2 and text[:2] in ("-A", "-I", "-D", "-N", "-F", "-X", "-P", "-L", "-S", "-C"):
        return [word._replace(text=text[:2]), word._replace(text=text[2:])]
    return [word]


def _plain(words: Sequence[Word]) -> tuple[str, ...]:
    return tuple(word.text for word in words)


def _doubted(rule: Rule, at: Span, why: str) -> None:
    rule.draft.matches.append(Match("maybe", text=why))
    rule.draft.spans.setdefault("maybe", at)
