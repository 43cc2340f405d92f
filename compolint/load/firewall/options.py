"""The words of one rule of iptables, read into what it matches and what it does.

In the order in which iptables reads them, as an option is only known behind the `-p`, `-m` or `-j` that
brings it. What iptables refuses is `invalid`: it then installs nothing of the rule.
"""

from collections.abc import Sequence

from compolint.load.firewall.draft import Draft, Handler, Option, Options, Said, Trouble
from compolint.load.firewall.matches import CORE, FOREIGN, MODULES, Module
from compolint.load.firewall.targets import TARGETS, Target
from compolint.load.firewall.values import Refused, is_open
from compolint.model.firewall import Action, Family, Match
from compolint.syntax.iptables import Word, placed
from compolint.text import Span
from compolint.tuples import NamedTuple

_MOST_WORDS = 250  # beyond 255 iptables-restore gives up
_NO_OUT, _NO_IN = frozenset(("INPUT", "PREROUTING")), frozenset(("OUTPUT", "POSTROUTING"))
HOOKED = _NO_OUT | _NO_IN | {"FORWARD"}
_MODULE, _JUMP, _GOTO = ("-m", "--match"), ("-j", "--jump"), ("-g", "--goto")
_STEPS = frozenset((*_MODULE, *_JUMP, *_GOTO))
# Options that a rule may have once, whatever they are called.
_SINGLE = {
    **dict.fromkeys(("-s", "--source", "--src"), "-s"),
    **dict.fromkeys(("-d", "--destination", "--dst"), "-d"),
    **dict.fromkeys(("-p", "--protocol", "--proto"), "-p"),
    **dict.fromkeys(("-i", "--in-interface"), "-i"),
    **dict.fromkeys(("-o", "--out-interface"), "-o"),
    **dict.fromkeys(("-f", "--fragment", "--fragments"), "-f"),
    **dict.fromkeys((*_JUMP, *_GOTO), "-j"),
}
_OF_PROTOCOLS = frozenset(("tcp", "udp", "udplite", "sctp", "dccp", "icmp", "icmpv6"))
# What these take is looked for in the next word, whatever stands behind the `=`.
_UNSPLIT = frozenset((*_JUMP, *_GOTO, "--source", "--src", "--destination", "--dst", "--protocol", "--proto"))
# Of the options of a module these exclude each other.
_CHOICES = {
    "multiport": frozenset(MODULES["multiport"].options),
    "recent": frozenset(("--set", "--rcheck", "--update", "--remove")),
}
# No other module has options that are called so.
_OF_OTHERS = frozenset(
    name for module in ("tcp", "icmp", "icmp6", "multiport", "conntrack") for name in MODULES[module].options
)
_NEEDS_PORTS = frozenset((
    "--dport", "--sport", "--destination-port", "--source-port", "--dports", "--sports",
))  # fmt: skip


class Taken(NamedTuple):
    """An option as it was read."""

    said: Said
    handler: Handler
    at: int  # the number of the first word behind its name
    protocol: str | None  # that the rule had then
    first: int  # the matches that it added: from the first up to, not including, the last
    last: int


def read(
    words: Sequence[Word], family: Family, table: str, chain: str, taken: list[Taken] | None = None
) -> Draft:
    """A rule, of the words behind its chain; `taken` gets the options that stand as words of their own."""
    draft = Draft(family, table, chain)
    if len(words) > _MOST_WORDS:
        draft.refuse(f"the rule has more than {_MOST_WORDS} words, so iptables refuses it", words[0].span)
    else:
        _Reader(draft, words, [] if taken is None else taken).run()
    return draft


class _Scope:
    """The options that a module or a target brings."""

    __slots__ = ("is_loose", "module", "name", "options", "place", "seen", "word", "words")

    def __init__(self, name: str, options: Options, word: Word, *, is_loose: bool = False) -> None:
        self.name, self.options, self.word, self.is_loose = name, options, word, is_loose
        self.module: Module | None = None
        self.seen: set[str] = set()
        self.place: int | None = None  # of the match that the module makes by itself
        self.words: list[str] = []


