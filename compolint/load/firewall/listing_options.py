"""What `iptables -L` prints behind its columns: matches, and what belongs to the target."""

from collections.abc import Callable

from compolint.load.firewall.listing_row import Row, behind
from compolint.load.firewall.targets import TARGETS
from compolint.syntax.iptables import Word, placed
from compolint.text import Span

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
_BITS = ("FIN", "SYN", "RST", "PSH", "ACK", "URG")


def take_options(row: Row) -> bool:
    """Takes in what stands behind the columns, as far as it is told apart here."""
    while row.at < len(row.printed):
        word = row.printed[row.at]
        if word.text == "/*":
            _comment(row)
            continue
        negated = word.text == "!" and row.at + 1 < len(row.printed)
        if negated:
            row.at += 1
            word = row.printed[row.at]
        row.at += 1
        if not _option(row, word, [placed("!", word.span)] if negated else []):
            return False
    return True


def _comment(row: Row) -> None:
    ends = [number for number in range(row.at, len(row.printed)) if row.printed[number].text == "*/"]
    last = ends[-1] if ends else len(row.printed) - 1
    first = row.printed[row.at]
    if len(ends) != 1:  # nobody can tell what is comment and what is not
        row.doubtful = "a comment with */ in it"
    inner = row.printed[row.at + 1 : last]
    text = " ".join(word.text for word in inner)
    span = Span(first.span.path, first.span.start, row.printed[last].span.end)
    row.said += [
        placed("-m", span),
        placed("comment", span),
        placed("--comment", span),
        placed(text, span),
    ]
    row.at = last + 1


def _option(row: Row, word: Word, sign: list[Word]) -> bool:
    """Takes in one of the options behind the columns; says whether there may be more."""
    text, span = word.text, word.span
    if text in _SKIPPED:
        return True
    for beginning, option in _GLUED.items():
        if text.startswith(beginning):
            row.said += sign
            row.say(option, behind(word, len(beginning)))
            return True
    if text.startswith("to:") and row.target in ("DNAT", "SNAT"):
        option = "--to-destination" if row.target == "DNAT" else "--to-source"
        row.deed += [placed(option, span), behind(word, len("to:"))]
        return True
    if text == "reject-with":
        row.deed += [placed("--reject-with", span), row.next(word)]
        return True
    if text.startswith("flags:"):
        return _tcp_flags(row, behind(word, len("flags:")), sign)
    if known := _NAMED.get(text):
        module, option = known
        row.said += [placed("-m", span), placed(module, span), *sign]
        row.say(option, row.next(word))
        return True
    if several := _PHRASES.get(text):
        return several(row, word, sign)
    if text in _UNDECIDED:
        _undecided(row, word)
        return True
    found = TARGETS.get(row.target)
    if found and (found.is_loose or text in (row.target, "nflog-prefix", "ulog")):
        return False
    # Not told apart here: it may match or not
    row.doubtful = " ".join(each.text for each in row.printed[row.at - 1 :])
    return False


def _undecided(row: Row, word: Word) -> None:
    start = row.at - 1
    if word.text == "TIME":
        while row.at < len(row.printed) and row.printed[row.at].text != "UTC":
            row.at += 1
    row.at += _UNDECIDED[word.text]
    row.doubtful = " ".join(each.text for each in row.printed[start : row.at])


def _tcp_flags(row: Row, word: Word, sign: list[Word]) -> bool:
    text = word.text
    if text.startswith("!"):
        sign, text = [placed("!", word.span)], text[1:]
    mask, _, wanted = text.partition("/")
    option = placed("--tcp-flags", word.span)
    row.said += [*sign, option, placed(_flags(mask), word.span), placed(_flags(wanted), word.span)]
    return True


def _flags(text: str) -> str:
    """`0x17`, or the names of flags of TCP."""
    if not text.startswith("0x"):
        return text or "NONE"
    bits = int(text[2:][:8] or "0", 16) if text[2:].isalnum() and text[2:].isascii() else 0
    return ",".join(name for number, name in enumerate(_BITS) if bits >> number & 1) or "NONE"


