"""The rules that a file, or a series of commands of iptables, leaves behind."""

from collections.abc import Iterator
from typing import Literal

from compolint.load.circles import circles
from compolint.load.firewall import options
from compolint.load.firewall.alike import Alike
from compolint.load.firewall.chains import ChainDraft, Place
from compolint.load.firewall.draft import Draft, Trouble
from compolint.load.firewall.values import is_open
from compolint.model import Entity
from compolint.model.firewall import (
    BUILT_IN,
    Action,
    Chain,
    Family,
    Firewall,
    FirewallRule,
    Match,
    Tool,
    Verdict,
    hooked,
)
from compolint.model.linter import Fault
from compolint.syntax.iptables import Command, Line, Word, texts
from compolint.text import Span
from compolint.unknown import Unknown

_LAST = ("accept", "drop", "reject", "return")
_MARKS = ("mark", "connection_mark")
_MARKING = ("mark", "connection_mark", "save_mark", "restore_mark")
_POLICIES: dict[str, Verdict] = {"ACCEPT": "accept", "DROP": "drop"}
_MOST_FAULTS = 200
_MOST_EFFORT = 500_000  # rules that are passed on the way to places by their numbers or by their words
_CHEAP = 100  # so many are moved in the time that it takes to compare one
_STOPS = "iptables-restore loads neither this table nor one behind it"
_OF_ONE = ", so iptables refuses"
_ALWAYS_TOLD = ("invalid", "syntax")

# What becomes of a rule that iptables refuses: a command installs nothing; a file is not loaded at all, so
# that nobody knows what is; of a dump, which had no such rule, it is a part that was damaged on the way.
Refusal = Literal["skip", "spoil", "doubt"]