class _Reader:
    def __init__(self, draft: Draft, words: Sequence[Word], taken: list[Taken]) -> None:
        self.draft, self.words, self.taken = draft, list(words), taken
        self.at = 0
        self.scopes: list[_Scope] = []
        self.single: set[str] = set()

    def run(self) -> None:
        negation: Word | None = None
        while self.at < len(self.words):
            word = self.words[self.at]
            self.at += 1
            if word.text == "!":
                if negation:
                    self.draft.refuse("`!` stands here twice, so iptables refuses the rule", word.span)
                negation = word
                continue
            self._option(word, negation)
            negation = None
        if negation:
            self.draft.refuse("`!` has nothing behind it, so iptables refuses the rule", negation.span)
        self._finish()

    def _option(self, word: Word, negation: Word | None) -> None:
        text = word.text
        if text in _STEPS:
            self._step(word, negation)
        elif option := CORE.get(text):
            single = _SINGLE.get(text)
            if single and single in self.single:
                self.draft.refuse(f"iptables takes one {single} a rule and refuses this one", word.span)
                self._values(1)
                return
            if single:
                self.single.add(single)
            self._take(word, negation, option, None)
        elif scope := self._scope(text):
            self._take(word, negation, scope.options[text], scope)
        else:
            self._odd(word, negation)

    def _scope(self, text: str) -> _Scope | None:
        for scope in reversed(self.scopes):
            if text in scope.options:
                return scope
        protocol = self.draft.protocol
        if protocol == "" and text in MODULES["tcp"].options:
            protocol = "tcp"
        if protocol in _OF_PROTOCOLS and text in MODULES[protocol].options:
            scope = _Scope(protocol, MODULES[protocol].options, self.words[self.at - 1])
            scope.module = MODULES[protocol]
            self.scopes.append(scope)
            return scope
        return None

    def _take(self, word: Word, negation: Word | None, option: Option, scope: _Scope | None) -> None:
        at, arity = self.at, option.arity
        values = self.words[at : at + arity]
        self.at = at + len(values)
        if arity and (len(values) < arity or values[0].text == "!"):
            checked = self._odd_values(word, values, arity)
            if checked is None:
                return
            negation, values = checked[0] or negation, checked[1]
        start = word.start if negation is None else min(negation.start, word.start)
        span = Span(word.path, start, values[-1].end if arity else word.end)
        draft = self.draft
        if negation and not option.may_negate:
            draft.refuse(f"{word.text} can't be negated, so iptables refuses the rule", span)
        said = Said(word.text, values, negation is not None, span)
        if scope and scope.module:
            self._tell(scope, said)
        protocol, first = draft.protocol, len(draft.matches)
        try:
            option.handler(draft, said)
            self.taken.append(Taken(said, option.handler, at, protocol, first, len(draft.matches)))
        except Refused as refusal:
            if any(is_open(each.text) for each in values):
                draft.maybe(span, said.text)
            else:
                draft.refuse(f"{refusal.message}, so iptables refuses the rule", values[0].span)

    def _odd_values(
        self, word: Word, values: list[Word], arity: int
    ) -> tuple[Word | None, list[Word]] | None:
        """The values of an option that has too few, or that has the `!` before the value."""
        draft = self.draft
        negation = None
        if values and values[0].text == "!" and self.at < len(self.words):
            # As iptables took it before 1.4.3
            message = "this iptables before 1.4.3 took: today `!` stands before the option"
            draft.troubles.append(Trouble("legacy", message, values[0].span))
            negation, values = values[0], [*values[1:], *self._values(1)]
        if len(values) == arity:
            return negation, values
        if any(is_open(each.text) for each in self.words):
            draft.maybe(word.span, word.text)
        else:
            draft.refuse(f"{word.text} has no value, so iptables refuses the rule", word.span)
        return None

    def _tell(self, scope: _Scope, said: Said) -> None:
        """Notes what a module has been told."""
        seen, name = scope.seen, said.name
        if seen and not scope.is_loose:
            choices = _CHOICES.get(scope.name, ())
            if name in seen or (name in choices and not seen.isdisjoint(choices)):
                message = f"-m {scope.name} takes no second {name}, so iptables refuses the rule"
                self.draft.refuse(message, said.span)
        seen.add(name)
        if scope.place is not None:
            scope.words.append(said.text)

    def _values(self, arity: int) -> list[Word]:
        at = self.at
        values = self.words[at : at + arity]
        self.at = at + len(values)
        return values

    def _step(self, word: Word, negation: Word | None) -> None:
        values = self._values(1)
        if not values:
            self.draft.refuse(f"{word.text} has no value, so iptables refuses the rule", word.span)
            return
        if negation:
            self.draft.refuse(f"{word.text} can't be negated, so iptables refuses the rule", word.span)
        if word.text in _MODULE:
            self._module(word, values[0])
        else:
            self._jump(word, values[0], is_goto=word.text in _GOTO)

    def _module(self, word: Word, name: Word) -> None:
        draft = self.draft
        module = MODULES.get(name.text)
        if module is None:
            module = FOREIGN
            if not is_open(name.text):
                message = f"the match {name.text} is not known here: the rule may match or not"
                draft.troubles.append(Trouble("unsupported", message, name.span, is_slight=True))
        scope = _Scope(name.text, module.options, name, is_loose=module.is_loose)
        scope.module = module
        if module.verdict:
            scope.place = len(draft.matches)
            scope.words = [f"-m {name.text}"]
            span = Span(word.path, word.start, name.end)
            draft.match(module.verdict, (True,) if module.verdict == "first" else (), False, span)
        self.scopes.append(scope)

    def _jump(self, word: Word, name: Word, *, is_goto: bool) -> None:
        draft = self.draft
        span = Span(word.path, word.start, name.end)
        if draft.target is not None:
            draft.refuse("iptables takes one -j a rule and refuses this one", span)
            return
        draft.target, draft.target_span = name.text, name.span
        draft.spans["action"] = span
        found = None if is_goto else TARGETS.get(name.text)
        if found:
            text = name.text if found.kind in ("continue", "unknown") else ""
            draft.action = Action(found.kind, text=text)
            self.scopes.append(_Scope(name.text, found.options, name, is_loose=found.is_loose))
            if found.tables and draft.table not in found.tables:
                tables = " and ".join(found.tables)
                draft.refuse(f"{name.text} is for the table {tables} only, so it is refused here", name.span)
            elif found.chains and draft.chain in HOOKED and draft.chain not in found.chains:
                draft.refuse(f"{name.text} can't stand in {draft.chain}, so it is refused here", name.span)
            elif found.kind in ("drop", "reject") and draft.table == "nat":
                draft.refuse("the table nat takes no DROP, so iptables refuses the rule", name.span)
        elif is_open(name.text):
            draft.action = Action("unknown", text=name.text)
        else:
            draft.action = Action("goto" if is_goto else "jump", chain=name.text)

    def _odd(self, word: Word, negation: Word | None) -> None:
        """An option that is written in another way, or that nothing here knows."""
        text, span = word.text, word.span
        if is_open(text):
            self.draft.is_open = True
            self.draft.maybe(span, text)
            return
        name, equals, value = text.partition("=")
        if equals and (name in _UNSPLIT or text[:2] in ("-s", "-d")):
            self.draft.refuse(f"{name} takes its value as a word of its own: iptables refuses the rule", span)
            return
        if text.startswith("--") and equals:
            # As the name of an interface iptables takes the whole word.
            self._put(word, name, text if name in ("--in-interface", "--out-interface") else value)
            self._again(negation)
            return
        if text[:1] == "-" and text[1:2] not in ("", "-") and len(text) > 2 and self._is_short(text[:2]):
            self._put(word, text[:2], text[2:] if text[:2] == "-m" else text)
            self._again(negation)
            return
        if text.startswith("--") and len(full := self._beginning(text)) == 1:
            self._put(word, full[0], None)
            self._again(negation)
            return
        scope = next((scope for scope in reversed(self.scopes) if scope.is_loose), None)
        if text.startswith("-") and scope and text not in _OF_OTHERS:
            self._foreign(word, scope, negation)
            return
        self.draft.refuse(f"{_complaint(text)}, so iptables refuses the rule", span)
        while text.startswith("-") and self.at < len(self.words) and self.words[self.at].text[:1] not in "-!":
            self.at += 1

    def _is_short(self, name: str) -> bool:
        return name in ("-i", "-o", "-m")

    def _put(self, word: Word, name: str, value: str | None) -> None:
        """Lets the reader go on with the word taken apart."""
        parts = [placed(name, word.span)]
        if value is not None:
            end = word.span.end
            plain = end - word.span.start == len(word.text)
            at = Span(word.span.path, end - len(value), end) if plain else word.span
            parts.append(placed(value, at))
        self.words = [*self.words[: self.at - 1], *parts, *self.words[self.at :]]
        self.taken = []  # from here on the words have other numbers

    def _again(self, negation: Word | None) -> None:
        word = self.words[self.at - 1]
        if word.text in _STEPS or word.text in CORE or self._scope(word.text):
            self._option(word, negation)
            return
        scope = next((scope for scope in reversed(self.scopes) if scope.is_loose), None)
        if scope:
            self._foreign(word, scope, negation)
        else:
            self.draft.refuse(f"{_complaint(word.text)}, so iptables refuses the rule", word.span)

    def _beginning(self, text: str) -> list[str]:
        """The one option that begins so."""
        known: dict[Option | str, str] = {}
        for name in (*CORE, *_STEPS):
            if name.startswith(text):
                known.setdefault(CORE.get(name, _SINGLE.get(name, name)), name)
        scopes = [scope.options for scope in self.scopes]
        if self.draft.protocol in _OF_PROTOCOLS:
            scopes.append(MODULES[self.draft.protocol or ""].options)
        for options in scopes:
            for name, option in options.items():
                if name.startswith(text):
                    known.setdefault(option, name)
        return list(known.values())

    def _foreign(self, word: Word, scope: _Scope, negation: Word | None) -> None:
        """An option of a module whose options are not known here, with what follows it."""
        start = self.at
        while self.at < len(self.words) and self.words[self.at].text[:1] not in ("-", "!"):
            self.at += 1
        if scope.place is not None:
            sign = ["!"] if negation else []
            scope.words += [*sign, word.text, *(each.text for each in self.words[start : self.at])]

    def _finish(self) -> None:
        draft = self.draft
        for scope in self.scopes:
            module = scope.module
            if module and module.needs_option and not scope.seen and not draft.is_open:
                draft.refuse(
                    f"-m {scope.name} is told nothing, so iptables refuses the rule", scope.word.span
                )
            if module and module.protocol and draft.protocol not in (module.protocol, ""):
                message = f"-m {scope.name} needs -p {module.protocol}, so the kernel refuses the rule"
                draft.refuse(message, scope.word.span)
            if scope.place is not None:
                match = draft.matches[scope.place]
                draft.matches[scope.place] = Match(match.what, match.values, text=" ".join(scope.words))
        for option, chains in (("-o", _NO_OUT), ("-i", _NO_IN)):
            if option in self.single and draft.chain in chains:
                what = "out_interface" if option == "-o" else "interface"
                message = f"{draft.chain} can't have {option}, so iptables refuses the rule"
                draft.refuse(message, draft.spans.get(what) or self.words[0].span)
        self._finish_action()

    def _finish_action(self) -> None:
        draft = self.draft
        if draft.target is None:
            if draft.is_open:
                draft.action = Action("unknown", text="a word that is filled in")
            return
        found: Target | None = TARGETS.get(draft.target)
        if not found or draft.action.kind in ("jump", "goto"):
            return
        if not found.needs or draft.is_open or draft.target_span is None:
            return
        said = {word.text.partition("=")[0] for word in self.words}
        is_told = said.intersection(found.needs) or any(
            len(name) > 3 and need.startswith(name) for name in said for need in found.needs
        )
        if not is_told:
            message = f"{draft.target} lacks {found.needs[0]}, so iptables refuses the rule"
            draft.refuse(message, draft.target_span)


def _complaint(text: str) -> str:
    if text in _NEEDS_PORTS:
        several = text.endswith("s")
        return f"{text} needs {'`-m multiport`' if several else '`-p tcp` or `-p udp`'} before it"
    if text.startswith("-"):
        return f"the rule has no use for {text}"
    return "this word belongs to no option"
