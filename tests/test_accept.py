from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint import config
from compolint.accept import Acceptance
from compolint.check import Check, Problems, Severity
from compolint.config import Config
from compolint.engine import Finding
from compolint.model import Entity
from compolint.model.linter import Fault, Suppression
from compolint.model.workload import Workload
from compolint.text import Note, Span
from compolint.tree import MemoryTree

PATH = "compose.yaml"
KNOWN = {"wide", "deep", "fixed", "broken"}


def a_check(name: str, subject: type[Entity] = Workload, *, absolute: bool = False) -> Check:
    def run(workload: Workload) -> Problems:
        yield from ()

    return Check(
        name=name,
        category="test",
        subject=subject,
        is_change=False,
        severity=Severity.HIGH,
        clauses=(),
        cwe=(),
        cis=(),
        references=(),
        absolute=absolute,
        hardening=False,
        profile="default",
        precision="high",
        doc="",
        is_local=True,
        options={},
        run=run,
    )


WIDE = a_check("wide")
DEEP = a_check("deep")
FIXED = a_check("fixed", absolute=True)
BROKEN = a_check("broken", Fault)


class Trial:
    """A file with comments, and findings at words in it."""

    def __init__(self, text: str, settings: str = "", others: Mapping[str, str] | None = None) -> None:
        self.texts = {PATH: text, "compolint.toml": settings, **(others or {})}
        tree = MemoryTree(self.texts)
        settings_ = config.read(tree, known=KNOWN)._replace(today="2027-01-31")
        comments = [
            Span(path, at, (body + "\n").index("\n", at))
            for path, body in self.texts.items()
            for at in range(len(body))
            if body[at] == "#" and "#" not in body[body.rfind("\n", 0, at) + 1 : at]
        ]
        self.acceptance = Acceptance(tree, comments, settings_, KNOWN)

    def at(self, word: str, path: str = PATH) -> Span:
        start = self.texts[path].index(word)
        return Span(path, start, start + len(word))

    def judge(self, check: Check, word: str, *notes: Span, status: str = "fail", path: str = PATH) -> Finding:
        return self.acceptance.judge(self.finding(check, self.at(word, path), *notes, status=status))

    def finding(self, check: Check, at: Span, *notes: Span, status: str = "fail") -> Finding:
        return Finding(
            check=check,
            severity=Severity.HIGH,
            status=status,
            message="",
            at=at,
            notes=tuple(Note("there", note) for note in notes),
            fix=None,
            subject="web",
            key="",
        )

    def states(self) -> list[tuple[str, str]]:
        return [(", ".join(each.checks), each.state) for each in self.acceptance.suppressions()]

    def only(self) -> Suppression:
        (suppression,) = self.acceptance.suppressions()
        return suppression


def test_a_comment_on_the_line_accepts() -> None:
    trial = Trial("a: 1  # compolint: allow wide: for a reason: this one\nb: 2\n")
    finding = trial.judge(WIDE, "a: 1")
    assert (finding.status, finding.reason) == ("accepted", "for a reason: this one")
    assert trial.judge(WIDE, "b: 2").status == "fail"
    assert trial.states() == [("wide", "used")]


def test_a_comment_accepts_no_other_check() -> None:
    trial = Trial("a: 1  # compolint: allow wide: x\n")
    assert trial.judge(DEEP, "a: 1").status == "fail"
    assert trial.states() == [("wide", "unused")]


def test_a_comment_above_accepts_past_other_comments_and_empty_lines() -> None:
    trial = Trial("# compolint: allow wide: x\n\n# compolint: allow deep: y\n  # and more\na: 1\nb: 2\n")
    assert trial.judge(WIDE, "a: 1").reason == "x"
    assert trial.judge(DEEP, "a: 1").reason == "y"
    assert trial.judge(WIDE, "b: 2").status == "fail"


def test_a_comment_behind_something_does_not_reach_the_next_line() -> None:
    trial = Trial("a: 1  # compolint: allow wide: x\nb: 2\n")
    assert trial.judge(WIDE, "b: 2").status == "fail"


def test_a_comment_within_the_problem_accepts() -> None:
    trial = Trial("a:\n  b: 1  # compolint: allow wide: x\n  c: 2\n")
    assert trial.judge(WIDE, "a:\n  b: 1  # compolint: allow wide: x\n  c: 2\n").status == "accepted"


def test_a_problem_that_ends_with_its_line_does_not_reach_the_next() -> None:
    trial = Trial("a: 1\nb: 2  # compolint: allow wide: x\n")
    assert trial.judge(WIDE, "a: 1\n").status == "fail"


def test_a_comment_accepts_in_all_of_the_instruction_that_it_comes_with() -> None:
    text = "# compolint: allow wide: x\nRUN a \\\n  # why\n  && b \\\n  && c\nRUN d\n"
    tree = MemoryTree({"Dockerfile": text})
    comment = Span("Dockerfile", 0, text.index("\nRUN d"))
    acceptance = Acceptance(tree, [comment], Config(), KNOWN)
    trial = Trial(text)

    def status(word: str) -> str:
        at = trial.at(word)._replace(path="Dockerfile")
        return acceptance.judge(trial.finding(WIDE, at)).status

    assert [status(word) for word in ("RUN a", "b", "c\n", "RUN d")] == ["accepted"] * 3 + ["fail"]
    (suppression,) = acceptance.suppressions()
    assert suppression.span.end == text.index("\n")


