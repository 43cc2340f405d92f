"""What `iptables -L` prints, turned back into the words that it was made of.

    Chain INPUT (policy DROP 163 packets, 13239 bytes)
    num   pkts bytes target  prot opt in   out  source        destination
    1        0     0 ACCEPT  tcp  --  eth0 *    !10.0.0.0/8   0.0.0.0/0    tcp dpt:22 ctstate NEW

The columns are of any width, the target may be missing, and without `-v` the interfaces are: what such a
rule matches can't be told.
"""

import re
from collections.abc import Iterable

from compolint.load.firewall.backends import WARNING, with_unseen
from compolint.load.firewall.draft import Trouble
from compolint.load.firewall.listing_options import take_options
from compolint.load.firewall.listing_row import Row
from compolint.load.firewall.ruleset import RuleSet
from compolint.load.firewall.save import ASKED, family_by_name, tables_of
from compolint.load.firewall.targets import TARGETS
from compolint.model import Entity
from compolint.model.firewall import Family
from compolint.pattern import pattern
from compolint.syntax.iptables import Command, Word, placed, words
from compolint.text import Source, Span
from compolint.tuples import NamedTuple

_LINE = pattern(r"[^\r\n]+")
# Chain INPUT (policy DROP 163 packets, 13239 bytes)   Chain mine (2 references)
_CHAIN = pattern(r"Chain (\S+) \((?:policy ([A-Z]+)|\d+ references?)")
_OPTIONS = frozenset(("--", "-f", "!f"))
_ANYWHERE = frozenset(("anywhere", "0.0.0.0/0", "::/0"))
_ANY_INTERFACE = frozenset(("*", "any"))
_SUFFIXES = {"K": 1_000, "M": 1_000_000, "G": 1_000_000_000, "T": 1_000_000_000_000}


class _Columns(NamedTuple):
    """What the line above the rules announces."""

    has_number: bool
    has_counters: bool
    has_interfaces: bool


def entities(source: Source) -> Iterable[Entity]:
    ruleset = RuleSet(source.path, Span(source.path, 0, len(source.text)), "doubt")
    _Listing(source, ruleset).read()
    ruleset.doubt_marks()
    found = list(ruleset.entities())
    return with_unseen([ruleset.firewall("iptables", "state"), *found], source)


class _Listing:
    def __init__(self, source: Source, ruleset: RuleSet) -> None:
        self.source, self.ruleset = source, ruleset
        self._named = family_by_name(source.path)
        self.family: Family = self._named or 4
        self.table = ""
        self.asked: str | None = None
        self._is_asked = False  # a command stands above what it has printed
        self.chain: Word | None = None
        self.columns = _Columns(False, False, False)
        self.built_in = tables_of(each[1] for each in _CHAIN.finditer(source.text) if each[2])

    def read(self) -> None:
        text, path = self.source.text, self.source.path
        for match in _LINE.finditer(text):
            line, start = match[0], match.start()
            if line.startswith(WARNING):
                continue
            if header := _CHAIN.match(line):
                self._open(header[1], header[2], start, start + len(line.rstrip()))
            elif self.chain is None or not line.strip():
                if asked := ASKED.search(line):
                    self._ask(asked)
            elif "source" in line and "destination" in line and "prot" in line:
                named = line.split()
                self.columns = _Columns("num" in named, "pkts" in named, "in" in named and "out" in named)
                if not self.columns.has_interfaces:
                    self._warn(Span(path, start, start + len(line.rstrip())))
            elif asked := ASKED.search(line):
                self._ask(asked)
            else:
                self._row(words(path, line.replace('"', "'"), start))

    def _ask(self, asked: re.Match[str]) -> None:
        self.asked, self.chain, self._is_asked = asked[2], None, True
        self.family = 6 if asked[1] == "ip6" else 4

    def _open(self, name: str, policy: str | None, start: int, end: int) -> None:
        span = Span(self.source.path, start, end)
        at = start + len("Chain ")
        self.chain = placed(name, Span(span.path, at, at + len(name)))
        if policy:
            table = next(self.built_in, "filter")
            self._turn_to(self.asked or table, name, start)
        self.table = self.table or "filter"
        said = None
        if policy:
            place = self.source.text.index(policy, at + len(name))
            said = placed(policy, Span(span.path, place, place + len(policy)))
        self.ruleset.declare(self.family, self.table, self.chain, said, span)

    def _turn_to(self, table: str, chain: str, start: int) -> None:
        """Goes on with a table, which another program may have listed: `iptables -nL; ip6tables -nL`."""
        known = self.ruleset.tables.get((self.family, table), {}).get(chain)
        is_next = table != self.table or (known is not None and known.is_declared)
        self.table = table
        if self._is_asked or self._named or not is_next:
            return
        end = self.source.text.find(f"\nChain {chain} (policy ", start)
        part = self.source.text[start : end if end >= 0 else None]
        if ("::/0" in part) != ("0.0.0.0/0" in part):
            self.family = 6 if "::/0" in part else 4
        elif known is not None and known.is_declared:
            self.family = 6 if self.family == 4 else 4

    def _warn(self, at: Span) -> None:
        message = "this listing was made without -v and shows no interfaces, so its rules may match or not"
        self.ruleset.tell(Trouble("unsupported", message, at, is_slight=True))

    def _row(self, row: list[Word]) -> None:
        if not row or self.chain is None:
            return
        span = Span(self.source.path, row[0].span.start, row[-1].span.end)
        text = self.source.text[span.start : span.end]
        reading = _Row(row, self.columns)
        taken = reading.words()
        if taken is None:
            self.ruleset.tell(Trouble("syntax", "this is no rule as `iptables -L` prints them", span))
            self.ruleset.doubt(self.family, self.table, self.chain.text, span, text)
            return
        said, packets = taken
        command = Command("append", self.chain, None, said)
        self.ruleset.run(command, self.family, self.table, span, text, packets, reading.doubtful)


