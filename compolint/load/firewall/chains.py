"""Chains of iptables on their way: rules at their places."""

from collections.abc import Sequence

from compolint.load.firewall.draft import Draft
from compolint.model.firewall import Verdict
from compolint.syntax.iptables import Line, Word, texts
from compolint.text import Span
from compolint.unknown import Maybe


class Place:
    """A rule at its place."""

    __slots__ = ("_said", "_words", "draft", "span", "text")

    def __init__(self, draft: Draft, span: Span, text: str, words: Sequence[Word] | Line = ()) -> None:
        self.draft, self.span, self.text = draft, span, text
        self._words = words
        self._said: list[str] | None = None

    @property
    def words(self) -> Sequence[Word]:
        """Those behind the chain."""
        if isinstance(self._words, Line):
            self._words = self._words.words[2:]
        return self._words

    @property
    def said(self) -> list[str]:
        """The words without their places, to compare."""
        if self._said is None:
            line = self._words
            self._said = texts(line.text)[2:] if isinstance(line, Line) else [word.text for word in line]
        return self._said


class ChainDraft:
    """A chain on its way. What is inserted at the top is kept apart, for the sake of long files."""

    __slots__ = ("_top", "is_declared", "name", "policy", "policy_span", "rules", "span")

    def __init__(self, name: str, span: Span) -> None:
        self.name, self.span = name, span
        self.policy: Maybe[Verdict] | None = None
        self.policy_span: Span | None = None
        self.rules: list[Place] = []
        self._top: list[Place] = []  # the last one is the first
        self.is_declared = False

    def push(self, rule: Place) -> None:
        self._top.append(rule)

    def last(self, is_top: bool = False) -> Place | None:
        """The rule that was added last."""
        rules = self._top if is_top else self.rules
        return rules[-1] if rules else None

    def settle(self) -> list[Place]:
        """The rules in their order."""
        if self._top:
            self.rules = [*reversed(self._top), *self.rules]
            self._top = []
        return self.rules

    def clear(self) -> None:
        self.rules, self._top = [], []
