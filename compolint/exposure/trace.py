"""Why a packet gets where it gets: the rules that decided, each with its place."""

from collections.abc import Callable, Iterator

from compolint.exposure.chains import WRITES, Chains, Outcome, ending, is_policy_open, written
from compolint.exposure.packet import Packet
from compolint.exposure.path import Passed, Path, Step
from compolint.model.firewall import PRIORITIES, Chain, FirewallRule
from compolint.text import Note
from compolint.tuples import NamedTuple

_DEEPEST = 100  # jumps
_TRANSLATES = ("dnat", "redirect")


class Decision(NamedTuple):
    """What settled it in one chain: a rule, or the policy where none did."""

    chain: Chain
    rule: FirewallRule | None
    verdict: str

    @property
    def note(self) -> Note:
        if self.rule is None and self.verdict == "undecided":
            return Note(f"no file says what the policy of {self.chain} is", self.chain.span)
        if self.rule is None:
            does = "lets through" if self.verdict == "accept" else "drops"
            return Note(f"the policy of {self.chain} {does} what no rule decides", self.chain.span)
        told, at = said(self.rule), self.rule.span
        if self.verdict == "loop":
            return Note(f"{told} leads back to where it came from, which the kernel refuses", at)
        if self.verdict == "limit":
            return Note(f"{told} takes some of a sender's packets, and others not", at)
        if self.verdict == "undecided" and self.rule.action.kind == "unknown":
            return Note(f"what is not known may decide it: {told}", at)
        if self.verdict == "undecided":
            return Note(f"whether {told} matches can't be told from the rules", at)
        if self.rule.action.kind == "redirect":
            return Note(f"{told} turns it into one for another port of the host", at)
        if self.rule.action.kind in _TRANSLATES:
            return Note(f"{told} forwards it, past the rules about what the host itself receives", at)
        return Note(f"{told} {'lets it through' if self.verdict == 'accept' else 'drops it'}", at)


def said(rule: FirewallRule) -> str:
    """A rule as its file writes it; those that an engine or firewalld writes are in no file."""
    if rule.text:
        return f"`{rule.text}`"
    return f"{'firewalld' if rule.firewall else 'the engine'}'s own rule in {rule.chain}"


def decisions(
    path: Path, first: Packet, client: int, arrives: Callable[[Passed], bool | None] | None, answer: str
) -> tuple[Decision, ...]:
    """What decided about the packets of one client: on their whole way, or where the host receives them."""
    journal: list[Step] = []
    path.journal = journal
    if arrives is None:
        path.received(first, client)
    else:
        path.converse(first, client, arrives)
    path.journal = None
    steps = [step for step in journal if step.clients & client]
    if answer == "undecided":
        return tuple(_open_ones(path.chains, steps, client))
    found: list[Decision] = []
    for step in steps:
        decided = _decision(path.chains, step, client)
        if step.outcome.verdict == "drop" and answer == "open":
            continue  # of later packets
        if step.outcome.verdict == "drop":
            return (*(each for each in found if _translates(each)), decided)
        if (
            not step.packet.is_reply
            and step.packet.state == "new"
            and (_translates(decided) or _filters(step))
        ):
            found.append(decided)
    # By their keys: what a file leaves open in one of them must not be looked at.
    distinct = {(each.chain.key, each.rule and each.rule.key, each.verdict): each for each in reversed(found)}
    return tuple(reversed(distinct.values()))


def _translates(decision: Decision) -> bool:
    return decision.rule is not None and decision.rule.action.kind in _TRANSLATES


def _filters(step: Step) -> bool:
    return (
        step.chain.kind == "filter"
        and step.chain.hook in ("input", "forward", "output")
        and step.chain.priority > PRIORITIES["dstnat"]
    )


def _open_ones(chains: Chains, steps: list[Step], client: int) -> Iterator[Decision]:
    """The rules whose matches the files leave open, each once."""
    seen = set()
    for step in steps:
        first = step.chain.table, step.chain.name
        for rule, verdict in _undecided(chains, (first,), step.packet, client):
            if rule.key not in seen:
                seen.add(rule.key)
                yield Decision(step.chain, rule, verdict)
        if is_policy_open(step.chain) and step.chain.key not in seen:
            seen.add(step.chain.key)
            yield Decision(step.chain, None, "undecided")


def _undecided(
    chains: Chains, names: tuple[tuple[str, str], ...], packet: Packet, client: int
) -> Iterator[tuple[FirewallRule, str]]:
    """Those of the last of these chains, of which each jumps to the next."""
    for rule in chains.rules(names[-1], packet):
        may, must, limit = chains.met(rule, packet)
        if not may & client or rule.action.kind == "continue":
            continue
        if limit is not None:
            yield rule, "limit"
        if limit is False:
            continue
        if rule.action.kind == "unknown" or not must & client:
            yield rule, "undecided"
        elif rule.action.kind in ("jump", "goto"):
            target = rule.table, rule.action.chain
            if target in names:
                yield rule, "loop"
            elif len(names) <= _DEEPEST:
                yield from _undecided(chains, (*names, target), packet, client)
        elif rule.action.kind in WRITES:
            packet = packet._replace(tags=written(rule.action, packet.tags))
        elif must & client and ending(rule.action, packet.tags):
            return


def _decision(chains: Chains, step: Step, client: int) -> Decision:
    name = step.chain.table, step.chain.name
    rule = _deciding(chains, name, step.packet, client, step.outcome, 0)
    return Decision(step.chain, rule, step.outcome.verdict)


def _deciding(
    chains: Chains, name: tuple[str, str], packet: Packet, client: int, wanted: Outcome, depth: int
) -> FirewallRule | None:
    """The rule by which packets of a client come to this outcome; `None` if they reach the end."""
    for rule in chains.rules(name, packet):
        may, must = chains.matching(rule, packet)
        if not may & client:
            continue
        kind = rule.action.kind
        if kind in ("jump", "goto"):
            inner = chains.summary((rule.table, rule.action.chain), packet, client)
            leads_there = any(_are_alike(each, wanted) for each, some in inner.items() if some & client)
            if wanted.verdict != "return" and leads_there and depth < _DEEPEST:
                return _deciding(
                    chains, (rule.table, rule.action.chain), packet, client, wanted, depth + 1
                )  # fmt: skip
            returns = [
                each.tags for each, clients in inner.items() if each.verdict == "return" and clients & client
            ]
            if returns and kind == "jump":
                packet = packet._replace(tags=returns[0])
            elif must & client:
                return None
        elif kind in WRITES:
            if must & client:
                packet = packet._replace(tags=written(rule.action, packet.tags))
        else:
            outcomes = ending(rule.action, packet.tags)
            if any(_are_alike(each, wanted) for each in outcomes):
                return rule
            if outcomes and must & client:
                return None
    return None


def _are_alike(one: Outcome, other: Outcome) -> bool:
    """Whether two outcomes differ in nothing but how sure the way to them was."""
    return (one.verdict, one.action, one.tags[:3]) == (other.verdict, other.action, other.tags[:3])
