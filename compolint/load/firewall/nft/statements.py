"""The statements of a rule of nftables, from words."""

from compolint.load.firewall.nft.expressions import BEGINNINGS, Expressions
from compolint.load.firewall.nft.fields import OPERATORS, VERDICTS
from compolint.load.firewall.nft.values import (
    Assignment,
    Atom,
    Comment,
    Concat,
    Counter,
    Elements,
    Field,
    Limit,
    Lookup,
    Masked,
    Named,
    Notrack,
    Part,
    Quiet,
    Range,
    Refused,
    Relation,
    Translation,
    Unclear,
    Unfamiliar,
    Value,
    Verdict,
)
from compolint.load.firewall.nft.words import Words
from compolint.syntax.nft import Block, Group
from compolint.text import Span

_MOST = 1_000  # statements of a rule
_NO_STATEMENT = "nft knows no such statement"
_NEAR = 0.66  # tpc is tcp
_FAMILIES = {"ip": 4, "ip6": 6}
_FLAGS = frozenset(("persistent", "random", "fully-random"))
_LOG_VALUES = frozenset((
    "prefix", "level", "group", "snaplen", "queue-threshold",
))  # fmt: skip


def parts(words: Words, expressions: Expressions, text: str) -> list[Part]:
    """The statements up to the end of the words."""
    return _Rule(words, expressions, text).parts()


