"""Annotations in a workflow's log, and the table for its summary."""

from compolint.check import Severity
from compolint.engine import Report
from compolint.report import Options, render
from compolint.report.github import step_summary
from compolint.text import Note, Span
from tests.reports import found, made, marked, report

PATH = "compose.yaml"


def annotations(made_up: Report) -> list[str]:
    return [line for line in log(made_up) if line.startswith("::")]


def log(made_up: Report) -> list[str]:
    return "".join(render("github", made_up)).splitlines()


def test_a_finding_is_an_annotation_at_its_place() -> None:
    plain, (service, port) = marked(PATH, "‹db›:\n  [‹80:80›]\n")
    finding = found(port, notes=(Note("this service", service),), fix="publish it on 127.0.0.1")
    assert log(report({PATH: plain}, finding)) == [
        "::error file=compose.yaml,line=2,endLine=2,col=4,endColumn=9,title=high%3A wildcard-bind"
        "::db publishes 5432/tcp on every interface"
        "%0Athis service (compose.yaml:1)%0Afix: publish it on 127.0.0.1",
        "Checked 1 file: 1 compose",
        "Found 1 high",
    ]


def test_of_several_lines_the_columns_are_left_out() -> None:
    plain, (block,) = marked(PATH, "‹db:\n  x: 1›\n")
    assert annotations(report({PATH: plain}, found(block, "odd"))) == [
        "::error file=compose.yaml,line=1,endLine=2,title=high%3A wildcard-bind::odd"
    ]


def test_the_most_severe_ten_of_each_level_come_first_and_the_rest_is_counted() -> None:
    at = Span(PATH, 0, 1)
    findings = [found(at, f"high {number}") for number in range(12)]
    findings += [
        found(at, "worst", severity=Severity.CRITICAL),
        found(at, "medium", severity=Severity.MEDIUM),
    ]
    findings += [found(at, "open", status="open"), found(at, "accepted", status="accepted")]
    lines = log(report({PATH: "x"}, *findings))
    assert lines[0].endswith("::worst")
    assert lines[9].endswith("::high 8")
    assert [line.partition(" ")[0] for line in lines[10:12]] == ["::warning", "::notice"]
    assert lines[-1] == "3 errors more than GitHub shows; other formats list all"
    assert not any("accepted" in line for line in lines[:-2])


def test_what_is_low_is_an_annotation_only_if_it_fails_the_step() -> None:
    finding = found(Span(PATH, 0, 1), severity=Severity.LOW)
    assert annotations(report({PATH: "x"}, finding)) == []
    lines = "".join(render("github", report({PATH: "x"}, finding), Options(fail_on=Severity.LOW)))
    assert lines.startswith("::notice ")


def test_no_text_begins_another_command() -> None:
    path = "a,b:c%\n::error::x.yaml"
    finding = found(Span(path, 0, 1), "100%\r\n::set-output name=x::y")
    assert annotations(report({path: "x"}, finding)) == [
        "::error file=a%2Cb%3Ac%25\\n%3A%3Aerror%3A%3Ax.yaml,line=1,endLine=1,col=1,endColumn=2,"
        "title=high%3A wildcard-bind::100%25\\r\\n::set-output name=x::y"
    ]


def test_the_summary_is_a_table() -> None:
    plain, (port,) = marked(PATH, "db:\n  [‹80:80›]\n")
    assert step_summary(report({PATH: plain}, found(port, "db | <b> @you [x](y) is `open`"))) == (
        "## compolint: Found 1 high\n"
        "\n"
        "Checked 1 file: 1 compose  \n"
        "\n"
        "| severity | where | what | check |\n"
        "| --- | --- | --- | --- |\n"
        "| high | compose.yaml:2 | db \\| &lt;b> &#64;you \\[x\\](y) is \\`open\\` | wildcard-bind |\n"
    )


def test_a_green_summary_says_what_was_checked() -> None:
    assert step_summary(report({PATH: "x"})) == (
        "## compolint: Found nothing\n\nChecked 1 file: 1 compose  \n"
    )


def test_the_summary_stays_within_what_github_takes() -> None:
    findings = [found(Span(PATH, 0, 1), "ä" * 900, made("x"))] * 1000
    summary = step_summary(report({PATH: "x"}, *findings))
    assert len(summary.encode()) <= 1024 * 1024
    assert summary.endswith(" more findings, for which there is no room here\n")
