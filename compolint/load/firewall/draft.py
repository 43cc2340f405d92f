"""A rule of iptables on its way from words to matches and an action."""

from collections.abc import Callable, Mapping
from typing import Literal

from compolint.model.firewall import Action, Family, Match, What
from compolint.syntax.iptables import Word
from compolint.text import Span
from compolint.tuples import NamedTuple

ANYTHING = Action("continue")


class Trouble(NamedTuple):
    """What is wrong with a rule: `invalid` is refused by iptables, `syntax` not understood here."""

    kind: Literal["invalid", "syntax", "unsupported", "legacy"]
    message: str
    span: Span
    is_slight: bool = False  # it makes verdicts undecided, and is nobody's mistake


class Draft:
    """What the words read so far say."""

    __slots__ = (
        "action", "chain", "comment", "family", "is_open", "marker", "matches", "packets", "places",
        "protocol", "table", "target", "target_span", "troubles",
    )  # fmt: skip

    def __init__(self, family: Family, table: str, chain: str) -> None:
        self.family, self.table, self.chain = family, table, chain
        self.matches: list[Match] = []
        self.action = ANYTHING
        self.places: Mapping[str, Span] = {}
        self.comment = ""
        self.packets: int | None = None
        self.protocol: str | None = None  # that every packet has; empty for one that is not known
        self.target: str | None = None
        self.target_span: Span | None = None  # where it is not the end of the action
        self.marker: Family | None = None  # `-4` or `-6`
        self.is_open = False  # some words are filled in by a shell
        self.troubles: list[Trouble] = []

    @property
    def spans(self) -> dict[str, Span]:
        """The places, to add to them."""
        if not isinstance(self.places, dict):
            self.places = dict(self.places)
        return self.places

    @spans.setter
    def spans(self, spans: dict[str, Span]) -> None:
        self.places = spans

    def match(self, what: What, values: tuple[object, ...], negated: bool, at: Span, text: str = "") -> None:
        self.matches.append(Match(what, values, negated, text))
        self.spans.setdefault(what, at)

    def always(self, what: What, negated: bool, at: Span, text: str) -> None:
        """A match that every packet passes, which with `!` none does."""
        self.spans.setdefault(what, at)
        if negated:
            self.matches.append(Match("never", text=text))

    def never(self, what: What, negated: bool, at: Span, text: str) -> None:
        self.always(what, not negated, at, text)

    def maybe(self, at: Span, text: str) -> None:
        self.match("maybe", (), False, at, text)

    def refuse(self, message: str, at: Span) -> None:
        self.troubles.append(Trouble("invalid", message, at))

    @property
    def target_at(self) -> Span | None:
        """Where the target is named."""
        if self.target_span or self.target is None or "action" not in self.places:
            return self.target_span
        path, _, end = self.places["action"]
        return Span(path, end - len(self.target), end)

    @property
    def is_refused(self) -> bool:
        return bool(self.troubles) and any(trouble.kind == "invalid" for trouble in self.troubles)


class Said(NamedTuple):
    """An option with its values."""

    name: str
    values: list[Word]
    negated: bool
    span: Span  # of all of it

    @property
    def value(self) -> str:
        return self.values[0].text

    @property
    def text(self) -> str:
        words = [self.name, *(word.text for word in self.values)]
        return " ".join(["!", *words] if self.negated else words)


Handler = Callable[[Draft, Said], None]


class Option(NamedTuple):
    arity: int
    handler: Handler
    may_negate: bool = True


Options = Mapping[str, Option]


def named(option: Option, *names: str) -> dict[str, Option]:
    return dict.fromkeys(names, option)


def ignored(draft: Draft, said: Said) -> None:
    """An option that changes nothing about which packets match."""