@pytest.mark.parametrize("text", ["# compolint allow wide: x", "# Compolint: Allow wide: x"])
def test_a_comment_that_is_almost_one_to_the_linter_is_not_passed_over(text: str) -> None:
    assert Trial(f"a: 1  {text}\n").states() == [("", "malformed")]


def test_a_comment_that_only_speaks_of_the_linter_is_none_to_it() -> None:
    assert Trial("a: 1  # compolint allows this\n").states() == []


def test_a_comment_where_a_note_points_accepts() -> None:
    trial = Trial("a: 1\nb: 2  # compolint: allow wide: x\n")
    assert trial.judge(WIDE, "a: 1", trial.at("b: 2")).status == "accepted"


def test_a_comment_in_another_file_where_a_note_points_accepts() -> None:
    trial = Trial("a: 1\n", others={".env": "B=2  # compolint: allow wide: x\n"})
    assert trial.judge(WIDE, "a: 1", trial.at("B=2", ".env")).status == "accepted"


def test_a_comment_for_the_whole_file_accepts_everywhere_in_it() -> None:
    trial = Trial("# compolint: allow-file wide: x\na: 1\nb: 2\n", others={"other.yaml": "c: 3\n"})
    assert trial.judge(WIDE, "b: 2").status == "accepted"
    assert trial.judge(WIDE, "c: 3", path="other.yaml").status == "fail"
    assert trial.only().whole_file


def test_several_checks_may_be_allowed_and_those_not_needed_are_told_apart() -> None:
    trial = Trial("a: 1  # compolint: allow wide, deep: x\n")
    assert trial.judge(WIDE, "a: 1").status == "accepted"
    assert trial.states() == [("wide", "used"), ("deep", "unused")]


def test_every_comment_that_applies_is_of_use() -> None:
    trial = Trial("# compolint: allow wide: x\na: 1  # compolint: allow wide: y\n")
    assert trial.judge(WIDE, "a: 1").reason == "x"
    assert trial.states() == [("wide", "used"), ("wide", "used")]


def test_what_is_undecided_may_be_accepted() -> None:
    trial = Trial("a: 1  # compolint: allow wide: x\n")
    assert trial.judge(WIDE, "a: 1", status="open").status == "accepted"


@pytest.mark.parametrize(
    ("comment", "state"),
    [
        ("allow wide", "without reason"),
        ("allow wide:", "without reason"),
        ("allow wide:  ", "without reason"),
        ("allow wide until 2027-01-31: x", "used"),
        ("allow wide until 2027-01-30: x", "expired"),
        ("allow wide until 2027-02-30: x", "malformed"),
        ("allow wide until soon: x", "malformed"),
        ("allow wide deep: x", "malformed"),
        ("allow: x", "malformed"),
        ("allow until 2027-01-31: x", "malformed"),
        ("ignore wide: x", "malformed"),
        ("allow-line wide: x", "malformed"),
        ("", "malformed"),
        ("allow wide , deep:x", "used"),
    ],
)
def test_a_comment_counts_only_if_it_is_whole(comment: str, state: str) -> None:
    trial = Trial(f"a: 1  # compolint: {comment}\n")
    accepted = trial.judge(WIDE, "a: 1").status == "accepted"
    assert accepted == (state == "used")
    assert trial.states()[0][1] == state


def test_a_comment_that_merely_mentions_the_linter_says_nothing() -> None:
    trial = Trial("a: 1  # see the docs of compolint: allow wide: x\n")
    assert trial.judge(WIDE, "a: 1").status == "fail"
    assert trial.states() == []


def test_a_name_that_is_no_check_is_told() -> None:
    trial = Trial("a: 1  # compolint: allow wide, wdie: x\n")
    trial.judge(WIDE, "a: 1")
    used, unknown = trial.acceptance.suppressions()
    assert (used.checks, used.unknown) == (("wide",), ())
    assert (unknown.checks, unknown.unknown) == (("wdie",), ("wdie",))


def test_what_is_absolute_cannot_be_allowed() -> None:
    trial = Trial("a: 1  # compolint: allow fixed: x\nb: 2  # compolint: allow fixed: x\n")
    assert trial.judge(FIXED, "a: 1").status == "fail"
    assert trial.states() == [("fixed", "forbidden"), ("fixed", "unused")]


def test_a_comment_of_a_check_that_did_not_run_is_not_unused() -> None:
    assert Trial("a: 1  # compolint: allow wide: x\n", "severity.wide = 'off'").states() == [("wide", "used")]
    idle = Trial("a: 1  # compolint: allow wide: x\n").acceptance.suppressions(lambda name: name != "wide")
    assert [each.state for each in idle] == ["used"]


def test_where_the_quiet_profile_leaves_findings_out_no_comment_is_unused() -> None:
    assert Trial("a: 1  # compolint: allow wide: x\n", "profile = 'quiet'").states() == [("wide", "used")]


