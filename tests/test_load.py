"""Every loader against `tests/load/<kind>.md`: files, and the entities that they must give.

A line of a `model` fence names a kind of entity, then fields with values that one entity of that kind
must have. Of each kind that a fence names, it lists all entities. `(none)` says that there are none.
"""

import re
import shlex
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest

from compolint import load
from compolint.cases import Case, cases
from compolint.config import Config
from compolint.engine import survey
from compolint.model import Entity
from compolint.model.firewall import Action, Addresses, Match
from compolint.secret import Secret
from compolint.tree import MemoryTree
from compolint.unknown import Unknown

PAGES = sorted((Path(__file__).parent / "load").glob("*.md"))
CASES = [
    pytest.param(case, id=f"{page.stem}: {case.title}")
    for page in PAGES
    for case in cases(re.sub(r"^```model$", "```text model", page.read_text(encoding="utf-8"), flags=re.M))
]


def shown(value: object) -> str:
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, Unknown):
        return str(value)
    if isinstance(value, Addresses):
        return _stretch(value)
    if isinstance(value, Match):  # !source:10.0.0.0-10.255.255.255
        values = shown(value.values) or value.text
        return f"{'!' * value.negated}{value.what}:{values}".removesuffix(":")
    if isinstance(value, Action):  # jump:mine   dnat:10.0.0.1:80
        parts = (value.kind, value.chain, value.addresses, value.ports, value.mark)
        return ":".join(shown(part) for part in parts if part not in ("", None))
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return ",".join(map(shown, value))
    if isinstance(value, frozenset):
        return ",".join(sorted(map(shown, value)))
    if hasattr(value, "text") and hasattr(value, "is_wildcard"):
        return str(value.text) or "*"
    return str(value)


def _stretch(addresses: Addresses) -> str:
    first, last = (
        str(IPv4Address(number) if addresses.family == 4 else IPv6Address(number))
        for number in (addresses.first, addresses.last)
    )
    return first if first == last else f"{first}-{last}"


def matches(entity: Entity, words: list[str], texts: dict[str, str]) -> bool:
    for word in words:
        field, equals, wanted = word.partition("=")
        if not equals:
            return False
        if field.startswith("@"):  # @address=5432 : the text at the place of a field
            span = entity.at(field[1:]) if field != "@" else entity.span
            if texts[span.path][span.start : span.end] != wanted:
                return False
        elif shown(getattr(entity, field)) != wanted:
            return False
    return True


@pytest.mark.parametrize("case", CASES)
def test_files_give_these_entities(case: Case) -> None:
    expected = case.files.pop("model")
    world = survey(MemoryTree(case.files), Config()).world
    lines = [shlex.split(line) for line in expected.strip().split("\n")]
    of = {kind.__name__: world.of(kind) for kind in world.kinds()}
    for kind in dict.fromkeys(words[0] for words in lines):
        entities = list(of.get(kind, []))
        wanted = [words[1:] for words in lines if words[0] == kind and words[1:] != ["(none)"]]
        for words in wanted:
            fitting = [entity for entity in entities if matches(entity, words, case.files)]
            assert fitting, f"no {kind} has {words}; there are {entities}"
            entities.remove(fitting[0])
        assert not entities, f"these are not expected: {entities}"


def test_each_kind_of_file_has_cases() -> None:
    assert set(load.KINDS) <= {page.stem.partition("-")[0] for page in PAGES}