class RuleSet:
    """Tables of both families, as one tool knows them."""

    def __init__(self, key: str, whole: Span, refusal: Refusal = "skip") -> None:
        self.key, self.whole, self.refusal = key, whole, refusal
        self.tables: dict[tuple[Family, str], dict[str, ChainDraft]] = {}
        self.faults: list[Fault] = []
        self.partial: set[tuple[Family, str]] = set()  # other chains exist in these, which this does not show
        self._alike = Alike()
        self._told: set[str] = set()
        self._effort = 0
        self._spoiled: set[tuple[Family, str]] = set()
        self.is_restored = False  # by one run of iptables-restore, which stops at the first fault
        self.stopped: tuple[Span, str] | None = None  # where it does, with what stands there

    def table(self, family: Family, name: str) -> dict[str, ChainDraft]:
        return self.tables.setdefault((family, name), {})

    def chain(self, family: Family, table: str, name: str, span: Span) -> ChainDraft:
        chains = self.table(family, table)
        found = chains.get(name)
        if found is None:
            found = chains[name] = ChainDraft(name, span)
        return found

    def declare(self, family: Family, table: str, name: Word, policy: Word | None, span: Span) -> ChainDraft:
        """`:INPUT DROP [0:0]`, `-P INPUT DROP`, `-N mine`: an own chain is emptied by it."""
        is_new = name.text not in self.table(family, table)
        chain = self.chain(family, table, name.text, span)
        if is_new or not chain.is_declared:
            chain.span = span
        chain.is_declared = True
        if name.text in BUILT_IN.get(table, ()):
            if policy:
                self._set_policy(family, table, chain, policy)
        elif policy and policy.text != "-" and not is_open(policy.text):
            message = f"{name.text} is a chain of your own, which has no policy; iptables refuses it"
            self.tell(Trouble("invalid", message, policy.span))
        return chain

    def _set_policy(self, family: Family, table: str, chain: ChainDraft, policy: Word) -> None:
        chain.policy_span = policy.span
        verdict = _POLICIES.get(policy.text)
        if verdict:
            chain.policy = verdict
        elif is_open(policy.text):
            chain.policy = Unknown(policy.text, policy.span)
        elif policy.text != "-":
            message = f"{policy.text} is no policy, which is ACCEPT or DROP, so iptables refuses it"
            self._tell_of_all(Trouble("invalid", message, policy.span))
            if chain.policy is None or self.refusal != "skip":
                chain.policy = Unknown(policy.text, policy.span)
            if self.is_restored:
                self.spoil(family, table, policy.span, policy.text)

    def run(
        self,
        command: Command,
        family: Family,
        table: str,
        span: Span,
        text: str,
        packets: int | None = None,
        doubtful: str = "",
    ) -> None:
        """Does what one command says; `doubtful` is what else its rule matches, which nobody can tell."""
        chain = command.chain
        match command.verb:
            case "append" | "insert" | "replace" if chain:
                self._add(command, chain, family, table, span, text, packets, doubtful)
            case "delete" if chain:
                self._delete(command, self.chain(family, table, chain.text, span))
            case "policy" if chain:
                self.declare(family, table, chain, command.words[0] if command.words else None, span)
            case "new" if chain:
                self.declare(family, table, chain, None, span)
            case "flush":
                for each in self._named(family, table, chain):
                    each.clear()
            case "remove":
                for each in self._named(family, table, chain):
                    if each.name not in BUILT_IN.get(table, ()) and not each.settle():
                        del self.tables[family, table][each.name]

    def _named(self, family: Family, table: str, chain: Word | None) -> list[ChainDraft]:
        chains = self.table(family, table)
        if chain is None:
            return list(chains.values())
        return [chains[chain.text]] if chain.text in chains else []

    def _add(
        self,
        command: Command,
        chain: Word,
        family: Family,
        table: str,
        span: Span,
        text: str,
        packets: int | None,
        doubtful: str,
    ) -> None:
        draft = options.read(command.words, family, table, chain.text)
        if doubtful:
            draft.maybe(span, doubtful)
        if self._takes(draft, span, text, packets):
            place = Place(draft, span, text, command.words)
            self._put(self.chain(family, table, chain.text, span), command, place)

    def append(self, line: Line, family: Family, table: str) -> str | None:
        """Adds a rule as dumps write them, and tells its chain; none where the line says something else."""
        words = texts(line.text)
        if len(words) < 2 or words[0] != "-A" or words[1].startswith("-"):
            return None
        draft = self._alike.read(line, words, family, table)
        if self._takes(draft, line.span, line.text, line.packets):
            place = Place(draft, line.span, line.text, line)
            self.chain(family, table, words[1], line.span).rules.append(place)
        return words[1]

    def _takes(self, draft: Draft, span: Span, text: str, packets: int | None) -> bool:
        """Whether a rule gets into its chain. Sees to what follows if it does not."""
        if draft.marker and draft.marker != draft.family:
            return False
        if packets is not None:
            draft.packets = packets
        for trouble in draft.troubles:
            self._tell_of_all(trouble)
        if draft.is_refused:
            if self.refusal == "spoil":
                self.spoil(draft.family, draft.table, span, text)
            if self.refusal != "doubt":
                return False
            doubt(draft, span, text)
        return True

    def _put(self, chain: ChainDraft, command: Command, place: Place) -> None:
        if command.verb == "append":
            chain.rules.append(place)
        elif command.verb == "insert" and command.number in (None, 0, 1):
            chain.push(place)
        elif self._may_search(place.span, len(chain.rules) // _CHEAP):
            rules, number = chain.settle(), (command.number or 1) - 1
            if command.verb == "insert":
                rules.insert(number, place)
            elif number < len(rules):
                rules[number] = place

    def _delete(self, command: Command, chain: ChainDraft) -> None:
        rules = chain.settle()
        if not self._may_search(chain.span, len(rules)):
            return
        if command.number is not None:
            del rules[command.number - 1 : command.number]
            return
        said = [word.text for word in command.words]
        at = next((number for number, rule in enumerate(rules) if rule.said == said), None)
        if at is not None:
            del rules[at]

    def _may_search(self, span: Span, effort: int) -> bool:
        self._effort += 1 + effort
        if self._effort > _MOST_EFFORT:
            message = "too many rules are replaced or deleted in long chains, and no more are looked at"
            self.tell(Trouble("unsupported", message, span))
        return self._effort <= _MOST_EFFORT

    def doubt(self, family: Family, table: str, chain: str, span: Span, text: str) -> None:
        """Puts a rule of which nothing is known at the end of a chain."""
        draft = Draft(family, table, chain)
        doubt(draft, span, text)
        rules = self.chain(family, table, chain, span).settle()
        last = rules[-1].draft if rules else draft
        if last.matches or last.action.kind not in _LAST:  # else nothing gets there
            rules.append(Place(draft, span, text))

    def doubt_marks(self) -> None:
        """Where one table is shown of each family, no other says which marks packets have."""
        for family in {family for family, _ in self.tables}:
            tables = [chains for (of, _), chains in self.tables.items() if of == family]
            rules = [rule for chains in tables for chain in chains.values() for rule in chain.settle()]
            if len(tables) > 1 or any(rule.draft.action.kind in _MARKING for rule in rules):
                continue
            for rule in rules:
                draft = rule.draft
                if any(match.what in _MARKS for match in draft.matches):
                    draft.matches = [_unmarked(match) for match in draft.matches]
                    draft.spans.setdefault("maybe", rule.span)

    def spoil(self, family: Family, table: str, span: Span, text: str) -> None:
        """Makes everything of a table doubtful."""
        if (family, table) in self._spoiled:
            return
        self._spoiled.add((family, table))
        if self.is_restored and self.stopped is None:
            self.stopped = span, text
        for name in BUILT_IN.get(table, ()):
            draft = Draft(family, table, name)
            doubt(draft, span, text)
            self.chain(family, table, name, span).push(Place(draft, span, text))

    def _tell_of_all(self, trouble: Trouble) -> None:
        """What is wrong with one line, because of which others are lost, too."""
        if self.is_restored and trouble.kind == "invalid":
            message, _, _ = trouble.message.partition(_OF_ONE)
            trouble = trouble._replace(message=f"{_STOPS}: {message}")
        self.tell(trouble)

    def tell(self, trouble: Trouble) -> None:
        if trouble.kind not in _ALWAYS_TOLD:
            if trouble.message in self._told:
                return
            self._told.add(trouble.message)
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(
                Fault(
                    key=f"{self.key}!{trouble.kind}.{len(self.faults)}",
                    span=trouble.span,
                    kind=trouble.kind,
                    message=trouble.message,
                    fatal=trouble.kind in _ALWAYS_TOLD,
                    is_part=trouble.is_slight,
                )
            )

    def entities(self) -> Iterator[Entity]:
        """The chains and their rules, then what is wrong with them."""
        for (family, table), chains in list(self.tables.items()):
            self._check_jumps(family, table, chains)
        for (family, table), chains in self.tables.items():
            for chain in chains.values():
                yield self._chain(family, table, chain)
            for chain in chains.values():
                yield from self._rules(family, table, chain)
        yield from self.faults

    def firewall(self, tool: Tool, origin: Literal["state", "intent"], **fields: object) -> Firewall:
        families = tuple(sorted({family for family, _ in self.tables}))
        return Firewall(
            **{  # type: ignore[arg-type]  # fields by their names
                "key": self.key,
                "span": self.whole,
                "tool": tool,
                "origin": origin,
                "families": families or (4,),
                **fields,
            }
        )

    def _key(self, family: Family, table: str, chain: str) -> str:
        return f"{self.key}#{family if family == 6 else ''}{table}/{chain}"

    def _chain(self, family: Family, table: str, chain: ChainDraft) -> Chain:
        hook, kind, priority = hooked(table, chain.name)
        policy = chain.policy
        if policy is None:
            policy = (
                Unknown("the policy", chain.span) if hook and (family, table) in self.partial else "accept"
            )
        return Chain(
            key=self._key(family, table, chain.name),
            span=chain.span,
            spans={"policy": chain.policy_span} if chain.policy_span else {},
            firewall=self.key,
            table=table,
            name=chain.name,
            families=(family,),
            hook=hook,
            kind=kind,
            priority=priority,
            policy=policy if hook else "return",
        )

    def _rules(self, family: Family, table: str, chain: ChainDraft) -> Iterator[FirewallRule]:
        key, firewall, families = self._key(family, table, chain.name), self.key, (family,)
        for number, rule in enumerate(chain.settle(), 1):
            draft = rule.draft
            yield FirewallRule(
                key=f"{key}/{number}",
                span=rule.span,
                spans=draft.places,
                firewall=firewall,
                table=table,
                chain=chain.name,
                families=families,
                number=number,
                matches=tuple(draft.matches),
                action=draft.action,
                comment=draft.comment,
                packets=draft.packets,
                text=rule.text,
            )

    def _check_jumps(self, family: Family, table: str, chains: dict[str, ChainDraft]) -> None:
        targets: dict[str, list[tuple[str, Place]]] = {}
        for chain in list(chains.values()):
            for rule in chain.settle():
                action = rule.draft.action
                if action.kind in ("jump", "goto"):
                    targets.setdefault(chain.name, []).append((action.chain, rule))
                    if action.chain not in chains and (family, table) not in self.partial:
                        message = f"there is no chain {action.chain} in the table {table}"
                        self._stop(family, table, message, rule)
        if way := next(circles(targets), None):
            _, (name, rule) = way[-1]
            message = f"{name} leads back to itself, which the kernel refuses"
            self._stop(family, table, message, rule)

    def _stop(self, family: Family, table: str, message: str, rule: Place) -> None:
        at = rule.draft.target_at or rule.span
        self._tell_of_all(Trouble("invalid", message, at))
        if self.is_restored:
            names = list(self.tables)
            for each in names[names.index((family, table)) :]:
                self.spoil(*each, at, rule.text)


def _unmarked(match: Match) -> Match:
    return Match("maybe", text="a mark that other tables may set") if match.what in _MARKS else match


def doubt(draft: Draft, span: Span, text: str) -> None:
    """Makes of a rule one that may do anything."""
    draft.matches = [Match("maybe", text=text)]
    draft.action = Action("unknown", text=text)
    draft.spans = {"maybe": span, "action": span}
