"""Which web sites an expression for origins lets in, besides those that its author thought of.

Texts are made that the author thought of, and from those some that belong to strangers: with more behind,
more before, another letter for a bare dot. What fits all the same is a hole, with its proof.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from compolint.model.knowledge.automata import Automaton
from compolint.model.knowledge.expressions import Unclear, bit, members, parsed
from compolint.pattern import pattern

_MOST_SAMPLES = 16


@lru_cache(256)
def stranger(text: str, ignores_case: bool = False) -> str | None:
    """An origin that belongs to somebody else than those whom the expression was written for, and fits it."""
    try:
        tree, flags = parsed(text, ignores_case)
        automaton = Automaton(tree, flags, exact=True)
        if automaton.matches("https://attacker.example"):
            return "https://attacker.example"
        samples = dict.fromkeys(_samples(tree))
        return next(
            (
                attack
                for sample in samples
                for attack in _attacks(sample, automaton)
                if automaton.matches(attack)
            ),
            None,
        )
    except (Unclear, RecursionError):
        return None


def _samples(tree: Any) -> list[str]:
    """Some texts that the author thought of: of each alternative one, with and without what is optional."""
    found = [""]
    for operator, value in tree:
        name = str(operator)
        if name == "SUBPATTERN":
            options = _samples(value[3])
        elif name == "BRANCH":
            options = [sample for each in value[1] for sample in _samples(each)]
        elif name in ("MAX_REPEAT", "MIN_REPEAT"):
            once = [sample * max(1, min(value[0], 3)) for sample in _samples(value[2])]
            options = ["", *once] if value[0] == 0 else once
        elif name == "ANY":
            options = ["."]
        elif name == "LITERAL":
            options = [chr(value)]
        elif name == "IN":
            fitting = members(value)
            options = [next((each for each in "a0.-/:" if fitting & bit(each)), "")]
        else:
            options = [""]
        found = [before + option for before in found for option in options][:_MOST_SAMPLES]
    return found


_ORIGIN = pattern(r"(?:(https?)://)?([a-z0-9.-]*)(:[0-9]+)?", re.I)
# Below these anybody can register a name.
_PUBLIC = frozenset(("ac", "co", "com", "edu", "gov", "net", "org"))


def _attacks(sample: str, automaton: Automaton) -> Iterator[str]:
    """Origins of strangers that look like one that is meant."""
    found = _ORIGIN.match(sample)
    if not found or not found[2].strip(".-"):
        return
    scheme, host, port = found[1] or "https", found[2].strip(".-"), found[3] or ""
    if "." in found[2] and found[2][0] == ".":
        host = f"www.{host}"
    if not automaton.matches(f"{scheme}://{host}{port}"):
        return
    yield f"{scheme}://{host}.attacker.example{port}"
    labels = host.split(".")
    is_below = len(labels) > 2 and labels[-2] in _PUBLIC and len(labels[-1]) == 2
    own = 3 if is_below else 2
    yield f"{scheme}://attacker{'.'.join(labels[-own:])}{port}"
    before = own if len(labels) > own else own - 1
    if before < len(labels) and before >= 2 and not host.replace(".", "").isdigit():
        glued = f"{'.'.join(labels[:-before])}x{'.'.join(labels[-before:])}"
        yield f"{scheme}://{glued}{port}"