def test_in_a_file_that_is_not_understood_no_comment_is_unused() -> None:
    trial = Trial("a: 1  # compolint: allow wide: x\nb: {\n")
    trial.judge(BROKEN, "b: {")
    assert trial.states() == [("wide", "used")]


def test_where_only_a_part_is_looked_at_nothing_is_unused() -> None:
    tree = MemoryTree({PATH: "a: 1  # compolint: allow wide: x\n"})
    acceptance = Acceptance(tree, [Span(PATH, 6, 32)], Config(is_partial=True), KNOWN)
    assert [each.state for each in acceptance.suppressions()] == ["used"]


ENTRY = "[[ignore]]\nchecks = ['wide']\nreason = 'so be it'\n"


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ("", "used"),
        ("paths = ['*.yaml']", "used"),
        ("paths = ['stacks/**', 'compose.yaml']", "used"),
        ("paths = ['stacks/**']", "unused"),
        ("subject = 'web'", "used"),
        ("subject = 'w*'", "used"),
        ("subject = 'db'", "unused"),
        ("until = 2027-01-31", "used"),
        ("until = 2027-01-30", "expired"),
    ],
)
def test_an_entry_of_the_configuration_accepts_what_it_describes(more: str, state: str) -> None:
    trial = Trial("a: 1\n", ENTRY + more)
    finding = trial.judge(WIDE, "a: 1")
    expected = ("accepted", "so be it") if state == "used" else ("fail", None)
    assert (finding.status, finding.reason) == expected
    only = trial.only()
    assert (only.state, only.form, only.span.path) == (state, "configuration", "compolint.toml")


def test_what_is_absolute_cannot_be_allowed_by_the_configuration_either() -> None:
    trial = Trial("a: 1\n", ENTRY.replace("wide", "fixed"))
    assert trial.judge(FIXED, "a: 1").status == "fail"
    assert trial.only().state == "forbidden"


def test_a_file_that_cannot_be_read_allows_nothing() -> None:
    tree = MemoryTree({PATH: b"\xff# compolint: allow wide: x"})
    assert not list(Acceptance(tree, [Span(PATH, 1, 20), Span("gone", 0, 3)], Config(), KNOWN).suppressions())


def test_many_comments_and_many_findings_take_little_time() -> None:
    count = 20_000
    text = "# compolint: allow wide: x\n" * count + "a: 1\n"
    tree = MemoryTree({PATH: text})
    length = len("# compolint: allow wide: x\n")
    comments = [Span(PATH, n * length, (n + 1) * length - 1) for n in range(count)]
    acceptance = Acceptance(tree, comments, Config(), KNOWN)
    whole = Span(PATH, 0, len(text))
    finding = Finding(WIDE, Severity.HIGH, "fail", "", whole, (), None, "", "")
    assert all(acceptance.judge(finding).status == "accepted" for _ in range(count))
    assert {each.state for each in acceptance.suppressions()} == {"used"}


LINES = st.sampled_from(
    ["a: 1", "", "# people", "b: 2  # compolint: allow wide: x", "# compolint: allow wide: y"]
)


@given(st.lists(LINES, min_size=1, max_size=12), st.lists(st.integers(0, 11), max_size=4))
@settings(max_examples=200, deadline=None)
def test_lines_are_covered_as_the_rules_say(lines: list[str], problems: list[int]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    starts = [sum(len(line) + 1 for line in lines[:number]) for number in range(len(lines))]
    comments, covered = [], []
    for number, line in enumerate(lines):
        if "compolint" in line:
            at = starts[number] + line.index("#")
            comments.append(Span(PATH, at, starts[number] + len(line)))
            below = [n for n in range(number + 1, len(lines)) if lines[n] and lines[n][0] != "#"]
            covered.append({number, *(below[:1] if line[0] == "#" else [])})
    acceptance = Acceptance(MemoryTree({PATH: text}), comments, Config(), KNOWN)
    touched = [number for number in problems if number < len(lines)]
    for number in touched:
        place = Span(PATH, starts[number], starts[number] + len(lines[number]))
        finding = acceptance.judge(Finding(WIDE, Severity.HIGH, "fail", "", place, (), None, "", ""))
        assert (finding.status == "accepted") == any(number in each for each in covered)
    states = [each.state for each in acceptance.suppressions()]
    assert states == ["used" if each & set(touched) else "unused" for each in covered]


@given(st.text(alphabet="# :,alow-ide\n until 2027", max_size=60))
@settings(max_examples=200, deadline=None)
def test_no_comment_breaks_anything(text: str) -> None:
    source = f"# compolint:{text}"
    acceptance = Acceptance(MemoryTree({PATH: source}), [Span(PATH, 0, len(source))], Config(), KNOWN)
    assert len(list(acceptance.suppressions())) >= 1


def test_a_long_comment_is_read_in_little_time() -> None:
    words = "allow " + "a," * 50_000 + " until" * 50_000
    assert Trial(f"a: 1  # compolint: {words}\n").states() == [("", "malformed")]
