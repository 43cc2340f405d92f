"""What the engine makes of what checks say."""

from itertools import pairwise

import pytest

from compolint import engine, packs
from compolint.config import Config
from compolint.engine import Finding, Report
from compolint.tree import MemoryTree

SHARED = """\
x-base: &base
  image: app:1
  privileged: true
services:
  a:
    <<: *base
  b:
    <<: *base
"""


def report(files: dict[str, str], *names: str) -> Report:
    tree, config = MemoryTree(files), Config()
    offers = [offer for offer in packs.load() if offer.name in names]
    assert len(offers) == len(names)
    return engine.check(tree, engine.survey(tree, config), config, offers)


def only(found: Report) -> Finding:
    (finding,) = found.findings
    return finding


def test_what_several_services_share_is_found_once_with_the_places_that_ask_for_it() -> None:
    finding = only(report({"compose.yaml": SHARED}, "privileged-container"))
    assert finding.message.startswith("a is privileged")
    assert [note.text for note in finding.notes] == ["a takes it over here", "b takes it over here"]


def test_a_fingerprint_stays_when_lines_move_and_other_things_come() -> None:
    before = only(report({"compose.yaml": SHARED}, "privileged-container"))
    moved = "# a comment\n" + SHARED.replace("image: app:1", "image: app:2")
    after = only(report({"compose.yaml": moved}, "privileged-container"))
    assert before.at != after.at
    assert before.fingerprint == after.fingerprint


def test_an_undecided_check_is_open_and_says_what_it_waits_for() -> None:
    files = {"compose.yaml": 'services: {a: {image: app:1, privileged: "${P}"}}'}
    finding = only(report(files, "privileged-container"))
    assert finding.status == "open"
    assert finding.undecided is not None
    assert finding.undecided.names == ("P",)


def test_a_file_that_cannot_be_understood_makes_the_result_incomplete() -> None:
    found = report({"compose.yaml": "services: [", "Dockerfile": "FROM scratch\n"}, "syntax-error")
    assert found.incomplete
    assert only(found).at.path == "compose.yaml"


def test_an_accepted_fault_leaves_the_result_complete() -> None:
    text = '# compolint: allow syntax-error: generated\nservices: {a: {image: x, extends: "${B}"}}\n'
    found = report({"compose.yaml": text}, "syntax-error")
    assert only(found).status == "accepted"
    assert not found.incomplete


@pytest.mark.parametrize("step", [1, -1, 7])
def test_of_a_long_chain_of_includes_each_file_is_checked_once(step: int) -> None:
    names = [f"{number * step % 30:02}.yml" for number in range(30)]
    files = {
        name: f"include: [{following}]\nservices: {{s{name[:2]}: {{image: app:1, privileged: true}}}}"
        for name, following in pairwise(names)
    }
    files[names[-1]] = "services: {last: {image: app:1, privileged: true}}"
    found = report(files, "privileged-container")
    assert sorted(finding.at.path for finding in found.findings) == sorted(names)


def test_the_override_beside_an_included_file_is_checked() -> None:
    files = {
        "compose.yaml": "include: [sub/compose.yaml]\n",
        "sub/compose.yaml": "services: {a: {image: app:1, cap_add: [ALL]}}",
        "sub/compose.override.yaml": "services: {a: {privileged: true}}",
    }
    assert only(report(files, "privileged-container")).at.path == "sub/compose.override.yaml"
    assert only(report(files, "dangerous-capability")).at.path == "sub/compose.yaml"


def test_an_included_file_is_not_checked_twice() -> None:
    files = {
        "compose.yaml": "include: [sub/compose.yaml]\n",
        "sub/compose.yaml": "services: {a: {image: app:1, privileged: true}}",
    }
    finding = only(report(files, "privileged-container"))
    assert finding.key == "compose.yaml#a"
