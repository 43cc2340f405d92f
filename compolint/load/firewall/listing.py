"""What `iptables -L` prints, turned back into the words that it was made of.

    Chain INPUT (policy DROP 163 packets, 13239 bytes)
    num   pkts bytes target  prot opt in   out  source        destination
    1        0     0 ACCEPT  tcp  --  eth0 *    !10.0.0.0/8   0.0.0.0/0    tcp dpt:22 ctstate NEW

The columns are of any width, the target may be missing, and without `-v` the interfaces are: what such a
rule matches can't be told.
"""

from collections.abc import Callable, Iterator

from compolint.load.firewall.draft import Trouble
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


def entities(source: Source) -> Iterator[Entity]:
    ruleset = RuleSet(source.path, Span(source.path, 0, len(source.text)), "doubt")
    _Listing(source, ruleset).read()
    found = list(ruleset.entities())
    yield ruleset.firewall("iptables", "state")
    yield from found


class _Listing:
    def __init__(self, source: Source, ruleset: RuleSet) -> None:
        self.source, self.ruleset = source, ruleset
        self.family: Family = _family(source)
        self.table = "filter"
        self.asked: str | None = None
        self.chain: Word | None = None
        self.columns = _Columns(False, False, False)
        self.built_in = tables_of(each[1] for each in _CHAIN.finditer(source.text) if each[2])

    def read(self) -> None:
        text, path = self.source.text, self.source.path
        for match in _LINE.finditer(text):
            line, start = match[0], match.start()
            if header := _CHAIN.match(line):
                self._open(header[1], header[2], start, start + len(line.rstrip()))
            elif self.chain is None or not line.strip():
                if asked := ASKED.search(line):
                    self.asked = asked[2]
                    self.family = 6 if asked[1] == "ip6" else 4
                    self.chain = None
            elif "source" in line and "destination" in line and "prot" in line:
                named = line.split()
                self.columns = _Columns("num" in named, "pkts" in named, "in" in named and "out" in named)
                if not self.columns.has_interfaces:
                    self._warn(Span(path, start, start + len(line.rstrip())))
            elif asked := ASKED.search(line):
                self.asked, self.chain = asked[2], None
                self.family = 6 if asked[1] == "ip6" else 4
            else:
                self._row(words(path, line.replace('"', "'"), start))

    def _open(self, name: str, policy: str | None, start: int, end: int) -> None:
        span = Span(self.source.path, start, end)
        at = start + len("Chain ")
        self.chain = placed(name, Span(span.path, at, at + len(name)))
        if policy:
            self.table = self.asked or next(self.built_in, "filter")
        said = None
        if policy:
            place = self.source.text.index(policy, at + len(name))
            said = placed(policy, Span(span.path, place, place + len(policy)))
        self.ruleset.declare(self.family, self.table, self.chain, said, span)

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


def _family(source: Source) -> Family:
    by_name = family_by_name(source.path)
    return by_name or (6 if "::/0" in source.text and "0.0.0.0/0" not in source.text else 4)


