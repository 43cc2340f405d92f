"""What a base chain says of itself: its hook, its devices, its priority and its policy."""

from compolint.load.firewall.nft.expressions import Expressions
from compolint.load.firewall.nft.tables import HOOKS, Chain, Table
from compolint.load.firewall.nft.values import Atom, Elements, Refused, Unfamiliar
from compolint.load.firewall.nft.words import Words
from compolint.model.firewall import PRIORITIES
from compolint.unknown import Unknown

_BRIDGE = {"dstnat": -300, "filter": -200, "out": 100, "srcnat": 300}


def hook(words: Words, chain: Chain, table: Table, expressions: Expressions) -> None:
    words.take()
    kind = words.take_plain("filter, nat or route").text
    if kind not in ("filter", "nat", "route"):
        raise Refused("a chain is of type filter, nat or route", words.span(words.at - 1))
    words.skip("hook")
    hook = words.take_plain("a hook").text
    if hook not in HOOKS:
        raise Unfamiliar("nft knows no such hook", words.span(words.at - 1))
    while words.word in ("device", "devices"):
        devices(words, chain, expressions)
    if not words.has("priority"):
        raise Refused("`priority` is missing here", words.here)
    chain.hook, chain.kind = hook, kind  # type: ignore[assignment]
    chain.priority = _priority(words, table, expressions)
    chain.policy_span = words.span(0)
    words.finish()


def devices(words: Words, chain: Chain, expressions: Expressions) -> None:
    words.take()
    words.has("=")
    value = expressions.single(words)
    items = value.items if isinstance(value, Elements) else (value,)
    names = tuple(item.text for item in items if isinstance(item, Atom))
    chain.devices = names if len(names) == len(items) else None


def _priority(words: Words, table: Table, expressions: Expressions) -> int:
    negative = words.has("-")
    at = words.here
    value = expressions.field(words) if words.kind() == "mark" else None
    if value is None and words.kind() == "variable":
        found = expressions.single(words)
        text = found.text if isinstance(found, Atom) else "0"
    else:
        text = words.take_plain("a priority").text
    named = _BRIDGE if table.family == "bridge" else PRIORITIES
    base, _, rest = text.partition("-") if text.partition("-")[0] in named else (text, "", "")
    number = named.get(base, integer(base))
    if number is None:
        raise Refused("nft knows no such priority", at)
    if rest:
        number -= integer(rest) or 0
    if words.word in ("+", "-"):
        sign = 1 if words.take().text == "+" else -1
        number += sign * (integer(words.take_plain("a number").text) or 0)
    return -number if negative else number


def policy(words: Words, chain: Chain, expressions: Expressions) -> None:
    at = words.here
    if words.kind() == "variable":
        found = expressions.single(words)
        text = found.text if isinstance(found, Atom) else ""
    else:
        text = words.take_plain("`accept` or `drop`").text
    chain.policy_span = at
    if text in ("accept", "drop"):
        chain.policy = text  # type: ignore[assignment]
    elif text:
        raise Refused("a policy is accept or drop", at)
    else:
        chain.policy = Unknown("policy", at)


def integer(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 11 else None