def _multiport(row: Row, word: Word, sign: list[Word]) -> bool:
    which = row.next(word)
    row.said += [placed("-m", word.span), placed("multiport", word.span)]
    row.say(f"--{which.text}", row.next(which))
    return True


def _range(option: str) -> Callable[[Row, Word, list[Word]], bool]:
    def read(row: Row, word: Word, sign: list[Word]) -> bool:
        if not row.take("IP", "range"):
            return False
        row.said += [placed("-m", word.span), placed("iprange", word.span), *sign]
        row.say(option, row.next(word))
        return True

    return read


def _set(row: Row, word: Word, sign: list[Word]) -> bool:
    row.said += [placed("-m", word.span), placed("set", word.span), *sign, placed("--match-set", word.span)]
    row.said += [row.next(word), row.next(word)]
    return True


def _mark(module: str) -> Callable[[Row, Word, list[Word]], bool]:
    def read(row: Row, word: Word, sign: list[Word]) -> bool:
        row.take("match")
        row.said += [placed("-m", word.span), placed(module, word.span), *sign]
        row.say("--mark", row.next(word))
        return True

    return read


def _limit(row: Row, word: Word, sign: list[Word]) -> bool:
    span = word.span
    if row.take("avg"):
        row.said += [placed("-m", span), placed("limit", span), placed("--limit", span), row.next(word)]
        if row.take("burst"):
            row.said += [placed("--limit-burst", span), row.next(word)]
        return True
    option = "--hashlimit-above" if row.take("above") else "--hashlimit-upto"
    row.take("up", "to")
    row.said += [placed("-m", span), placed("hashlimit", span), placed(option, span), row.next(word)]
    for name in ("burst", "mode", "htable-size", "htable-max", "htable-expire", "srcmask", "dstmask"):
        if row.take(name):
            row.said += [placed(f"--hashlimit-{name}", span), row.next(word)]
    return True


_RECENT = {"SET": "--set", "UPDATE": "--update", "CHECK": "--rcheck", "REMOVE": "--remove"}


def _recent(row: Row, word: Word, sign: list[Word]) -> bool:
    span = word.span
    which = _RECENT.get(row.next(word).text, "--rcheck")
    row.said += [placed("-m", span), placed("recent", span), *sign, placed(which, span)]
    for name, option in (("seconds:", "--seconds"), ("hit_count:", "--hitcount"), ("name:", "--name")):
        if row.take(name):
            row.said += [placed(option, span), row.next(word)]
    if row.take("side:"):
        row.next(word)
    if row.take("mask:"):
        row.next(word)
    return True


def _redirect(row: Row, word: Word, sign: list[Word]) -> bool:
    row.take("ports") or row.take("ports:")
    row.deed += [placed("--to-ports", word.span), row.next(word)]
    return True


_MARKS = {
    "set": "--set-mark",
    "xset": "--set-xmark",
    "and": "--and-mark",
    "or": "--or-mark",
    "xor": "--xor-mark",
}


def _set_mark(row: Row, word: Word, sign: list[Word]) -> bool:
    how = row.next(word)
    if how.text in ("save", "restore"):
        row.deed.append(placed(f"--{how.text}-mark", how.span))
        if row.take("mask"):
            row.deed += [placed("--mask", how.span), row.next(word)]
        return True
    value = row.next(word)
    row.deed += [placed(_MARKS.get(how.text, "--set-mark"), how.span), value]
    return True


def _connections(row: Row, word: Word, sign: list[Word]) -> bool:
    row.next(word)
    option = "--connlimit-above" if row.next(word).text == ">" else "--connlimit-upto"
    span = word.span
    row.said += [placed("-m", span), placed("connlimit", span), placed(option, span), row.next(word)]
    return True


def _icmp(row: Row, word: Word, sign: list[Word]) -> bool:
    option = "--icmpv6-type" if word.text.startswith("ipv6") else "--icmp-type"
    row.said += [placed(option, word.span), row.next(word)]
    if row.take("code"):
        row.next(word)
    return True


def _limited(row: Row, word: Word, sign: list[Word]) -> bool:
    row.said.append(placed(f"--limit-iface-{word.text.removeprefix('limit-')}", word.span))
    return True


_PHRASES: dict[str, Callable[[Row, Word, list[Word]], bool]] = {
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