class _Row:
    """One line of a listing on its way back into words of a rule."""

    def __init__(self, row: list[Word], columns: _Columns) -> None:
        self.row, self.columns = row, columns
        self.said: list[Word] = []
        self.deed: list[Word] = []  # what belongs to the target, whose options come last
        self.at = 0
        self.target = ""
        self.doubtful = "" if columns.has_interfaces else "a listing without interfaces"

    def words(self) -> tuple[list[Word], int | None] | None:
        row, columns = self.row, self.columns
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
        is_whole = self._options()
        if target:
            told = TARGETS.get(target.text)
            if not is_whole and told and told.needs:
                target = placed(f"${target.text}", target.span)
            self.said += [placed("-g" if rest else "-j", target.span), target, *self.deed]
        return self.said, packets

    def _fixed(self, protocol: Word, opt: Word, interfaces: list[Word], addresses: list[Word]) -> None:
        if protocol.text not in ("all", "0", "ip"):
            self._say("-p", protocol)
        if opt.text in ("-f", "!f"):
            self.said += [placed("!", opt.span)] if opt.text == "!f" else []
            self.said.append(placed("-f", opt.span))
        for option, word in zip(("-i", "-o"), interfaces, strict=False):
            if word.text not in _ANY_INTERFACE:
                self._say(option, word)
        for option, word in zip(("-s", "-d"), addresses, strict=False):
            if word.text not in _ANYWHERE:
                self._say(option, word)

    def _say(self, option: str, word: Word, *values: Word) -> None:
        """An option, of which a `!` before the value is said first."""
        if word.text.startswith("!") and len(word.text) > 1:
            self.said.append(placed("!", word.span))
            word = placed(word.text[1:], word.span)
        self.said += [placed(option, word.span), word, *values]

    def _rest(self) -> bool:
        """Whether the rule goes on in its chain for good, which is said among the options."""
        return any(word.text == "[goto]" for word in self.row[self.at :])

    def _options(self) -> bool:
        """Takes in what stands behind the columns, as far as it is told apart here."""
        while self.at < len(self.row):
            word = self.row[self.at]
            if word.text == "/*":
                self._comment()
                continue
            negated = word.text == "!" and self.at + 1 < len(self.row)
            if negated:
                self.at += 1
                word = self.row[self.at]
            self.at += 1
            if not self._option(word, [placed("!", word.span)] if negated else []):
                return False
        return True

    def _comment(self) -> None:
        ends = [number for number in range(self.at, len(self.row)) if self.row[number].text == "*/"]
        last = ends[-1] if ends else len(self.row) - 1
        first = self.row[self.at]
        if len(ends) != 1:  # nobody can tell what is comment and what is not
            self.doubtful = "a comment with */ in it"
        inner = self.row[self.at + 1 : last]
        text = " ".join(word.text for word in inner)
        span = Span(first.span.path, first.span.start, self.row[last].span.end)
        self.said += [
            placed("-m", span),
            placed("comment", span),
            placed("--comment", span),
            placed(text, span),
        ]
        self.at = last + 1

    def _option(self, word: Word, sign: list[Word]) -> bool:
        """Takes in one of the options behind the columns; says whether there may be more."""
        text, span = word.text, word.span
        if text in _SKIPPED:
            return True
        for beginning, option in _GLUED.items():
            if text.startswith(beginning):
                self.said += sign
                self._say(option, _behind(word, len(beginning)))
                return True
        if text.startswith("to:") and self.target in ("DNAT", "SNAT"):
            option = "--to-destination" if self.target == "DNAT" else "--to-source"
            self.deed += [placed(option, span), _behind(word, len("to:"))]
            return True
        if text == "reject-with":
            self.deed += [placed("--reject-with", span), self._next(word)]
            return True
        if text.startswith("flags:"):
            return self._flags(_behind(word, len("flags:")), sign)
        if known := _NAMED.get(text):
            module, option = known
            self.said += [placed("-m", span), placed(module, span), *sign]
            self._say(option, self._next(word))
            return True
        if several := _PHRASES.get(text):
            return several(self, word, sign)
        if text in _UNDECIDED:
            self._undecided(word)
            return True
        found = TARGETS.get(self.target)
        if found and (found.is_loose or text in (self.target, "nflog-prefix", "ulog")):
            return False
        # Not told apart here: it may match or not
        self.doubtful = " ".join(each.text for each in self.row[self.at - 1 :])
        return False

    def _undecided(self, word: Word) -> None:
        start = self.at - 1
        if word.text == "TIME":
            while self.at < len(self.row) and self.row[self.at].text != "UTC":
                self.at += 1
        self.at += _UNDECIDED[word.text]
        self.doubtful = " ".join(each.text for each in self.row[start : self.at])

    def _next(self, otherwise: Word) -> Word:
        if self.at >= len(self.row):
            return placed("$", otherwise.span)
        word = self.row[self.at]
        self.at += 1
        if word.text == "!" and self.at < len(self.row):
            following = self.row[self.at]
            self.at += 1
            return placed(f"!{following.text}", Span(word.span.path, word.span.start, following.span.end))
        return word

    def _flags(self, word: Word, sign: list[Word]) -> bool:
        text = word.text
        if text.startswith("!"):
            sign, text = [placed("!", word.span)], text[1:]
        mask, _, wanted = text.partition("/")
        option = placed("--tcp-flags", word.span)
        self.said += [*sign, option, placed(_flags(mask), word.span), placed(_flags(wanted), word.span)]
        return True

    def take(self, *texts: str) -> bool:
        """Goes over words if they are these."""
        here = [word.text for word in self.row[self.at : self.at + len(texts)]]
        if here != list(texts):
            return False
        self.at += len(texts)
        return True