class _Rule:
    def __init__(self, words: Words, expressions: Expressions, text: str) -> None:
        self._words, self._expressions, self._text = words, expressions, text

    def parts(self) -> list[Part]:
        found: list[Part] = []
        while self._words:
            here = self._words.here
            part = self._part()
            if found and _ends(found[-1]) and not isinstance(part, Comment):
                raise Refused("this comes behind a verdict, so nft refuses it", here)
            found.append(part)
            if len(found) > _MOST:
                raise Unfamiliar(f"this rule has more than {_MOST} statements", self._words.here)
        return found

    def _part(self) -> Part:
        words = self._words
        verb = _VERBS.get(words.word)
        if verb is not None and not (words.word == "ct" and words.ahead(1) != "count"):
            return verb(self)
        verdict = self._expressions.verdict(words) if words.word in VERDICTS else None
        if verdict is None or verdict.kind != "unknown":
            return verdict or self._relation()
        while words.word in ("num", "flags", "to", "bypass", "fanout"):  # of `queue`
            if words.take().text in ("num", "flags", "to"):
                self._expressions.value(words)
        return verdict

    def _strange(self, here: Span) -> Refused:
        """What is against a word that begins no statement: it may be one of a later nftables."""
        text = self._words.word
        if self._words.kind() != "word" or text[:1].isdigit():
            return Refused(_NO_STATEMENT, here)
        from compolint.spelling import meant

        known = {*_VERBS, *VERDICTS, *BEGINNINGS}
        hint = meant(text, sorted(known), _NEAR)
        kind = Refused if hint or text in known else Unfamiliar
        return kind(f"{_NO_STATEMENT}{hint}", here)

    def _relation(self) -> Part:
        words, start = self._words, self._words.at
        here = words.here
        if words.word not in BEGINNINGS and words.kind() != "set":
            raise self._strange(here)
        left = self._expressions.left(words)
        first = left.parts if isinstance(left, Concat) else (left,)
        if any(isinstance(each, Atom | Named | Elements | Range) for each in first):
            raise Refused(_NO_STATEMENT, here)
        if words.has("vmap"):
            return Lookup(left, self._expressions.data(words), words.span(start))
        if words.has("set"):
            return self._assignment(left, start)
        operator = OPERATORS.get(words.word, "")
        if operator:
            words.take()
        right = self._expressions.value(words)
        if words.has("/"):
            mask = self._expressions.value(words)
            if isinstance(left, Field):
                left = Masked(left, mask, left.span)
            operator = operator or "=="
        return Relation(left, operator, right, words.span(start))

    def _assignment(self, left: Value, start: int) -> Part:
        words = self._words
        value = self._expressions.value(words)
        span = words.span(start)
        name = left.name if isinstance(left, Field) else ""
        return Assignment(name, value, span)

    def counter(self) -> Part:
        words, start = self._words, self._words.at
        words.take()
        packets = None
        if words.has("name"):
            self._expressions.single(words)
        elif isinstance(words.node, Group | Block):
            words.at += 1
        elif words.has("packets"):
            count = words.take_plain("a number").text
            packets = int(count) if count.isdecimal() and len(count) < 20 else None
            words.skip("bytes")
            words.take_plain("a number")
        return Counter(packets, words.span(start))

    def log(self) -> Part:
        words, start = self._words, self._words.at
        words.take()
        while True:
            if words.word in _LOG_VALUES:
                words.take()
                words.take_plain("a value")
            elif words.has("flags"):
                self._log_flags()
            else:
                return Quiet(words.span(start))

    def _log_flags(self) -> None:
        words = self._words
        first = words.take_plain("a flag").text
        if first in ("tcp", "ip"):
            words.take_plain("a flag")
        while words.has(","):
            words.take_plain("a flag")

    def limit(self) -> Part:
        words, start = self._words, self._words.at
        words.take()
        if words.has("name"):
            self._expressions.single(words)
            return Unclear(self._shown(start), words.span(start))
        words.skip("rate")
        is_within = not words.has("over")
        words.has("until")
        words.take_plain("a number")
        if not words.has("/"):
            words.take_plain("a unit")
            if words.has("/"):
                words.take_plain("a unit")
        else:
            words.take_plain("a unit")
        if words.has("burst"):
            words.take_plain("a number")
            if words.word in ("packets", "bytes", "kbytes", "mbytes"):
                words.take()
        return Limit(is_within, words.span(start))

    def quota(self) -> Part:
        words, start = self._words, self._words.at
        words.take()
        if words.has("name"):
            self._expressions.single(words)
            return Unclear(self._shown(start), words.span(start))
        is_within = not words.has("over")
        words.has("until")
        for _ in range(2):
            words.take_plain("a number")
            words.take_plain("a unit")
            if not words.has("used"):
                break
        return Limit(is_within, words.span(start))

    def connections(self) -> Part:
        words, start = self._words, self._words.at
        words.has("ct", "count")
        is_within = not words.has("over")
        words.take_plain("a number")
        return Limit(is_within, words.span(start))

    def reject(self) -> Part:
        words, start = self._words, self._words.at
        words.take()
        if words.has("with"):
            kind = words.take_plain("`icmp`, `icmpv6`, `icmpx` or `tcp reset`").text
            if kind == "tcp":
                words.skip("reset")
            elif kind in ("icmp", "icmpv6", "icmpx"):
                words.has("type")
                self._expressions.single(words)
            else:
                raise Refused(
                    "packets are rejected with icmp, icmpv6, icmpx or tcp reset", words.span(words.at - 1)
                )
        return Verdict("reject", words.span(start))

    def translation(self) -> Part:
        words, start = self._words, self._words.at
        kind = words.take().text
        family = _FAMILIES.get(words.word) if words.ahead(1) in ("to", "addr", "prefix", "interval") else None
        if family:
            words.take()
        is_pair = False
        while words.word in ("addr", "prefix", "interval"):
            is_pair |= words.take().text == "addr" and words.has(".", "port")
        has_target = words.has("to")
        address = port = None
        if (
            words
            and words.word not in _FLAGS
            and words.word not in (":", "comment")
            and (has_target or kind in ("dnat", "snat"))
        ):
            address = self._expressions.single(words)
        if (has_target or address is not None) and words.has(":"):
            port = self._expressions.single(words)
        elif kind in ("redirect", "masquerade"):
            address, port = None, address
        if address is None and port is None and (has_target or kind in ("dnat", "snat")):
            raise Refused(f"where {kind} leads is missing", words.here)
        while words.word in _FLAGS:
            words.take()
            words.has(",")
        span = words.span(start)
        return Translation(kind, address, port, span, family, is_pair)  # type: ignore[arg-type]

    def comment(self) -> Part:
        words, start = self._words, self._words.at
        words.take()
        return Comment(words.take_plain("a text").text, words.span(start))

    def notrack(self) -> Part:
        start = self._words.at
        self._words.take()
        return Notrack(self._words.span(start))

    def last(self) -> Part:
        words, start = self._words, self._words.at
        words.take()
        if words.has("used"):
            words.take_plain("a time")
        return Quiet(words.span(start))

    def entry(self) -> Part:
        """`add @recent { ip saddr limit rate over 5/minute }`, `meter m { … }`, `set add ip saddr @x`."""
        words, start = self._words, self._words.at
        first = words.take().text
        if first == "set":
            words.take_plain("`add` or `update`")
            key = self._expressions.left(words)
            if words.kind() != "set":
                raise Refused("the name of a set is missing here", words.here)
            words.take()
            return Quiet(words.span(start), key)
        if first != "meter" and words.kind() not in ("set", "variable"):
            raise Refused("the name of a set is missing here", words.here)
        words.take_plain("the name of a meter")
        if words.has("size"):
            words.take_plain("a number")
        group = words.group("an element")
        if not isinstance(group, Group):
            raise Refused("an element is missing here", words.span(words.at - 1))
        return self._conditional(Words(group.nodes, words.path, group.end), start)

    def _conditional(self, inner: Words, start: int) -> Part:
        """The condition within an element, which is kept for each key."""
        span = self._words.span(start)
        key = self._expressions.left(inner)
        while inner:
            if inner.word in ("timeout", "expires"):
                inner.take()
                inner.take_plain("a time")
            elif inner.word in (":",):
                inner.take()
                self._expressions.verdict(inner) or self._expressions.single(inner)
            else:
                part = _Rule(inner, self._expressions, self._text)._part()
                if isinstance(part, Limit):
                    return Limit(part.is_within, span, key)
                if not isinstance(part, Counter | Comment | Quiet):
                    return Unclear(self._shown(start), span)
        return Quiet(span, key)

    def elsewhere(self) -> Part:
        """`tproxy`, `fwd`, `synproxy`: somebody else decides about the packet."""
        words, start = self._words, self._words.at
        words.take()
        self._skip_rest()
        return Unclear(self._shown(start), words.span(start), is_match=False)

    def copied(self) -> Part:
        """`dup to 10.0.0.1`, `flow add @ft`, `reset tcp option x`: the packet goes on."""
        words, start = self._words, self._words.at
        first = words.take().text
        if first == "flow":
            words.take_plain("`add`")
            if words.kind() != "set":
                raise Refused("the name of a flowtable is missing here", words.here)
            words.take()
        elif first == "reset":
            self._expressions.left(words)
        else:
            words.skip("to")
            self._expressions.single(words)
            if words.has("device"):
                self._expressions.single(words)
        return Quiet(words.span(start))

    def extension(self) -> Part:
        """`xt match "recent"`, `xt target "LOG"`, of rules that iptables made."""
        words, start = self._words, self._words.at
        words.take()
        what = words.take_plain("`match` or `target`").text
        words.take_plain("a name")
        return Unclear(self._shown(start), words.span(start), is_match=what != "target")

    def _skip_rest(self) -> None:
        while self._words and self._words.word != "comment":
            self._words.at += 1

    def _shown(self, start: int) -> str:
        span = self._words.span(start)
        return " ".join(self._text[span.start : span.end].split())


def _ends(part: Part) -> bool:
    return isinstance(part, Translation | Lookup) or (isinstance(part, Verdict) and part.kind != "continue")


_VERBS = {
    "counter": _Rule.counter, "log": _Rule.log, "limit": _Rule.limit, "quota": _Rule.quota,
    "ct": _Rule.connections, "reject": _Rule.reject, "comment": _Rule.comment, "notrack": _Rule.notrack,
    **dict.fromkeys(("dnat", "snat", "redirect", "masquerade"), _Rule.translation),
    **dict.fromkeys(("add", "update", "delete", "set", "meter"), _Rule.entry),
    **dict.fromkeys(("tproxy", "fwd", "synproxy"), _Rule.elsewhere),
    **dict.fromkeys(("dup", "flow", "reset"), _Rule.copied),
    "xt": _Rule.extension, "last": _Rule.last,
}  # fmt: skip
