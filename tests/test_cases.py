"""Every check against the cases of its documentation and of `tests/cases/<name>.md`."""

from pathlib import Path

import pytest

from compolint import config, engine, packs
from compolint.cases import Case, cases
from compolint.packs import Offer
from compolint.tree import MemoryTree

OFFERS = packs.load()
MORE = Path(__file__).parent / "cases"


def documents(offer: Offer) -> list[str]:
    more = MORE / f"{offer.name}.md"
    return [offer.check.doc, *([more.read_text(encoding="utf-8")] if more.exists() else [])]


ALL = [
    pytest.param(offer, case, id=f"{offer.name}: {case.title}")
    for offer in OFFERS
    for document in documents(offer)
    for case in cases(document)
]


@pytest.mark.parametrize(("offer", "case"), ALL)
def test_case(offer: Offer, case: Case) -> None:
    tree = MemoryTree(case.files)
    settings = config.read(tree, known={each.name for each in OFFERS})._replace(profile="strict")
    # What a comment allows depends on all checks that there are.
    running = OFFERS if offer.subject == "Suppression" else [offer]
    report = engine.check(tree, engine.survey(tree, settings), settings, running)
    assert not report.errors
    found = []
    for finding in report.findings:
        if finding.check.name != offer.name:
            continue
        source = tree.read(finding.at.path)
        assert source is not None
        if finding.status in {"fail", "open"}:
            found.append((finding.at.path, source.position(finding.at.start)[0], finding.message))
    expected = sorted(case.expected)
    assert sorted(place[:2] for place in found) == [place[:2] for place in expected], found
    for path, line, words in expected:
        assert any(place[:2] == (path, line) and words in place[2] for place in found), (words, found)


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.name)
def test_each_check_has_a_case_that_must_be_found_and_one_that_must_not(offer: Offer) -> None:
    known = [case for document in documents(offer) for case in cases(document)]
    assert any(case.expected for case in known)
    assert any(not case.expected for case in known)


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.name)
def test_each_check_explains_itself(offer: Offer) -> None:
    check = offer.check
    assert check.name == offer.name
    assert check.title
    assert not check.title.endswith(".")
    assert len(check.why) > 60, "the first paragraph says why it matters"
    assert check.subject.__name__ == offer.subject
    assert check.references or check.category == "linter"
    for reference in check.references:
        assert reference.startswith("https://")


def test_every_file_of_cases_belongs_to_a_check() -> None:
    names = {offer.name for offer in OFFERS}
    assert {path.stem for path in MORE.glob("*.md")} <= names