def _behind(word: Word, count: int) -> Word:
    span = word.span
    return placed(word.text[count:], Span(span.path, span.start + count, span.end))


def _count(text: str) -> int | None:
    number, factor = text, 1
    if text[-1:] in _SUFFIXES:
        number, factor = text[:-1], _SUFFIXES[text[-1]]
    return int(number[:20]) * factor if number.isdecimal() else None


def _is_address_6(text: str) -> bool:
    return text in ("anywhere", "!anywhere") or (text.count(":") > 1 and "/" in text)


_BITS = ("FIN", "SYN", "RST", "PSH", "ACK", "URG")


def _flags(text: str) -> str:
    """`0x17`, or the names of flags of TCP."""
    if not text.startswith("0x"):
        return text or "NONE"
    bits = int(text[2:][:8] or "0", 16) if text[2:].isalnum() and text[2:].isascii() else 0
    return ",".join(name for number, name in enumerate(_BITS) if bits >> number & 1) or "NONE"


# dpt:22   dpts:5000:5500   to:172.17.0.2:80
_GLUED = {"dpts:": "--dport", "dpt:": "--dport", "spts:": "--sport", "spt:": "--sport"}
# A word whose value follows, with its module
_NAMED = {
    "state": ("state", "--state"),
    **{
        name: ("conntrack", f"--{name}")
        for name in (
            "ctstate", "ctproto", "ctorigsrc", "ctorigdst", "ctreplsrc", "ctrepldst", "ctorigsrcport",
            "ctorigdstport", "ctreplsrcport", "ctrepldstport", "ctstatus", "ctexpire", "ctdir",
        )
    },
    "src-type": ("addrtype", "--src-type"),
    "dst-type": ("addrtype", "--dst-type"),
}  # fmt: skip
# What only the machine can tell, and how many words follow.
_UNDECIDED = {
    "TIME": 1, "MAC": 1, "length": 1, "PKTTYPE": 2, "owner": 3, "TTL": 4, "HL": 4, "policy": 5,
    "statistic": 4,
}  # fmt: skip
_SKIPPED = frozenset(("tcp", "udp", "udplite", "[goto]", "ADDRTYPE", "match", "random", "persistent"))


def _multiport(row: _Row, word: Word, sign: list[Word]) -> bool:
    which = row._next(word)
    row.said += [placed("-m", word.span), placed("multiport", word.span)]
    row._say(f"--{which.text}", row._next(which))
    return True


def _range(option: str) -> Callable[[_Row, Word, list[Word]], bool]:
    def read(row: _Row, word: Word, sign: list[Word]) -> bool:
        if not row.take("IP", "range"):
            return False
        row.said += [placed("-m", word.span), placed("iprange", word.span), *sign]
        row._say(option, row._next(word))
        return True

    return read


def _set(row: _Row, word: Word, sign: list[Word]) -> bool:
    row.said += [placed("-m", word.span), placed("set", word.span), *sign, placed("--match-set", word.span)]
    row.said += [row._next(word), row._next(word)]
    return True


