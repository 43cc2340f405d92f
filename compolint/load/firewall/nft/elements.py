"""What a named set or map says of itself, and its elements."""

from compolint.load.firewall.nft.expressions import Expressions
from compolint.load.firewall.nft.tables import Set
from compolint.load.firewall.nft.values import Elements, Field, Listed, Open, Refused, Unfamiliar, Value
from compolint.load.firewall.nft.words import Words

_FLAGS = frozenset(("constant", "interval", "timeout", "dynamic"))
_IN_SETS = frozenset((
    "type", "typeof", "timeout", "gc-interval", "size", "policy", "auto-merge", "comment",
    "counter", "quota", "limit", "last", "meter", "handle",
))  # fmt: skip


def statement(words: Words, found: Set, expressions: Expressions, is_broken: bool) -> None:
    """One of what a set says of itself."""
    word = words.take_plain("`type`, `flags` or `elements`").text
    if word == "flags":
        while True:
            at = words.here
            flag = words.take_plain("a flag").text
            if flag not in _FLAGS:
                raise Unfamiliar("nft knows no such flag of a set", at)
            found.is_open |= flag in ("dynamic", "timeout")
            if not words.has(","):
                break
        words.finish()
    elif word == "size":
        if not words.take_plain("a number").text.isdecimal():
            raise Refused("this is no number", words.span(1))
    elif word == "type" or word == "typeof":
        if not words or words.word in _IN_SETS:
            raise Refused("a type is missing here", words.here)
    elif word == "elements":
        words.skip("=")
        found.is_open |= is_broken
        fill(found, expressions.single(words))
        words.finish()
    elif word not in _IN_SETS:
        raise Unfamiliar("nft knows no such part of a set", words.span(0))


def fill(found: Set, value: Value) -> None:
    if isinstance(value, Elements):
        for item in value.items:
            if isinstance(item, Elements):
                found.items += item.items
            elif isinstance(item, Open | Field):
                found.is_open = True
            else:
                found.items.append(item)
    elif isinstance(value, Listed):
        found.items += value.items
    else:
        found.is_open = True
