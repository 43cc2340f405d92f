"""Commands of nft, gathered into the one file that says the same."""

from collections.abc import Iterable, Iterator

from compolint.load.firewall.script.places import Given
from compolint.load.moved import moved
from compolint.model import Entity
from compolint.model.firewall import Action, Firewall, FirewallRule, Match
from compolint.model.linter import Fault
from compolint.record import replace
from compolint.syntax.iptables import Word
from compolint.text import Source, Span
from compolint.tree import MemoryTree
from compolint.tuples import NamedTuple

_READING = frozenset(("list", "monitor", "describe", "get", "export", "import", "reset"))
_LONGEST = 1_000_000
_VALUED = frozenset(("-I", "--includepath", "-D", "--define"))


class _Part(NamedTuple):
    """A stretch of the file, and where it comes from."""

    start: int
    end: int
    given: Given | None  # for a text
    at: Span  # for a command
    why: str


class Nft:
    def __init__(self, whole: Span) -> None:
        self._whole = whole
        self._texts: list[str] = []
        self._parts: list[_Part] = []
        self._length = 0
        self._doubts: list[tuple[Span, str]] = []

    @property
    def is_touched(self) -> bool:
        return bool(self._parts)

    @property
    def changes(self) -> int:
        return len(self._parts) + len(self._doubts)

    def run(self, words: list[Word], given: Given | None, is_given: bool, at: Span, why: str) -> None:
        options, rest = _operands(words[1:])
        texts = [word.text for word in options]
        if not {"-c", "--check", "-v", "-V", "--version", "-h", "--help"}.isdisjoint(texts):
            return
        file = next((word for word in options if word.text.startswith(("-f", "--file"))), None)
        if file is not None or (not rest and is_given):
            if given is None:
                self.unread(at, "the file that nft is given")
            else:
                self._add(given.text, given, at, why)
            return
        text = " ".join(word.text for word in rest)
        if text.partition(" ")[0] in _READING or not text:
            return
        if why and text.partition(" ")[0] in ("flush", "delete", "destroy", "replace"):
            if self._parts:  # before them there is nothing to take away
                self._doubts.append((at, why))
            return
        self._add(text, None, at, why)

    def unread(self, at: Span, text: str) -> None:
        self._doubts.append((at, text))

    def _add(self, text: str, given: Given | None, at: Span, why: str) -> None:
        if self._length > _LONGEST:
            self.unread(at, "more than is looked at")
            return
        self._parts.append(_Part(self._length, self._length + len(text), given, at, why))
        self._texts.append(f"{text}\n")
        self._length += len(text) + 1

    def entities(self, key: str, *, is_persistent: bool) -> Iterator[Entity]:
        from compolint.load.firewall.nft.commands import Ruleset
        from compolint.load.firewall.nft.entities import Given as Tables

        source = Source(key, "".join(self._texts))
        ruleset = Ruleset(MemoryTree({}), source)
        tables = Tables(key, ruleset.tables.values(), ruleset.texts, "intent")
        said = [*tables.entities(ruleset.flushes, Span(key, 0, 0)), *ruleset.faults, *tables.faults]
        for entity in self._taken(said, ruleset.refusals | tables.refusals):
            found = moved(entity, self._place)
            if isinstance(found, Firewall):
                yield replace(found, span=self._whole, is_persistent=is_persistent)
            elif isinstance(found, FirewallRule):
                yield self._doubted(found, self._part(entity.span.start).why)
            else:
                yield found
        yield from self._faults(key)

    def _taken(self, said: list[Entity], refusals: set[Span]) -> Iterable[Entity]:
        """A command that nft refuses is one of many, but it takes all of a text or nothing."""
        of_texts = {span for span in refusals if self._part(span.start).given}
        if not of_texts:
            return said
        from compolint.load.firewall.nft.transaction import refused

        return refused(said, of_texts)

    def _faults(self, key: str) -> Iterator[Fault]:
        message = "what this does to the rules is only known when it runs"
        for number, (at, _) in enumerate(self._doubts[:20]):
            yield Fault(
                key=f"{key}!unread.{number}", span=at, kind="unsupported", message=message, is_part=True
            )

    def _doubted(self, rule: FirewallRule, why: str) -> FirewallRule:
        """A rule that may not be there, or may be gone, or have another before it."""
        for _, text in self._doubts:
            return replace(rule, matches=(*rule.matches, Match("maybe", text=text)), action=_open(rule, text))
        return replace(rule, matches=(*rule.matches, Match("maybe", text=why))) if why else rule

    def _part(self, at: int) -> _Part:
        from bisect import bisect_right

        return self._parts[max(bisect_right(self._parts, at, key=lambda part: part.start) - 1, 0)]

    def _place(self, span: Span) -> Span:
        part = self._part(span.start)
        if part.given is None:
            return part.at
        start, end = (
            min(max(each - part.start, 0), part.end - part.start) for each in (span.start, span.end)
        )
        return part.given.span(Span(span.path, start, end))


def _open(rule: FirewallRule, text: str) -> Action:
    return rule.action if rule.action.kind in ("jump", "goto") else Action("unknown", text=text)


def _operands(words: list[Word]) -> tuple[list[Word], list[Word]]:
    at = 0
    while at < len(words) and words[at].text.startswith("-") and words[at].text != "-":
        at += 2 if words[at].text in _VALUED else 1
    options = words[:at]
    if any(word.text in ("-f", "--file") for word in options):
        return [*options, *words[at : at + 1]], words[at + 1 :]
    return options, words[at:]