class _Row(Row):
    """A line whose columns have been announced."""

    def __init__(self, row: list[Word], columns: _Columns) -> None:
        super().__init__(row, "" if columns.has_interfaces else "a listing without interfaces")
        self.columns = columns

    def words(self) -> tuple[list[Word], int | None] | None:
        row, columns = self.printed, self.columns
        self.at = int(columns.has_number)
        packets = None
        if columns.has_counters:
            packets = _count(row[self.at].text) if self.at < len(row) else None
            self.at += 2
        limit = self.at + 3
        opt = next((n for n in range(self.at, min(limit, len(row))) if row[n].text in _OPTIONS), None)
        behind = 2 * columns.has_interfaces
        if opt is None:  # ip6tables once left it out
            first = next((n for n in range(self.at, len(row)) if _is_address_6(row[n].text)), None)
            opt = None if first is None else first - behind - 1
            protocol = opt
        else:
            protocol = opt - 1
        if opt is None or protocol is None or protocol < self.at or len(row) < opt + 3 + behind:
            return None
        target = row[self.at] if protocol > self.at else None
        self._fixed(row[protocol], row[opt], row[opt + 1 : opt + 1 + behind], row[opt + 1 + behind :][:2])
        self.at = opt + 3 + behind
        self.target = target.text if target else ""
        rest = self._rest()
        is_whole = take_options(self)
        if target:
            told = TARGETS.get(target.text)
            if not is_whole and told and told.needs:
                target = placed(f"${target.text}", target.span)
            self.said += [placed("-g" if rest else "-j", target.span), target, *self.deed]
        return self.said, packets

    def _fixed(self, protocol: Word, opt: Word, interfaces: list[Word], addresses: list[Word]) -> None:
        if protocol.text not in ("all", "0", "ip"):
            self.say("-p", protocol)
        if opt.text in ("-f", "!f"):
            self.said += [placed("!", opt.span)] if opt.text == "!f" else []
            self.said.append(placed("-f", opt.span))
        for option, word in zip(("-i", "-o"), interfaces, strict=False):
            if word.text not in _ANY_INTERFACE:
                self.say(option, word)
        for option, word in zip(("-s", "-d"), addresses, strict=False):
            if word.text not in _ANYWHERE:
                self.say(option, word)

    def _rest(self) -> bool:
        """Whether the rule goes on in its chain for good, which is said among the options."""
        return any(word.text == "[goto]" for word in self.printed[self.at :])


def _count(text: str) -> int | None:
    number, factor = text, 1
    if text[-1:] in _SUFFIXES:
        number, factor = text[:-1], _SUFFIXES[text[-1]]
    return int(number[:20]) * factor if number.isdecimal() else None


def _is_address_6(text: str) -> bool:
    return text in ("anywhere", "!anywhere") or (text.count(":") > 1 and "/" in text)