def _mark(module: str) -> Callable[[_Row, Word, list[Word]], bool]:
    def read(row: _Row, word: Word, sign: list[Word]) -> bool:
        row.take("match")
        row.said += [placed("-m", word.span), placed(module, word.span), *sign]
        row._say("--mark", row._next(word))
        return True

    return read


def _limit(row: _Row, word: Word, sign: list[Word]) -> bool:
    span = word.span
    if row.take("avg"):
        row.said += [placed("-m", span), placed("limit", span), placed("--limit", span), row._next(word)]
        if row.take("burst"):
            row.said += [placed("--limit-burst", span), row._next(word)]
        return True
    option = "--hashlimit-above" if row.take("above") else "--hashlimit-upto"
    row.take("up", "to")
    row.said += [placed("-m", span), placed("hashlimit", span), placed(option, span), row._next(word)]
    for name in ("burst", "mode", "htable-size", "htable-max", "htable-expire", "srcmask", "dstmask"):
        if row.take(name):
            row.said += [placed(f"--hashlimit-{name}", span), row._next(word)]
    return True


_RECENT = {"SET": "--set", "UPDATE": "--update", "CHECK": "--rcheck", "REMOVE": "--remove"}


def _recent(row: _Row, word: Word, sign: list[Word]) -> bool:
    span = word.span
    which = _RECENT.get(row._next(word).text, "--rcheck")
    row.said += [placed("-m", span), placed("recent", span), *sign, placed(which, span)]
    for name, option in (("seconds:", "--seconds"), ("hit_count:", "--hitcount"), ("name:", "--name")):
        if row.take(name):
            row.said += [placed(option, span), row._next(word)]
    if row.take("side:"):
        row._next(word)
    if row.take("mask:"):
        row._next(word)
    return True


def _redirect(row: _Row, word: Word, sign: list[Word]) -> bool:
    row.take("ports") or row.take("ports:")
    row.deed += [placed("--to-ports", word.span), row._next(word)]
    return True


_MARKS = {
    "set": "--set-mark",
    "xset": "--set-xmark",
    "and": "--and-mark",
    "or": "--or-mark",
    "xor": "--xor-mark",
}


def _set_mark(row: _Row, word: Word, sign: list[Word]) -> bool:
    how = row._next(word)
    if how.text in ("save", "restore"):
        row.deed.append(placed(f"--{how.text}-mark", how.span))
        if row.take("mask"):
            row.deed += [placed("--mask", how.span), row._next(word)]
        return True
    value = row._next(word)
    row.deed += [placed(_MARKS.get(how.text, "--set-mark"), how.span), value]
    return True


def _connections(row: _Row, word: Word, sign: list[Word]) -> bool:
    row._next(word)
    option = "--connlimit-above" if row._next(word).text == ">" else "--connlimit-upto"
    span = word.span
    row.said += [placed("-m", span), placed("connlimit", span), placed(option, span), row._next(word)]
    return True


def _icmp(row: _Row, word: Word, sign: list[Word]) -> bool:
    option = "--icmpv6-type" if word.text.startswith("ipv6") else "--icmp-type"
    row.said += [placed(option, word.span), row._next(word)]
    if row.take("code"):
        row._next(word)
    return True


def _limited(row: _Row, word: Word, sign: list[Word]) -> bool:
    row.said.append(placed(f"--limit-iface-{word.text.removeprefix('limit-')}", word.span))
    return True


_PHRASES: dict[str, Callable[[_Row, Word, list[Word]], bool]] = {
    "multiport": _multiport,
    "source": _range("--src-range"),
    "destination": _range("--dst-range"),
    "match-set": _set,
    "mark": _mark("mark"),
    "connmark": _mark("connmark"),
    "CONNMARK": _set_mark,
    "MARK": _set_mark,
    "limit:": _limit,
    "recent:": _recent,
    "redir": _redirect,
    "masq": _redirect,
    "#conn": _connections,
    "icmptype": _icmp,
    "ipv6-icmptype": _icmp,
    "limit-in": _limited,
    "limit-out": _limited,
}
