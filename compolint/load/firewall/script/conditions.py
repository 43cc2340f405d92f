"""Tests of a shell: `[ "$1" = start ]`, `[[ $p == */* && -n $q ]]`, as far as their values are known."""

from typing import TYPE_CHECKING

from compolint.load.firewall.script.expansion import Expander, Frame, Trust, is_match
from compolint.load.firewall.script.status import Status, negated
from compolint.pattern import pattern

if TYPE_CHECKING:
    from compolint.syntax.shell_nodes import Node

_DEEPEST = 20
_LONGEST = 100
_NUMBER = pattern(r"-?\d{1,18}")
# The programs that a script like this is written for are there.
_PROGRAM = pattern(r"(?:.*/)?(?:ufw|nft|ip6?tables(?:-\w+)*)")


def decided(node: "Node", expander: Expander, frame: Frame, trust: Trust, depth: int = 0) -> Status:
    """The outcome of a test, or `open`."""
    if depth > _DEEPEST:
        return "open"
    children = node.named_children
    if node.type in ("test_command", "parenthesized_expression"):
        if frame.raw(node).startswith("((") or len(children) != 1:
            return "open"
        return decided(children[0], expander, frame, trust, depth + 1)
    operators = [child for child in node.children if child.type == "test_operator" or not child.is_named]
    sign = frame.raw(operators[0]) if operators else ""
    if node.type == "unary_expression" and children:
        if sign == "!":
            return negated(decided(children[-1], expander, frame, trust, depth + 1))
        return one(sign, _text(children[-1], expander, frame, trust))
    if node.type == "binary_expression" and len(children) >= 2:
        if sign in ("&&", "||", "-a", "-o"):
            first, second = (
                decided(each, expander, frame, trust, depth + 1) for each in (children[0], children[-1])
            )
            return _both(first, second) if sign in ("&&", "-a") else _either(first, second)
        return two(
            _text(children[0], expander, frame, trust), sign, _text(children[-1], expander, frame, trust)
        )
    return one("-n", _text(node, expander, frame, trust))


def of_words(words: list[str | None]) -> Status:
    """The outcome of `test` with these words."""
    match words:
        case ["!", *rest]:
            return negated(of_words(rest))
        case [text]:
            return one("-n", text)
        case [str(sign), text]:
            return one(sign, text)
        case [left, str(sign), right]:
            return two(left, sign, right)
    return "open"


def one(sign: str, text: str | None) -> Status:
    if text is None:
        return "open"
    if sign == "-z":
        return "no" if text else "yes"
    if sign == "-n":
        return "yes" if text else "no"
    return "yes" if sign in ("-x", "-e", "-f") and _PROGRAM.fullmatch(text) else "open"


def two(left: str | None, sign: str, right: str | None) -> Status:
    if left is None or right is None or len(left) > _LONGEST or len(right) > _LONGEST:
        return "open"
    if sign in ("=", "==", "!="):
        is_same = is_match(left, right) if right.count("*") < 4 else left == right
        return "yes" if is_same == (sign != "!=") else "no"
    if not (_NUMBER.fullmatch(left) and _NUMBER.fullmatch(right)):
        return "open"
    first, second = int(left), int(right)
    found = {
        "-eq": first == second,
        "-ne": first != second,
        "-lt": first < second,
        "-le": first <= second,
        "-gt": first > second,
        "-ge": first >= second,
    }.get(sign)
    return "open" if found is None else "yes" if found else "no"


def _text(node: "Node", expander: Expander, frame: Frame, trust: Trust) -> str | None:
    return expander.word(*frame.span(node), [node], frame, trust).text


def _both(first: Status, second: Status) -> Status:
    if "no" in (first, second):
        return "no"
    return "yes" if first == second == "yes" else "open"


def _either(first: Status, second: Status) -> Status:
    if "yes" in (first, second):
        return "yes"
    return "no" if first == second == "no" else "open"
