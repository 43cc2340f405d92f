"""The text report, the concise one, and what a terminal is spared."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.check import Severity
from compolint.engine import Report
from compolint.report import Options, render
from compolint.report.snippet import excerpt
from compolint.text import Note, Span
from compolint.tree import Skipped
from compolint.unknown import Unknown
from tests.reports import HIGH, found, hardening, made, marked, report

PATH = "compose.yaml"


def text(made_up: Report, options: Options = Options()) -> str:  # noqa: B008
    return "".join(render("text", made_up, options))


def concise(made_up: Report) -> str:
    return "".join(render("concise", made_up))


def one(marked_text: str, *notes: str, path: str = PATH) -> str:
    """The report of one finding at the first mark, with notes at the others."""
    plain, (at, *others) = marked(path, marked_text)
    noted = tuple(Note(words, span) for words, span in zip(notes, others, strict=True))
    return text(report({path: plain}, found(at, notes=noted)))


def test_a_finding_has_its_lines_its_reason_and_its_way_out() -> None:
    compose, (service, port) = marked(PATH, 'services:\n  ‹db›:\n    image: x\n    ports: [‹"5432:5432"›]\n')
    rules, (rule,) = marked("user.rules", "\n\n‹-A ufw-user-input --dport 5432 -j ACCEPT›\n")
    notes = (
        Note("this service", service),
        Note("this rule is in INPUT, which the packet does not pass", rule),
    )
    finding = found(port, notes=notes, fix="publish it on 127.0.0.1")
    assert text(report({PATH: compose, "user.rules": rules}, finding)) == (
        "high[wildcard-bind]: db publishes 5432/tcp on every interface\n"
        " --> compose.yaml:4:13\n"
        "  |\n"
        "2 |   db:\n"
        "  |   -- this service\n"
        "…\n"
        '4 |     ports: ["5432:5432"]\n'
        "  |             ^^^^^^^^^^^\n"
        "  |\n"
        " ::: user.rules:3:1\n"
        "  |\n"
        "3 | -A ufw-user-input --dport 5432 -j ACCEPT\n"
        "  | ----------------------------------------\n"
        "  | this rule is in INPUT, which the packet does not pass\n"
        "  |\n"
        "  = why: Docker's own firewall rules come before the host's, so the port is open\n"
        "    to the internet.\n"
        "  = fix: publish it on 127.0.0.1 (compolint explain wildcard-bind)\n"
        "\n"
        "Checked 2 files: 2 compose\n"
        "Found 1 high\n"
    )


@pytest.mark.parametrize(
    ("line", "shown", "carets"),
    [
        ("ports: ‹80:80›", "ports: 80:80", "       ^^^^^"),
        ("\tports: ‹80:80›", "    ports: 80:80", "           ^^^^^"),
        ("名: ‹日本› x", "名: 日本 x", "    ^^^^"),
        ("cafe\u0301: ‹80›", "cafe\u0301: 80", "      ^^"),
        ("a\x1b[2Jb: ‹80›", "a\\x1b[2Jb: 80", "           ^^"),
        ("a\u202eb: ‹c\u2066d›", "a\\u202eb: c\\u2066d", "          ^^^^^^^^"),
        ("a\xa0b: ‹80›", "a\\xa0b: 80", "        ^^"),
        ("‹›image: x", "image: x", "^"),
        ("image:‹›", "image:", "      ^"),
        ("‹::error::x›", "::error::x", "^^^^^^^^^^"),
    ],
)
def test_carets_stand_under_the_characters(line: str, shown: str, carets: str) -> None:
    assert f"1 | {shown}\n  | {carets}\n" in one(f"{line}\n")


def test_a_long_line_is_cut_around_the_carets() -> None:
    line = "x" * 500 + "‹here›" + "y" * 500
    _, shown, carets = one(line).split("  |\n")[1].partition("1 | ")
    shown, carets = carets.split("\n")[:2]
    assert len(shown) <= 80 - 4
    assert shown[0] == shown[-1] == "…"
    assert shown[carets.index("^") - 4 :][:4] == "here"


def test_of_several_lines_the_first_is_shown() -> None:
    assert "2 |   ‹\n".replace("‹", "deploy:") in one("a:\n  ‹deploy:\n    x: 1\n    y: 2\n›")
    assert "  |   ^^^^^^^ … 2 more lines\n" in one("a:\n  ‹deploy:\n    x: 1\n    y: 2\n›")


def test_notes_on_the_same_line_have_marks_of_their_own() -> None:
    assert (
        "1 | command: -b 0.0.0.0\n  |             ^^^^^^^\n  |          -- this option\n  | ------- of this\n"
    ) in one_line()


def one_line() -> str:
    plain, (key, option, value) = marked(PATH, "‹command›: ‹-b› ‹0.0.0.0›\n")
    notes = (Note("this option", option), Note("of this", key))
    return text(report({PATH: plain}, found(value, notes=notes)))


def test_what_one_thing_lacks_in_hardening_is_told_in_one_sentence() -> None:
    plain, (web, db) = marked(PATH, "services:\n  ‹web›:\n    x: 1\n  ‹db›:\n")
    findings = [
        found(web, "web may write", hardening("writable-root"), subject="web"),
        found(web, "web may grow", hardening("no-memory-limit", Severity.MEDIUM), subject="web"),
        found(db, "db may write", hardening("writable-root"), subject="db"),
    ]
    said = text(report({PATH: plain}, *findings))
    assert said.startswith("low[writable-root]: db may write\n")
    assert (
        "medium: web (compose.yaml:2) lacks hardening: writable-root, no-memory-limit\n"
        "  (compolint explain NAME)\n"
    ) in said
    assert "web may write" not in said


def test_checks_that_wait_for_one_value_are_told_together() -> None:
    plain, (bind,) = marked(PATH, 'ports: ["‹${BIND}›:80:80"]\n')
    value = Unknown("${BIND}", bind, ("BIND",))
    findings = [
        found(bind, "cannot be decided", made(name), status="open", undecided=value)
        for name in ("wildcard-bind", "datastore-exposed", "wildcard-bind")
    ]
    assert text(report({PATH: plain}, *findings)) == (
        "open: ${BIND} has no value here: 2 checks wait for it (datastore-exposed,\n"
        "  wildcard-bind)\n"
        " --> compose.yaml:1:10\n"
        "  |\n"
        '1 | ports: ["${BIND}:80:80"]\n'
        "  |          ^^^^^^^\n"
        "  |\n"
        "\n"
        "Checked 1 file: 1 compose\n"
        "Found nothing; 3 open\n"
    )


def test_accepted_findings_are_counted_and_shown_when_asked_for() -> None:
    made_up = report({PATH: "x\n"}, found(Span(PATH, 0, 1), status="accepted", reason="it must"))
    assert text(made_up) == "Checked 1 file: 1 compose\nFound nothing; 1 accepted\n"
    assert text(made_up, Options(show_accepted=True)) == (
        "accepted: high[wildcard-bind]: db publishes 5432/tcp on every interface\n"
        "  --> compose.yaml:1:1\n"
        "   = reason: it must\n"
        "\n"
        "Checked 1 file: 1 compose\nFound nothing; 1 accepted\n"
    )


def test_what_was_not_checked_is_said_loudly() -> None:
    made_up = report(
        {PATH: ""},
        skipped=tuple(Skipped(f"{number}.yaml", "is a named pipe") for number in range(7)),
        errors=("odd broke down at compose.yaml (ValueError)",),
        incomplete=True,
    )
    assert text(made_up) == (
        "Checked 1 file: 1 compose\n"
        "INCOMPLETE: some files, or parts of them, could not be understood, and what they\n"
        "  declare was not checked\n"
        "A check did not finish: odd broke down at compose.yaml (ValueError); the others\n"
        "  ran\n"
        "Skipped 7 files: 0.yaml is a named pipe; 1.yaml is a named pipe; 2.yaml is a\n"
        "  named pipe; 3.yaml is a named pipe; 4.yaml is a named pipe; and 2 more\n"
        "Found nothing\n"
    )


def test_a_run_that_fails_says_why() -> None:
    plain, (at,) = marked(PATH, "‹x›\n")
    findings = [found(at), found(at, "less", severity=Severity.LOW)]
    assert text(report({PATH: plain}, *findings), Options(fail_on=HIGH)).endswith(
        "Found 1 high, 1 low\nFailed: 1 at or above high\n"
    )


def test_nothing_to_check_is_said() -> None:
    assert text(report({})) == "Checked no files\nFound nothing\n"


def test_a_file_that_cannot_be_read_has_a_place_all_the_same() -> None:
    said = text(report({"a": b"\0\xff".decode("latin-1")}, found(Span("gone.yaml", 7, 9))))
    assert " --> gone.yaml:1:1\n" in said


def test_colours_are_only_for_those_who_want_them() -> None:
    made_up = report({PATH: "x\n"}, found(Span(PATH, 0, 1)))
    assert "\x1b" not in text(made_up)
    coloured = text(made_up, Options(colour=True))
    assert coloured.startswith("\x1b[1;31mhigh[wildcard-bind]:\x1b[0m db publishes")
    assert "\x1b[1;31m^\x1b[0m" in coloured


def test_a_concise_report_has_a_line_for_each_finding() -> None:
    plain, (at,) = marked(PATH, "a:\n  ‹x›\n")
    findings = [found(at), found(at, "who knows", status="open"), found(at, status="accepted")]
    assert concise(report({PATH: plain}, *findings)) == (
        "compose.yaml:2:3: high: db publishes 5432/tcp on every interface [wildcard-bind]\n"
        "compose.yaml:2:3: open: who knows [wildcard-bind]\n"
    )


def hostile(words: str) -> Report:
    path = f"{words}/compose.yaml".lstrip("/")
    return report(
        {path: f"x: {words}\n"}, found(Span(path, 0, 3), words, notes=(Note(words, Span(path, 1, 3)),))
    )


@pytest.mark.parametrize("form", ["text", "concise", "github"])
@given(words=st.text(st.sampled_from("a \n\r\t:[]#\x1b\x9b\u202e\u2028\0é日"), min_size=1, max_size=200))
@settings(max_examples=60, deadline=None)
def test_no_words_steer_the_terminal_or_the_runner(form: str, words: str) -> None:
    words = words.replace("/", "").strip(".") or "x"
    said = "".join(render(form, hostile(f"{words} ::error::x ##[add-mask]y")))
    for line in said.split("\n"):
        assert line.isprintable()
        assert form == "github" or not line.lstrip().startswith("::")
        assert "##[" not in line


@given(
    line=st.text(st.sampled_from("ab \t日é\u0301\x1b\u202e{}:"), max_size=300),
    ends=st.tuples(st.integers(0, 300), st.integers(0, 20)),
    room=st.integers(10, 120),
)
@settings(max_examples=200, deadline=None)
def test_a_mark_lies_within_its_line(line: str, ends: tuple[int, int], room: int) -> None:
    start = min(ends[0], len(line))
    cut = excerpt(line, [(start, min(start + ends[1], len(line)))], room)
    columns = sum(
        0 if unicodedata.combining(character) else 2 if character == "日" else 1 for character in cut.text
    )
    ((column, length),) = cut.marks
    assert columns <= max(room, 9)
    assert column >= 0
    assert column + length <= columns + 1
